"""From a typed wish to what it asks: stretches are found, the longest win, small words decide.

1. Every stretch that may mean something is found: phrases, times, places, lengths, ages.
2. The longest stretches are kept, so that "hepatitis c treatment" is not a treatment.
3. From left to right the small words decide what a phrase means: "takes X" is what a place must
   accept, "no X" is refused (or lacking: "no job"), "out of X" is where somebody comes from.
4. What is general gives way to what is specific: "group" to "grief group".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assetmap import vocabulary
from assetmap.places import Gazetteer
from assetmap.search.understand.lexicon import (
    FAINT,
    STRONG,
    WEAK,
    Match,
    Phrase,
    Token,
    forms,
    known_words,
    matches_in,
    plain_text,
    tokens_of,
    words_in,
)
from assetmap.search.understand.meaning import (
    TOPICS,
    Meaning,
    Understood,
    danger_in,
    with_own_lines,
)
from assetmap.search.understand.times import times_in, together
from assetmap.search.understand.where import here_in, lengths_in, places_in
from assetmap.words import LANGUAGES, texts

# How many words may stand between "takes" or "not" and what it is said of.
_REACH = 3
# What leads from a ride to where it goes.
_TO = vocabulary.word_set("ride_to")
# Words of groups that are as often something else.
_NO_MEETING = vocabulary.word_set("no_meeting")
_MODES = ("accept", "refuse", "lack", "origin")
_AGE = re.compile(
    r"(?<!\w)(?:(?P<own>i\s?a?m|im|age[sd]?|tengo|edad(?:\s+de)?|soy\s+de)\s+)?(?P<age>\d{1,3})"
    r"(?P<years>\s*(?:yo\b|y/?o\b|years?[\s-]+olds?|yr[\s-]+olds?|anos(?:\s+de\s+edad)?))?(?!\w)"
)
_NO_AGE = re.compile(
    r"\s*(?:years?|anos|months?|meses|mes|days?|dias?|weeks?|semanas?|hours?|horas?|miles?|mi\b|km"
    r"|kids?|children|hijos?|ninos?|people|am|pm|%|/|:|minutes?|min\b|st\b|th\b|dollars?|dolares)"
)
_MONEY = re.compile(
    r"(?:(?:under|less than|at most|max|menos de|hasta)\s+)?(?:\$\s?\d[\d,]*(?!\w)|\d{2,4}\s*"
    r"(?:dollars|bucks|dolares|pesos)(?!\w)|\d{2,4}\s*(?:\$|dollars|dolares)?\s*(?:a|per|por|al|/|la)\s*"
    r"(?:week|wk|month|mo|semana|mes)(?!\w))(?:\s*(?:a|per|por|al|/|la)\s*(?:week|wk|month|semana|mes)(?!\w))?"
)
_SOBER_YEARS = re.compile(
    r"(?<!\w)(?:\d{1,3}|one|two|three|a|un|dos|tres)\s+(?:years?|yrs?|months?|days?|weeks?|anos?|mes(?:es)?"
    r"|dias?|semanas?)\s+(?:clean|sober|limpi[oa]|sobri[oa]|in\s+recovery|en\s+recuperacion"
    r"|off\s+\w+|without|sin\s+(?:beber|tomar|usar|consumir))(?!\w)"
)


class TokenSpan(NamedTuple):
    """A stretch of tokens, [first, last), and what it is."""

    first: int
    last: int
    what: str  # phrase, role, time, place, near, within, age, skip
    phrase: Phrase | None = None
    roles: frozenset[str] = frozenset()
    value: str = ""

    @property
    def order(self) -> tuple[int, int, int]:
        """Longer first; of equal length places, then times, then phrases; then the earlier one."""
        kinds = ("skip", "near", "place", "within", "time", "age", "phrase", "role")
        return (self.first - self.last, kinds.index(self.what), self.first)


def understand(
    text: str,
    places: Gazetteer | None = None,
    now: datetime | None = None,
    language: str = "en",
) -> Understood:
    """What `text` asks, in English, Spanish or both at once.

    `places` names the community's places; `now` (aware) is the clock that dates are counted
    from. `language` is the one the page is read in; both are understood in either.
    """
    plain = plain_text(text)
    lower = plain.lower()
    if len(lower) != len(plain):
        plain = lower = plain.casefold()
    tokens = _spelled(tokens_of(plain), places, language)
    clock = now or datetime.now(UTC)
    spans = _chosen(_spans(tokens, plain, lower, places or Gazetteer(), clock))
    asked = _Reader(tokens, plain, spans, language).read()
    lines, meanings = danger_in(lower)
    if lines:
        asked.crisis = True
        asked.lines = with_own_lines(lines, asked.populations, asked.age)
        asked.text, asked.not_kinds = "", []
        for meaning in meanings:
            asked.add(meaning)
    return asked


def _spans(
    tokens: list[Token], plain: str, lower: str, places: Gazetteer, now: datetime
) -> list[TokenSpan]:
    starts = {token.begin: number for number, token in enumerate(tokens)}
    token_spans: list[TokenSpan] = []

    def add(begin: int, end: int, what: str, value: str = "") -> None:
        inside = [n for n, token in enumerate(tokens) if begin <= token.begin and token.end <= end]
        if inside:
            token_spans.append(TokenSpan(inside[0], inside[-1] + 1, what, value=value))

    for begin, end, when in times_in(lower, now):
        add(begin, end, "time", when)
    for begin, end, length in lengths_in(lower):
        add(begin, end, "within", length)
    for begin, end in here_in(lower):
        add(begin, end, "near", "me")
    for match in _SOBER_YEARS.finditer(lower):
        add(match.start(), match.end(), "skip")
    for match in _MONEY.finditer(lower):
        # What it may cost is no field of a search; a number is no word to look for.
        add(match.start(), match.end(), "skip")
    for match in _AGE.finditer(lower):
        if not match["own"] and not match["years"]:
            continue
        if match["years"] is None and _NO_AGE.match(lower, match.end("age")):
            continue
        if 5 <= int(match["age"]) <= 110 and match.start() in starts:
            add(match.start(), match.end(), "age", match["age"])
    ends = frozenset(n for span in token_spans for n in range(span.first, span.last))
    words = known_words() | common_words()
    for place in places_in(tokens, plain, places, ends, words):
        token_spans.append(TokenSpan(place.first, place.last, "place", value=place.near))
    for candidate in matches_in(tokens):
        token_spans.extend(_span_of(candidate, tokens, token_spans))
    return token_spans


def _span_of(
    candidate: Match, tokens: list[Token], others: Sequence[TokenSpan]
) -> Iterable[TokenSpan]:
    first, last, phrase, roles = candidate
    if phrase is not None and _holds(phrase, first, last, tokens, others):
        yield TokenSpan(first, last, "phrase", phrase, roles)
    elif roles:
        yield TokenSpan(first, last, "role", None, roles)


def _holds(
    phrase: Phrase, first: int, last: int, tokens: list[Token], others: Sequence[TokenSpan]
) -> bool:
    """Whether a phrase that is a word of its own too (NA, CA, SOS) is meant here."""
    if "capitals" in phrase.flags and tokens[first].capital:
        return True
    if "beside_group" in phrase.flags:
        after = tokens[last].word if last < len(tokens) and not tokens[last].breaks else ""
        before = tokens[first - 1].word if first and not tokens[first].breaks else ""
        earlier = tokens[first - 2].word if first > 1 and before in ("de", "of", "a") else before
        if any(span.what == "place" and span.last == first for span in others):
            return False
        if _is_group(after) or _is_group(earlier):
            return True
        # "AA or NA meeting": the second one says what both are.
        if after in ("or", "and", "o", "y", "u") and last + 2 < len(tokens):
            return _is_group(tokens[last + 2].word)
        return False
    return "capitals" not in phrase.flags


def _is_group(word: str) -> bool:
    return any(form in _words_of_role("group") for form in forms(word))


@cache
def _words_of_role(role: str) -> frozenset[str]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "ask_words.csv")
    return frozenset(row["phrase"] for row in rows if row["role"] == role)


def _chosen(spans: list[TokenSpan]) -> list[TokenSpan]:
    """The longest spans that do not overlap, from left to right."""
    taken: set[int] = set()
    kept = []
    for span in sorted(spans, key=lambda span: span.order):
        inside = range(span.first, span.last)
        if taken.isdisjoint(inside):
            taken.update(inside)
            kept.append(span)
    return sorted(kept, key=lambda span: span.first)


class _Topic(NamedTuple):
    rank: int
    means: Meaning
    listed: bool
    span: TokenSpan


class _Reader:
    """Walks over the chosen spans once and puts together what they ask."""

    def __init__(
        self, tokens: list[Token], plain: str, spans: list[TokenSpan], language: str
    ) -> None:
        self.tokens = tokens
        self.plain = plain
        self.spans = spans
        self.language = language
        self.asked = Understood()
        self.topics: list[_Topic] = []
        self.mode = ""
        self.mode_from = 0
        self.past = False
        self.flags: set[str] = set()

    def read(self) -> Understood:
        """What all spans ask together."""
        for number, span in enumerate(self.spans):
            if span.first - self.mode_from > _REACH or self._broken(span):
                self.mode = ""
            after = self.spans[number + 1] if number + 1 < len(self.spans) else None
            if span.what == "role":
                self._role(span)
            elif span.what == "phrase":
                self._phrase(span, after)
            else:
                self._plain(span)
        self._loved_ones()
        self._settle()
        self._one_of_its_kind()
        self.asked.text = self._left_over()
        return self.asked

    def _broken(self, span: TokenSpan) -> bool:
        return bool(self.mode) and any(
            self.tokens[n].breaks for n in range(self.mode_from, span.first + 1)
        )

    def _role(self, span: TokenSpan) -> None:
        for mode in _MODES:
            if mode in span.roles:
                # "don't accept" and "not court ordered": what is refused stays refused.
                if not (self.mode in ("refuse", "lack") and mode == "accept"):
                    self.mode = mode
                self.mode_from = span.last
                return
        if "past" in span.roles:
            self.past = True
        if "loved_one" in span.roles or "using" in span.roles:
            self.flags |= span.roles & {"loved_one", "using"}
        if self.mode and "list" in span.roles:
            self.mode_from = span.last

    def _plain(self, span: TokenSpan) -> None:
        if span.what == "time":
            # "Out by Friday" is a last day and no time to go.
            last_day = span.first and self.tokens[span.first - 1].word == "by"
            if not self.past and self.mode not in ("refuse", "origin") and not last_day:
                both = together(self.asked.when, span.value)
                if both:
                    self.asked.when = both
                    self.asked.words.append((self._typed(span), {"when": [span.value]}))
                else:
                    self._say(span, {"when": (span.value,)})
        elif span.what in ("place", "near"):
            if self.mode != "refuse":
                self._say(span, {"near": (span.value,)})
        elif span.what == "within":
            self._say(span, {"within": (span.value,)})
        elif span.what == "age":
            self._age(span)

    def _age(self, span: TokenSpan) -> None:
        """One's own age; the age of "my 15 year old" only says who it is for."""
        age = int(span.value)
        before = {token.word for token in self.tokens[max(0, span.first - 2) : span.first]}
        if before & {"my", "our", "mi", "mis", "his", "her", "of", "de", "hijo", "hija"}:
            if 12 <= age <= 17:
                self._say(span, {"populations": ("teens",)})
                self.flags.add("loved_one")
        elif self.asked.age is None:
            self.asked.age = age
            self.asked.words.append((self._typed(span), {"age": [span.value]}))

    def _phrase(self, span: TokenSpan, after: TokenSpan | None) -> None:
        phrase = span.phrase
        assert phrase is not None
        if self._is_destination(span):
            return
        self.flags |= phrase.flags & {"loved_one", "using"}
        mode = self.mode
        if "accept" in span.roles and not mode:
            mode = ""
        if (
            not mode
            and phrase.accepts is not None
            and after is not None
            and "accept_after" in after.roles
            and after.first == span.last
            and not self.tokens[after.first].breaks
        ):
            mode = "accept"
        means = self._meant(phrase, mode)
        if mode:
            listed = after is not None and "list" in after.roles and after.first == span.last
            self.mode = mode if listed else ""
            self.mode_from = span.last
        if not means:
            if mode == "origin":
                self.past = True
            return
        self.past = False if any(name in means for name in TOPICS) else self.past
        if "past" in phrase.flags:
            self.past = True
        topic = {name: ids for name, ids in means.items() if name in TOPICS}
        rest = {name: ids for name, ids in means.items() if name not in TOPICS}
        if rest:
            self.asked.add(rest)
        if topic:
            self.topics.append(_Topic(phrase.rank, topic, self._listed(span), span))
        elif not (phrase.flags & {"loved_one", "using"}) and self._names_group(span):
            # "Beginners meeting", "no god meetings": a meeting all the same.
            self.topics.append(_Topic(WEAK, {"needs": ("meeting",)}, False, span))
        self.asked.words.append(
            (self._typed(span), {name: list(ids) for name, ids in means.items()})
        )

    def _meant(self, phrase: Phrase, mode: str) -> Meaning:
        if mode == "accept":
            return phrase.accepts if phrase.accepts is not None else phrase.means
        if mode == "origin":
            return {}
        if mode in ("refuse", "lack"):
            if "lack" in phrase.flags:
                # "No job" asks for one; "not a job" asks for nothing.
                return phrase.means if mode == "lack" else {}
            return phrase.refused if phrase.refused is not None else _refused(phrase.means)
        return phrase.means

    def _is_destination(self, span: TokenSpan) -> bool:
        """Whether this is only where a ride goes: "a ride to my methadone appointment"."""
        if not self.topics or self.topics[-1].means.get("needs") != ("ride",):
            return False
        between = {token.word for token in self.tokens[self.topics[-1].span.last : span.first]}
        return bool(between & _TO) and between <= _TO | _words_of_role("article")

    def _names_meeting(self, span: TokenSpan) -> bool:
        return not (set(forms(self.tokens[span.first].word)) & _NO_MEETING)

    def _names_group(self, span: TokenSpan) -> bool:
        words = (token.word for token in self.tokens[span.first : span.last])
        return any(_is_group(word) for word in words)

    def _listed(self, span: TokenSpan) -> bool:
        """Whether the phrase is one of several asked side by side: "a job and a meeting"."""
        number = span.first - 1
        while number >= 0 and self.tokens[number].word in _words_of_role("article"):
            if self.tokens[number + 1].breaks:
                return bool(self.topics)
            number -= 1
        if number < 0 or not self.topics:
            return False
        return self.tokens[number + 1].breaks or self.tokens[number].word in (
            "and", "plus", "y", "e", "also", "tambien", "then", "mas",
        )  # fmt: skip

    def _loved_ones(self) -> None:
        """Somebody they love drinks or uses: help for the family, unless something is asked."""
        if "loved_one" not in self.flags:
            return
        strong = [topic for topic in self.topics if topic.rank >= STRONG]
        if not strong and ("using" in self.flags or self.asked.concerns):
            self.asked.add({"needs": ("family",), "kinds": ("family_group",)})
            self.topics = []

    def _settle(self) -> None:
        """The firmest topics; a weaker one stays where it was asked beside them."""
        if not self.topics and any(
            span.what == "role" and "group" in span.roles and self._names_meeting(span)
            for span in self.spans
        ):
            self.asked.add({"needs": ("meeting",)})
        highest = max((topic.rank for topic in self.topics), default=FAINT)
        for number, topic in enumerate(self.topics):
            beside = topic.listed or (
                number + 1 < len(self.topics) and self.topics[number + 1].listed
            )
            if topic.rank == highest or (topic.rank == WEAK and beside):
                self.asked.add(topic.means)

    def _one_of_its_kind(self) -> None:
        """ "NA, not Nar-Anon" refuses one program, not the pathway that both share."""
        programs = vocabulary.terms("programs")
        wanted = {
            pathway
            for program in self.asked.programs
            for pathway in vocabulary.split(programs[program]["pathways"])
        }
        if not wanted & set(self.asked.not_pathways):
            return
        self.asked.not_pathways = [
            not_pathway for not_pathway in self.asked.not_pathways if not_pathway not in wanted
        ]
        words = []
        for typed, means in self.asked.words:
            kept = {
                name: [item for item in ids if name != "not_pathways" or item not in wanted]
                for name, ids in means.items()
            }
            words.append((typed, {name: ids for name, ids in kept.items() if ids}))
        self.asked.words = [(typed, means) for typed, means in words if means]

    def _say(self, span: TokenSpan, meaning: Meaning) -> None:
        self.asked.add(meaning)
        self.asked.words.append(
            (self._typed(span), {name: list(ids) for name, ids in meaning.items()})
        )

    def _typed(self, span: TokenSpan) -> str:
        return self.plain[self.tokens[span.first].begin : self.tokens[span.last - 1].end]

    def _left_over(self) -> str:
        """The words nobody understood, as they were typed."""
        taken = {n for span in self.spans for n in range(span.first, span.last)}
        return " ".join(
            token.raw
            for number, token in enumerate(self.tokens)
            if number not in taken
            and not any(form in common_words() for form in forms(token.word))
            and len(token.word) > 1
        )


