"""What a line and a card say of an asset, in words ready to show.

One place for it: the list of Find, the plain pages, my list and its files all read these.
`of_hits` says what was found of a question, `of_row` what is known without any. A text stands
once on a card: what is said among what fits, to ask or to know is no fact again below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import quote

import numpy as np

from assetmap import maps, vocabulary
from assetmap.assets.hiding import MARK
from assetmap.assets.public import public_value
from assetmap.catalog import AssetRow
from assetmap.fields import FIELDS, unpack_original
from assetmap.schedule import ALWAYS
from assetmap.search import Hit, Query
from assetmap.search.groups import NEVER_CLOSES
from assetmap.search.reasons import (
    asks_in_words,
    beds_in_words,
    fits_in_words,
    miss_in_words,
    next_time,
    way,
)
from assetmap.web import layers
from assetmap.web.answers import per_version
from assetmap.web.card_facts import (
    KnownFacts,
    intake_of,
    known_facts,
    lower_first,
    text_of,
    usual_times,
    yes,
)
from assetmap.web.cards import Card
from assetmap.web.state import State
from assetmap.words import formats, say

OLD_DAYS = 365
LEAST_TO_SAY_ONCE = 3
# What a person should know before going, though nobody asked.
KNOW_IF_YES = (
    "worship_required",
    "id_required",
    "id_checked_at_door",
    "law_enforcement_on_site",
    "referral_needed",
    "waiting_list",
)
# Columns of sources that hold what to know for joining or finding the door.
NOTES = ("conference_url_notes", "conference_phone_notes", "notes", "location_notes")
_BEFORE_HALF = re.compile(r"(?<=\d) (?=[ap]\.?\u00a0?m\b)")


def of_hits(
    hits: Iterable[Hit], query: Query, state: State, language: str, saved: Sequence[str] = ()
) -> list[Card]:
    """One card a hit, in the same order."""
    drawn = layers.of(state).row_of
    return [_card(hit, query, state, language, hit.id in saved, drawn) for hit in hits]


def of_asset(asset: str, state: State, language: str) -> Card | None:
    """The card of one asset that nobody asked anything of; None for one that is not there.

    Only what is active, or closed for a while, has one.
    """
    position = state.rows.position(asset)
    if position is None or not is_public(state.rows[position]):
        return None
    now = state.now()
    start, end = _next(state, position, now)
    hit = Hit(position, asset, (), None, None, start, end, (), (), None, False)
    return _card(hit, Query(at=now), state, language, False, layers.of(state).row_of)


def without_ways_in(card: Card) -> None:
    """Take off `card` what lets anyone into a meeting: that is for who opened the card."""
    card["join"] = card.get("join_open", "")
    card["dial"] = card.get("dial_open", "")
    card["notes"] = []


def has_ways_in(card: Card) -> bool:
    """Whether `without_ways_in` would take something off."""
    hidden = card.get("join") != card.get("join_open") or card.get("dial") != card.get("dial_open")
    return hidden or bool(card.get("notes"))


# What the public may see: not what nobody has looked at yet, and not what is gone.
LISTED = ("active", "temporarily_closed")


def is_public(row: AssetRow | None) -> bool:
    """Whether an asset has a page of its own: it is there, or closed for a while, and nobody
    asked not to be listed."""
    if row is None or row["status"] not in LISTED:
        return False
    return str(row["listed_ok"]) != "False"


def _next(state: State, position: int, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When an asset can next be used; of what never closes, now."""
    catalog = state.catalog
    kept = catalog.next_kept(now)
    first, index = kept, position
    if not kept.found[position] and catalog.has_times[position]:
        first, index = catalog.next_far(now, np.array([position])), 0
    if not first.found[index]:
        return None, None
    start = catalog.moment(int(first.start[index]))
    end = catalog.moment(int(first.end[index]))
    return (max(start, now) if end - start > NEVER_CLOSES else start), end


