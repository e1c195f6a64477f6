"""What kind of question a column asks, and which answers are choices of its form.

Several answers may be in one cell. Labels hold commas themselves ("Safe, sober place to live"): a
comma does not part where what follows begins small, where a bracket is open, or where two parts
are never seen without each other in different company: one and the same combination, however
often, may be two answers.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assetmap.survey.groups import ColumnGroup, Profile
from assetmap.survey.identifiers import scrub
from assetmap.survey.inferring.draft import (
    RecipeDraft,
    answer_id,
    code_of,
    is_number,
    label_of,
    question_id,
)
from assetmap.survey.phrases import (
    header_is,
    holds_names,
    is_other,
    key,
    names_somebody,
    plain,
    scales,
    standard_answer,
)
from assetmap.survey.questions import Question
from assetmap.survey.recipe import Item
from assetmap.survey.tools.layout import Column
from assetmap.words import Text, text

MOST_ANSWERS = 30
MOST_SCALE = 11
LONG = 60
# Below this many people a rare answer is not told from a choice that few took.
ENOUGH_PEOPLE = 30
RARE = 3
MIN_TOGETHER = 3


def ask_together(
    draft: RecipeDraft,
    group: ColumnGroup,
    columns: Sequence[Column],
    profiles: Mapping[int, Profile],
) -> None:
    """Columns that belong together: a matrix is a question a row, tick boxes are one question."""
    if group.kind == "matrix":
        shared: Counter[str] = Counter()
        for number in group.members:
            shared.update(profiles[number].values)
        for number, row in group.members.items():
            label = f"{plain(group.question)}: {plain(row)}"
            question = _choice(draft, code_of(columns[number], label), label, shared, "")
            if question is not None:
                names = (draft.names[number],)
                draft.items.append(Item(question, names, sure=0.8, why=text("survey.why_matrix")))
        return
    answers: dict[str, Mapping[str, str]] = {}
    options: dict[str, str] = {}
    for number, option in group.members.items():
        answer = answer_id(option, answers)
        answers[answer] = {"en": plain(option), "es": plain(option)}
        options[draft.names[number]] = answer
    label = plain(group.question)
    code = _group_code(columns, group)
    ranked = group.kind == "ranks"
    question = Question(
        question_id(draft, code or label),
        "one" if ranked else "many",
        {"en": label_of(label), "es": label_of(label)},
        answers,
        sensitive=header_is(label, "sensitive"),
    )
    why = text("survey.why_ranks" if ranked else "survey.why_ticks", n=len(options))
    draft.items.append(
        Item(question, tuple(options), options, ranked, 0.75 if ranked else 0.95, why)
    )


def _group_code(columns: Sequence[Column], group: ColumnGroup) -> str:
    """A short code that all columns of the group begin with."""
    names = [columns[number].name for number in group.members]
    heads = {re.split(r"___|\[|/(?=[^/]*$)", name)[0].rpartition("/")[2] for name in names}
    if len(heads) == 1 and re.fullmatch(r"[A-Za-z][\w.-]{0,30}", head := heads.pop()):
        return "" if re.fullmatch(r"[QqVv]\d+", head) else head
    prefixes = {re.sub(r"_\d+$", "", name) for name in names}
    if len(prefixes) == 1 and re.fullmatch(r"[A-Za-z]\w{0,12}", prefix := prefixes.pop()):
        return "" if re.fullmatch(r"[QqVv]\d+", prefix) else prefix
    return ""


def ask(draft: RecipeDraft, column: Column, name: str, header: str, values: Counter[str]) -> None:
    """A column that is a question of its own."""
    label = plain(header)
    asks_many = header_is(header, "many")
    mark = separator(draft.tool, values, asks_many)
    question, sure, why = _typed(draft, column, label, values, mark)
    draft.items.append(Item(question, (name,), sure=sure, why=why))


def _typed(
    draft: RecipeDraft, column: Column, label: str, values: Counter[str], mark: str
) -> tuple[Question, float, Text]:
    code = code_of(column, label)
    n, distinct = values.total(), len(values)
    mean = sum(len(value) for value in values) / distinct
    if not mark and header_is(label, "other_text") and mean > 3:
        return _text_question(draft, code, label), 0.9, text("survey.why_other_text")
    if mark:
        result = answers(values, mark)
        kept = _choices(result, n)
        if len(kept) <= MOST_ANSWERS:
            question = _with_answers(draft, code, label, "many", kept, len(kept) < len(result))
            sure = 0.95 if mark in (";", "|") else 0.9 if mark == " " else 0.7
            return question, sure, text("survey.why_joined", mark=mark.strip() or "␣")
    numbers = [each for value in values if (each := key(value)) and is_number(each)]
    if len(numbers) >= 0.9 * distinct and distinct > 0:
        whole = sorted({int(float(each)) for each in numbers if float(each) == int(float(each))})
        small = len(whole) == len(set(numbers)) and whole and whole[0] >= -10 and whole[-1] <= 11
        if small and len(whole) <= MOST_SCALE:
            counts = Counter({str(each): 0 for each in range(whole[0], whole[-1] + 1)})
            others = Counter({v: t for v, t in values.items() if not is_number(key(v))})
            question = _with_answers(draft, code, label, "scale", counts + others, False, counts)
            sure = 0.85 if len(whole) > 2 else 0.6
            return question, sure, text("survey.why_scale")
        return (
            _plain_question(draft, code, label, "number"),
            0.9,
            text("survey.why_number"),
        )
    choice = _choice(draft, code, label, values, "")
    texty = mean > LONG or (n >= 8 and distinct > 0.6 * n) or (n < 8 and mean > 35)
    if choice is None or (texty and choice.type != "scale"):
        if choice is not None:
            draft.ids.discard(choice.id)
        return (
            _text_question(draft, code, label),
            0.8 if mean > 35 else 0.6,
            text("survey.why_text"),
        )
    if choice.type == "scale":
        return choice, 0.95, text("survey.why_known_scale")
    return choice, 0.9 if n >= 4 * distinct else 0.7, text("survey.why_one", n=len(choice.answers))


def _choice(
    draft: RecipeDraft, code: str, label: str, values: Counter[str], kind: str
) -> Question | None:
    """A question with one answer, when the answers come back often enough."""
    order = _known_scale(values)
    if order:
        return _with_answers(draft, code, label, "scale", values, False, order)
    kept = _choices(values, values.total())
    rare = values.total() - sum(values[value] for value in kept)
    if not kept or len(kept) > MOST_ANSWERS or rare > 0.3 * values.total():
        return None
    return _with_answers(draft, code, label, kind or "one", kept, rare > 0)


def _choices(result: Counter[str], people: int) -> Counter[str]:
    """The answers that are choices of the form, not words of one person."""
    if people < ENOUGH_PEOPLE:
        # One person's own words, typed under "other", may name somebody.
        return Counter(
            {
                answer: times
                for answer, times in result.items()
                if not scrub(answer)[1]
                and len(answer) <= 2 * LONG
                and not (times == 1 and names_somebody(answer))
            }
        )
    return Counter(
        {
            answer: times
            for answer, times in result.items()
            if (times >= RARE or standard_answer(answer) or is_other(answer))
            and not scrub(answer)[1]
            and not (len(answer.split()) > 1 and times <= 10 and holds_names([answer]))
        }
    )


def _known_scale(values: Counter[str]) -> Counter[str] | None:
    own = {key(value): value for value in values if standard_answer(value) is None}
    if len(own) < 2:
        return None
    for scale in scales():
        if set(own) <= set(scale):
            return Counter({own[each]: 0 for each in scale if each in own})
    # "1 - Not at all" … "5 - Very much": the number says the order.
    leading = {value: re.match(r"(-?\d+)\s*[-–.:=)]\s*\S", value) for value in own.values()}
    numbers = [int(match[1]) for match in leading.values() if match]
    if len(numbers) == len(own) >= 3 and len(set(numbers)) == len(numbers):
        order = sorted(own.values(), key=lambda value: int(leading[value][1]))  # type: ignore[index]
        return Counter(dict.fromkeys(order, 0))
    return None


def _with_answers(
    draft: RecipeDraft,
    code: str,
    label: str,
    kind: str,
    result: Counter[str],
    has_other: bool,
    order: Mapping[str, int] | None = None,
) -> Question:
    answers: dict[str, Mapping[str, str]] = {}
    names = list(order or ()) + [a for a, _ in result.most_common() if a not in (order or {})]
    last = [name for name in names if standard_answer(name) or is_other(name)]
    spelled: set[str] = set()
    for name in [n for n in names if n not in last] + last:
        if key(name) in spelled:
            continue
        spelled.add(key(name))
        answer = answer_id(name, answers)
        answers[answer] = {"en": plain(name) or name, "es": plain(name) or name}
    if has_other:
        answers.setdefault("other", {"en": "Other", "es": "Otro"})
    return Question(
        question_id(draft, code),
        kind,
        {"en": label_of(label), "es": label_of(label)},
        answers,
        sensitive=header_is(label, "sensitive"),
    )


def _text_question(draft: RecipeDraft, code: str, label: str) -> Question:
    return _plain_question(draft, code, label, "text")


def _plain_question(draft: RecipeDraft, code: str, label: str, kind: str) -> Question:
    return Question(
        question_id(draft, code), kind, {"en": label_of(label), "es": label_of(label)}, {}
    )


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
