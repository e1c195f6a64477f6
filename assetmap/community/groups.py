"""Problems grouped by what is said of them, worst first, so that a volunteer can work through."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.fields import SEVERITIES, Problem
from assetmap.files.atomic import write_atomic
from assetmap.words import Text, say

# The order of harm: a row is gone, a value is not used, may be wrong, was mended.
ORDER = ("rejected", "kept", "guessed", "fixed")
MOST_EXAMPLES = 3
REMEMBERED = ".check.json"
_ROW = re.compile(r"^(?:Row|Fila) \d+(?: of [^:]+)?: ")
_CELL = re.compile(r"^`[^`]*` (?:is '.*?'|is empty|es '.*?'|está vacío); ", re.DOTALL)
_ASK = re.compile(
    r"(?:^|[;.,] )((?:write|give|check|delete|ask|use|look|call|add|say|open|take|save|put|close|"
    r"keep|run|make)\b[^;.]*)\.?$",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"\d|['\"“”‘’`…_@/]|[A-Z]")

Names = Mapping[tuple[str, int], str]


@dataclass(frozen=True)
class ProblemGroup:
    """Problems of one kind. `do` is what to do about them; `examples` are names of rows."""

    severity: str
    field: str
    count: int
    message: str
    examples: tuple[str, ...]
    do: str

    def as_json(self) -> dict[str, object]:
        """As in the document of `check`."""
        return {
            "severity": self.severity,
            "field": self.field,
            "count": self.count,
            "message": self.message,
            "examples": list(self.examples),
            "do": self.do,
        }


def group_problems(problems: Iterable[Problem], names: Names) -> list[ProblemGroup]:
    """The problems by severity, field and what is said; worst first, then the most."""
    result: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        result.setdefault(_key(problem), []).append(problem)
    groups = [_group(members, names) for members in result.values()]
    return sorted(
        groups, key=lambda option: (ORDER.index(option.severity), -option.count, option.message)
    )


def _key(problem: Problem) -> tuple[str, str, str]:
    severity = problem.severity if problem.severity in SEVERITIES else "kept"
    if isinstance(problem.message, Text) and not problem.message.id.startswith("problem"):
        return severity, problem.field, problem.message.id
    return severity, problem.field, _skeleton(_note(problem))


def _note(problem: Problem) -> str:
    """What is said of the value, without the row's number and the value itself."""
    return _CELL.sub("", _ROW.sub("", str(problem.message)))


def _skeleton(note: str) -> str:
    """The fixed words a note begins with, so that notes of one kind are one."""
    words: list[str] = []
    kinds = vocabulary.terms("kinds")
    for word in note.split()[:8]:
        plain = word.rstrip(".,;:")
        if plain in kinds or _VARIABLE.search(plain if words else plain[1:]):
            break
        words.append(plain)
    return " ".join(words)


def _group(members: Sequence[Problem], names: Names) -> ProblemGroup:
    first = members[0]
    label = field_label(first.field)
    note = _note(first)
    if len(members) == 1:
        message = _sentence(label, note)
    else:
        skeleton = _skeleton(note)
        differs = len({_note(member) for member in members}) > 1
        # Two words in common say nothing; then the first note stands for all.
        short = differs and skeleton.count(" ") >= 2
        message = _sentence(label, f"{skeleton} …" if short else note)
    messages = dict.fromkeys(
        name
        for member in members
        if member.row is not None and (name := names.get((member.source, member.row)))
    )
    severity = first.severity if first.severity in SEVERITIES else "kept"
    return ProblemGroup(
        severity, first.field, len(members), message, tuple(list(messages)[:MOST_EXAMPLES]),
        _what_to_do(severity, note, first.row is None),
    )  # fmt: skip


def field_label(name: str, language: str = "en") -> str:
    """What people call a field; its own name where it is none of ours."""
    row = vocabulary.fields().get(name)
    if row is None:
        return name.replace("_", " ").capitalize()
    return row[f"label_{language}"] or row["label_en"]


def _sentence(label: str, note: str) -> str:
    short = note if len(note) <= 160 else note[:157] + "…"
    return f"{label}: {short}".rstrip(".")


def _what_to_do(severity: str, note: str, of_file: bool) -> str:
    ask = _ASK.search(note)
    if ask:
        return (ask[1][0].upper() + ask[1][1:]).rstrip(", …")
    if severity == "kept" and of_file:
        # What is said of a whole file or setting is not mended in a cell.
        return say("check.do_kept_file", "en")
    return say(f"check.do_{severity}", "en")


class Since(NamedTuple):
    """Problems that are new since the last check and those that are gone; None at the first."""

    new: int
    gone: int


def since_last(folder: Path, problems: Iterable[Problem]) -> Since | None:
    """Compare with the problems remembered in `folder`, and remember these.

    Only hashes are kept. None at the first check. A folder that cannot be written is left alone.
    """
    now = sorted({_hash(problem) for problem in problems})
    path = folder / REMEMBERED
    before: list[str] | None
    try:
        before = [str(load) for load in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        before = None
    with contextlib.suppress(OSError):
        write_atomic(path, json.dumps(now).encode())
    if before is None:
        return None
    return Since(len(set(now) - set(before)), len(set(before) - set(now)))


def _hash(problem: Problem) -> str:
    # Without the row's number, which moves when a line is added above.
    note = _note(problem)
    if problem.row is None:
        note = re.sub(r"\d+", "#", note)  # "3 rows give a place" is the same when there are 4
    parts = (problem.source, problem.field, problem.value, problem.severity, note)
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:12]
