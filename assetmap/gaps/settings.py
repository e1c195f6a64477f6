"""What a community calls enough, and the other choices a gap depends on. All are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from assetmap import vocabulary
from assetmap.gaps.errors import GapError
from assetmap.indicators.ranks import DRAWS, SEED
from assetmap.places import METRES_IN, metres
from assetmap.words import text

# Straight-line defaults with a detour of 1.4: walking 15 minutes, driving 30 (a town, the country).
WALK_M = 900.0
DRIVE_M = 14_000.0
RURAL_DRIVE_M = 25_000.0
SETTINGS = {"walk": WALK_M, "urban": DRIVE_M, "rural": RURAL_DRIVE_M}


@dataclass(frozen=True)
class Norm:
    """What is enough of a kind: at least `count` within `within_m` metres in a straight line.

    A count is of different weekly sessions, or of places, as the kind is counted; `days` is on how
    many different days of the week one must be in reach (0: any). `yes` are
    conditions an asset has to meet, such as `medication_welcome` or `languages=es`. `declared`:
    the community said so itself; otherwise it is our default, and only none at all is a gap.
    """

    within_m: float = DRIVE_M
    count: int = 1
    days: int = 0
    yes: tuple[str, ...] = ()
    declared: bool = False


@dataclass(frozen=True)
class Settings:
    """Everything a gap depends on besides the data. Lengths are metres in a straight line."""

    name: str = ""
    timezone: str = "America/Chicago"
    country: str = "US"
    unit: str = "mi"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    reach_m: float = DRIVE_M
    walk_m: float = WALK_M
    norms: Mapping[str, Norm] = field(default_factory=dict)
    complete: Mapping[str, date] = field(default_factory=dict)
    no_data: frozenset[str] = frozenset()
    verified_only: bool = False
    verified_days: int = 365
    draws: int = DRAWS
    seed: int = SEED

    def norm(self, kind: str) -> Norm:
        """The community's norm for `kind`, else the default: one within `reach_m`."""
        return self.norms.get(kind) or Norm(self.reach_m)

    def length(self, metre: float) -> str:
        """A distance in the community's unit, rounded as people say it."""
        amount = metre / METRES_IN[self.unit]
        rounded = f"{amount:,.1f}" if amount < 9.95 else f"{amount:,.0f}"
        return f"{rounded.removesuffix('.0')} {self.unit}"


def _reach(said: object) -> dict[str, float]:
    """[reach] of community.toml: `setting` urban or rural, or `drive` and `walk` as lengths."""
    if said is None:
        return {}
    if not isinstance(said, Mapping):
        raise GapError(text("gaps.reach_table"))
    out: dict[str, float] = {}
    setting = said.get("setting")
    if setting is not None:
        if setting not in SETTINGS:
            raise GapError(text("gaps.reach_setting", value=setting, known=", ".join(SETTINGS)))
        out["reach_m"] = SETTINGS[setting]
    for name, field_name in (("drive", "reach_m"), ("walk", "walk_m")):
        if name in said:
            try:
                out[field_name] = metres(str(said[name]))
            except ValueError:
                value = said[name]
                raise GapError(text("gaps.reach_length", name=name, value=value)) from None
    return out


def settings_from(
    config: Mapping[str, Any],
    now: datetime,
    complete: Mapping[str, date] | None = None,
    **changes: Any,
) -> Settings:
    """Settings from a community.toml that has been read.

    `changes` override fields of Settings. Raises GapError for a norm that cannot be read.
    """
    norms = {}
    for kind, said in dict(config.get("norms") or {}).items():
        if kind not in vocabulary.terms("kinds"):
            raise GapError(f"[norms.{kind}] names no kind of kinds.csv.")
        try:
            within = metres(str(said.get("within", f"{DRIVE_M:g}m")))
            count, days = int(said.get("count", 1)), int(said.get("days", 0))
        except (ValueError, TypeError, AttributeError) as error:
            raise GapError(f"[norms.{kind}] cannot be read: {error}") from None
        yes = said.get("yes", ())
        asked = (yes,) if isinstance(yes, str) else tuple(yes)
        norms[kind] = Norm(within, count, days, asked, declared=True)
    known: dict[str, Any] = {
        **_reach(config.get("reach")),
        "name": str(config.get("name", "")),
        "timezone": str(config.get("timezone", "America/Chicago")),
        "country": str(config.get("country", "US")),
        "unit": config.get("unit", "mi") if config.get("unit") in METRES_IN else "mi",
        "now": now,
        "norms": norms,
        "complete": dict(complete or {}),
        "no_data": frozenset(dict(config.get("coverage") or {}).get("no_data", ())),
    }
    return Settings(**{**known, **changes})
