"""The questions of Find as a form shows them, of them those that this community can answer.

`plain/templates/_form.html` draws them, on the plain pages with their answers and in the app empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.community.summary import example_place, has_beds, offered_needs
from assetmap.search.reasons import length
from assetmap.web import asking
from assetmap.web.answers import per_version
from assetmap.web.asking import FormAnswers
from assetmap.web.state import State
from assetmap.words import say

MOST_PLACES = 60
COSTS = ("free", "medicaid", "insurance", "sliding")
# What somebody may want to keep away from.
NOT_WHERE = (
    "worship_required",
    "id_required",
    "law_enforcement_on_site",
    "referral_needed",
    "waiting_list",
)


class Offers(NamedTuple):
    """The needs that some asset answers, whether open beds are counted, a place to show as an
    example ("" where none is known), and the languages that some asset speaks."""

    needs: tuple[str, ...]
    beds: bool
    place: str
    languages: tuple[str, ...]

    @property
    def first_needs(self) -> list[str]:
        """The offered needs of the first screen."""
        needs = vocabulary.terms("needs")
        return [need for need in self.needs if needs[need]["screen"] == "1"]


@per_version
def offers_of(state: State) -> Offers:
    """The offers of what is served now."""
    community = state.community
    beds = has_beds(community)
    shelters = bool((community.assets["kind"] == "shelter").any())
    needs = tuple(
        need
        for need in offered_needs(community)
        # Shelters can be called though nobody counts their beds.
        if need != "bed_tonight" or beds or shelters
    )
    language = {tag for tags in state.catalog.assets["languages"] if tags for tag in tags}
    languages = tuple(tag for tag in vocabulary.terms("languages") if tag in language)
    return Offers(needs, beds, example_place(community), languages)


@per_version
def places_to_type(state: State) -> list[str]:
    """The community's own places, for a field that completes what is typed in the browser."""
    names = [place.name for place in state.community.context.places.places]
    return list(dict.fromkeys(names))[:MOST_PLACES]


def box_hint(offers: Offers, language: str) -> str:
    """What stands in the empty box: a bed only where one may be found."""
    return say(
        "plain.box_hint" if "bed_tonight" in offers.needs else "plain.box_hint_no_bed", language
    )


def where_hint(offers: Offers, language: str) -> str:
    """What stands in the empty field of a place: one of this community."""
    if not offers.place:
        return say("find.where_hint", language)
    return say("find.where_hint_like", language, place=offers.place)


class Choices(NamedTuple):
    """One question of the form with several answers: its field, title, and (id, label, picked)."""

    name: str
    title: str
    options: Sequence[tuple[str, str, bool]]

    @property
    def chosen(self) -> int:
        """How many are picked."""
        return sum(picked for _, _, picked in self.options)


class Questions(NamedTuple):
    """What the form asks, ready to draw."""

    needs: Choices
    more: Sequence[Choices]
    within: Sequence[tuple[str, str, bool]]
    when: Sequence[tuple[str, str, bool]]
    first_day: str
    last_day: str
    beds: bool
    box_hint: str
    where_hint: str
    places: Sequence[str]


def questions_of(state: State, answers: FormAnswers, language: str) -> Questions:
    """The questions with what `answers` picked."""

    def choices(name: str, terms: str, title: str, ids: Sequence[str] | None = None) -> Choices:
        chosen = answers.of(name)
        options = [
            (term, vocabulary.label(terms, term, language), term in chosen)
            for term in (ids if ids is not None else vocabulary.terms(terms))
        ]
        return Choices(name, say(title, language), options)

    def yes_no(name: str, title: str, ids: Sequence[str]) -> Choices:
        terms, chosen = vocabulary.terms("yes_no"), answers.of(name)
        options = [(item, terms[item][f"yes_{language}"], item in chosen) for item in ids]
        return Choices(name, say(title, language), options)

    unit, today = str(state.community.config["unit"]), state.now().date()
    offers = offers_of(state)
    first = offers.first_needs
    first += [need for need in answers.of("needs") if need not in first]
    filters = [name for name, row in vocabulary.terms("yes_no").items() if row["filter"] == "yes"]
    within = [
        (f"{metres:.0f}", length(metres, unit, language).replace(".0 ", " "), metres)
        for metres in asking.distances(unit)
    ]
    return Questions(
        choices("needs", "needs", "find.needs", first),
        [
            yes_no("yes", "find.yes", filters),
            choices("costs", "costs", "plain.costs", COSTS),
            choices("languages", "languages", "find.language", offers.languages),
            choices("formats", "format", "find.format"),
            choices("welcomes", "populations", "find.welcomes"),
            choices("concerns", "concerns", "find.concern"),
            choices("programs", "programs", "find.program"),
            choices("pathways", "pathways", "find.pathway"),
            choices("not_pathways", "pathways", "find.not_pathway"),
            choices("medications", "medications_ok", "find.medications"),
            yes_no("no", "find.no", NOT_WHERE),
            choices("wants", "wants", "find.wants"),
            choices(
                "needs", "needs", "plain.more_needs", [n for n in offers.needs if n not in first]
            ),
            choices("kinds", "kinds", "plain.kinds"),
        ],
        [
            *((value, label, answers.within == metres) for value, label, metres in within),
            ("any", say("find.any_distance", language), answers.within is None),
        ],
        [(w, say(f"find.when_{w}", language), answers.when == w) for w in asking.WHENS],
        today.isoformat(),
        (today + timedelta(days=400)).isoformat(),
        offers.beds or answers.beds,
        box_hint(offers, language),
        where_hint(offers, language),
        places_to_type(state),
    )


def kept_of(answers: FormAnswers) -> list[tuple[str, str]]:
    """What is asked but has no question of its own in the form."""
    return [("not_kinds", kind) for kind in answers.of("not_kinds")]


def changed(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs with what a button changes: a word taken off the box, a time of the strip."""
    off = [value for name, value in pairs if name == "off"]
    window = next((value for name, value in pairs if name == "window"), "")
    kept = []
    for name, value in pairs:
        if name == "q":
            for word in off:
                value = asking.without(value, word)
        if window and name in ("when", "day", "begin", "end"):
            continue
        kept.append((name, value))
    if window:
        day, _, hours = window.partition(" ")
        begin, _, end = hours.partition("-")
        kept += [("when", "day"), ("day", day), ("begin", begin), ("end", end)]
    return kept
