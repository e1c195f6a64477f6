"""A filled-in form as a question: picked answers and the typed wish together, one `search.Query`.

The names of the fields are those of `search.Query`, with `q` (the box), `where`, `where_too`,
`within`, `when`, `day`, `begin`, `end` and `no_call` beside them. Whatever comes in is checked
against the vocabularies: what the form does not offer is left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from assetmap import vocabulary
from assetmap.fields import FIELDS, JsonDict
from assetmap.places import METRES_IN, Gazetteer, Place, metres
from assetmap.schedule import ScheduleError, Window, window
from assetmap.search import Query, QueryError
from assetmap.search.query import VOCABULARIES
from assetmap.search.understand import HERE, query_of, understand, without_unknown_words
from assetmap.search.understand.meaning import MEANING_FIELDS
from assetmap.web.answers import kept
from assetmap.web.state import State
from assetmap.words import say, spoken

DISTANCES = {"mi": (1, 2, 5, 10, 25, 50), "km": (2, 5, 10, 20, 40, 80)}
FIRST_DISTANCE = 3  # of DISTANCES
WHENS = ("any", "now", "today", "tonight", "tomorrow", "weekend", "day")
LONGEST_TEXT = 300
MOST_OF_ONE = 40
OLDEST = 120
ADULT = 18
LEAST_LETTERS = 3
MOST_LIKE = 4
HANDED = "form&"
MOST_CHARACTERS = 8000
MOST_PAIRS = 300
YES_NO = tuple(
    name for name in vocabulary.terms("yes_no") if FIELDS.get(name, {}).get("public") == "yes"
)
TEXTS = ("q", "where", "where_too", "text")
FLAGS = ("beds", "no_call")


@dataclass(frozen=True)
class FormAnswers:
    """What a form holds. `within` is metres, None for any distance; `picked` holds the lists."""

    q: str = ""
    where: str = ""
    where_too: str = ""
    within: float | None = None
    when: str = "any"
    day: str = ""
    begin: str = ""
    end: str = ""
    text: str = ""
    age: int | None = None
    beds: bool = False
    no_call: bool = False
    picked: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def of(self, name: str) -> Sequence[str]:
        """The picked ids of a field of several answers."""
        return self.picked.get(name, ())

    @property
    def any(self) -> bool:
        """Whether anything is asked; a distance alone asks nothing."""
        return replace(self, within=None) != FormAnswers()


@dataclass(frozen=True)
class Asked:
    """What was asked.

    `faults` say what could not be taken up; `near_unknown` that a place was named that nobody
    knows, so that nothing may be shown as near it. `lines` are ids of crisis lines that come
    first; `chips` what was understood of the box, stretch by stretch; `words` is what was not,
    and is searched as it stands; `words_nowhere` that no listing that fits the rest has them, so
    that they were left out again.
    """

    query: Query
    faults: Sequence[str]
    place: Place | None = None
    no_call: bool = False
    near_unknown: bool = False
    lines: Sequence[str] = ()
    chips: Sequence[tuple[str, str]] = ()
    words: str = ""
    words_nowhere: bool = False


def distances(unit: str) -> list[float]:
    """The distances to choose from, metres; `unit` is mi or km."""
    return [amount * METRES_IN[unit] for amount in DISTANCES[unit]]


def read(pairs: Iterable[tuple[str, str]], unit: str) -> FormAnswers:
    """The answers among the (name, value) `pairs` of a form; others are left out."""
    values: JsonDict = {"within": distances(unit)[FIRST_DISTANCE]}
    picked: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in TEXTS:
            values[name] = " ".join(value.split())[:LONGEST_TEXT]
        elif name in FLAGS:
            values[name] = value == "yes"
        elif name == "within":
            near = [length for length in distances(unit) if f"{length:.0f}" == value]
            values[name] = near[0] if near else None if value == "any" else values[name]
        elif (
            (name == "when" and value in WHENS)
            or (name == "day" and _date(value))
            or (name in ("begin", "end") and _clock(value))
        ):
            values[name] = value
        elif name == "age" and value.isascii() and value.isdigit() and int(value) <= OLDEST:
            values[name] = int(value)
        elif name in VOCABULARIES or name in ("yes", "no"):
            offered = YES_NO if name in ("yes", "no") else vocabulary.terms(VOCABULARIES[name][0])
            kept = picked.setdefault(name, [])
            if value in offered and value not in kept and len(kept) < MOST_OF_ONE:
                kept.append(value)
    if values.get("day") and values.get("when") in (None, "any"):
        # Whoever picks a day means it, also without saying so once more.
        values["when"] = "day"
    return FormAnswers(**values, picked={name: tuple(ids) for name, ids in picked.items() if ids})


def pairs_of(answers: FormAnswers) -> list[tuple[str, str]]:
    """The (name, value) pairs that `read` makes `answers` of; what is not answered is left out."""
    pairs = [(name, str(getattr(answers, name))) for name in (*TEXTS, "day", "begin", "end")]
    pairs.append(("within", "any" if answers.within is None else f"{answers.within:.0f}"))
    if answers.when != "any":
        pairs.append(("when", answers.when))
    if answers.age is not None:
        pairs.append(("age", str(answers.age)))
    pairs += [(name, "yes") for name in FLAGS if getattr(answers, name)]
    pairs += [(name, item) for name, items in answers.picked.items() for item in items]
    return [(name, value) for name, value in pairs if value]


def ask(answers: FormAnswers, state: State, language: str, here: Place | None = None) -> Asked:
    """The question that `answers` ask at the state's clock. `here` is the phone's own place, where
    it was given and nothing else was typed."""
    # To the minute, so that the same question of many people is the same question.
    now = state.now().replace(second=0, microsecond=0)
    if here is not None:
        # Where somebody is now is nobody else's question.
        return _ask(answers, state, now, language, here)
    key = (tuple(pairs_of(answers)), now, language)
    return kept(state, "asked", key, lambda: _ask(answers, state, now, language, None))


def _ask(
    answers: FormAnswers, state: State, now: datetime, language: str, here: Place | None
) -> Asked:
    places = state.community.context.places
    faults: list[str] = []
    understood = _Box.of(answers.q, places, now, language)
    near, unknown = _near(answers, understood, state, language, faults, here)
    query = Query(at=now)
    fields: JsonDict = {name: tuple(ids) for name, ids in answers.picked.items()}
    for name, ids in understood.fields.items():
        fields[name] = tuple(dict.fromkeys((*fields.get(name, ()), *ids)))
    # A kind that is named narrows its need; needs of other kinds stay beside it.
    fields["text"] = " ".join(filter(None, (answers.text, understood.text)))
    fields["age"] = answers.age if answers.age is not None else understood.age
    fields["beds"] = answers.beds or understood.beds
    fields["when"] = _when(answers, understood, now, language, faults)
    fields["near"] = near
    fields["within_m"] = (understood.within_m or answers.within) if near else None
    try:
        query = Query(at=now, **fields)
    except QueryError as error:
        faults.append(spoken(error, language))
    asked = without_unknown_words(state.catalog, query, answers.text)
    return Asked(
        asked,
        faults,
        near[0] if near else None,
        answers.no_call,
        unknown,
        understood.lines,
        understood.chips,
        understood.text,
        asked != query,
    )


def warm(state: State) -> None:
    """Read the vocabularies that the box is understood by: the first who types need not wait."""
    for language in state.community.config["languages"]:
        _Box.of("a meeting tonite", state.community.context.places, state.now(), language)


@dataclass(frozen=True)
class _Box:
    """What the box means; without anything typed, nothing."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    text: str = ""
    age: int | None = None
    beds: bool = False
    when: Window | None = None
    near: str = ""
    within_m: float | None = None
    lines: Sequence[str] = ()
    chips: Sequence[tuple[str, str]] = ()

    @classmethod
    def of(cls, text: str, places: Gazetteer, now: datetime, language: str) -> _Box:
        """What `text` means; what nobody understood is searched as words."""
        if not text:
            return cls()
        meant = understand(text, places, now, language)
        # Places are looked up here, so that one nobody knows is said and not left out.
        query = query_of(replace(meant, near=None, within=None), now, places)
        return cls(
            {name: getattr(query, name) for name in (*VOCABULARIES, "yes", "no")},
            query.text,
            query.age,
            query.beds,
            query.when,
            "" if meant.near in (None, HERE) else str(meant.near),
            metres(meant.within) if meant.within else None,
            meant.lines,
            [(stretch, _meaning(stretch, fields, language)) for stretch, fields in meant.words],
        )


