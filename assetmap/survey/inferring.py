"""What a survey's export is about when nobody gave a codebook: questions, answers, consent, area.

Every decision comes with how sure it is (0 to 1) and why, so that a person confirms the doubtful
ones first. What is decided is a `Recipe`; the next export of the same form opens with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import pandas as pd

from assetmap.places import fold
from assetmap.survey import joined
from assetmap.survey.groups import ColumnGroup, Profile, groups
from assetmap.survey.identifiers import scrub
from assetmap.survey.phrases import (
    STANDARD,
    header_is,
    header_key,
    holds_names,
    is_blank,
    is_other,
    is_yes,
    key,
    names_somebody,
    phrases,
    plain,
    scales,
    standard_answer,
)
from assetmap.survey.questions import BOOKKEEPING, Question
from assetmap.survey.recipe import ConsentRule, Item, SurveyRecipe, column_names, combined
from assetmap.survey.tools.layout import Column, ToolSheet
from assetmap.words import Text, text

MOST_ANSWERS = 30
MOST_SCALE = 11
LONG = 60
# Below this many people a rare answer is not told from a choice that few took.
ENOUGH_PEOPLE = 30
RARE = 3
DOUBT = 0.8
MOSTLY = 0.9
# "42.1 -72.6 0 0", as phones write where they are; addresses of mail and of machines.
_TELLS_WHO = re.compile(
    r"\s*(?:-?\d{1,3}\.\d+[ ,;]\s*-?\d{1,3}\.\d+(?:[ ,;]+-?[\d.]+){0,2}"
    r"|[^\s@]+@[^\s@]+\.\w{2,}|\d{1,3}(?:\.\d{1,3}){3})\s*"
)
# "A1": an answer's code in LimeSurvey.
_ANSWER_CODE = re.compile(r"[A-Z]{1,3}\d{1,3}")
NO_MINUS_NUMBER = re.compile(r"\s*\d+([.,]\d+)?\s*")
ID_LENGTH = 40


@dataclass
class Inferred:
    """A recipe, the area column as (column, how many cells are areas, sure), and what to ask."""

    recipe: SurveyRecipe
    area: tuple[str, str, float] | None
    to_confirm: list[Text] = field(default_factory=list)


@dataclass
class _Draft:
    tool: str
    names: list[str]
    items: list[Item] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    identifiers: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    consent: ConsentRule | None = None
    area: tuple[str, str, float] | None = None
    ids: set[str] = field(default_factory=lambda: set(BOOKKEEPING))
    questions: frozenset[str] = frozenset()


def infer(
    sheet: ToolSheet, areas: gpd.GeoDataFrame | None = None, questions: frozenset[str] = frozenset()
) -> Inferred:
    """The recipe of one export, and what a person should confirm, most doubtful first.

    `questions` are columns that a person says are questions, whatever they look like.
    """
    draft = _Draft(sheet.tool, column_names(sheet.columns), questions=questions)
    profiles: dict[int, Profile] = {}
    for number, column in enumerate(sheet.columns):
        if column.role:
            _bookkeeping(draft, number, column)
            if column.role == "consent":
                cells = dict.fromkeys(record[number].strip() for record in sheet.records)
                yes = tuple(cell for cell in cells if is_yes(cell) is True)[:MOST_SCALE]
                draft.consent = ConsentRule(draft.names[number], yes, sure=0.99)
            continue
        values = Counter(
            cell
            for record in sheet.records
            if (cell := record[number].strip()) and not (len(cell) < 3 and is_blank(cell))
        )
        if not column.readings:
            _own_column(draft, number, column)
        elif sheet.tool in ("kobo", "odk") and header_is(column.name, "bookkeeping"):
            draft.ignored.append(draft.names[number])
        else:
            profiles[number] = Profile(values)
    result = groups(sheet.tool, sheet.columns, profiles)
    grouped = {number for group in result for number in group.members}
    joint = {header_key(group.question): group for group in result if group.kind == "ticks"}
    for number, profile in profiles.items():
        group = next((g for g in result if min(g.members) == number), None)
        if group is not None:
            _group(draft, group, sheet.columns, profiles)
        if number in grouped:
            continue
        if header_key(_header(sheet.columns[number])) in joint or any(
            header_key(reading[0]) in joint for reading in sheet.columns[number].readings[:3]
        ):
            # The joined column beside its tick boxes only repeats them.
            draft.ignored.append(draft.names[number])
            continue
        _single(draft, number, sheet.columns[number], profile, len(sheet.records), areas)
    _branches(draft, sheet)
    recipe = SurveyRecipe(
        sheet.tool,
        tuple(draft.items),
        draft.consent,
        draft.roles,
        tuple(draft.identifiers),
        tuple(draft.ignored),
        guessed=True,
    )
    return Inferred(recipe, draft.area, _to_confirm(draft))


def _header(column: Column) -> str:
    return column.readings[0][0] if column.readings else column.name


# What parts a group from its question in a tool's own names.
_GROUP_MARKS = {"kobo": "/.", "odk": "-"}


def _question_of(tool: str, column: Column) -> str:
    """The column's header without the groups that it stands in, where it is a name of the tool."""
    header = _header(column)
    marks = _GROUP_MARKS.get(tool, "")
    if not marks or re.search(r"\s", header):
        return header
    last = re.split(f"[{re.escape(marks)}]", header)[-1]
    return last if re.fullmatch(r"[A-Za-z_]\w*", last) else header


