"""One value that a person says of one asset: a correction, a form, the command line.

It goes the way of a cell in somebody's sheet, so that "closed", "sober living" and "Sundays at
6pm" mean the same wherever they are written, and what a sheet would put aside is refused here:
a value that cannot be read must never erase the one that is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from rapidfuzz import fuzz, process

from assetmap import vocabulary
from assetmap.assets import cells, coordinates
from assetmap.assets.draft import Context
from assetmap.fields import sentence
from assetmap.readers import header
from assetmap.readers.source import ReadOptions
from assetmap.readers.table.columns import to_plain
from assetmap.words import Text, text

# What the source gives and no person says of an asset.
NOT_SAID = frozenset(("id", "source", "source_id", "original", "fetched_at"))
# Free text, of which a sheet's reader makes guesses that nobody has said.
_ONLY_ITSELF = ("name", "description", "organization")
_HELPERS = {"hours": "schedule", "coordinates": "latitude", "category": "kind"}
_NOTHING: Mapping[str, str] = MappingProxyType({})


class HumanValue(NamedTuple):
    """What a person's text means for an asset.

    `field` is the name in fields.csv ("" for none). `values` are the fields it sets, as the plain
    text that `assets.check` writes itself (ids joined by `|`, "(618) 555-0112"); "" makes a field
    unknown again, which an empty text asks for. `refused` finishes the sentence
    "`field` is 'text';" where nothing is set; `note` does where the text was read as something
    else than it says.
    """

    field: str
    values: Mapping[str, str]
    refused: Text | None = None
    note: Text | None = None


def field_named(label: str) -> str:
    """The field that people call `label`: its name, label or a known alias; "" for none."""
    matched, _ = header.match([label])
    result = next(iter(matched.first), "")
    return (
        _HELPERS.get(result, result) if result not in header.HELPERS or result in _HELPERS else ""
    )


def read_human_value(field: str, written: str, context: Context) -> HumanValue:
    """The value that `written` gives the field called `field` (a name, label or alias).

    Everything that a sheet's reader would keep aside is refused, with its reason.
    """
    name = field_named(field)
    written = written.strip()
    if not name:
        matched, _ = header.match([field])
        if matched.private:
            return HumanValue("", _NOTHING, text("human.private"))
        return HumanValue("", _NOTHING, text("human.no_field", near=_nearest(field)))
    if name in NOT_SAID:
        return HumanValue(name, _NOTHING, text("human.fixed_field"))
    if cells.is_blank(written):
        return HumanValue(name, MappingProxyType({name: ""}))
    if name in ("latitude", "longitude") and name in header.match([field])[0].first:
        return _degrees(name, written)
    return _as_a_cell(name, field, written, context)


def human_problem(field: str, written: str, row: int | None, value: HumanValue) -> Text | None:
    """What has to be said of a value that was refused or read otherwise; None for nothing."""
    note = value.refused or value.note
    return None if note is None else sentence(row, value.field or field, written, note)


def _as_a_cell(name: str, label: str, written: str, context: Context) -> HumanValue:
    names, row = (["name", label], ["x", written]) if name != "name" else ([label], [written])
    plain = to_plain(names, [row], ReadOptions(key="human", country=context.country))
    if not len(plain.frame):
        # In a sheet it would be a heading, a sum or an empty row.
        return HumanValue(name, _NOTHING, text("human.not_read"))
    read = {
        column: value
        for column, value in plain.frame.iloc[0].items()
        if isinstance(value, str) and column in vocabulary.fields() and column not in NOT_SAID
    }
    # What the sheet's reader guesses from a name, or of the kind, nobody has said.
    if name in _ONLY_ITSELF:
        read = {column: value for column, value in read.items() if column == name}
    else:
        read.pop("name", None)
    if name != "kind":
        read.pop("kind", None)
    notes = [problem.message for problem in plain.problems if problem.row is not None]
    note = next((_note_of(message) for message in notes), None)
    if name not in read:
        return HumanValue(name, _NOTHING, note or text("human.not_read"))
    for column, value in read.items():
        if column in ("latitude", "longitude"):
            if coordinates.degrees(value) is None:
                return HumanValue(name, _NOTHING, text("human.not_read"))
            continue
        cell = cells.reader(column, context.country)(value)
        if cell.severity == "kept" or (cell.value is None and column == name):
            return HumanValue(name, _NOTHING, _as_text(cell.note) or text("human.not_read"))
        note = note or _as_text(cell.note)
        read[column] = cells.written(cell.value)
    return HumanValue(name, MappingProxyType(read), None, note)


def _degrees(name: str, written: str) -> HumanValue:
    result = coordinates.degrees(written)
    if result is None or abs(result[0]) > (90 if name == "latitude" else 180):
        return HumanValue(name, _NOTHING, text("human.not_read"))
    return HumanValue(name, MappingProxyType({name: written}))


def _note_of(message: str) -> Text | None:
    note = message.values.get("note") if isinstance(message, Text) else None
    return _as_text(str(note) if note is not None and not isinstance(note, Text) else note)


def _as_text(note: object) -> Text | None:
    if isinstance(note, Text):
        return note
    return text("human.note", note=note) if note else None


def _nearest(label: str) -> str:
    """Fields whose names or labels are like `label`, else the ones that are corrected most."""
    named: dict[str, str] = {}
    for name, row in vocabulary.fields().items():
        if name not in NOT_SAID:
            for spelling in (name, row["label_en"], row["label_es"]):
                named.setdefault(header.plain(spelling), name)
    result = process.extract(
        header.plain(label), list(named), scorer=fuzz.ratio, limit=9, score_cutoff=65
    )
    near = list(dict.fromkeys(named[spelling] for spelling, _, _ in result))[:3]
    return ", ".join(near or ("phone", "schedule", "status"))
