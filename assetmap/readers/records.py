"""JSON as it is really found: truncated, with junk after it, one object a line."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from assetmap.fields import LONGEST_TEXT, Problem, beginning, with_texts
from assetmap.files.source import UnreadableFile
from assetmap.readers.source import file_problem
from assetmap.words import text as words

# Lists that envelopes of the known formats hold their rows in.
_LISTS = re.compile(r'"(meetings|contents|rows|features|services)"\s*:\s*\[')
_HALF_LETTER = re.compile(
    r"(?<!\\)(?:\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_SPACE = re.compile(r"[\s,]*")


class Parsed(NamedTuple):
    """A JSON value, and what had to be left out to read it.

    `lost` is the number of list elements that were cut off in the middle.
    """

    value: object
    problems: list[Problem]
    lost: int = 0


def _no_number(_: str) -> None:
    """NaN and Infinity are not JSON and not values: they are read as nothing."""


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def parse(name: str, text: str) -> Parsed:
    """The JSON value in `text`, with only the beginning of texts that are longer than any kept.

    Raises UnreadableFile with one sentence when there is none.
    """
    result = _parsed(name, text)
    pieces = text.replace('\\"', "").split('"') if len(text) > LONGEST_TEXT else ()
    if any(len(piece) > LONGEST_TEXT for piece in pieces):
        return result._replace(value=with_texts(result.value, beginning))
    return result


def _parsed(name: str, text: str) -> Parsed:
    # Half a letter (an emoji cut in two) is no text that can be written anywhere again.
    if "\\ud" in text or "\\uD" in text:
        text = _HALF_LETTER.sub(r"\\ufffd", text)
    try:
        return Parsed(json.loads(text, parse_constant=_no_number), [])
    except RecursionError:
        raise UnreadableFile(words("readers.nested", name=name)) from None
    except ValueError as error:
        reason = error
    try:
        return _by_line(text) or _with_junk(text) or _truncated(text) or _refuse(name, reason)
    except RecursionError:
        raise UnreadableFile(words("readers.nested", name=name)) from None


def _refuse(name: str, reason: ValueError) -> Parsed:
    if isinstance(reason, json.JSONDecodeError):
        raise UnreadableFile(words("readers.damaged_json_at", name=name, line=reason.lineno))
    raise UnreadableFile(words("readers.damaged_json", name=name))


def _by_line(text: str) -> Parsed | None:
    """One object a line (NDJSON), whatever the file is called; broken lines are reported."""
    lines = [line for line in text.splitlines() if line.strip().strip("\x1e")]
    if len(lines) < 2 or not lines[0].lstrip("\x1e \t").startswith("{"):
        return None
    values: list[object] = []
    broken: list[int] = []
    for number, line in enumerate(lines, 1):
        try:
            values.append(_DECODER.decode(line.strip("\x1e \t\r")))
        except ValueError:
            values.append(None)
            broken.append(number)
    if not isinstance(values[0], dict) or len(broken) > len(lines) / 2:
        return None
    problems = [file_problem(words("readers.by_line"))]
    problems += [
        Problem(
            number,
            "file",
            lines[number - 1][:60],
            "rejected",
            words("readers.broken_line", row=number),
        )
        for number in broken
    ]
    return Parsed([v for v in values if v is not None], problems, len(broken))


def _with_junk(text: str) -> Parsed | None:
    """A whole value with something after it."""
    start = len(text) - len(text.lstrip())
    try:
        value, end = _DECODER.raw_decode(text, start)
    except ValueError:
        return None
    junk = text[end:].strip()
    if not isinstance(value, (dict, list)):
        return None
    message = words("readers.junk_after", count=f"{len(junk):,}")
    return Parsed(value, [file_problem(message, value=junk[:60])])


def _truncated(text: str) -> Parsed | None:
    """The whole elements of a list that was cut off or is damaged in one place."""
    opened = text.lstrip()
    key = ""
    if opened.startswith("["):
        position = text.index("[") + 1
    elif match := _LISTS.search(text):
        key, position = match[1], match.end()
    else:
        return None
    values: list[object] = []
    while True:
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]
        try:
            value, position = _DECODER.raw_decode(text, position)
        except ValueError:
            break
        values.append(value)
    if not values:
        return None
    lost = 1 if text[position:].strip(" \t\r\n]}") else 0
    number = len(values) + 1
    problem = Problem(
        number,
        "file",
        text[position : position + 60],
        "rejected" if lost else "fixed",
        words("readers.breaks_off", row=number, count=f"{len(values):,}"),
    )
    return Parsed({key: values} if key else values, [problem], lost)