def _bookkeeping(draft: _Draft, number: int, column: Column) -> None:
    name = draft.names[number]
    if column.role == "area":
        draft.area = (name, "name", 0.99)
    if column.role in ("respondent", "latitude", "longitude", "link"):
        draft.identifiers.append(name)
    if column.role != "consent":
        draft.roles.setdefault(column.role, name)


def _own_column(draft: _Draft, number: int, column: Column) -> None:
    bucket = draft.identifiers if header_is(column.name, "identifier") else draft.ignored
    if draft.names[number]:
        bucket.append(draft.names[number])


def _group(
    draft: _Draft, group: ColumnGroup, columns: Sequence[Column], profiles: Mapping[int, Profile]
) -> None:
    if group.kind == "matrix":
        shared: Counter[str] = Counter()
        for number in group.members:
            shared.update(profiles[number].values)
        for number, row in group.members.items():
            label = f"{plain(group.question)}: {plain(row)}"
            question = _choice(draft, _code(columns[number], label), label, shared, "")
            if question is not None:
                names = (draft.names[number],)
                draft.items.append(Item(question, names, sure=0.8, why=text("survey.why_matrix")))
        return
    answers: dict[str, Mapping[str, str]] = {}
    options: dict[str, str] = {}
    for number, option in group.members.items():
        answer = _answer_id(option, answers)
        answers[answer] = {"en": plain(option), "es": plain(option)}
        options[draft.names[number]] = answer
    label = plain(group.question)
    code = _group_code(columns, group)
    ranked = group.kind == "ranks"
    question = Question(
        _question_id(draft, code or label),
        "one" if ranked else "many",
        {"en": _label(label), "es": _label(label)},
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


def _single(
    draft: _Draft,
    number: int,
    column: Column,
    profile: Profile,
    people: int,
    areas: gpd.GeoDataFrame | None,
) -> None:
    header, name, values = _question_of(draft.tool, column), draft.names[number], profile.values
    if not profile.answered:
        draft.ignored.append(name)
        return
    if name in draft.questions:
        _ask(draft, column, name, header, values)
        return
    if _is_identifier(header, column.name, values):
        draft.identifiers.append(name)
        return
    if _consent(draft, header, name, values):
        return
    for role in ("guardian", "respondent", "day", "wave", "weight", "birth_year"):
        if header_is(header, role) and role not in draft.roles and _fits_role(role, values, people):
            draft.roles[role] = name
            if role in ("respondent", "birth_year"):
                draft.identifiers.append(name)
            return
    if _area(draft, header, column.name, name, values, areas):
        return
    if header_is(header, "age") or header_is(column.name.rpartition("/")[2], "age"):
        draft.roles.setdefault("age", name)
    elif header_is(header, "bookkeeping") or _numbers_rows(header, values):
        draft.ignored.append(name)
        return
    _ask(draft, column, name, header, values)


def _ask(draft: _Draft, column: Column, name: str, header: str, values: Counter[str]) -> None:
    """A column that is a question of its own."""
    label = plain(header)
    asks_many = header_is(header, "many")
    mark = joined.separator(draft.tool, values, asks_many)
    question, sure, why = _typed(draft, column, label, values, mark)
    draft.items.append(Item(question, (name,), sure=sure, why=why))


def _typed(
    draft: _Draft, column: Column, label: str, values: Counter[str], mark: str
) -> tuple[Question, float, Text]:
    code = _code(column, label)
    n, distinct = values.total(), len(values)
    mean = sum(len(value) for value in values) / distinct
    if not mark and header_is(label, "other_text") and mean > 3:
        return _text_question(draft, code, label), 0.9, text("survey.why_other_text")
    if mark:
        result = joined.answers(values, mark)
        kept = _choices(result, n)
        if len(kept) <= MOST_ANSWERS:
            question = _with_answers(draft, code, label, "many", kept, len(kept) < len(result))
            sure = 0.95 if mark in (";", "|") else 0.9 if mark == " " else 0.7
            return question, sure, text("survey.why_joined", mark=mark.strip() or "␣")
    numbers = [each for value in values if (each := key(value)) and _is_number(each)]
    if len(numbers) >= 0.9 * distinct and distinct > 0:
        whole = sorted({int(float(each)) for each in numbers if float(each) == int(float(each))})
        small = len(whole) == len(set(numbers)) and whole and whole[0] >= -10 and whole[-1] <= 11
        if small and len(whole) <= MOST_SCALE:
            counts = Counter({str(each): 0 for each in range(whole[0], whole[-1] + 1)})
            others = Counter({v: t for v, t in values.items() if not _is_number(key(v))})
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
    draft: _Draft, code: str, label: str, values: Counter[str], kind: str
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
    draft: _Draft,
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
        answer = _answer_id(name, answers)
        answers[answer] = {"en": plain(name) or name, "es": plain(name) or name}
    if has_other:
        answers.setdefault("other", {"en": "Other", "es": "Otro"})
    return Question(
        _question_id(draft, code),
        kind,
        {"en": _label(label), "es": _label(label)},
        answers,
        sensitive=header_is(label, "sensitive"),
    )


def _text_question(draft: _Draft, code: str, label: str) -> Question:
    return _plain_question(draft, code, label, "text")


def _plain_question(draft: _Draft, code: str, label: str, kind: str) -> Question:
    return Question(_question_id(draft, code), kind, {"en": _label(label), "es": _label(label)}, {})


def _is_number(folded: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", folded))


def _label(label: str) -> str:
    return plain(label) or label


def _code(column: Column, label: str) -> str:
    """The tool's own short name of a question, else its label ("Q3" says nothing)."""
    last = re.split(r"/", column.name)[-1]
    if re.fullmatch(r"[QqVv]?\d+([_.]\d+)*", last) and label != last:
        return label
    if re.fullmatch(r"[A-Za-z]\w*", last) and len(last) <= 32:
        return last
    odk = column.name.rpartition("-")[2]
    if "-" in column.name and re.fullmatch(r"[A-Za-z]\w*", odk) and " " not in column.name:
        return odk
    return label


def _slug(written: str) -> str:
    folded = re.sub(r"\([^()]*\)", " ", fold(written)) if len(written) > 12 else fold(written)
    slug = re.sub(r"[^a-z0-9]+", "_", folded or fold(written)).strip("_")
    if len(slug) > ID_LENGTH:
        slug = slug[:ID_LENGTH].rpartition("_")[0] or slug[:ID_LENGTH]
    return slug or re.sub(r"\W+", "_", written.casefold()).strip("_")[:ID_LENGTH] or "question"


def _question_id(draft: _Draft, written: str) -> str:
    base = written if re.fullmatch(r"[A-Za-z]\w{0,31}", written) else _slug(written)
    name, number = base, 1
    while name in draft.ids:
        number += 1
        name = f"{base}_{number}"
    draft.ids.add(name)
    return name


def _answer_id(option: str, answers: Mapping[str, object]) -> str:
    folded = key(option)
    standard = standard_answer(option)
    if folded in STANDARD or (standard and standard != "none"):
        base = standard or folded
    elif is_other(option):
        base = "other"
    elif re.fullmatch(r"-?\d+(\.\d+)?", folded) or re.fullmatch(r"[A-Za-z][\w-]{0,24}", option):
        base = folded if _is_number(folded) else option
    else:
        base = _slug(option)
    if base.startswith("-") and not _is_number(base):
        base = base.strip("-")
    name, number = base, 1
    while name in answers:
        number += 1
        name = f"{base}_{number}"
    return name


def _is_identifier(header: str, name: str, values: Counter[str]) -> bool:
    """Whether a column points at people: by its header, or by what stands in it."""
    if re.search(r"[_-](latitude|longitude|altitude|precision|accuracy)$", name.casefold()):
        return True
    if 2 * sum(values[value] for value in values if _TELLS_WHO.fullmatch(value)) >= values.total():
        # However few they are, and whatever stands above them.
        return bool(values)
    yes_no = {key(value) for value in values} <= phrases("yes") | phrases("no") | {"maybe"}
    few = len(values) <= 6 and values.total() >= 3 * len(values)
    named = header_is(header, "identifier") or header_is(name.rpartition("/")[2], "identifier")
    sample = list(values)[:200]
    if named and not yes_no:
        who = re.search(
            r"interview|enumerat|surveyor|collector|staff|entrevist|encuest", fold(header)
        )
        bare = re.search(
            r"(?:^|[\W_])(?:nombres?|names?|noms?|vorname|nachname|nomes?)$|"
            r"^(?:(?:adresse|direccion de|endereco de) )?(?:e[ -]?mail|courriel|correo)"
            r"(?:[ -]?(?:address|adresse|electronico))?$",
            fold(header),
        )
        if who or bare or not few or holds_names(sample):
            return not header_is(header, "consent")
    if header_is(header, "consent") or yes_no:
        return False
    # Counted by answers: a few names written beside "Family" and "Friends" make no list of names.
    names = sum(values[value] for value in sample if holds_names([value]))
    asked_of = sum(values[value] for value in sample)
    if 2 * names >= asked_of and sum(len(value) for value in sample) / len(sample) < 30:
        return True
    signs = sum(
        bool(scrub(value)[1]) and len(re.sub(r"\[removed\]", "", scrub(value)[0])) < 12
        for value in sample
    )
    dates = header_is(header, "day")
    return not dates and signs >= max(1, 0.5 * len(sample)) and len(values) > 3


def _consent(draft: _Draft, header: str, name: str, values: Counter[str]) -> bool:
    if not header_is(header, "consent") or header_is(header, "guardian") or len(values) > 8:
        return False
    verdicts = {value: is_yes(value) for value in values}
    yes = tuple(value for value, verdict in verdicts.items() if verdict is True)
    share = sum(values[value] for value in yes) / values.total()
    codes = all(_is_number(key(value)) or _ANSWER_CODE.fullmatch(value) for value in values)
    if not yes and not codes:
        return False
    sure = round((0.95 if not codes else 0.7) * (0.6 + 0.4 * share), 2)
    if draft.consent is None or sure > draft.consent.sure:
        if draft.consent is not None:
            draft.ignored.append(draft.consent.column)
        draft.consent = ConsentRule(name, yes, sure=sure)
    else:
        draft.ignored.append(name)
    return True


def _numbers_rows(header: str, values: Counter[str]) -> bool:
    """Whether a column without a word in its header ("#") only numbers the rows."""
    alone = len(values) == values.total() > 1
    return not re.search(r"\w", header) and alone and all(_is_number(key(v)) for v in values)


def _fits_role(role: str, values: Counter[str], people: int) -> bool:
    distinct = len(values)
    if role == "weight":
        numbers = (count for value, count in values.items() if NO_MINUS_NUMBER.fullmatch(value))
        return sum(numbers) >= MOSTLY * values.total() > 0
    if role == "respondent":
        return distinct > 0.5 * values.total()
    if role == "day":
        return sum(bool(re.search(r"\d", value)) for value in values) >= 0.9 * distinct
    if role == "birth_year":
        return all(re.fullmatch(r"(19|20)\d{2}(\.0)?", value) for value in values)
    return distinct <= 12


def _area(
    draft: _Draft,
    header: str,
    column_name: str,
    name: str,
    values: Counter[str],
    areas: gpd.GeoDataFrame | None,
) -> bool:
    zips = sum(t for v, t in values.items() if re.fullmatch(r"\d{4,5}(-\d{4}|\.0)?", v))
    share = zips / values.total()
    by_header = header_is(header, "area") or header_is(column_name.rpartition("/")[2], "area")
    known = _known_areas(areas)
    matched = sum(t for v, t in values.items() if fold(v) in known) / values.total()
    looks_zip = bool(re.search(r"zip|postal|postcode|\bplz\b|\bcep\b", fold(header)))
    if matched >= 0.5 and (by_header or matched >= 0.8):
        result = (name, "area", round(0.6 + 0.39 * matched, 2))
    elif share >= 0.7 and (looks_zip or by_header):
        result = (name, "zip", round(0.55 + 0.4 * share, 2))
    elif by_header and len(values) <= 60 and not (areas is not None and len(areas)):
        result = (name, "name", 0.6)
    else:
        return False
    if draft.area is not None and draft.area[2] >= result[2]:
        if result[1] == "name":
            return False
        draft.ignored.append(name)
        return True
    if draft.area is not None:
        draft.ignored.append(draft.area[0])
    draft.area = result
    draft.roles["area"] = name
    return True


def _known_areas(areas: gpd.GeoDataFrame | None) -> frozenset[str]:
    if areas is None or not len(areas):
        return frozenset()
    return frozenset(
        fold(str(written))
        for column in ("id", "name", "district")
        if column in areas
        for written in areas[column]
        if pd.notna(written) and str(written).strip()
    )


def _branches(draft: _Draft, sheet: ToolSheet) -> None:
    """One question asked in two branches of the form stands in two columns: joined."""
    places = {name: number for number, name in enumerate(draft.names)}
    by_label: dict[str, int] = {}
    kept: list[Item] = []
    for item in draft.items:
        folded = header_key(re.sub(r" \(\d+\)$", "", item.question.label["en"]))
        first = by_label.get(folded)
        other = kept[first] if first is not None else None
        if other is None or not _same_people_never(other, item, sheet, places):
            by_label.setdefault(folded, len(kept))
            kept.append(item)
            continue
        joined_item = combined(other, item)
        kept[first or 0] = replace(
            joined_item,
            sure=min(joined_item.sure, 0.85),
            why=text("survey.why_branches", n=len(joined_item.columns)),
        )
    draft.items = kept


def _same_people_never(each: Item, two: Item, sheet: ToolSheet, places: Mapping[str, int]) -> bool:
    """Whether hardly anyone answered both: the two are branches, not two questions."""
    if (each.question.type == "text") != (two.question.type == "text"):
        return False
    if each.question.type == "text" and header_is(each.question.label["en"], "other_text"):
        return False

    def answered(item: Item) -> set[int]:
        columns = [places[column] for column in item.columns]
        return {
            row
            for row, record in enumerate(sheet.records)
            if any(record[column].strip() for column in columns)
        }

    left, right = answered(each), answered(two)
    return bool(left) and bool(right) and len(left & right) <= 0.02 * min(len(left), len(right))


def _to_confirm(draft: _Draft) -> list[Text]:
    asks: list[tuple[float, Text]] = []
    if draft.consent is None:
        asks.append((0.0, text("survey.ask_no_consent")))
    elif draft.consent.sure < 0.95:
        yes = ", ".join(f"“{each}”" for each in draft.consent.yes) or "?"
        asks.append(
            (
                draft.consent.sure,
                text("survey.ask_consent", column=draft.consent.column, yes=yes),
            )
        )
    if draft.area is None:
        asks.append((0.1, text("survey.ask_no_area")))
    elif draft.area[2] < 0.95:
        asks.append((draft.area[2], text("survey.ask_area", column=draft.area[0])))
    for item in draft.items:
        if item.sure < DOUBT:
            ask = text(
                "survey.ask_question",
                question=item.question.label["en"],
                type=text(f"survey.type_{item.question.type}"),
                sure=f"{item.sure:.0%}",
            )
            asks.append((item.sure, ask))
        coded = [a for a, labels in item.question.answers.items() if labels["en"] == a]
        if item.question.type in ("one", "many") and coded and all(map(_is_code, coded)):
            asks.append((0.3, text("survey.ask_codes", question=item.question.label["en"])))
    return [ask for _, ask in sorted(asks, key=lambda pair: pair[0])]


def _is_code(answer: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z]{0,2}-?\d{1,4}", answer))


def summary(inferred: Inferred) -> dict[str, object]:
    """What the command line says of it."""
    rule, recipe = inferred.recipe.consent, inferred.recipe
    return {
        "tool": recipe.tool,
        "questions": [
            {
                "id": item.question.id,
                "label": item.question.label["en"],
                "columns": list(item.columns),
                "type": item.question.type,
                "answers": {a: labels["en"] for a, labels in item.question.answers.items()},
                "sure": round(item.sure, 2),
                "why": item.why,
            }
            for item in recipe.items
        ],
        "consent": None
        if rule is None
        else {"column": rule.column, "yes": list(rule.yes), "sure": rule.sure},
        "area": None
        if inferred.area is None
        else {"column": inferred.area[0], "by": inferred.area[1], "sure": inferred.area[2]},
        **{
            role: {"column": recipe.roles[role]} if role in recipe.roles else None
            for role in ("age", "weight", "wave")
        },
        "identifiers": list(dict.fromkeys(recipe.identifiers)),
        "ignored": list(dict.fromkeys(recipe.ignored)),
        "to_confirm": [str(each) for each in inferred.to_confirm],
    }


def of_sheets(
    sheets: Sequence[ToolSheet],
    areas: gpd.GeoDataFrame | None = None,
    questions: frozenset[str] = frozenset(),
) -> Inferred:
    """The recipe of several exports: those with the same columns as one, others beside them."""
    merged: list[ToolSheet] = []
    for sheet in sheets:
        names = [column.name for column in sheet.columns]
        same = next((n for n, s in enumerate(merged) if [c.name for c in s.columns] == names), None)
        if same is None:
            merged.append(sheet)
        else:
            merged[same] = replace(merged[same], records=merged[same].records + sheet.records)
    result = [infer(sheet, areas, questions) for sheet in merged]
    return result[0] if len(result) == 1 else _beside(result)


def _beside(inferreds: Sequence[Inferred]) -> Inferred:
    """Recipes of different files in one: equal questions share their answers."""
    first = inferreds[0]
    items = {header_key(item.question.label["en"]): item for item in first.recipe.items}
    ids = {item.question.id for item in first.recipe.items}
    for other in inferreds[1:]:
        for item in other.recipe.items:
            folded = header_key(item.question.label["en"])
            known = items.get(folded)
            if known is None:
                name = item.question.id
                while name in ids:
                    name += "_2"
                ids.add(name)
                items[folded] = replace(item, question=replace(item.question, id=name))
                continue
            items[folded] = combined(known, item)
    recipes = [each.recipe for each in inferreds]
    recipe = replace(
        first.recipe,
        items=tuple(items.values()),
        consent=next((r.consent for r in recipes if r.consent is not None), None),
        roles={role: name for r in reversed(recipes) for role, name in r.roles.items()},
        identifiers=tuple(dict.fromkeys(i for r in recipes for i in r.identifiers)),
        ignored=tuple(dict.fromkeys(i for r in recipes for i in r.ignored)),
    )
    area = next((each.area for each in inferreds if each.area is not None), None)
    asks = list(dict.fromkeys(ask for each in inferreds for ask in each.to_confirm))
    return Inferred(recipe, area, asks)
