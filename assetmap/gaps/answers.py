"""Which assets count: yes, no or unknown to each condition, and altogether."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap.gaps.settings import GapError, Settings
from assetmap.vocabulary import fields, terms
from assetmap.words import text

# The attributes gaps are asked about, by name of their label: yes, unknown and no counted apart.
ATTRIBUTES = {
    "spanish": "languages=es",
    "child_care": "child_care",
    "record": "accepts_record",
    "medication": "medication_welcome",
    "free": "cost=free|donation",
    "wheelchair": "wheelchair",
}
WALK_UP = frozenset(("active", "candidate"))


class Answer(NamedTuple):
    """Per asset: surely yes, surely no; neither is unknown."""

    yes: np.ndarray
    no: np.ndarray


class KindStanding(NamedTuple):
    """Per asset: whether it surely counts, and whether a call could make it count."""

    known: np.ndarray
    possible: np.ndarray  # known or unknown


def answer(assets: pd.DataFrame, condition: str) -> Answer:
    """Yes, no or unknown to a condition: a yes/no field, or `field=a|b` for any of these terms.

    What a set does not hold is *no* where fields.csv says so, else unknown. Raises GapError.
    """
    name, _, wanted = condition.partition("=")
    row = fields().get(name)
    if row is None or row["type"] not in ("yesno", "set"):
        raise GapError(text("gaps.no_yes_no", field=condition))
    values = assets[name]
    if row["type"] == "yesno":
        known = values.notna().to_numpy(bool)
        yes = values.fillna(False).to_numpy(bool)
        return Answer(yes, known & ~yes)
    asked = set(wanted.split("|"))
    cells = values.to_numpy(object)
    known = np.array([isinstance(cell, frozenset) for cell in cells], bool)
    yes = np.array([isinstance(cell, frozenset) and bool(cell & asked) for cell in cells], bool)
    return Answer(yes, known & ~yes if row["absent"] == "no" else np.zeros(len(cells), bool))


def verified(assets: pd.DataFrame, settings: Settings) -> np.ndarray:
    """Which assets somebody checked within the last `verified_days`."""
    since = (settings.now.date() - timedelta(days=settings.verified_days)).isoformat()
    return (assets["verified_on"].fillna("").astype(str).str[:10] >= since).to_numpy(bool)


def in_place(assets: pd.DataFrame) -> Answer:
    """Whether an asset is met in person, at a point."""
    here = answer(assets, "format=in_person")
    placed = assets.geometry.notna().to_numpy(bool) & ~assets.geometry.is_empty.to_numpy(bool)
    return Answer(here.yes & placed, here.no | ~placed)


def unplaced(assets: pd.DataFrame) -> np.ndarray:
    """Which assets may be met in person at a place nobody knows: no area can count them."""
    placed = assets.geometry.notna().to_numpy(bool) & ~assets.geometry.is_empty.to_numpy(bool)
    open_to = assets["status"].fillna("active").isin(WALK_UP).to_numpy(bool)
    return open_to & ~placed & ~answer(assets, "format=in_person").no


def standing(
    assets: pd.DataFrame, settings: Settings, conditions: tuple[str, ...] = ()
) -> KindStanding:
    """Which assets count as there, in person, meeting all conditions.

    Unknown are: not yet reviewed, unknown whether in person, an unknown condition and, when only
    verified assets count, those that nobody checked lately.
    """
    here = in_place(assets)
    status = assets["status"].fillna("active").to_numpy(object)
    possible = np.isin(status, list(WALK_UP)) & ~here.no
    known = (status == "active") & here.yes
    for condition in conditions:
        result = answer(assets, condition)
        known &= result.yes
        possible &= ~result.no
    if settings.verified_only:
        known &= verified(assets, settings)
    return KindStanding(known & possible, possible)


def abroad(assets: pd.DataFrame) -> np.ndarray:
    """Active assets that are online or by phone and not in person."""
    cells = assets["format"].to_numpy(object)
    away = [
        isinstance(cell, frozenset) and "in_person" not in cell and bool(cell) for cell in cells
    ]
    return np.array(away, bool) & (assets["status"] == "active").to_numpy(bool)


def unit_of(kind: str) -> str:
    """How a kind may be called a gap: choice, supply, county or no. Raises GapError."""
    row = terms("kinds").get(kind)
    if row is None:
        raise GapError(text("gaps.no_kind", kind=kind))
    return row["gap"]
