"""A table with somebody's own columns, made plain: our fields, and the rest in `original`.

Columns are worked on whole and each distinct text once, because a hundred thousand rows hold
few distinct towns, kinds and hours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from assetmap import cells, vocabulary
from assetmap.assets import Problem, sentence
from assetmap.readers import header as headers
from assetmap.readers import values
from assetmap.readers.addresses import is_vague, restore_zip, split_address, state_code
from assetmap.readers.ids import fingerprint, settle
from assetmap.readers.kinds import guess_kind
from assetmap.readers.source import Options, UnreadableFile, file_problem, pack
from assetmap.readers.times import read_times

_STAMP = re.compile(r"\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?|\d{1,7}")
# The CSV writer puts an apostrophe before a cell that a spreadsheet would run as a formula.
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class Plain(NamedTuple):
    """The plain frame, what was said, and how many rows were empty."""

    frame: pd.DataFrame
    problems: list[Problem]
    empty: int


class _Table:
    """Columns of stripped text ("" = nothing) by field, with what has to be said."""

    def __init__(self, rows: np.ndarray, names: Sequence[str]) -> None:
        self.rows = rows
        self.names = names
        self.fields: dict[str, np.ndarray] = {}
        self.from_column: dict[str, str] = {}
        self.original: list[dict[str, Any]] = [{} for _ in rows]
        self.problems: list[Problem] = []

    def get(self, field: str) -> np.ndarray:
        """The column of `field`, blank where the table has none."""
        found = self.fields.get(field)
        return np.full(len(self.rows), "", dtype=object) if found is None else found

    def take(self, field: str) -> np.ndarray:
        """The column of `field`, which is then no longer a column of the result."""
        column = self.get(field)
        self.fields.pop(field, None)
        return column

    def say(self, at: int, field: str, value: str, severity: str, note: str) -> None:
        """Report the row at position `at`."""
        row = int(self.rows[at])
        message = sentence(row, field, value, note)
        self.problems.append(Problem(row, field, value, severity, message))

    def column_of(self, field: str) -> str:
        """What the source calls the column of `field`."""
        return self.from_column.get(field, field)


def clean(cell: str) -> str:
    """A cell without outer blanks and without the apostrophe that guards a formula."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def distinct(column: np.ndarray, read: Callable[[str], Any]) -> tuple[np.ndarray, list[Any]]:
    """(code of each row, result of `read` for each distinct text)."""
    codes, texts = pd.factorize(column)
    return codes, [read(text) for text in texts]


