"""Steps of `assets.check` about where things are: placing rows by name, hiding private ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from assetmap import vocabulary
from assetmap.assets.draft import Draft, positions
from assetmap.assets.guarded import GuardedHomes, at_a_door, doors_of, street_of, streets_of
from assetmap.assets.hiding import (
    MARK,
    Street,
    near_point,
    take_out_places,
    tells_place,
    without_number,
    without_postal_code,
)
from assetmap.fields import FIELDS, Problem, pack_original, unpack_original
from assetmap.geocoding.names import house_of
from assetmap.places import Place, distance_m
from assetmap.words import Text, text

# Points further than this from where the others lie are said: a typing error is likelier.
FAR_M = 300_000.0
# A house of a town lies within this of the town's middle; another town's street of that name not.
TOWN_M = 15_000.0
PRIVACY = {None: 0, "exact": 0, "street": 0, "area": 1, "hidden": 2}
# Every field with words of a source in it may tell a street. The address itself and the ZIP are
# emptied; time zone and source are no words.
_NO_WORDS = frozenset(("address", "postal_code", "timezone", "source"))
_TEXTS = tuple(
    name
    for name, row in FIELDS.items()
    if row["type"] in ("text", "url", "email", "dial") and name not in _NO_WORDS
)
_LINKS = frozenset(name for name in _TEXTS if FIELDS[name]["type"] != "text")
_PLACE_FIELDS = frozenset(
    ("address", "postal_code", "latitude", "longitude", "latitude, longitude", "city")
)


@cache
def default_precision(kind: str) -> str:
    """How exactly a kind's place is shown unless its address may be: exact, area or hidden."""
    shown = vocabulary.terms("kinds")[kind]["address"]
    return "exact" if shown == "public" else shown


def place_by_name(draft: Draft) -> list[int]:
    """Rows without a point get their town's; points far from everything else are said.

    The positions of rows placed that way whose address is open are returned.
    """
    places, context = draft.context.places, draft.context
    placed: list[int] = []
    _say_far_points(draft)
    for at in positions(np.isnan(draft.lat)):
        formats = draft["format"][at]
        if formats is not None and "in_person" not in formats:
            continue
        country = draft["country"][at]
        if country and len(country) == 2 and country != context.country:
            continue  # "London" of another country is no town of ours
        if not _privacy(draft, at) and _placed_by_address(draft, at):
            continue
        city, region, postal = (draft[name][at] for name in ("city", "region", "postal_code"))
        found: Place | None = None
        if postal:
            found = places.find(postal) if context.country == "US" else None
        if found is None and city:
            found = places.town(city, region)
        if found is None:
            continue
        draft.lat[at], draft.lon[at] = found.lat, found.lon
        if not _privacy(draft, at):
            placed.append(at)
        note = text("addresses.placed", place=found.name)
        draft.say(at, "latitude, longitude", "", "guessed", note)
    return placed


def _placed_by_address(draft: Draft, at: int) -> bool:
    """Whether the row's open address could be placed between the numbers of its block.

    Only where one place fits, by its ZIP code or town; a letter wrong is not guessed away.
    """
    ranges, address = draft.context.streets, draft["address"][at]
    house = house_of(address.split(",")[0]) if ranges is not None and address else None
    if ranges is None or house is None:
        return False
    postal, city, region = (draft[name][at] for name in ("postal_code", "city", "region"))
    spot = ranges.address(house.prefix, house.number, house.street, (postal[:5],) if postal else ())
    hits = () if spot.respelled else spot.hits
    town = draft.context.places.town(city, region) if city else None
    if town is not None and hits:
        near = [hit for hit in hits if distance_m(hit.lat, hit.lon, town.lat, town.lon) < TOWN_M]
        nearest = min(hits, key=lambda hit: float(distance_m(hit.lat, hit.lon, town.lat, town.lon)))
        hits = (nearest,) if nearest in near and (postal or len(near) == 1) else ()
    if len(hits) != 1:
        return False
    hit = hits[0]
    draft.lat[at], draft.lon[at] = hit.lat, hit.lon
    draft["location_precision"][at] = "street"
    note = text("geocode.placed", street=hit.street, n=hit.within_m)
    draft.say(at, "latitude, longitude", "", "guessed", note)
    return True


