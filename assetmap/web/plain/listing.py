"""/at/ID: one page for each public listing, which search engines may index.

Its JSON-LD is made of public fields only; what may not be known of a place is not in them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from assetmap.catalog import AssetRow
from assetmap.fields import JsonDict, JsonObject
from assetmap.web import card_texts
from assetmap.web.card_facts import text_of, yes
from assetmap.web.cards import Card
from assetmap.web.plain.render import (
    ALWAYS_ASK,
    Page,
    address,
    answer,
    missing,
    open_page,
    same_for_all,
)
from assetmap.web.site import site
from assetmap.web.state import State
from assetmap.words import say

MOST_BESIDE = 6


def listing(request: Request, state: State) -> Response:
    """The page of a listing, without what lets anyone in (passcodes)."""
    return same_for_all(open_page(request, state), lambda: _show(request, state, opened=False))


def opened(request: Request, form: FormData, state: State) -> Response:
    """The same for who asked how to join: with passcode and notes, and kept by nobody."""
    return _show(request, state, opened=True)


def _show(request: Request, state: State, opened: bool) -> Response:
    asset = request.path_params["asset"]
    page = open_page(request, state)
    card = card_texts.of_asset(asset, state, page.language)
    row = state.rows.get(asset)
    if card is None or row is None:
        return missing(request, state)
    secret = card_texts.has_ways_in(card)
    if not opened:
        card_texts.without_ways_in(card)
    title = say("plain.listing_title", page.language, name=card["name"], place=state.community.name)
    linked_data = _script(_linked_data(row, card, state))
    return answer(
        replace(page, title=title, robots="noindex" if opened else "index"),
        "listing.html",
        cache_control="no-store" if opened else ALWAYS_ASK,
        card=card,
        asset=asset,
        secret=secret and not opened,
        beside=_beside(row, state, page),
        canonical=_canonical(asset, state),
        linked_data=linked_data,
    )


def _beside(row: AssetRow, state: State, page: Page) -> list[tuple[str, list[Card]]]:
    """Other things at the same place, by the same people, and what it works together with."""
    together = {
        other
        for pair in state.community.connections
        for mine, other in (
            (pair.get("from"), pair.get("to")),
            (pair.get("to"), pair.get("from")),
        )
        if mine == row["id"] and other
    }
    groups: list[tuple[str, list[Card]]] = []
    seen = {row["id"]}
    for title, others in (
        ("plain.works_with", sorted(together)),
        ("plain.same_place", _same(row, state, ("address", "city"))),
        ("plain.same_people", _same(row, state, ("organization",))),
    ):
        cards: list[Card] = []
        for asset in others:
            if asset in seen or len(cards) == MOST_BESIDE:
                continue
            card = card_texts.of_asset(asset, state, page.language)
            if card is not None:
                seen.add(asset)
                cards.append(card)
        if cards:
            groups.append((say(title, page.language), cards))
    return groups


def _same(row: AssetRow, state: State, fields: tuple[str, ...]) -> list[str]:
    """The ids of other assets that say the same in all of `fields`."""
    values = [text_of(row[name]) for name in fields]
    if not values[0] or row["location_precision"] in ("area", "hidden"):
        return []
    assets = state.catalog.assets
    same = state.catalog.active & ~state.catalog.over(state.now())
    for name, value in zip(fields, values, strict=True):
        same &= (assets[name] == value).fillna(False).to_numpy(dtype=bool)
    return [str(asset) for asset in state.catalog.ids[same] if asset != row["id"]]


def _canonical(asset: str, state: State) -> str:
    base = site(state.community.config).address
    return f"{base}/at/{address(asset)}" if base else ""


def _linked_data(row: AssetRow, card: Card, state: State) -> JsonObject:
    """schema.org: an Event where one is announced by its date, else a Place, or an Organization
    where no place is known or may be."""
    exact = row["location_precision"] not in ("area", "hidden") and row["geometry"] is not None
    postal = {
        "@type": "PostalAddress",
        "streetAddress": text_of(row["address"]),
        "addressLocality": text_of(row["city"]),
        "addressRegion": text_of(row["region"]),
        "postalCode": text_of(row["postal_code"]),
        "addressCountry": text_of(row["country"]),
    }
    start = _next_date(row, state)
    data: JsonDict = {
        "@context": "https://schema.org",
        "@type": "Event" if start else "Place" if exact else "Organization",
        "name": card["name"],
        "description": card.get("description", ""),
        "telephone": "" if start else card.get("phone", ""),
        "email": "" if start else card.get("email", ""),
        "url": _canonical(str(row["id"]), state) or card.get("website", ""),
    }
    place = {"@type": "Place", "address": _filled(postal)}
    if exact:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": round(row["geometry"].y, 5),
            "longitude": round(row["geometry"].x, 5),
        }
    if start:
        data["startDate"] = start.isoformat()
        if row["status"] == "temporarily_closed":
            data["eventStatus"] = "https://schema.org/EventPostponed"
        data.update(_whereabouts(row, place, str(data["url"])))
        if text_of(row["organization"]):
            data["organizer"] = {"@type": "Organization", "name": row["organization"]}
    else:
        data.update({name: value for name, value in place.items() if name != "@type"})
        if exact and yes(row["wheelchair"]):
            data["amenityFeature"] = {
                "@type": "LocationFeatureSpecification",
                "name": say("cards.wheelchair"),
                "value": True,
            }
    return _filled(data)


def _whereabouts(row: AssetRow, place: JsonDict, url: str) -> JsonDict:
    """How an event is taken part in and where; one that shows only its town is not online."""
    formats = row["format"] if isinstance(row["format"], frozenset) else frozenset()
    online = not formats.isdisjoint({"online", "phone"})
    meets = not formats or "in_person" in formats
    mode = "Mixed" if online and meets else "Online" if online else "Offline"
    screen = {"@type": "VirtualLocation", "url": url}
    where = [part for part, is_so in ((place, meets), (_filled(screen), online)) if is_so]
    return {
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "location": where[0] if len(where) == 1 else where,
    }


def _next_date(row: AssetRow, state: State) -> datetime | None:
    """When a one-off event begins; what comes every week is no Event but a Place."""
    if not row["dates"] or text_of(row["recurrence"]):
        return None
    position = state.rows.position(str(row["id"]))
    first = state.catalog.next_kept(state.now())
    if position is None or not first.found[position]:
        return None
    return state.catalog.moment(int(first.start[position]))


def _filled(values: JsonObject) -> JsonDict:
    return {name: value for name, value in values.items() if value not in ("", None, {})}


def _script(data: JsonObject) -> Markup:
    """`data` as JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)
