"""A field's value as one plain text, so that two ways of writing it compare equal."""

from __future__ import annotations

from functools import lru_cache

from assetmap.assets import cells
from assetmap.fields import FIELDS


def as_text(value: object) -> str:
    """A checked value as the plain text that `assets.check` reads; "" for unknown.

    >>> as_text(True), as_text(frozenset(("b", "a"))), as_text(140.0), as_text(None)
    ('yes', 'a|b', '140', '')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return "|".join(sorted(map(str, value)))
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


@lru_cache(maxsize=200_000)
def plain_value(field: str, raw: str, country: str) -> str:
    """`raw` as the gate would read it, written one way; what it cannot read stays as it is.

    >>> plain_value("phone", "618-555-0112", "US") == plain_value("phone", "(618) 555.0112", "US")
    True
    """
    text = " ".join(raw.split())
    if not text or field not in FIELDS or FIELDS[field]["type"] == "coordinate":
        return text
    cell = cells.reader(field, country)(text)
    return as_text(cell.value) or text