def _say_far_points(draft: Draft) -> None:
    known = ~np.isnan(draft.lat)
    if draft.context.extent is not None:
        west, south, east, north = draft.context.extent
        lat, lon = (south + north) / 2, (west + east) / 2
        reach = float(distance_m(lat, lon, north, east))
        which = "addresses.far"
    elif known.sum() >= 20:
        lat, lon = float(np.median(draft.lat[known])), float(np.median(draft.lon[known]))
        reach = float(np.quantile(distance_m(lat, lon, draft.lat[known], draft.lon[known]), 0.9))
        which = "addresses.far_others"
    else:
        return
    away = distance_m(lat, lon, draft.lat, draft.lon)
    for at in positions(away > max(FAR_M, 4 * reach)):
        value = f"{draft.lat[at]:.5f}, {draft.lon[at]:.5f}"
        postal, city, region = (draft[name][at] for name in ("postal_code", "city", "region"))
        town = draft.context.places.town(city, region, postal)
        note = text(which, km=f"{away[at] / 1000:.0f}")
        if town and distance_m(town.lat, town.lon, draft.lat[at], draft.lon[at]) > FAR_M:
            draft.put_aside(at, "coordinates", value)
            draft.lat[at] = draft.lon[at] = np.nan
            draft.say(at, "latitude, longitude", value, "kept", text("addresses.aside", far=note))
        else:
            draft.say(at, "latitude, longitude", value, "kept", text("addresses.check", far=note))


def hide_addresses(draft: Draft, placed: list[int]) -> None:
    """Private rows keep their town only; the street leaves every text that tells it.

    Another row at a private address is held for review (`candidate`), unless its own
    `address_ok` is yes: it may be the same house under another name. `placed` are the rows that
    stand at their town's point only because the source gives none.
    """
    private = np.array([_privacy(draft, at) for at in range(len(draft))], dtype=int)
    streets = {at: streets_of(draft, at) for at in positions(private)}
    finder = GuardedHomes(
        (at, street)
        for at, listed in streets.items()
        if listed and _is_guarded(draft, at)
        for street in listed
    )
    for at in _hold_neighbours(draft, private, finder):
        private[at] = 1
        streets[at] = streets_of(draft, at)
    for at in placed:
        if not private[at]:
            # The source gives this address openly; only its point is missing.
            draft["location_precision"][at] = "area"
            draft["address_ok"][at] = True
    for at in positions(draft.kind_unknown & (private == 0)):
        # So that the row stays as it is when it is written out and read again as "other".
        draft["address_ok"][at] = True
    if finder.homes:
        for at in positions(private == 0):
            _clear_mentions(draft, at, finder)
    secrets: dict[tuple[str, int], Secrets] = {}
    for at in positions(private):
        if _is_approximate(draft, at, streets[at]):
            continue
        told = _hide(draft, at, int(private[at]), streets[at], finder)
        secrets[(draft.text["source"][at], int(draft.row[at]))] = told
        for also in draft.also_rows[at]:
            source, _, row = also.partition("\x1f")
            secrets[(source, int(row))] = told
    draft.problems[:] = [_without_places(problem, secrets, finder) for problem in draft.problems]


class Secrets(NamedTuple):
    """What the problems of a private row must not repeat."""

    texts: list[str]
    streets: list[Street]
    numbers: frozenset[str]