def _meaning(stretch: str, fields: Mapping[str, Sequence[str]], language: str) -> str:
    """What a stretch of the box was taken for, in words; its own where it is a time or place."""
    labels = []
    for name, ids in fields.items():
        terms = MEANING_FIELDS.get(name)
        for term in ids if terms else ():
            if terms == "yes_no":
                label = vocabulary.terms(terms)[term][f"{name}_{language}"]
            else:
                label = vocabulary.label(str(terms), term, language)
            if name.startswith("not_"):
                label = say("plain.not", language, what=label)
            labels.append(label)
    return " · ".join(dict.fromkeys(labels)) or stretch


def _near(
    answers: FormAnswers,
    understood: _Box,
    state: State,
    language: str,
    faults: list[str],
    here: Place | None,
) -> tuple[tuple[Place, ...], bool]:
    """The places asked near, and whether one was named that nobody knows."""
    named = [answers.where or understood.near, answers.where_too]
    problems, unknown = [], False
    if here is not None and not named[0]:
        problems.append(here)
    for name in dict.fromkeys(filter(None, named)):
        located = state.community.locator.resolve(name)
        if located.others:
            unknown = True
            choices = " · ".join(located.others)
            faults.append(say("find.where_choice", language, place=name, choices=choices))
        elif not located.found:
            unknown = True
            faults.append(say("find.where_unknown", language, place=name))
            like = _like(name, state)
            if like:
                choices = " · ".join(like)
                faults.append(say("find.where_like", language, choices=choices))
        else:
            if located.note:
                faults.append(spoken(located.note, language))
            problems.append(located.place()._replace(name=name))
    return tuple(problems), unknown and not problems


