"""Several answers in one cell: how a column parts them, and which answers there are.

Labels hold commas themselves ("Safe, sober place to live"). A comma does not part where what
follows begins small, where a bracket is open, or where two parts are never seen without each
other in different company: one and the same combination, however often, may be two answers.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

MIN_TOGETHER = 3


def separator(tool: str, values: Counter[str], asks_many: bool) -> str:
    """What parts the answers of this column: ";", "|", " ", "," or "" for one answer a cell."""
    if not values:
        return ""
    cells = list(values)
    if any("|" in cell for cell in cells) and _recurs(values, "|", asks_many):
        return "|"
    if any(";" in cell for cell in cells) and (
        (tool == "microsoft_forms" and all(cell.endswith(";") for cell in cells))
        or _recurs(values, ";", asks_many)
    ):
        return ";"
    if tool in ("kobo", "odk") and _codes(values):
        return " "
    if any("," in cell for cell in cells) and _commas(values, asks_many):
        return ","
    return ""


def _recurs(values: Counter[str], mark: str, asks_many: bool) -> bool:
    """Whether the parts come back in other company, as choices do and sentences do not."""
    parts = Counter(
        part.strip()
        for cell, times in values.items()
        for part in cell.split(mark)
        if part.strip()
        for _ in range(min(times, 3))
    )
    if not parts:
        return False
    mean = sum(len(part) for part in parts) / len(parts)
    if asks_many:
        return mean <= 60
    again = sum(times for times in parts.values() if times > 1)
    return again >= 0.6 * parts.total() and mean <= 60


def _codes(values: Counter[str]) -> bool:
    """Codes parted by blanks, as KoboToolbox and ODK write them."""
    tokens = [cell.split() for cell in values]
    if not all(re.fullmatch(r"[\w.-]+", token) for cell in tokens for token in cell):
        return False
    if not any(len(cell) > 1 for cell in tokens):
        return False
    if any(len(set(cell)) < len(cell) for cell in tokens):
        return False
    # Codes come back in other company; one and the same short text does not.
    seen = Counter(token for cell in {tuple(cell) for cell in tokens} for token in cell)
    if max(seen.values()) < 2:
        return False
    distinct = set(seen)
    return len(distinct) <= 40 and all(token == token.lower() for token in distinct)


def _commas(values: Counter[str], asks_many: bool) -> bool:
    style = style_of(values, ",")
    parted = {cell: parts(cell, style) for cell in values}
    if not any(len(each) > 1 for each in parted.values()):
        return False
    if asks_many:
        return True
    lines = Counter({"\n".join(each): values[cell] for cell, each in parted.items()})
    return _recurs(lines, "\n", False)


class Style(NamedTuple):
    """How the cells of a column are joined: the mark, and how its commas behave."""

    mark: str
    tight: bool = False
    small: bool = False


def style_of(values: Counter[str], mark: str) -> Style:
    """The style of a column with these cells."""
    if mark != ",":
        return Style(mark)
    # Qualtrics joins by a bare comma, so a comma before a blank is part of a label.
    tight = any(re.search(r",(?=[^\s\d])", cell) for cell in values)
    # In some forms the choices begin with a small letter.
    first = [cell.strip()[:1] for cell in values if cell.strip()]
    small = sum(letter.islower() for letter in first) > 0.2 * len(first)
    return Style(mark, tight, small)


def parts(cell: str, style: Style) -> list[str]:
    """The answers in one cell."""
    if style.mark == " ":
        return cell.split()
    if style.mark != ",":
        return [part.strip() for part in cell.split(style.mark) if part.strip()]
    result: list[str] = []
    for piece in re.split(r",(?=\S)" if style.tight else r",\s*", cell):
        piece = piece.strip()
        if not piece:
            continue
        open_bracket = bool(result) and result[-1].count("(") > result[-1].count(")")
        begins_small = piece[0].islower() or piece[0] in "&+"
        goes_on = bool(result) and not style.tight and not style.small and begins_small
        if open_bracket or goes_on:
            result[-1] += f", {piece}"
        else:
            result.append(piece)
    return result


def answers(values: Counter[str], mark: str) -> Counter[str]:
    """Every answer of a joined column with the number of people who gave it."""
    style = style_of(values, mark)
    cells = {cell: parts(cell, style) for cell in values}
    if mark == ",":
        cells = _whole_labels(cells, values)
    result: Counter[str] = Counter()
    for cell, each in cells.items():
        for answer in dict.fromkeys(each):
            result[answer] += values[cell]
    return result


def _whole_labels(cells: dict[str, list[str]], values: Counter[str]) -> dict[str, list[str]]:
    """The cells with those parts put together again that are one label."""
    alone: Counter[str] = Counter()
    beside: Counter[tuple[str, str]] = Counter()
    company: Counter[tuple[str, str]] = Counter()
    for cell, each in cells.items():
        for part in each:
            alone[part] += values[cell]
        for pair in dict.fromkeys(itertools.pairwise(each)):
            beside[pair] += values[cell]
            company[pair] += 1
    never_apart = {
        (left, right)
        for (left, right), times in beside.items()
        if times >= MIN_TOGETHER and times == alone[left] == alone[right]
    }
    whole = {cell: _glued(each, never_apart) for cell, each in cells.items()}
    if all(len(each) == 1 for each in whole.values()):
        return whole  # one answer a cell: its commas are those of the labels
    sure = {pair for pair in never_apart if company[pair] > 1}
    return {cell: _glued(each, sure) for cell, each in cells.items()}


def _glued(each: Sequence[str], pairs: set[tuple[str, str]]) -> list[str]:
    result: list[str] = []
    last = ""
    for part in each:
        if result and (last, part) in pairs:
            result[-1] += f", {part}"
        else:
            result.append(part)
        last = part
    return result