def _card(
    hit: Hit, query: Query, state: State, language: str, saved: bool, drawn: dict[str, int]
) -> Card:
    row = state.rows[hit.position]
    kind = vocabulary.terms("kinds")[row["kind"]]
    colour = vocabulary.terms("groups")[kind["group"]]["colour"]
    unit = str(state.community.config["unit"])
    lasting = _lasting(state, hit.position, language)
    when, usual = _when(hit, query, row, lasting.usual, language)
    guessed = hit.id in state.community.guessed_kinds
    exact = row["location_precision"] not in ("area", "hidden") and row["geometry"] is not None
    fits, asks = _fits(hit, query, row, language), asks_in_words(hit, row, language)
    know = _know(row, query, language)
    description = lasting.description
    # What a first visit is like is only known of a kind that somebody named.
    visit = "" if guessed else kind[f"expect_{language}"]
    street = text_of(row["address"])
    join, dial = text_of(row["conference_url"]), _dial(row)
    card: Card = {
        "id": hit.id,
        "name": str(row["name"]),
        "kind_label": kind[f"label_{language}"],
        "icon": kind["icon"],
        "colour": colour,
        "ink": maps.ink(colour),
        "guessed": say("cards.guessed", language) if guessed else "",
        "closed": say("cards.closed", language) if row["status"] == "temporarily_closed" else "",
        "differs": _together(miss_in_words(hit, query, row, unit, language)),
        "when": _together(when),
        "usual": _together(usual),
        "intake": lasting.intake,
        "way": way(hit, query, row, unit, language),
        "place": ", ".join(filter(None, (street, text_of(row["city"])))),
        "fits": fits,
        "ask": asks,
        "court": yes(row["court_linked"]) or yes(row["law_enforcement_on_site"]),
        "know": know,
        "description": description,
        "visit": visit if visit.rstrip(".") not in description else "",
        "phone": text_of(row["phone"]),
        "text_phone": yes(row["text_phone"]),
        "dial": dial,
        "dial_open": public_value("conference_phone", dial),
        "email": text_of(row["email"]),
        "directions": (row["geometry"].y, row["geometry"].x) if exact else None,
        "join": join,
        "join_open": public_value("conference_url", join),
        "website": text_of(row["url"]),
        "on_map": hit.id in drawn,
        "saved": saved,
        "facts": [],
        "notes": list(lasting.notes),
        "run_by": text_of(row["organization"]),
        "source": lasting.source,
        "checked": lasting.checked,
        "problem_url": lasting.problem_url,
    }
    # What the card says already is left out below.
    card["facts"] = lasting.known.without({text.lower() for text in (*fits, *know)})
    return card


class _Lasting(NamedTuple):
    """What a card says whatever was asked, the same all day."""

    usual: str
    intake: str
    description: str
    notes: Sequence[str]
    source: str
    checked: str
    problem_url: str
    known: KnownFacts


@per_version
def _lasting_cards(state: State) -> dict[tuple[int, str, date], _Lasting]:
    """By position, language and day: each is made when a card first needs it."""
    return {}


def _lasting(state: State, position: int, language: str) -> _Lasting:
    now, result = state.now(), _lasting_cards(state)
    key = (position, language, now.date())
    lasting = result.get(key)
    if lasting is None:
        row, zone = state.rows[position], state.community.timezone
        description = _description(row, language)
        lasting = result[key] = _Lasting(
            usual_times(row, zone, language),
            _together(intake_of(row, zone, language)),
            description,
            _notes(row, description),
            _source(row, state, language),
            checked(row, now.date(), language),
            _problem_url(row, state, language),
            known_facts(row, language, str(state.community.config["country"]), now),
        )
    return lasting


def say_once(cards: Sequence[Card]) -> list[str]:
    """What is the same on all of `cards` is taken off them and returned, to stand above them."""
    texts: list[str] = []
    if len(cards) < LEAST_TO_SAY_ONCE:
        return texts
    if len({card.get("source", "") for card in cards}) == 1:
        texts.append(cards[0].get("source", ""))
        for card in cards:
            card["source"] = ""
    if len({card.get("checked", "") for card in cards}) == 1:
        texts.append(cards[0].get("checked", ""))
        for card in cards:
            card["checked"] = ""
    return [text[:1].upper() + text[1:] for text in texts if text]


def checked(row: AssetRow, today: date, language: str) -> str:
    """When and how somebody last checked it; an old check says so without alarm."""
    day = text_of(row["verified_on"])
    if not day:
        return say("find.not_checked", language)
    when = date.fromisoformat(day)
    text = day_in_words(when, language)
    if (today - when).days > OLD_DAYS:
        return say("find.checked_old", language, date=text)
    how = text_of(row["verified_how"])
    if not how:
        return say("find.checked_plain", language, date=text)
    label = vocabulary.label("verified_how", how, language)
    return say("find.checked", language, how=label, date=text)


