"""Hits of a search as cards, in words ready to show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import quote

import pandas as pd

from assetmap import vocabulary
from assetmap.assets.hiding import MARK
from assetmap.schedule import ALWAYS
from assetmap.schedule.words import describe
from assetmap.search import Hit, Query
from assetmap.search.reasons import (
    asks_in_words,
    beds_in_words,
    fits_in_words,
    miss_in_words,
    next_time,
    way,
)
from assetmap.web import layers
from assetmap.web.cards import Card
from assetmap.web.guesses import guessed_kinds
from assetmap.web.state import State
from assetmap.words import say

OLD_DAYS = 365
# What a person should know before going, though nobody asked.
TOLD_IF_YES = (
    "worship_required",
    "id_required",
    "id_checked_at_door",
    "law_enforcement_on_site",
    "referral_needed",
    "waiting_list",
)


def cards_of(
    hits: Iterable[Hit], query: Query, state: State, language: str, saved: Sequence[str] = ()
) -> list[Card]:
    """One card a hit, in the same order."""
    drawn = layers.of(state).row_of
    return [_card(hit, query, state, language, saved, drawn) for hit in hits]


def _card(
    hit: Hit,
    query: Query,
    state: State,
    language: str,
    saved: Sequence[str],
    drawn: dict[str, int],
) -> Card:
    row = state.catalog.assets.iloc[hit.position]
    kind = vocabulary.terms("kinds")[row["kind"]]
    group = vocabulary.terms("groups")[kind["group"]]
    unit = str(state.community.config["unit"])
    when, usual = _when(hit, query, row, language)
    guessed = hit.id in guessed_kinds(state)
    # What a first visit is like is only known of a kind that somebody named.
    visit = "" if guessed else kind[f"expect_{language}"]
    exact = row["location_precision"] not in ("area", "hidden") and row["geometry"] is not None
    card: Card = {
        "id": hit.id,
        "name": str(row["name"]),
        "kind_label": kind[f"label_{language}"],
        "icon": kind["icon"],
        "colour": group["colour"],
        "guessed": say("cards.guessed", language) if guessed else "",
        "differs": _together(miss_in_words(hit, query, row, unit, language)),
        "when": _together(when),
        "usual": _together(usual),
        "distance": _where(way(hit, query, row, unit, language), row),
        "fits": _fits(hit, query, row, language),
        "ask": asks_in_words(hit, row, language),
        "court": _yes(row["court_linked"]) or _yes(row["law_enforcement_on_site"]),
        "know": _know(row, query, language),
        "expect": " ".join(filter(None, (_description(row, language), visit))),
        "phone": _text(row["phone"]) or _text(row["conference_phone"]),
        "text_phone": _yes(row["text_phone"]),
        "directions": (row["geometry"].y, row["geometry"].x) if exact else None,
        "join": _text(row["conference_url"]),
        "website": _text(row["url"]),
        "on_map": hit.id in drawn,
        "saved": hit.id in saved,
        "who": _who(row, state, language),
        "checked": checked(row, state.now().date(), language),
        "problem_url": _problem_url(row, state, language),
    }
    return card


def checked(row: pd.Series, today: date, language: str) -> str:
    """When and how somebody last checked it; an old check says so without alarm."""
    day = _text(row["verified_on"])
    if not day:
        return say("find.not_checked", language)
    when = date.fromisoformat(day)
    text = day_in_words(when, language)
    if (today - when).days > OLD_DAYS:
        return say("find.checked_old", language, date=text)
    how = _text(row["verified_how"])
    if not how:
        return say("find.checked_plain", language, date=text)
    label = vocabulary.label("verified_how", how, language)
    return say("find.checked", language, how=label, date=text)


def day_in_words(day: date, language: str) -> str:
    """12 Oct 2026 in words: "12 October 2026", "12 de octubre de 2026"."""
    month = say(f"schedule.month_{day.month}", language)
    return (
        f"{day.day} {month} {day.year}"
        if language == "en"
        else f"{day.day} de {month} de {day.year}"
    )


def _when(hit: Hit, query: Query, row: pd.Series, language: str) -> tuple[str, str]:
    """The next time, and the usual times where they say more."""
    text = next_time(hit.start, hit.end, query.at, row, language)
    if not _text(row["schedule"]) and not _text(row["recurrence"]):
        written = _original(row).get("schedule")
        if isinstance(written, str) and written:
            return say("find.hours_as_written", language, text=written), ""
        return text, ""
    if row["schedule"] == ALWAYS:
        return text, ""
    usual = describe(
        _text(row["schedule"]) or None,
        row["time_kind"],
        language,
        _text(row["recurrence"]) or None,
        row["dates"] or (),
    )
    return text, "" if usual.lower() in text.lower() else usual


def _together(text: str) -> str:
    """`text` whose times no line end tears apart."""
    return text.replace("a. m.", "a.\u00a0m.").replace("p. m.", "p.\u00a0m.")


def _original(row: pd.Series) -> dict[str, object]:
    try:
        found = json.loads(_text(row["original"]) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _fits(hit: Hit, query: Query, row: pd.Series, language: str) -> list[str]:
    asked = fits_in_words(hit, query, row, language)
    # The time has its own line.
    found = asked[1:] if query.when is not None and "when" in hit.fits and hit.start else asked
    program = _text(row["program"])
    if program:
        found.append(vocabulary.label("programs", program, language))
    if not query.costs:
        costs = [vocabulary.label("costs", cost, language) for cost in sorted(row["cost"] or ())]
        found += [cost if cost[:2].isupper() else cost[:1].lower() + cost[1:] for cost in costs]
    spoken = sorted((row["languages"] or frozenset()) - {language})
    if not query.languages:
        names = [vocabulary.label("languages", tag, language) for tag in spoken]
        names = [name.lower() for name in names] if language == "es" else names
        found += [say("search.language", language, language=name) for name in names]
    if not (query.wants_bed and "beds" in hit.fits) and str(row["beds_open"]) != "0":
        found.append(beds_in_words(row, query.at, language))
    found = [text for text in dict.fromkeys(found) if text]
    return [found[0][:1].upper() + found[0][1:], *found[1:]] if found else []


def _know(row: pd.Series, query: Query, language: str) -> str:
    """What a person should know before going, though nobody asked."""
    told = [
        vocabulary.terms("yes_no")[name][f"yes_{language}"]
        for name in TOLD_IF_YES
        if _yes(row[name])
    ]
    told += [
        vocabulary.label("record_limits", limit, language)
        for limit in sorted((row["record_limits"] or frozenset()) - {"none"})
    ]
    if str(row["beds_open"]) == "0":
        told.append(beds_in_words(row, query.at, language))
    notes = "; ".join(text for text in told if text)
    return say("find.good_to_know", language, notes=notes) if notes else ""


def _description(row: pd.Series, language: str) -> str:
    text = _text(row["description"]).replace(MARK, say("cards.kept_private", language))
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _where(way_there: str, row: pd.Series) -> str:
    """How far, and the street where it may be known; the town alone where it may not."""
    street, town = _text(row["address"]), _text(row["city"])
    if not street:
        return way_there or town
    return " · ".join(filter(None, (way_there, ", ".join(filter(None, (street, town))))))


def _who(row: pd.Series, state: State, language: str) -> str:
    names = {source.key: source.name for source in state.community.sources}
    organization = _text(row["organization"])
    source = say("find.from_source", language, source=names.get(row["source"], row["source"]))
    return f"{organization} · {source}" if organization else source


def _problem_url(row: pd.Series, state: State, language: str) -> str:
    email = state.community.config["contact"].get("email")
    if not email:
        return ""
    subject = say("find.wrong_subject", language, name=f"{row['name']} ({row['id']})")
    return f"mailto:{email}?subject={quote(subject)}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _yes(value: object) -> bool:
    # numpy's True is not Python's, and unknown is neither.
    return str(value) == "True"