def _is_approximate(draft: Draft, at: int, streets: list[Street]) -> bool:
    """Whether only the source's knowledge is rough: it names a town, and no door to keep private.

    Its ZIP and its words are no secret.
    """
    asked = draft["address_ok"][at] is False or draft["listed_ok"][at] is False
    if asked or _privacy_of_kind(draft, at) or draft["location_precision"][at] != "area":
        return False
    return not any(street.definite for street in streets)


def _privacy(draft: Draft, at: int) -> int:
    """0: the address may be shown; 1: the town only; 2: hidden."""
    if draft["listed_ok"][at] is False:
        return 2
    given = PRIVACY[draft["location_precision"][at]]
    ok = draft["address_ok"][at]
    if ok is True:
        return 0
    if ok is False:
        given = max(given, 1)
    return max(given, _privacy_of_kind(draft, at))


def _privacy_of_kind(draft: Draft, at: int) -> int:
    """What the row's kind needs. Not knowing the kind is no reason to hide a clinic's street."""
    if draft.kind_unknown[at]:
        return 0
    return PRIVACY[default_precision(draft["kind"][at])]


def _is_guarded(draft: Draft, at: int) -> bool:
    """Whether this private address keeps somebody safe, so that its neighbours are held."""
    if draft["address_ok"][at] is False or draft["location_precision"][at] == "hidden":
        return True
    return vocabulary.terms("kinds")[draft["kind"][at]]["protected"] == "yes"


def _hold_neighbours(draft: Draft, private: np.ndarray, finder: GuardedHomes) -> list[int]:
    held: list[int] = []
    if not finder.homes:
        return held
    doors = doors_of(draft, finder)
    for at in positions(private == 0):
        if draft["address_ok"][at] is True:
            continue
        if draft["address"][at]:
            if not finder.at_a_home(draft, at):
                continue
        elif not at_a_door(draft, at, doors):
            continue
        draft["status"][at] = "candidate"
        held.append(at)
        draft.say(
            at,
            "address",
            MARK,
            "guessed",
            text("addresses.held"),
        )
    return held


def _clear_mentions(draft: Draft, at: int, finder: GuardedHomes) -> None:
    """Take guarded houses out of the texts of a row that is elsewhere."""
    if not finder.homes:
        return
    # "214 Main Street" of another town is that town's, and a row's to name.
    own = street_of(draft, at) if draft["address"][at] else None
    for name in (*_TEXTS, "postal_code", "original"):
        value = draft[name][at]
        if not value:
            continue
        whole = name == "original"
        cleared = _without_homes(value, finder, own) if whole else finder.take_out(value, own)
        if cleared == value:
            continue
        draft[name][at] = None if name in _LINKS else cleared
        draft.say(at, name, MARK, "fixed", text("addresses.other_taken"))


def _without_homes(original: str, finder: GuardedHomes, own: Street | None) -> str | None:
    kept = unpack_original(original)
    cleared = {
        name: _cleared(value, lambda text: finder.take_out(text, own))
        for name, value in kept.items()
    }
    # A number in one column and the street in the next name the house together.
    row = " ".join(str(value) for value in cleared.values())
    if finder.take_out(row, own) != row:
        cleared = {name: value for name, value in cleared.items() if not tells_place(name)}
        row = " ".join(str(value) for value in cleared.values())
        if finder.take_out(row, own) != row:
            return None
    return original if cleared == kept else (pack_original(cleared) if cleared else None)


def _cleared(value: Any, clear: Callable[[str], str]) -> Any:
    """A kept JSON value with every text and number in it cleared."""
    if isinstance(value, dict):
        return {
            name: _cleared(part, clear)
            for name, part in value.items()
            if not tells_place(str(name))
        }
    if isinstance(value, list):
        return [_cleared(part, clear) for part in value]
    if isinstance(value, bool) or value is None:
        return value
    text = value if isinstance(value, str) else str(value)
    cleared = clear(text)
    return value if cleared == text else cleared


