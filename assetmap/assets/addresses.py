"""Steps of `assets.check` about where things are: placing rows by name, hiding private ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from assetmap import vocabulary
from assetmap.assets.draft import Draft, positions
from assetmap.assets.hiding import (
    MARK,
    GuardedHomes,
    Street,
    at_a_door,
    doors_of,
    near_point,
    street_of,
    streets_of,
    take_out_places,
    take_out_spread,
    tells_place,
    without_number,
    without_postal_code,
    without_street_name,
)
from assetmap.fields import FIELDS, Problem, pack_original, unpack_original
from assetmap.places import Place, distance_m
from assetmap.streets import house_of
from assetmap.words import Text, text

# Points further than this from where the others lie are said: a typing error is likelier.
FAR_M = 300_000.0
# A house of a town lies within this of the town's middle; another town's street of that name not.
TOWN_M = 15_000.0
PRIVACY = {None: 0, "exact": 0, "street": 0, "area": 1, "hidden": 2}
# Every field with words of a source in it may tell a street. The address itself and the ZIP are
# emptied; time zone and source are no words.
_HAS_DIGIT = re.compile(r"\d")
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
    for position in positions(np.isnan(draft.lat)):
        formats = draft["format"][position]
        if formats is not None and "in_person" not in formats:
            continue
        country = draft["country"][position]
        if country and len(country) == 2 and country != context.country:
            continue  # "London" of another country is no town of ours
        if not _privacy(draft, position) and _placed_by_address(draft, position):
            continue
        city, region, postal = (draft[name][position] for name in ("city", "region", "postal_code"))
        place: Place | None = None
        if postal:
            place = places.find(postal) if context.country == "US" else None
        if place is None and city:
            place = places.town(city, region)
        if place is None:
            continue
        draft.lat[position], draft.lon[position] = place.lat, place.lon
        if not _privacy(draft, position):
            placed.append(position)
        note = text("addresses.placed", place=place.name)
        draft.say(position, "latitude, longitude", "", "guessed", note)
    return placed


def _placed_by_address(draft: Draft, position: int) -> bool:
    """Whether the row's open address could be placed between the numbers of its block.

    Only where one place fits, by its ZIP code or town; a letter wrong is not guessed away.
    """
    ranges, address = draft.context.streets, draft["address"][position]
    house = house_of(address.split(",")[0]) if ranges is not None and address else None
    if ranges is None or house is None:
        return False
    postal, city, region = (draft[name][position] for name in ("postal_code", "city", "region"))
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
    draft.lat[position], draft.lon[position] = hit.lat, hit.lon
    draft["location_precision"][position] = "street"
    note = text("geocode.placed", street=hit.street, n=hit.within_m)
    draft.say(position, "latitude, longitude", "", "guessed", note)
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
    for position in positions(away > max(FAR_M, 4 * reach)):
        value = f"{draft.lat[position]:.5f}, {draft.lon[position]:.5f}"
        postal, city, region = (draft[name][position] for name in ("postal_code", "city", "region"))
        town = draft.context.places.town(city, region, postal)
        note = text(which, km=f"{away[position] / 1000:.0f}")
        if (
            town
            and distance_m(town.lat, town.lon, draft.lat[position], draft.lon[position]) > FAR_M
        ):
            draft.put_aside(position, "coordinates", value)
            draft.lat[position] = draft.lon[position] = np.nan
            draft.say(
                position, "latitude, longitude", value, "kept", text("addresses.aside", far=note)
            )
        else:
            draft.say(
                position, "latitude, longitude", value, "kept", text("addresses.check", far=note)
            )


def hide_addresses(draft: Draft, placed: list[int]) -> None:
    """Private rows keep their town only; the street leaves every text that tells it.

    Another row at a private address is held for review (`candidate`), unless its own
    `address_ok` is yes: it may be the same house under another name. `placed` are the rows that
    stand at their town's point only because the source gives none.
    """
    private = np.array([_privacy(draft, position) for position in range(len(draft))], dtype=int)
    streets = {position: streets_of(draft, position) for position in positions(private)}
    finder = GuardedHomes(
        (position, street)
        for position, listed in streets.items()
        if listed and _is_guarded(draft, position)
        for street in listed
    )
    for position in _hold_neighbours(draft, private, finder):
        private[position] = 1
        streets[position] = streets_of(draft, position)
    for position in placed:
        if not private[position]:
            # The source gives this address openly; only its point is missing.
            draft["location_precision"][position] = "area"
            draft["address_ok"][position] = True
    for position in positions(draft.kind_unknown & (private == 0)):
        # So that the row stays as it is when it is written out and read again as "other".
        draft["address_ok"][position] = True
    if finder.homes:
        for position in positions(private == 0):
            _clear_mentions(draft, position, finder)
    secrets: dict[tuple[str, int], Secrets] = {}
    for position in positions(private):
        if _is_approximate(draft, position, streets[position]):
            continue
        secret = _hide(draft, position, int(private[position]), streets[position], finder)
        secrets[(draft.text["source"][position], int(draft.row[position]))] = secret
        for also in draft.also_rows[position]:
            source, _, row = also.partition("\x1f")
            secrets[(source, int(row))] = secret
    draft.problems[:] = [_without_places(problem, secrets, finder) for problem in draft.problems]


_QUOTED = re.compile(r"'([^'\s]{2,60})'")


class Secrets(NamedTuple):
    """What the problems of a private row must not repeat."""

    texts: list[str]
    streets: list[Street]
    numbers: frozenset[str]
    point: tuple[float, float] | None
    named: str


def _is_approximate(draft: Draft, position: int, streets: list[Street]) -> bool:
    """Whether only the source's knowledge is rough: it names a town, and no door to keep private.

    Its ZIP and its words are no secret.
    """
    asked = draft["address_ok"][position] is False or draft["listed_ok"][position] is False
    if (
        asked
        or _privacy_of_kind(draft, position)
        or draft["location_precision"][position] != "area"
    ):
        return False
    return not any(street.definite for street in streets)


def _privacy(draft: Draft, position: int) -> int:
    """0: the address may be shown; 1: the town only; 2: hidden."""
    if draft["listed_ok"][position] is False:
        return 2
    given = PRIVACY[draft["location_precision"][position]]
    ok = draft["address_ok"][position]
    if ok is True:
        return 0
    if ok is False:
        given = max(given, 1)
    return max(given, _privacy_of_kind(draft, position))


def _privacy_of_kind(draft: Draft, position: int) -> int:
    """What the row's kind needs. Not knowing the kind is no reason to hide a clinic's street."""
    if draft.kind_unknown[position]:
        return 0
    return PRIVACY[default_precision(draft["kind"][position])]


def _is_guarded(draft: Draft, position: int) -> bool:
    """Whether this private address keeps somebody safe, so that its neighbours are held."""
    if draft["address_ok"][position] is False or draft["location_precision"][position] == "hidden":
        return True
    return vocabulary.terms("kinds")[draft["kind"][position]]["protected"] == "yes"


def _hold_neighbours(draft: Draft, private: np.ndarray, finder: GuardedHomes) -> list[int]:
    held: list[int] = []
    if not finder.homes:
        return held
    doors = doors_of(draft, finder)
    for position in positions(private == 0):
        if draft["address_ok"][position] is True:
            continue
        if draft["address"][position]:
            if not finder.at_a_home(draft, position):
                continue
        elif not at_a_door(draft, position, doors):
            continue
        draft["status"][position] = "candidate"
        held.append(position)
        draft.say(
            position,
            "address",
            MARK,
            "guessed",
            text("addresses.held"),
        )
    return held


def _clear_mentions(draft: Draft, position: int, finder: GuardedHomes) -> None:
    """Take guarded houses out of the texts of a row that is elsewhere."""
    if not finder.homes:
        return
    # "214 Main Street" of another town is that town's, and a row's to name.
    own = street_of(draft, position) if draft["address"][position] else None
    for name in (*_TEXTS, "postal_code", "original"):
        value = draft[name][position]
        if not value:
            continue
        whole = name == "original"
        cleared = _without_homes(value, finder, own) if whole else finder.take_out(value, own)
        if cleared == value:
            continue
        draft[name][position] = None if name in _LINKS else cleared
        draft.say(position, name, MARK, "fixed", text("addresses.other_taken"))


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


def _cleared(value: object, clear: Callable[[str], str]) -> object:
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
    draft: Draft, position: int, level: int, streets: list[Street], finder: GuardedHomes
) -> Secrets:
    """Hide the row at `position`; the texts that its problems must not repeat are returned."""
    places = draft.context.places
    secrets = [draft.column(name)[position] for name in _PLACE_FIELDS]
    if "latitude" in draft.text and "longitude" in draft.text:
        secrets.append(f"{draft.text['latitude'][position]}, {draft.text['longitude'][position]}")
    city, region, postal = (draft[name][position] for name in ("city", "region", "postal_code"))
    lat, lon = float(draft.lat[position]), float(draft.lon[position])
    town = places.town(city, region, postal)
    if town is None and not np.isnan(draft.lat[position]):
        town = places.nearest_town(draft.lat[position], draft.lon[position])
    if not np.isnan(draft.lat[position]) and town is not None:
        draft.lat[position], draft.lon[position] = town.lat, town.lon
    else:
        draft.lat[position] = draft.lon[position] = np.nan

    numbers = frozenset(number for street in streets for number in street.numbers)
    spread = (numbers, frozenset(word for street in streets for word in street.name))

    named = " ".join(filter(None, (draft["name"][position], draft["organization"][position], city)))

    def clear(text: str, loosely: bool = True, bare: bool = True) -> str:
        for street in streets:
            text = street.take_out(text, True, MARK)
        if bare and loosely:
            text = without_street_name(text, streets, named)
        text = take_out_spread(finder.take_out(text), *spread)
        if loosely:
            text = without_number(take_out_places(text, postal), numbers, False)
        elif postal:
            # Of an id only the street and the ZIP: its digits are no coordinates.
            text = without_postal_code(text, postal)
        return text if np.isnan(lat) else near_point(text, lat, lon)

    if city and clear(city) != city:
        draft["city"][position] = city = None
    if not city and town is not None and town.kind != "point":
        draft["city"][position] = town.name.split(",")[0] if not town.name[:5].isdigit() else None
    draft["location_precision"][position] = "hidden" if level == 2 else "area"
    for name in _TEXTS:
        value = draft[name][position]
        if not value:
            continue
        cleared = clear(
            value,
            loosely=name not in ("id", "source_id"),
            bare=name not in _LINKS and name not in ("name", "organization"),
        )
        if cleared != value:
            draft[name][position] = None if name in _LINKS else cleared
            if name != "id" and name != "source_id":
                draft.say(position, name, MARK, "fixed", text("addresses.taken"))
    kept = {
        name: _cleared(value, clear)
        for name, value in unpack_original(draft["original"][position]).items()
        if not tells_place(name)
    }
    # What several columns tell together is told as well.
    together = " ".join(str(value) for value in kept.values())
    if any(street.take_out(together, True, MARK) != together for street in streets):
        kept = {}
    draft["original"][position] = pack_original(kept) if kept else None
    draft["address"][position] = None
    draft["postal_code"][position] = None
    texts = [secret for secret in secrets if secret and secret != city]
    point = None if np.isnan(lat) else (lat, lon)
    return Secrets([*texts, *draft.also_at[position]], streets, numbers, point, named)


def _without_places(
    problem: Problem, secrets: Mapping[tuple[str, int], Secrets], finder: GuardedHomes
) -> Problem:
    lines = secrets.get((problem.source, problem.row)) if problem.row is not None else None
    if lines is None and not finder.homes:
        return problem

    def clear(text: str) -> str:
        text = finder.take_out(text)
        if lines is None:
            return text
        for secret in sorted(
            (each for each in lines.texts if len(each) > 3), key=len, reverse=True
        ):
            text = text.replace(secret, MARK)
            if len(secret) > 80:
                # A sentence shows the beginning of a long value only.
                text = text.replace(secret[:77], MARK)
        for street in lines.streets:
            text = street.take_out(text, True, MARK)
        text = without_street_name(text, lines.streets, lines.named)
        names = frozenset(word for street in lines.streets for word in street.name)
        text = take_out_spread(text, lines.numbers, names)
        if lines.point is not None:
            text = near_point(text, *lines.point)
        return without_number(take_out_places(text, None), lines.numbers, True)

    value = clear(problem.value)
    if lines is not None and problem.field in _PLACE_FIELDS and problem.value:
        value = MARK
    message = problem.message
    # Of a value that told the place no word is quoted as a reason either: "'(44-17' is not read".
    quoted = problem.value.casefold() if lines is not None and value != problem.value else ""

    def clear_word(text: str) -> str:
        text = clear(text)
        if len(text) > 1 and text != problem.field and not re.search(r"\s", text):
            return MARK if text.casefold() in quoted else text
        return _QUOTED.sub(
            lambda found: f"'{MARK}'" if found[1].casefold() in quoted else found[0], text
        )

    if isinstance(message, Text):
        cleared: Text | str = message.with_values(clear_word)
        if clear(cleared) != cleared:
            # A place may be told by two values together: then none with a number stays.
            cleared = message.with_values(lambda value: MARK if _HAS_DIGIT.search(value) else value)
        message = cleared if clear(cleared) == cleared else clear(cleared)
    else:
        message = clear(message) if not quoted else clear_word(message)
    if (value, message) == (problem.value, problem.message):
        return problem
    return problem._replace(value=value, message=message)
