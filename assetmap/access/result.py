"""What an access run found, with what is needed to trust it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Access:
    """What `access` found.

    result: one row per area in the order given: id · access (the method's value; NaN where it is
    undefined, never 0) · nearest (metres, or the cost table's unit; NaN where nothing can be
    reached) · nearest_unit ("m" or "cost") · within (assets with d ≤ catchment; missing without a
    catchment) · reason (why access is 0 or undefined; missing otherwise).
    pairs: area–asset pairs within the catchment. audit: Σ A·P / Σ S over assets with anyone in
    reach, 1 within 1e-9 (None for nearest, count, coverage or when no asset has anyone in reach).
    value: the whole map's figure: people covered as a share, or A averaged over people.
    stored: whether the pair table was kept in memory. notes: sentences about what was left out.
    """

    method: str
    catchment: float | None
    unit: str
    decay: str
    result: pd.DataFrame
    pairs: int
    audit: float | None
    value: float | None
    seconds: float
    assets: int
    stored: bool = True
    notes: tuple[str, ...] = ()
    nearest_asset: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32), repr=False)

    def as_json(self) -> dict[str, object]:
        """The document of the `access` command; undefined numbers are None."""
        columns = [self.result[name].tolist() for name in self.result]
        rows = [
            {
                "id": str(ident),
                "access": _number(value),
                "nearest": _number(nearest),
                "nearest_unit": unit,
                "within": None if within is pd.NA else int(within),
                "reason": reason if isinstance(reason, str) else None,
            }
            for ident, value, nearest, unit, within, reason in zip(*columns, strict=True)
        ]
        return {
            "areas": len(self.result),
            "assets": self.assets,
            "pairs": self.pairs,
            "audit": self.audit,
            "value": self.value,
            "seconds": round(self.seconds, 4),
            "notes": list(self.notes),
            "result": rows,
        }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
