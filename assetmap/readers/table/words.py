"""Steps that make a table plain: what things are, in the source's words and ours."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from assetmap import vocabulary
from assetmap.assets import cells
from assetmap.readers import values
from assetmap.readers.header import Columns
from assetmap.readers.kinds import guess_kind
from assetmap.readers.table.sheet import Sheet, distinct
from assetmap.words import text

_NO_LIMIT = text("readers.no_limit")


def read_kinds(sheet: Sheet, matched: Columns) -> None:
    own = "kind" in matched.own
    stated, category = sheet.get("kind"), sheet.take("category")
    names, about = sheet.get("name"), sheet.get("description")
    program = sheet.get("program")
    known, programs = cells.lookup("kinds"), cells.lookup("programs")
    kinds = stated.copy()
    filled: dict[str, np.ndarray] = {}
    where = ("the name", sheet.column_of("kind"), "the description", sheet.column_of("category"))
    memo: dict[tuple[str, ...], Any] = {}
    codes, unread = distinct(stated, lambda text: cells.fold(text) not in known)
    for at in map(int, np.flatnonzero(np.array(unread, bool)[codes])):
        texts = (names[at], f"{stated[at]}, {program[at]}", about[at], category[at])
        if own and stated[at]:
            texts = ("", stated[at], "", "")
        if texts not in memo:
            memo[texts] = guess_kind(*texts)
        guess = memo[texts]
        by_program = programs.get(cells.fold(program[at])) if program[at] else None
        if by_program is not None and not (own and stated[at]):
            kinds[at] = vocabulary.terms("programs")[by_program]["kind"]
            note = f"guessed to be {kinds[at]} because its program is {program[at]}"
        elif guess is not None:
            kinds[at] = guess.kind
            note = f"guessed to be {guess.kind} from '{guess.phrase}' in {where[guess.text]}"
            for field, value in guess.fill.items():
                column = filled.setdefault(field, sheet.get(field).copy())
                column[at] = column[at] or value
        else:
            if not own:
                kinds[at] = ""
                _keep_kind(sheet, at, stated[at], category[at])
            continue
        _keep_kind(sheet, at, stated[at], category[at])
        sheet.say(at, "kind", stated[at], "guessed", f"{note}; write the kind if that is wrong")
    for at in map(int, np.flatnonzero(category != "")):
        sheet.original[at].setdefault(sheet.column_of("category"), category[at])
    sheet.fields |= {"kind": kinds, **filled}


def _keep_kind(sheet: Sheet, at: int, stated: str, category: str) -> None:
    if stated:
        sheet.original[at][sheet.column_of("kind")] = stated
    if category:
        sheet.original[at][sheet.column_of("category")] = category


_FULL = frozenset(("full", "none", "no", "no vacancies", "no vacancy", "lleno", "ninguna"))
_BEDS = re.compile(r"(\d{1,3})\s*(?:beds?|open(?:ings?)?|available|vacanc(?:y|ies)|slots?|camas?)\.?", re.I)


def read_beds(sheet: Sheet) -> None:
    """ "Full", "2 beds" as counts, and the day of the count from the column beside it.

    A sheet of homes that counts vacancies means by "Date Updated" the day of that count.
    """
    stamp = sheet.take("as_of")
    if "beds_open" not in sheet.fields:
        _keep_aside(sheet, "as_of", stamp)
        return
    beds = sheet.fields["beds_open"].copy()
    for position in map(int, np.flatnonzero(beds != "")):
        words = beds[position].strip().lower()
        counted = _BEDS.fullmatch(words)
        if words in _FULL:
            beds[position] = "0"
        elif counted:
            beds[position] = counted[1]
        if beds[position].lower() != words:
            sheet.original[position][sheet.column_of("beds_open")] = words
    sheet.fields["beds_open"] = beds
    day = sheet.get("beds_as_of").copy()
    updated = sheet.get("published_at")
    for column, name in ((stamp, "as_of"), (updated, "published_at")):
        fill = (day == "") & (beds != "") & (column != "")
        day[fill] = column[fill]
        if fill.any():
            sheet.from_column.setdefault("beds_as_of", sheet.column_of(name))
    if (day != "").any():
        sheet.fields["beds_as_of"] = day


def _keep_aside(sheet: Sheet, field: str, column: np.ndarray) -> None:
    for position in map(int, np.flatnonzero(column != "")):
        sheet.original[position][sheet.column_of(field)] = column[position]


def read_values(sheet: Sheet) -> None:
    """Words of value_words.csv to our values; what was only partly used is kept too."""
    for field in sorted(values.fields() & set(sheet.fields)):
        column = sheet.fields[field].copy()
        codes, found = distinct(column, lambda text, field=field: values.meaning(field, text))  # type: ignore[misc]
        for at in map(
            int, np.flatnonzero(np.array([meaning is not None for meaning in found], bool)[codes])
        ):
            meaning = found[codes[at]]
            if not meaning.whole:
                sheet.original[at][sheet.column_of(field)] = column[at]
            note = text("readers.read_as", value=meaning.values) if meaning.values else _NO_LIMIT
            severity = "fixed" if meaning.whole else "guessed"
            sheet.say(at, field, column[at], severity, note)
            column[at] = meaning.values
        sheet.fields[field] = column