def _hide(
    draft: Draft, at: int, level: int, streets: list[Street], finder: GuardedHomes
) -> Secrets:
    """Hide the row at `at`; the texts that its problems must not repeat are returned."""
    places = draft.context.places
    secrets = [draft.column(name)[at] for name in _PLACE_FIELDS]
    if "latitude" in draft.text and "longitude" in draft.text:
        secrets.append(f"{draft.text['latitude'][at]}, {draft.text['longitude'][at]}")
    city, region, postal = (draft[name][at] for name in ("city", "region", "postal_code"))
    lat, lon = float(draft.lat[at]), float(draft.lon[at])
    town = places.town(city, region, postal)
    if town is None and not np.isnan(draft.lat[at]):
        town = places.nearest_town(draft.lat[at], draft.lon[at])
    if not np.isnan(draft.lat[at]) and town is not None:
        draft.lat[at], draft.lon[at] = town.lat, town.lon
    else:
        draft.lat[at] = draft.lon[at] = np.nan

    numbers = frozenset(number for street in streets for number in street.numbers)

    def clear(text: str, loosely: bool = True) -> str:
        for street in streets:
            text = street.take_out(text, True, MARK)
        text = finder.take_out(text)
        if loosely:
            text = without_number(take_out_places(text, postal), numbers, False)
        elif postal:
            # Of an id only the street and the ZIP: its digits are no coordinates.
            text = without_postal_code(text, postal)
        return text if np.isnan(lat) else near_point(text, lat, lon)

    if city and clear(city) != city:
        draft["city"][at] = city = None
    if not city and town is not None and town.kind != "point":
        draft["city"][at] = town.name.split(",")[0] if not town.name[:5].isdigit() else None
    draft["location_precision"][at] = "hidden" if level == 2 else "area"
    for name in _TEXTS:
        value = draft[name][at]
        if not value:
            continue
        cleared = clear(value, loosely=name not in ("id", "source_id"))
        if cleared != value:
            draft[name][at] = None if name in _LINKS else cleared
            if name != "id" and name != "source_id":
                draft.say(at, name, MARK, "fixed", text("addresses.taken"))
    kept = {
        name: _cleared(value, clear)
        for name, value in unpack_original(draft["original"][at]).items()
        if not tells_place(name)
    }
    # What several columns tell together is told as well.
    together = " ".join(str(value) for value in kept.values())
    if any(street.take_out(together, True, MARK) != together for street in streets):
        kept = {}
    draft["original"][at] = pack_original(kept) if kept else None
    draft["address"][at] = None
    draft["postal_code"][at] = None
    texts = [secret for secret in secrets if secret and secret != city]
    return Secrets([*texts, *draft.also_at[at]], streets, numbers)


def _without_places(
    problem: Problem, secrets: Mapping[tuple[str, int], Secrets], finder: GuardedHomes
) -> Problem:
    told = secrets.get((problem.source, problem.row)) if problem.row is not None else None
    if told is None and not finder.homes:
        return problem

    def clear(text: str) -> str:
        text = finder.take_out(text)
        if told is None:
            return text
        for secret in sorted((each for each in told.texts if len(each) > 3), key=len, reverse=True):
            text = text.replace(secret, MARK)
            if len(secret) > 80:
                # A sentence shows the beginning of a long value only.
                text = text.replace(secret[:77], MARK)
        for street in told.streets:
            text = street.take_out(text, True, MARK)
        return without_number(take_out_places(text, None), told.numbers, True)

    value = clear(problem.value)
    if told is not None and problem.field in _PLACE_FIELDS and problem.value:
        value = MARK
    message = problem.message
    if isinstance(message, Text):
        cleared: str = message.with_values(clear)
        # A place may be told by two values together.
        message = cleared if clear(cleared) == cleared else clear(cleared)
    else:
        message = clear(message)
    if (value, message) == (problem.value, problem.message):
        return problem
    return problem._replace(value=value, message=message)
