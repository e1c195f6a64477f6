"""Meeting Guide codes for what an asset says, by the table of its own program."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from assetmap import vocabulary

ONLINE = "ONL"
CLOSED = "TC"
_MANY_VALUED = ("welcomes", "only_for", "languages", "pathways")


@cache
def _codes(program: str) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """(code, fields it says) of a program; the widest and then the shortest code first."""
    result: dict[str, Mapping[str, str]] = {}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "meeting_types.csv"):
        sets = dict(pair.split("=", 1) for pair in row["sets"].split(";") if pair)
        if row["program"] == program:
            result[row["code"]] = sets
        elif not row["program"]:
            result.setdefault(row["code"], sets)
    codes = [(code, sets) for code, sets in result.items() if sets and "program" not in sets]
    # G and L say less than LGBTQ, which is what the asset says.
    return tuple(sorted(codes, key=lambda item: ("LGBT" not in item[0], len(item[0]), item[0])))


def codes_for(text: Mapping[str, str]) -> list[str]:
    """Codes whose every field the asset says too; one code for one thing."""
    program = text.get("program") or ""
    if not program:
        return []
    chosen: list[str] = []
    codes: set[tuple[str, str]] = set()
    for code, sets in _codes(program):
        pairs = {
            (field, value) for field, values in sets.items() for value in vocabulary.split(values)
        }
        good = all(_says(text, field, value) for field, value in pairs)
        if good and not pairs <= codes:
            chosen.append(code)
            codes |= pairs
    return sorted(chosen)


def _says(text: Mapping[str, str], field: str, value: str) -> bool:
    has = text.get(field, "")
    return value in vocabulary.split(has) if field in _MANY_VALUED else has == value
