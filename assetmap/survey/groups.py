"""Columns that belong to one question: tick boxes, ranks and matrices, in every tool's spelling.

`Question - Option`, `question/option`, `question.option`, `question___code`, `Question [Option]`,
`Question (choice=Option)`, and two header rows are all a question with an option. Which part of a
header is the question is seen from the columns that share it and from what stands in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assetmap import vocabulary
from assetmap.survey.phrases import header_is, header_key, is_other, key, phrases
from assetmap.survey.tools.layout import Column

SEPARATORS = (" - ", " – ", " — ", "/", ": ", " | ", "___", ".", " > ")
# Tools whose readings say surely what is a question and what an option.
EXPLICIT = frozenset({"surveymonkey", "redcap", "limesurvey"})


@dataclass(frozen=True)
class Profile:
    """What stands in one column: answered cells by value."""

    values: Counter[str]

    @property
    def answered(self) -> int:
        """How many cells are not blank."""
        return self.values.total()


@dataclass(frozen=True)
class ColumnGroup:
    """Columns of one question: `kind` is ticks, ranks or matrix."""

    question: str
    members: Mapping[int, str]
    kind: str


def groups(
    tool: str, columns: Sequence[Column], profiles: Mapping[int, Profile]
) -> list[ColumnGroup]:
    """The groups among these columns, in order; a column is in at most one."""
    headers = {header_key(columns[n].readings[0][0]) for n in profiles if columns[n].readings}
    offers: dict[str, dict[int, str]] = {}
    texts: dict[str, str] = {}
    for number in profiles:
        for question, option, sure in _splits(tool, columns[number]):
            folded = header_key(question)
            if folded and option.strip():
                offers.setdefault(folded, {}).setdefault(number, option.strip())
                texts.setdefault(folded, question.strip())
                if sure:
                    headers.add(folded)
    column_groups: list[ColumnGroup] = []
    taken: set[int] = set()
    ranked = sorted(
        offers,
        key=lambda name: (
            name in headers,
            len(offers[name]) > 1,
            len(name),
        ),
        reverse=True,
    )
    for name in ranked:
        members = {n: option for n, option in offers[name].items() if n not in taken}
        if len(members) < 2 and not (members and _surely_one_box(tool, columns, members, profiles)):
            continue
        kind = _kind(texts[name], members, profiles, name in headers)
        if kind:
            column_groups.append(ColumnGroup(texts[name], members, kind))
            taken |= set(members)
    return sorted(column_groups, key=lambda group: min(group.members))


def _surely_one_box(
    tool: str,
    columns: Sequence[Column],
    members: Mapping[int, str],
    profiles: Mapping[int, Profile],
) -> bool:
    number = next(iter(members))
    return tool == "redcap" and "___" in columns[number].name


def _splits(tool: str, column: Column) -> list[tuple[str, str, bool]]:
    """(question, option, sure) of every way to part the header."""
    explicit = [(q, o, True) for q, o in column.readings if o]
    if tool in EXPLICIT and explicit:
        return explicit[:1]
    if tool == "qualtrics":
        return [(q, o, " - Selected Choice" in column.name) for q, o, _ in explicit]
    name = " ".join(column.name.split())
    result = [(q, o, False) for q, o, _ in explicit]
    if name.endswith("]") and " [" in name:
        question, _, option = name[:-1].partition(" [")
        result.append((question, option, True))
    elif name.endswith("]") and "[" in name:
        question, _, option = name[:-1].partition("[")
        result.append((question, option, True))
    if name.endswith(")") and "(choice=" in name:
        question, _, option = name[:-1].partition("(choice=")
        result.append((question, option, True))
    for mark in (*SEPARATORS, *(("-",) if tool == "odk" else ())):
        start = name.find(mark)
        while start > 0:
            left, right = name[:start], name[start + len(mark) :]
            spaced = mark == "." and (right[:1].isspace() or left[-1:].isspace())
            if right and not spaced:
                result.append((left, right, mark == "___"))
            start = name.find(mark, start + 1)
    return result


def _kind(
    question: str, members: Mapping[int, str], profiles: Mapping[int, Profile], named: bool
) -> str:
    filled = {n: profiles[n] for n in members if profiles[n].answered}
    if not filled:
        return "ticks" if named else ""
    if _ranks(question, members, filled):
        return "ranks"
    boxes = [n for n, profile in filled.items() if is_box(members[n], profile)]
    rest = [n for n in filled if n not in boxes]
    if boxes and all(is_other(members[n]) for n in rest):
        return "ticks"
    if not boxes and named and len(filled) >= 2 and _alike(list(filled.values())):
        return "matrix"
    if not boxes and len(filled) >= 3 and _alike(list(filled.values())):
        return "matrix"
    return ""


def is_box(option: str, profile: Profile) -> bool:
    """Whether a column holds ticks only: yes/no words, a mark, or its own label."""
    words = phrases("unticked") | _TICKS
    keys = {key(value) for value in profile.values}
    return keys <= words | {key(option)} or (
        len(keys - words) == 1 and len(keys) == 1 and _echoes(next(iter(keys)), option)
    )


_TICKS = vocabulary.word_set("tick")


def _echoes(value: str, option: str) -> bool:
    """A label shortened or lengthened by the tool is still the label."""
    folded = key(option)
    return value in folded or folded in value


def _ranks(question: str, members: Mapping[int, str], filled: Mapping[int, Profile]) -> bool:
    keys = {key(value) for profile in filled.values() for value in profile.values}
    if not keys or not all(each.isdigit() for each in keys) or len(filled) < 2:
        return False
    numbers = {int(each) for each in keys}
    if not (1 in numbers and 2 <= max(numbers) <= len(members) and min(numbers) >= 1):
        return False
    if header_is(question, "rank"):
        return True
    # Each place is given about once a person: as many firsts as seconds.
    totals: Counter[str] = Counter()
    for profile in filled.values():
        for value, times in profile.values.items():
            totals[key(value)] += times
    return len(numbers) >= 3 and max(totals.values()) - min(totals.values()) <= 0.05 * max(
        totals.values()
    )


def _alike(filled: Sequence[Profile]) -> bool:
    """Whether columns share their answers, as the rows of a matrix do."""
    sets = [{key(value) for value in profile.values} for profile in filled]
    everything = set().union(*sets)
    return len(everything) <= 11 and all(len(each & sets[0]) > 0 for each in sets)