def _like(name: str, state: State) -> list[str]:
    """Places of the community that begin as `name` does, at least by its first letters."""
    suggest = state.community.locator.suggest
    for letters in range(len(name), LEAST_LETTERS - 1, -1):
        result = suggest(name[:letters], MOST_LIKE)
        if result:
            return result
    return []


def _when(
    answers: FormAnswers, understood: _Box, now: datetime, language: str, faults: list[str]
) -> Window | None:
    if answers.when == "any":
        if answers.begin and answers.end:
            return _window(f"{answers.begin}-{answers.end}", now, language, faults)
        return understood.when
    if answers.when != "day":
        return _window(answers.when, now, language, faults)
    hours = f" {answers.begin}-{answers.end}" if answers.begin and answers.end else ""
    return _window(f"{answers.day or now.date().isoformat()}{hours}", now, language, faults)


def _window(text: str, now: datetime, language: str, faults: list[str]) -> Window | None:
    try:
        return window(text, now)
    except ScheduleError as error:
        faults.append(spoken(error, language))
        return None


def without(text: str, stretch: str) -> str:
    """`text` without the first `stretch` of it, accents and capitals aside.

    >>> without("grupo en Español hoy", "en espanol")
    'grupo  hoy'
    """
    begin = _plain(text).find(_plain(stretch))
    return text if begin < 0 else f"{text[:begin]}{text[begin + len(stretch) :]}"


def _plain(text: str) -> str:
    """Small letters without accents, one for one, so that places in the text stay the same."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[0] for letter in text)


def _date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def _clock(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 5
