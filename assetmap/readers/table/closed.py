"""Words that say a place is closed, in its name or in its column of hours."""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from assetmap import vocabulary
from assetmap.places import fold
from assetmap.readers.table.sheet import Sheet
from assetmap.words import text

_SUFFIX = re.compile(r"(?:[(\[*]+|\s[-–—:|]+|,)\s*(?P<words>[^()\[\]*]{4,60}?)\s*[)\]*!.]*$")
_BARE = ("closed", "cerrado", "cerrada")
"""In the name of a group these say who may come."""


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    """(phrase, status), the longest first."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "row_words.csv")
    known = {"closed_for_now": "temporarily_closed", "closed_for_good": "inactive"}
    result = [(row["phrase"], known[row["means"]]) for row in rows if row["means"] in known]
    return tuple(sorted(result, key=lambda pair: -len(pair[0])))


def status_said(words: str) -> str:
    """The status that a text begins with ("Closed for repairs until May"), "" for none."""
    plain = " ".join(re.findall(r"[^\W_]+", fold(words)))
    for phrase, status in _phrases():
        if plain == phrase or plain.startswith(f"{phrase} "):
            return status
    return ""


def read_closed_names(sheet: Sheet) -> None:
    """ "Alder Pantry (temporarily closed)": the status of rows whose name says it.

    Rows whose own column of status says something keep that.
    """
    names = sheet.get("name")
    status = sheet.get("status").copy()
    kinds = sheet.get("kind")
    for position in map(int, np.flatnonzero((names != "") & (status == ""))):
        match = _SUFFIX.search(names[position])
        if match is None:
            continue
        new_status = status_said(match["words"])
        if not new_status and fold(match["words"]) in _BARE and _keeps_hours(kinds[position]):
            new_status = "temporarily_closed"
        if new_status:
            status[position] = new_status
            note = text("readers.status_in_name", status=new_status)
            sheet.say(position, "status", names[position], "guessed", note)
    if (status != "").any():
        sheet.fields["status"] = status


def _keeps_hours(kind: str) -> bool:
    row = vocabulary.terms("kinds").get(kind)
    return row is not None and row["time_kind"] == "hours"
