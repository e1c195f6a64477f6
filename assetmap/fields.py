"""What an asset can say, and the one way to say what happened to a value: the ground floor.

FIELDS is vocabulary/fields.csv; readers, the gate, the catalog, the writers and the forms all
stand on it. A `Problem` is one thing that has to be said of one value; `original` is the JSON
text of what has no field of ours, so that nothing a source says is lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from assetmap import vocabulary
from assetmap.words import Text, text

FIELDS = vocabulary.fields()
COLUMNS = tuple(name for name, row in FIELDS.items() if row["type"] != "coordinate")
SEVERITIES = ("rejected", "fixed", "guessed", "kept")

# Objects of JSON documents and tables of TOML files: one that is read, and one that is being made.
JsonObject = Mapping[str, Any]
JsonDict = dict[str, Any]


LONGEST_TEXT = 10_000
"""Letters of a text that is kept, some five pages: looking through more would take the machine."""


def with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with `change` done to every text in it, names of an object too."""
    if isinstance(value, dict):
        return {change(str(name)): with_texts(part, change) for name, part in value.items()}
    if isinstance(value, list):
        return [with_texts(part, change) for part in value]
    return change(value) if isinstance(value, str) else value


def beginning(value: str) -> str:
    """As much of a text from outside as is read; one letter too many shows that it was longer."""
    return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT + 1]


class Problem(NamedTuple):
    """What happened to one value of one row, in a sentence that says what to do.

    `row` is the source's own number of the row, None for a whole file; `severity` is one of
    SEVERITIES: rejected (the row is not among the assets), fixed (changed, surely), guessed
    (changed or filled by a guess), kept (not understood or doubtful; nothing is lost).
    """

    row: int | None
    field: str
    value: str
    severity: str
    message: str
    source: str = ""


def sentence(row: int | None, name: str, value: str, note: str) -> Text:
    """The one way a problem of a cell is said, sayable in other languages.

    `note` (a Text, or plain English) finishes the sentence and has no full stop of its own.
    """
    shown = value if len(value) <= 80 else value[:77] + "…"
    if not isinstance(note, Text):
        note = note.rstrip(".")
    which = "cell" if value else "empty_cell"
    if row is not None:
        which = f"row_{which}"
    if note.endswith("…"):
        which += "_open"
    return text(f"problem.{which}", row=row, field=name, value=shown, note=note)


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)


def pack_original(values: Mapping[str, Any]) -> str | None:
    """Columns without a field of ours as the JSON text of `original`; None when there are none."""
    kept = {key: value for key, value in values.items() if value not in (None, "", [], {})}
    return _ENCODER.encode(kept) if kept else None


def unpack_original(original: str | None) -> dict[str, Any]:
    """The kept source values in an `original` text."""
    if not original:
        return {}
    try:
        values = json.loads(original)
    except ValueError:
        return {"original": original}
    return values if isinstance(values, dict) else {"original": values}
