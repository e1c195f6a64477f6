"""Everything else that is known of an asset: what it costs, who it is for, beds, languages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.catalog import AssetRow
from assetmap.fields import FIELDS
from assetmap.schedule import ScheduleError
from assetmap.schedule.words import describe
from assetmap.search.reasons import limits_in_words
from assetmap.words import formats, say

# Said elsewhere on a card, or never shown: how it may be listed, and what stands at its top.
_NOT_FACTS = frozenset(
    ("listed_ok", "address_ok", "clinical", "court_linked", "text_phone", "waiting_list")
)
# Who it is for, what it is about: field and the vocabulary of its values.
_SETS = (
    ("format", "format"),
    ("languages", "languages"),
    ("only_for", "populations"),
    ("welcomes", "populations"),
    ("for_whom", "for_whom"),
    ("concerns", "concerns"),
    ("pathways", "pathways"),
    ("medications_ok", "medications_ok"),
    ("record_limits", "record_limits"),
    ("relation_to_treatment", "relation_to_treatment"),
    ("activities", "activities"),
    ("provided_by", "provided_by"),
    ("wants", "wants"),
)
CURRENCY = {"US": "$", "CA": "$", "MX": "$", "PR": "$", "GB": "£"}


class CardFact(NamedTuple):
    """One thing known: what is said of (the field's label) and what is said."""

    label: str
    text: str


class KnownFacts(NamedTuple):
    """All that is known of one asset: facts, and texts of what is so and is not so."""

    facts: Sequence[CardFact]
    so: Sequence[str]
    so_label: str

    def without(self, shown: Collection[str]) -> list[CardFact]:
        """The facts in the order a person asks; `shown` (small letters) are left out."""
        kept = [text for text in self.so if text.lower() not in shown]
        facts = [*self.facts, CardFact(self.so_label, " · ".join(kept))]
        return [fact for fact in facts if fact.text and fact.text.lower() not in shown]


def known_facts(row: AssetRow, language: str, country: str, now: datetime) -> KnownFacts:
    """What is known of `row`, whatever was asked."""
    facts = [
        CardFact(_label("cost", language), _cost(row, language, country)),
        CardFact(_label("home_type", language), _home(row, language)),
        CardFact(_label("beds_total", language), _count(row["beds_total"], language)),
        CardFact(_label("days_required", language), _days(row, language)),
        CardFact(_label("certified_by", language), _certified(row, language, now.date())),
        CardFact(say("cards.ages", language), limits_in_words(row, language)),
    ]
    for field, terms in _SETS:
        facts.append(CardFact(_label(field, language), _listed(row[field], terms, language)))
    facts.append(CardFact(_label("serves_area", language), text_of(row["serves_area"])))
    known = [fact for fact in facts if fact.text]
    return KnownFacts(known, _yes_and_no(row, language), say("cards.known", language))


def usual_times(row: AssetRow, zone: str, language: str) -> str:
    """Its times of every week; those of another zone than the page's name it."""
    return describe(
        text_of(row["schedule"]) or None,
        row["time_kind"],
        language,
        text_of(row["recurrence"]) or None,
        row["dates"] or (),
        timezone=text_of(row["timezone"]) or None,
        shown_in=zone,
    )


def intake_of(row: AssetRow, zone: str, language: str) -> str:
    """When it takes new people: "Takes new people: Mon–Fri 9:00 am–5:00 pm"."""
    hours = text_of(row["intake_hours"])
    if not hours:
        return ""
    try:
        own = text_of(row["timezone"]) or None
        words = describe(hours, "hours", language, timezone=own, shown_in=zone)
        return say("cards.intake", language, hours=words)
    except ScheduleError:
        return ""


def _cost(row: AssetRow, language: str, country: str) -> str:
    sign = CURRENCY.get(country, "")
    parts = []
    for field in ("weekly_cost", "move_in_cost"):
        amount = _number(row[field])
        if amount is not None:
            money = formats.money(amount, sign, language)
            parts.append(say(f"cards.{field}", language, amount=money))
    # The names of costs stand among what fits; here only figures do.
    return " · ".join(parts)


def _home(row: AssetRow, language: str) -> str:
    home = text_of(row["home_type"])
    return vocabulary.label("home_type", home, language) if home else ""


def _days(row: AssetRow, language: str) -> str:
    days = _number(row["days_required"])
    return "" if days is None else say("cards.days_required", language, n=int(days))


def _certified(row: AssetRow, language: str, today: date) -> str:
    by, until = text_of(row["certified_by"]), text_of(row["certified_until"])
    if not by or not until:
        return by
    day = date.fromisoformat(until[:10])
    word = "certified_past" if day < today else "certified_until"
    return say(f"cards.{word}", language, by=by, date=formats.day(day, language))


def _yes_and_no(row: AssetRow, language: str) -> list[str]:
    """What is known to be so, then what is known not to be; what nobody knows is not said."""
    known, not_so = [], []
    for name, words in vocabulary.terms("yes_no").items():
        if name in _NOT_FACTS or name not in row:
            continue
        if yes(row[name]):
            known.append(words[f"yes_{language}"])
        elif str(row[name]) == "False":
            not_so.append(words[f"no_{language}"])
    return known + not_so


def _listed(values: Collection[str] | None, terms: str, language: str) -> str:
    if not isinstance(values, frozenset):
        return ""
    order = [term for term in vocabulary.terms(terms) if term in values]
    labels = [vocabulary.label(terms, term, language) for term in order]
    return " · ".join(labels)


def _count(value: object, language: str) -> str:
    number = _number(value)
    return "" if number is None else formats.number(number, language)


def _label(field: str, language: str) -> str:
    row = FIELDS[field]
    return row[f"label_{language}"] or row["label_en"]


def _number(value: object) -> float | None:
    text = str(value)
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number == number else None


def text_of(value: object) -> str:
    """A text cell; "" where it is unknown."""
    return value if isinstance(value, str) else ""


def yes(value: object) -> bool:
    """Whether a yes/no/unknown cell is yes."""
    # numpy's True is not Python's, and unknown is neither.
    return str(value) == "True"


def lower_first(text: str) -> str:
    """`text` within a sentence: ID and GED keep their letters."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