def day_in_words(day: date, language: str) -> str:
    """A date in words, in the one order of its language."""
    return formats.day(day, language)


def _when(hit: Hit, query: Query, row: AssetRow, usual: str, language: str) -> tuple[str, str]:
    """The next time, and the `usual` times where they say more."""
    text = next_time(hit.start, hit.end, query.at, row, language, hit.distance_m)
    if not text_of(row["schedule"]) and not text_of(row["recurrence"]):
        written = unpack_original(text_of(row["original"])).get("schedule")
        if isinstance(written, str) and written:
            return say("find.hours_as_written", language, text=written), ""
        return text, ""
    if row["schedule"] == ALWAYS:
        return text, ""
    return text, "" if usual.lower() in text.lower() else usual


def _together(text: str) -> str:
    """`text` whose times no line end tears apart."""
    return _BEFORE_HALF.sub(
        "\u00a0", text.replace("a. m.", "a.\u00a0m.").replace("p. m.", "p.\u00a0m.")
    )


def _fits(hit: Hit, query: Query, row: AssetRow, language: str) -> list[str]:
    asked = fits_in_words(hit, query, row, language)
    # The time has its own line.
    texts = asked[1:] if query.when is not None and "when" in hit.fits and hit.start else asked
    program = text_of(row["program"])
    if program:
        texts.append(vocabulary.label("programs", program, language))
    if not query.costs:
        costs = [vocabulary.label("costs", cost, language) for cost in sorted(row["cost"] or ())]
        texts += [lower_first(cost) for cost in costs]
    tags = sorted((row["languages"] or frozenset()) - {language})
    if not query.languages:
        names = [vocabulary.label("languages", tag, language) for tag in tags]
        names = [name.lower() for name in names] if language == "es" else names
        texts += [say("search.language", language, language=name) for name in names]
    if not (query.wants_bed and "beds" in hit.fits) and str(row["beds_open"]) != "0":
        texts.append(beds_in_words(row, query.at, language))
    texts = [text for text in dict.fromkeys(texts) if text]
    return [texts[0][:1].upper() + texts[0][1:], *texts[1:]] if texts else []


def _know(row: AssetRow, query: Query, language: str) -> list[str]:
    """What a person should know before going, though nobody asked."""
    yes_no = vocabulary.terms("yes_no")
    texts = [yes_no[name][f"yes_{language}"] for name in KNOW_IF_YES if yes(row[name])]
    texts += [
        vocabulary.label("record_limits", limit, language)
        for limit in sorted((row["record_limits"] or frozenset()) - {"none"})
    ]
    if str(row["beds_open"]) == "0":
        texts.append(beds_in_words(row, query.at, language))
    return [text for text in texts if text]


def _description(row: AssetRow, language: str) -> str:
    own = text_of(row.get(f"description_{language}")) if language != "en" else ""
    text = (own or text_of(row["description"])).replace(MARK, say("cards.kept_private", language))
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _notes(row: AssetRow, description: str) -> list[str]:
    kept = unpack_original(text_of(row["original"]))
    values = [row[name] if name in FIELDS else kept.get(name) for name in NOTES]
    values += [kept.get(name) for name in NOTES if name in FIELDS]
    texts = [text_of(value).strip() for value in values]
    return [text for text in dict.fromkeys(texts) if text and text not in description]


def _dial(row: AssetRow) -> str:
    """The number to join by phone, with the digits to dial after it where the source has them."""
    number = text_of(row["conference_phone"])
    whole = unpack_original(text_of(row["original"])).get("conference_phone")
    return whole if number and isinstance(whole, str) and whole else number


def _source(row: AssetRow, state: State, language: str) -> str:
    names = {source.key: source.name for source in state.community.sources}
    return say("find.from_source", language, source=names.get(row["source"], row["source"]))


def _problem_url(row: AssetRow, state: State, language: str) -> str:
    """Where to say that something is wrong: our own form where a ledger keeps it, else mail."""
    if state.community.ledger.open:
        return f"suggest/{quote(str(row['id']), safe='')}?language={language}"
    email = state.community.config["contact"].get("email")
    if not email:
        return ""
    subject = say("find.wrong_subject", language, name=f"{row['name']} ({row['id']})")
    return f"mailto:{quote(str(email), safe='@')}?subject={quote(subject)}"
