"""CDC PLACES: modelled health measures of adults by tract, in its long form."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assetmap.indicators.frame import Indicators
from assetmap.indicators.geography import fold, plain_id
from assetmap.indicators.numbers import census_numbers

# Its limits hold at 95%, margins here at 90%.
_TO_90 = 1.6448536269514722 / 1.959963984540054
_NEEDED = {"locationid", "measureid", "data_value"}


def is_places(frame: pd.DataFrame) -> bool:
    """Whether a table is PLACES data."""
    return {fold(name) for name in frame} >= _NEEDED


def read_places(frame: pd.DataFrame, source: str) -> Indicators:
    """Crude prevalence where the file has it beside the age-adjusted one, in percent."""
    frame = frame.rename(columns={name: fold(name) for name in frame})
    if "datavaluetypeid" in frame:
        crude = frame["datavaluetypeid"].str.casefold() == "crdprv"
        frame = frame[crude] if crude.any() else frame
    area = frame["locationid"].astype("str").str.strip().map(plain_id)
    digits = area.str.len().max()
    area = area.str.zfill(11 if digits > 5 else 5)
    moe = np.full(len(frame), np.nan)
    if {"low_confidence_limit", "high_confidence_limit"} <= set(frame):
        high = census_numbers(frame["high_confidence_limit"])
        moe = (high - census_numbers(frame["low_confidence_limit"])) / 2 * _TO_90
    year = frame["year"] if "year" in frame else pd.Series("", index=frame.index)
    table = pd.DataFrame(
        {
            "area": area,
            "indicator": frame["measureid"].astype("str").str.strip().str.lower(),
            "value": census_numbers(frame["data_value"]),
            "moe": moe,
            "year": pd.to_numeric(year, errors="coerce").astype("Int64"),
            "suppressed": False,
        }
    )
    table = table.drop_duplicates(["area", "indicator", "year"], ignore_index=True)
    labels = frame["measure"] if "measure" in frame else frame["measureid"]
    notes = {
        str(name).strip().lower(): {
            "unit": "percent",
            "direction": "high",
            "theme": "health",
            "label_en": str(label).strip(),
            "source": "CDC PLACES (modelled, adults)",
        }
        for name, label in zip(frame["measureid"], labels, strict=True)
    }
    people = None
    if "totalpopulation" in frame:
        people = pd.Series(census_numbers(frame["totalpopulation"]), index=area)
        people = people[~people.index.duplicated()]
    return Indicators(table, [], {}, (), people, None, notes)
