"""What must not happen in the stories: a rule on every listing that a page shows as fitting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

Row = Mapping[str, Any]


def values(row: Row, name: str) -> frozenset[str]:
    result = row[name]
    return frozenset(result) if isinstance(result, frozenset) else frozenset()


def number(row: Row, name: str, unknown: float) -> float:
    return unknown if pd.isna(row[name]) else float(row[name])


def tied_to_a_court(row: Row) -> bool:
    return "True" in (str(row["court_linked"]), str(row["law_enforcement_on_site"]))


MUST_NOT: dict[str, Callable[[Row], bool]] = {
    "S1": lambda row: "twelve_step" in values(row, "pathways") or "treatment" in row["kind"],
    "S1-weekend": lambda row: "twelve_step" in values(row, "pathways"),
    "S2": lambda row: str(row["accepts_record"]) != "True" or number(row, "beds_open", 0) < 1,
    "S3": lambda row: str(row["children_welcome"]) == "False" or number(row, "age_min", 0) >= 18,
    "S5": lambda row: not values(row, "wants"),
    "S6": lambda row: str(row["child_care"]) != "True",
    "S8": lambda row: "twelve_step" in values(row, "pathways"),
    "S9": lambda row: number(row, "beds_open", 0) < 1 or number(row, "age_max", 120) < 68,
    "S10": tied_to_a_court,
    "S10-peers": tied_to_a_court,
    "S11": lambda row: values(row, "concerns").isdisjoint({"gambling", "any"}),
    "S12": lambda row: number(row, "age_max", 120) < 18,
}