def to_plain(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    options: Options,
    extra: Mapping[str, Sequence[str]] | None = None,
) -> Plain:
    """The rows of a table with column `names` as plain columns.

    `extra` are fields known otherwise (the point of a GeoJSON feature); they win. Raises
    UnreadableFile when no column is a name.
    """
    matched, problems = headers.match(names, options.recipe)
    if not {"name", "organization"} & {*matched.first, *options.recipe.fill}:
        shown = ", ".join(f"'{name}'" for name in list(names)[:8])
        raise UnreadableFile(
            f"No column is a name of an asset; the columns are {shown}. Call one of them 'name', "
            "or say in a recipe which it is."
        )
    width = len(names)
    columns = [
        np.array([clean(cell) for cell in column], dtype=object)
        for column in zip(*rows, strict=True)
    ]
    if not columns:
        columns = [np.empty(0, dtype=object) for _ in range(width)]
    keep, said = _empty_rows(columns, len(rows), extra)
    numbers = np.flatnonzero(keep) + 1
    columns = [column[keep] for column in columns]
    table = _Table(numbers, names)
    table.problems = [*problems, *said]
    _assign(table, columns, matched, options)
    for field, texts in (extra or {}).items():
        table.fields[field] = np.array(list(texts), dtype=object)[keep]
    options.tick(len(rows) // 4, len(rows))
    identity = _identity(table)
    _read_coordinates(table)
    _read_addresses(table, options)
    _read_kinds(table, matched)
    options.tick(len(rows) // 2, len(rows))
    _read_values(table)
    _read_times(table, matched)
    _give_ids(table, identity, options)
    frame = _frame(table, columns, matched)
    options.tick(len(rows), len(rows))
    return Plain(frame, table.problems, int((~keep).sum()))


def _empty_rows(
    columns: list[np.ndarray], size: int, extra: Mapping[str, Sequence[str]] | None
) -> tuple[np.ndarray, list[Problem]]:
    """Rows that say something. A lone time stamp or number says nothing: forms leave them."""
    filled = np.zeros(size, dtype=int)
    for column in columns:
        filled += column != ""
    keep = filled > 0
    for at in np.flatnonzero(filled == 1):
        only = next(column[at] for column in columns if column[at] != "")
        keep[at] = not _STAMP.fullmatch(only)
    if extra:
        keep[:] = True
    gone = np.flatnonzero(~keep) + 1
    if not len(gone):
        return keep, []
    stamped = bool((filled[~keep] == 1).any())
    what = "hold nothing but a time stamp or a number" if stamped else "are empty"
    listed = _ranges(gone)
    message = f"Rows {listed} ({len(gone)} rows) {what}; delete them from the table."
    if len(gone) == 1:
        what = what.replace("hold ", "holds ").replace("are ", "is ")
        message = f"Row {listed} {what}; delete it from the table."
    return keep, [Problem(int(gone[0]), "row", "", "rejected", message)]


def _ranges(numbers: np.ndarray) -> str:
    """Row numbers as people write them: "3, 134–157"."""
    parts: list[str] = []
    for block in np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1):
        parts.append(f"{block[0]}–{block[-1]}" if len(block) > 1 else str(block[0]))
    return ", ".join(parts[:12]) + (", …" if len(parts) > 12 else "")


def _assign(
    table: _Table, columns: list[np.ndarray], matched: headers.Columns, options: Options
) -> None:
    for field, index in matched.first.items():
        table.fields[field] = columns[index].copy()
        table.from_column[field] = table.names[index]
        for other in matched.joined.get(field, ()):
            table.fields[field] = _joined(table.fields[field], columns[other])
    for field, value in options.recipe.fill.items():
        column = table.get(field).copy()
        column[column == ""] = value
        table.fields[field] = column


def _joined(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    result = left.copy()
    for at in np.flatnonzero(right != ""):
        one, two = left[at], right[at]
        if not one or one == two:
            result[at] = two
        else:
            stop = "" if one.endswith((".", "!", "?")) else "."
            result[at] = f"{one}{stop} {two}"
    return result


def _identity(table: _Table) -> list[str]:
    """What a row is known by, as the source wrote it, so that better guesses keep its id."""
    fields = ("name", "kind", "address", "city")
    when = ("schedule", "hours", "day", "start_time")
    parts = [table.get(field) for field in (*fields, *when)]
    return ["\x1f".join(cell) for cell in zip(*parts, strict=True)]


def _read_coordinates(table: _Table) -> None:
    """ "37.9, -89.0" in one column."""
    if "coordinates" not in table.fields:
        return
    both = table.take("coordinates")
    lat, lon = table.get("latitude").copy(), table.get("longitude").copy()
    for at in np.flatnonzero((both != "") & (lat == "") & (lon == "")):
        pair = re.split(
            r"[,;]\s+|[;|]|,(?=\s*[-+]?\d+\.)|\s+(?=[-+]?\d+\.\d)", both[at].strip("()[] ")
        )
        if len(pair) == 2:
            lat[at], lon[at] = pair[0].strip(), pair[1].strip()
        else:
            table.original[at][table.column_of("coordinates")] = both[at]
            table.say(at, "coordinates", both[at], "kept", "write it like 37.9012, -89.0441")
    table.fields["latitude"], table.fields["longitude"] = lat, lon


def _read_addresses(table: _Table, options: Options) -> None:
    """Addresses in one cell to their parts, states to two letters, ZIP codes with their zeros."""
    if options.country == "US":
        _split_addresses(table)
        region = table.get("region")
        codes, states = distinct(region, lambda text: state_code(text) if text else "")
        if "region" in table.fields:
            table.fields["region"] = np.array([*states, ""], dtype=object)[codes]
        _restore_zips(table)
    if "address" not in table.fields:
        return
    address, precision = table.get("address").copy(), table.get("location_precision").copy()
    codes, vague = distinct(address, is_vague)
    for at in np.flatnonzero(np.array([*vague, False])[codes]):
        table.original[at][table.column_of("address")] = address[at]
        note = "no street is named, so it is kept aside"
        if table.get("latitude")[at] and not precision[at]:
            precision[at] = "area"
            note += " and the point is taken to be its area only"
        table.say(at, "address", address[at], "guessed", note)
        address[at] = ""
    table.fields["address"], table.fields["location_precision"] = address, precision


def _split_addresses(table: _Table) -> None:
    lines = table.get("address")
    if not len(lines):
        return
    city, region, postal = (table.get(name).copy() for name in ("city", "region", "postal_code"))
    codes, parts = distinct(lines, lambda text: split_address(text) if text else None)
    address = lines.copy()
    count = 0
    for at in np.flatnonzero((city == "") & (postal == "")):
        found = parts[codes[at]]
        if found is not None and region[at] in ("", found.region):
            address[at], city[at], region[at], postal[at] = found
            count += 1
    if count:
        table.fields |= {"address": address, "city": city, "region": region, "postal_code": postal}
        rows = "1 address was" if count == 1 else f"{count:,} addresses were"
        table.problems.append(
            file_problem(
                f"{rows} split into street, town, state and ZIP code, where all were sure."
            )
        )


def _restore_zips(table: _Table) -> None:
    if "postal_code" not in table.fields:
        return
    postal, region, country = table.fields["postal_code"], table.get("region"), table.get("country")
    pairs = np.array(
        [f"{code}\x1f{state}" for code, state in zip(postal, region, strict=True)], object
    )
    codes, found = distinct(pairs, lambda pair: restore_zip(*pair.split("\x1f")))
    restored = postal.copy()
    for at in np.flatnonzero(np.array([code is not None for code in [*found, None]])[codes]):
        if country[at].upper() not in ("", "US", "USA", "UNITED STATES", "U.S.A", "U.S.A."):
            continue
        restored[at] = found[codes[at]]
        table.say(at, "postal_code", postal[at], "fixed", f"written as {restored[at]}")
    table.fields["postal_code"] = restored


def _read_kinds(table: _Table, matched: headers.Columns) -> None:
    own = "kind" in matched.own
    stated, category = table.get("kind"), table.take("category")
    names, about = table.get("name"), table.get("description")
    program = table.get("program")
    known, programs = cells.lookup("kinds"), cells.lookup("programs")
    kinds = stated.copy()
    filled: dict[str, np.ndarray] = {}
    where = ("the name", table.column_of("kind"), "the description", table.column_of("category"))
    memo: dict[tuple[str, ...], Any] = {}
    for at in np.flatnonzero(np.array([cells.fold(text) not in known for text in stated], bool)):
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
                column = filled.setdefault(field, table.get(field).copy())
                column[at] = column[at] or value
        else:
            if not own:
                kinds[at] = ""
                _keep_kind(table, at, stated[at], category[at])
            continue
        _keep_kind(table, at, stated[at], category[at])
        table.say(at, "kind", stated[at], "guessed", f"{note}; write the kind if that is wrong")
    for at in np.flatnonzero(category != ""):
        table.original[at].setdefault(table.column_of("category"), category[at])
    table.fields |= {"kind": kinds, **filled}


def _keep_kind(table: _Table, at: int, stated: str, category: str) -> None:
    if stated:
        table.original[at][table.column_of("kind")] = stated
    if category:
        table.original[at][table.column_of("category")] = category


def _read_values(table: _Table) -> None:
    """Words of value_words.csv to our values; what was only partly used is kept too."""
    for field in sorted(values.fields() & set(table.fields)):
        column = table.fields[field].copy()
        codes, found = distinct(column, lambda text, field=field: values.meaning(field, text))  # type: ignore[misc]
        for at in np.flatnonzero(np.array([meaning is not None for meaning in found], bool)[codes]):
            meaning = found[codes[at]]
            if not meaning.whole:
                table.original[at][table.column_of(field)] = column[at]
            note = f"read as {meaning.values or 'no limit'}"
            severity = "fixed" if meaning.whole else "guessed"
            table.say(at, field, column[at], severity, note)
            column[at] = meaning.values
        table.fields[field] = column


def _read_times(table: _Table, matched: headers.Columns) -> None:
    """Free-text hours, and day, start and end in columns of their own, to a schedule."""
    parts = [table.take(name) for name in ("day", "start_time", "end_time")]
    hours = table.take("hours")
    column = table.column_of("hours")
    if any((part != "").any() for part in parts):
        composed = np.array([_in_one(*cell) for cell in zip(*parts, strict=True)], dtype=object)
        hours = np.where(hours == "", composed, hours)
    for field, texts, name in (
        ("schedule", hours, column),
        ("schedule", table.get("schedule"), table.column_of("schedule")),
        ("intake_hours", table.get("intake_hours"), table.column_of("intake_hours")),
    ):
        if not (texts != "").any():
            continue
        codes, found = distinct(texts, read_times)
        result = table.get(field).copy()
        for at in np.flatnonzero(texts != ""):
            times = found[codes[at]]
            if times is None or (texts is hours and result[at]):
                if texts is hours and result[at]:
                    table.original[at][name] = texts[at]
                continue
            table.original[at][name] = texts[at]
            result[at] = times.schedule
            for other, value in times.fill.items():
                if other in vocabulary.fields() and field == "schedule":
                    spare = table.fields.setdefault(other, table.get(other))
                    spare[at] = spare[at] or value
            table.say(at, field, texts[at], times.severity, times.note)
        table.fields[field] = result


def _in_one(day: str, start: str, end: str) -> str:
    if not (day or start):
        return ""
    return f"{day} {start}-{end}".strip() if end else f"{day} {start}".strip()


def _give_ids(table: _Table, identity: list[str], options: Options) -> None:
    """`id`, `source` and `source_id`.

    Rows of our own exports keep their source; a column called "Source" in another table is
    only a remark.
    """
    ids, sources, own = table.get("id"), table.get("source"), table.get("source_id")
    result = {name: np.full(len(ids), "", dtype=object) for name in ("id", "source", "source_id")}
    bare: list[str] = []
    given = np.zeros(len(ids), dtype=bool)
    for at in range(len(ids)):
        key = options.key
        if sources[at] and ids[at].startswith(f"{sources[at]}:"):
            key = sources[at]
        elif sources[at]:
            table.original[at][table.column_of("source")] = sources[at]
        result["source"][at] = key
        plain = own[at] or ids[at]
        plain = plain.removeprefix(f"{key}:")
        given[at] = bool(plain)
        bare.append(f"{key}:{plain or fingerprint(identity[at])}")
    contents = ["\x1f".join(cell) for cell in zip(table.get("name"), identity, strict=True)]
    unique = list(bare)
    for which in (True, False):
        chosen = np.flatnonzero(given == which)
        settled, problems = settle(
            [bare[at] for at in chosen],
            [contents[at] for at in chosen],
            [int(table.rows[at]) for at in chosen],
            which,
        )
        table.problems += problems
        for at, name in zip(chosen, settled, strict=True):
            unique[at] = name
    for at, name in enumerate(unique):
        result["id"][at] = name
        result["source_id"][at] = name.removeprefix(f"{result['source'][at]}:")
    table.fields |= result


def _frame(table: _Table, columns: list[np.ndarray], matched: headers.Columns) -> pd.DataFrame:
    """The plain frame; columns without a field of ours go into `original`."""
    ours = table.take("original")
    for index in matched.unknown:
        for at in np.flatnonzero(columns[index] != ""):
            table.original[at].setdefault(table.names[index], columns[index][at])
    packed = [
        pack({**kept, **_unpack(text)}) if text else pack(kept) if kept else None
        for text, kept in zip(ours, table.original, strict=True)
    ]
    data: dict[str, Any] = {"row": table.rows.astype("int64")}
    for field in vocabulary.fields():
        if field in table.fields and field != "original":
            column = table.fields[field]
            data[field] = pd.array(np.where(column == "", None, column), dtype="str")
    data["original"] = pd.array(packed, dtype="str")
    return pd.DataFrame(data)


def _unpack(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {"original": text}
    return found if isinstance(found, dict) else {"original": found}
