"""Which lines of help come first when somebody's words tell of danger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assetmap.fields import JsonObject
from assetmap.search.understand import crisis_line


class CrisisLine(NamedTuple):
    """A line of help: its sentence, its number, and the number it answers text messages at."""

    id: str
    text: str
    phone: str
    text_to: str


def crisis_lines(lines: Sequence[JsonObject], language: str) -> list[CrisisLine]:
    """The lines of a community (or a country) in `language`; one without a number is left out."""
    return [
        CrisisLine(
            str(line.get("id") or line["phone"]),
            str(line.get(language) or line.get("en") or line["phone"]),
            str(line["phone"]),
            _text_to(line.get("text"), str(line["phone"])),
        )
        for line in lines
        if line.get("phone")
    ]


def _text_to(written: object, phone: str) -> str:
    """`text = true` says the number itself, `text = "88788"` another one."""
    if written is True:
        return phone
    return written.strip() if isinstance(written, str) else ""


def crisis_first(
    wanted: Sequence[str], own: Sequence[JsonObject], country: str, language: str
) -> list[CrisisLine]:
    """The lines of the ids `wanted`, in that order: the community's own, else the country's."""
    known = {line.id: line for line in crisis_lines(own, language)}
    shown = []
    for name in wanted:
        row = crisis_line(name)
        if name in known:
            shown.append(known[name])
        elif row["country"] == country:
            text = row.get(f"label_{language}") or row["label_en"]
            shown.append(CrisisLine(name, text, row["phone"], row["text"]))
    return shown


def dial(phone: str) -> str:
    """A phone number or dial string as a `tel:` address takes it: digits, +, pauses, * and #.

    >>> dial("(253) 215-8782,,503536771#")
    '2532158782,,503536771%23'
    """
    kept = "".join(letter for letter in phone if letter in "0123456789+,;*#")
    return kept.replace("#", "%23")