def _refused(means: Meaning) -> Meaning:
    """What a refusal of `means` asks, where a word says nothing of its own about it."""
    programs = vocabulary.terms("programs")
    pathways = [
        pathway
        for program in means.get("programs", ())
        for pathway in vocabulary.split(programs[program]["pathways"])
        if pathway != "all"
    ]
    result: dict[str, tuple[str, ...]] = {}
    if pathways or "pathways" in means:
        result["not_pathways"] = tuple(dict.fromkeys([*pathways, *means.get("pathways", ())]))
    elif "yes" in means:
        result["no"] = means["yes"]
    elif means.get("kinds"):
        result["not_kinds"] = means["kinds"]
    return result


@cache
def common_words() -> frozenset[str]:
    """Words that ask nothing by themselves."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "ask_words.csv")
    return frozenset(
        word
        for row in rows
        if row["role"] in ("common", "article")
        for word in row["phrase"].split()
    )


@cache
def _real_words() -> frozenset[str]:
    """Words that are no slips of the pen: those of our own texts and labels, and common words
    that look like ours ("federal" is no "funeral")."""
    result = set(common_words()) | set(known_words())
    rows = vocabulary.read_rows(vocabulary.FOLDER / "real_words.csv")
    result.update(row["word"] for row in rows)
    for language in LANGUAGES:
        for text in texts(language).values():
            result.update(token.word for token in tokens_of(plain_text_all(text)))
    return frozenset(result)


def plain_text_all(text: str) -> str:
    """A text of ours without accents, however long."""
    return plain_text(text)


@cache
def _long_words() -> tuple[str, ...]:
    return tuple(sorted(word for word in known_words() if len(word) >= 5 and word.isalpha()))


def _spelled(tokens: list[Token], places: Gazetteer | None, language: str) -> list[Token]:
    """The tokens, with a slip of the pen in a longer word put right."""
    own = _place_words(places) if places is not None else frozenset()
    return [
        token._replace(word=_nearest(token.word, language))
        if len(token.word) >= 5
        and token.word.isalpha()
        and token.word not in own
        and not any(form in _real_words() for form in forms(token.word))
        else token
        for token in tokens
    ]


@cache
def _place_words(places: Gazetteer) -> frozenset[str]:
    return frozenset(
        token.word for place in places.places for token in tokens_of(plain_text(place.name))
    )


@cache
def _nearest(word: str, language: str) -> str:
    """The one known word that `word` may be a slip of; `word` itself where none or several are.

    Of two that are equally near the one in `language` is taken.
    """
    most = 1 if len(word) < 7 else 2
    result = process.extract(word, _long_words(), scorer=OSA.distance, score_cutoff=most, limit=8)
    near = [(distance, known) for known, distance, _ in result if known[0] == word[0]]
    if not near:
        return word
    best = min(distance for distance, _ in near)
    names = {known for distance, known in near if distance == best}
    own = names & words_in(language)
    names = own if own and len(names) > 1 else names
    # "meetin" is near "meeting" and not "meetings": forms of one word are one.
    shortest = min(names, key=len)
    if all(shortest in forms(name) for name in names):
        return shortest
    return names.pop() if len(names) == 1 else word
