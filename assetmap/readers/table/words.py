"""Steps that make a table plain: what things are, in the source's words and ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from assetmap import vocabulary
from assetmap.assets import cells
from assetmap.readers import values
from assetmap.readers.header import Columns
from assetmap.readers.kinds import DESCRIPTION, NAME, TYPE, Guess, guess_kind
from assetmap.readers.table.sheet import Sheet, distinct
from assetmap.words import Text, text

_NO_LIMIT = text("readers.no_limit")
MAJORITY = 0.8
"""Where so many rows whose kind is sure are of one kind, the others are taken to be too."""
_FEW = 3


def read_kinds(sheet: Sheet, matched: Columns) -> None:
    """The kind of each row: as stated, by its program, its words, the file's majority.

    Words of a place's name or of a description count only where nothing else does.
    """
    own = "kind" in matched.own
    stated, category = sheet.get("kind"), sheet.take("category")
    names, about, program = sheet.get("name"), sheet.get("description"), sheet.get("program")
    known, programs = cells.lookup("kinds"), cells.lookup("programs")
    codes, unread = distinct(stated, lambda words: cells.fold(words) not in known)
    open_rows = np.flatnonzero(np.array(unread, bool)[codes])
    kinds = stated.copy()
    texts: dict[int, tuple[str, str, str, str]] = {}
    result: dict[int, Guess] = {}
    for row in map(int, open_rows):
        texts[row] = (names[row], f"{stated[row]}, {program[row]}", about[row], category[row])
        if own and stated[row]:
            texts[row] = ("", stated[row], "", "")
        guess = _guess(texts[row], True)
        if guess is not None:
            result[row] = guess
    most = _majority([guess.kind for guess in result.values()], len(open_rows))
    filled: dict[str, np.ndarray] = {}
    for row in map(int, open_rows):
        fellowship = programs.get(cells.fold(program[row])) if program[row] else None
        by_program = fellowship is not None and not (own and stated[row])
        guess = result.get(row) or (None if most or by_program else _guess(texts[row], False))
        if by_program and fellowship is not None:
            kinds[row] = vocabulary.terms("programs")[fellowship]["kind"]
            note = text("readers.kind_from_program", kind=kinds[row], program=program[row])
        elif guess is not None:
            kinds[row] = guess.kind
            note = _why(sheet, guess)
            for field, value in guess.fill.items():
                column = filled.setdefault(field, sheet.get(field).copy())
                column[row] = column[row] or value
        elif most and not (own and stated[row]):
            kinds[row] = most
            note = text("readers.kind_from_most", kind=most)
        else:
            if not own:
                kinds[row] = ""
                _keep_kind(sheet, row, stated[row], category[row])
            continue
        _keep_kind(sheet, row, stated[row], category[row])
        sheet.say(row, "kind", stated[row], "guessed", note)
    for row in map(int, np.flatnonzero(category != "")):
        sheet.original[row].setdefault(sheet.column_of("category"), category[row])
    sheet.fields |= {"kind": kinds, **filled}


@lru_cache(maxsize=65536)
def _guess(texts: tuple[str, str, str, str], sure_only: bool) -> Guess | None:
    return guess_kind(*texts, sure_only=sure_only)


def _majority(kinds: Sequence[str], rows: int) -> str:
    """The kind of nearly all rows that say one, "" where there is no such kind."""
    if len(kinds) < _FEW or len(kinds) < 0.3 * rows:
        return ""
    kind, count = Counter(kinds).most_common(1)[0]
    return kind if count >= MAJORITY * len(kinds) else ""


def _why(sheet: Sheet, guess: Guess) -> Text:
    if guess.text == NAME:
        return text("readers.kind_from_name", kind=guess.kind, phrase=guess.phrase)
    if guess.text == DESCRIPTION:
        return text("readers.kind_from_description", kind=guess.kind, phrase=guess.phrase)
    column = sheet.column_of("kind" if guess.text == TYPE else "category")
    return text("readers.kind_from_column", kind=guess.kind, phrase=guess.phrase, column=column)


def _keep_kind(sheet: Sheet, row: int, stated: str, category: str) -> None:
    if stated:
        sheet.original[row][sheet.column_of("kind")] = stated
    if category:
        sheet.original[row][sheet.column_of("category")] = category


_FULL = vocabulary.word_set("no_bed_open")
_BEDS = re.compile(
    r"(\d{1,3})\s*(?:beds?|open(?:ings?)?|available|vacanc(?:y|ies)|slots?|camas?)\.?", re.I
)


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


_A_WEEK = re.compile(
    r"\$?\s*(\d[\d,]*(?:\.\d+)?)\s*(?:/|per|a|each|por|a la)?\s*(?:wk|week|weekly|semana)\.?", re.I
)


def read_rent(sheet: Sheet) -> None:
    """ "$160 per week" in a column of weekly cost as the number; the words are kept."""
    if "weekly_cost" not in sheet.fields:
        return
    column = sheet.fields["weekly_cost"].copy()
    for position in map(int, np.flatnonzero(column != "")):
        match = _A_WEEK.fullmatch(column[position].strip())
        if match:
            sheet.original[position][sheet.column_of("weekly_cost")] = column[position]
            column[position] = match[1].replace(",", "")
    sheet.fields["weekly_cost"] = column


def _keep_aside(sheet: Sheet, field: str, column: np.ndarray) -> None:
    for position in map(int, np.flatnonzero(column != "")):
        sheet.original[position][sheet.column_of(field)] = column[position]


def read_values(sheet: Sheet) -> None:
    """Words of value_words.csv to our values; what was only partly used is kept too."""
    for field in sorted(values.fields() & set(sheet.fields)):
        column = sheet.fields[field].copy()
        codes, problems = distinct(column, lambda text, field=field: values.meaning(field, text))  # type: ignore[misc]
        for position in map(
            int,
            np.flatnonzero(np.array([meaning is not None for meaning in problems], bool)[codes]),
        ):
            meaning = problems[codes[position]]
            if not meaning.whole:
                sheet.original[position][sheet.column_of(field)] = column[position]
            note = text("readers.read_as", value=meaning.values) if meaning.values else _NO_LIMIT
            severity = "fixed" if meaning.whole else "guessed"
            sheet.say(position, field, column[position], severity, note)
            column[position] = meaning.values
        sheet.fields[field] = column
