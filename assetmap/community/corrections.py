"""corrections.csv: what people said of single assets, read like a sheet and folded like a ledger.

A correction is applied after every import, so that the next feed does not undo it. One that
cannot be read changes nothing; what the public sees of it all is field, date and role.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from assetmap import vocabulary
from assetmap.assets import Context, cells
from assetmap.assets.entries import Entry
from assetmap.community.tables import read_lines
from assetmap.fields import Problem, sentence
from assetmap.readers.human import HumanValue, read_human_value
from assetmap.words import Text, text

FILE = "corrections.csv"
COLUMNS = ("id", "field", "value", "by", "date", "why")
SOURCE = "corrections"
# An id that tells nothing: a number or a fingerprint.
_BARE_ID = re.compile(r"[\w-]*:(?:[A-Za-z]{0,3}-?\d{1,6}|[0-9a-f]{8,16})")


@dataclass(frozen=True)
class Correction:
    """What may be shown of one correction: nothing of its value, its reason or a person.

    `id` is "" unless the asset is among those shown; `role` is an id of the roles, "" for none.
    """

    field: str
    date: str
    role: str
    applied: bool
    id: str = ""


class Line(NamedTuple):
    """One line of corrections.csv as it was read; it never leaves this room."""

    row: int
    asset: str
    field: str
    said: str
    read: HumanValue
    at: str
    role: str
    superseded_by: int = 0

    @property
    def entries(self) -> list[Entry]:
        """What it sets, nothing when it was refused or another line counts."""
        if self.read.refused or self.superseded_by:
            return []
        return [
            Entry(self.asset, field, value, self.at, self.role)
            for field, value in self.read.values.items()
        ]


def read_corrections(folder: Path, context: Context) -> tuple[list[Line], list[Problem]]:
    """The lines of corrections.csv, oldest first, and what is wrong with the file.

    Of two lines for one field of one asset the later one counts, by date, else by its place.
    """
    rows, problems = read_lines(folder / FILE, COLUMNS)
    lines = []
    for row, cell in rows:
        read = read_human_value(cell["field"], cell["value"], context)
        day = cells.day(cell["date"]).value if cell["date"] else None
        at = day if isinstance(day, str) else ""
        role = cells.lookup("roles").get(cells.fold(cell["by"]), "")
        asset = cell["id"]
        lines.append(Line(row, asset, read.field or cell["field"], cell["value"], read, at, role))
    lines.sort(key=lambda line: (line.at, line.row))
    last = {
        (line.asset, line.read.field): line.row for line in lines if not line.read.refused
    }
    settled = []
    for line in lines:
        counts = last.get((line.asset, line.read.field), line.row)
        other = counts if counts != line.row and not line.read.refused else 0
        settled.append(line._replace(superseded_by=other))
    return settled, problems


def say_corrections(
    lines: Sequence[Line], missing: frozenset[str], assets: pd.DataFrame
) -> tuple[list[Correction], list[Problem]]:
    """What may be shown of the lines, and the problems of those that changed nothing.

    `assets` are the checked ones: of an asset that is not there, and of one whose place is
    private, no word of a line is repeated.
    """
    private = assets["location_precision"].isin(("area", "hidden"))
    open_ids = set(assets["id"][~private])
    ids = set(assets["id"])
    shown = [
        Correction(
            line.read.field if line.read.field in vocabulary.fields() else "",
            line.at,
            line.role,
            bool(line.entries) and line.asset not in missing,
            line.asset if line.asset in ids else "",
        )
        for line in sorted(lines, key=lambda line: line.row)
    ]
    problems: list[Problem] = []
    for line in sorted(lines, key=lambda line: line.row):
        said = _problem(line, missing, line.asset in open_ids)
        if said is not None:
            problems.append(said)
    return shown, problems


def _problem(line: Line, missing: frozenset[str], quote: bool) -> Problem | None:
    if line.asset in missing or (line.read.refused and not quote):
        known = line.asset if _BARE_ID.fullmatch(line.asset) else ""
    if line.read.refused:
        field = line.read.field or "field"
        if quote:
            value = line.said if line.read.field else line.field
            message: Text = sentence(line.row, field, value, line.read.refused)
        else:
            value = ""
            message = text("corrections.refused", row=line.row, field=line.read.field)
            if not line.read.field:
                message = text("corrections.no_field", row=line.row)
        return Problem(line.row, field, value, "rejected", message, SOURCE)
    if line.asset in missing:
        note = text("corrections.gone")
        message = sentence(line.row, "id", known, note)
        return Problem(line.row, "id", known, "kept", message, SOURCE)
    if line.superseded_by:
        message = text("corrections.twice", row=line.row, other=line.superseded_by)
        return Problem(line.row, line.read.field, "", "kept", message, SOURCE)
    if line.read.note is not None and quote:
        message = sentence(line.row, line.read.field, line.said, line.read.note)
        return Problem(line.row, line.read.field, line.said, "fixed", message, SOURCE)
    return None
