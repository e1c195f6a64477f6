"""What a survey's export is about when nobody gave a codebook: questions, answers, consent, area.

Every decision comes with how sure it is (0 to 1) and why, so that a person confirms the doubtful
ones first. What is decided is a `Recipe`; the next export of the same form opens with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd

from assetmap.survey.groups import Profile, groups
from assetmap.survey.inferring.draft import Inferred, RecipeDraft, first_reading, header_of
from assetmap.survey.inferring.kinds import MOST_SCALE, ask, ask_together
from assetmap.survey.inferring.roles import (
    decide_area,
    decide_consent,
    fits_role,
    note_role,
    numbers_rows,
    points_at_people,
    set_aside,
)
from assetmap.survey.phrases import header_is, header_key, is_blank, is_yes
from assetmap.survey.recipe import ConsentRule, Item, SurveyRecipe, column_names, combined
from assetmap.survey.tools.layout import Column, ToolSheet
from assetmap.words import Text, text

DOUBT = 0.8


def infer(
    sheet: ToolSheet, areas: gpd.GeoDataFrame | None = None, questions: frozenset[str] = frozenset()
) -> Inferred:
    """The recipe of one export, and what a person should confirm, most doubtful first.

    `questions` are columns that a person says are questions, whatever they look like.
    """
    draft = RecipeDraft(sheet.tool, column_names(sheet.columns), questions=questions)
    profiles: dict[int, Profile] = {}
    for number, column in enumerate(sheet.columns):
        if column.role:
            note_role(draft, number, column)
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
            set_aside(draft, number, column)
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
            ask_together(draft, group, sheet.columns, profiles)
        if number in grouped:
            continue
        if header_key(first_reading(sheet.columns[number])) in joint or any(
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


def _single(
    draft: RecipeDraft,
    number: int,
    column: Column,
    profile: Profile,
    people: int,
    areas: gpd.GeoDataFrame | None,
) -> None:
    header, name, values = header_of(draft.tool, column), draft.names[number], profile.values
    if not profile.answered:
        draft.ignored.append(name)
        return
    if name in draft.questions:
        ask(draft, column, name, header, values)
        return
    if points_at_people(header, column.name, values):
        draft.identifiers.append(name)
        return
    if decide_consent(draft, header, name, values):
        return
    for role in ("guardian", "respondent", "day", "wave", "weight", "birth_year"):
        if header_is(header, role) and role not in draft.roles and fits_role(role, values, people):
            draft.roles[role] = name
            if role in ("respondent", "birth_year"):
                draft.identifiers.append(name)
            return
    if decide_area(draft, header, column.name, name, values, areas):
        return
    if header_is(header, "age") or header_is(column.name.rpartition("/")[2], "age"):
        draft.roles.setdefault("age", name)
    elif header_is(header, "bookkeeping") or numbers_rows(header, values):
        draft.ignored.append(name)
        return
    ask(draft, column, name, header, values)


def _branches(draft: RecipeDraft, sheet: ToolSheet) -> None:
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


def _to_confirm(draft: RecipeDraft) -> list[Text]:
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
