"""Steps of `assets.check` about where things are: placing rows by name, hiding private ones."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

import numpy as np

from assetmap import vocabulary
from assetmap.draft import Draft, Problem, packed, positions, unpacked
from assetmap.hiding import MARK, Street, take_out_places, tells_place
from assetmap.places import Place, distance_m, fold

# Points further than this from where the others lie are said: a typing error is likelier.
FAR_M = 300_000.0
PRIVACY = {None: 0, "exact": 0, "street": 0, "area": 1, "hidden": 2}
_TEXTS = (
    "name",
    "organization",
    "description",
    "address",
    "serves_area",
    "url",
    "email",
    "conference_url",
    "certified_by",
    "source_id",
    "id",
)
_PLACE_FIELDS = frozenset(
    ("address", "postal_code", "latitude", "longitude", "latitude, longitude", "city")
)


@cache
def default_precision(kind: str) -> str:
    """How exactly a kind's place is shown unless its address may be: exact, area or hidden."""
    shown = vocabulary.terms("kinds")[kind]["address"]
    return "exact" if shown == "public" else shown


def place_by_name(draft: Draft) -> None:
    """Rows without a point get their town's; points far from everything else are said."""
    places, context = draft.context.places, draft.context
    _say_far_points(draft)
    for at in positions(np.isnan(draft.lat)):
        formats = draft["format"][at]
        if formats is not None and "in_person" not in formats:
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
        private = _privacy(draft, at)
        if not private:
            # The source gives this address openly; only its point is missing.
            draft["location_precision"][at] = "area"
            draft["address_ok"][at] = True
        draft.say(
            at, "latitude, longitude", "", "guessed", f"placed at {found.name}, not at its door"
        )


def _say_far_points(draft: Draft) -> None:
    known = ~np.isnan(draft.lat)
    if draft.context.extent is not None:
        west, south, east, north = draft.context.extent
        lat, lon = (south + north) / 2, (west + east) / 2
        reach = float(distance_m(lat, lon, north, east))
        where = "from the community"
    elif known.sum() >= 20:
        lat, lon = float(np.median(draft.lat[known])), float(np.median(draft.lon[known]))
        reach = float(np.quantile(distance_m(lat, lon, draft.lat[known], draft.lon[known]), 0.9))
        where = "from the others"
    else:
        return
    away = distance_m(lat, lon, draft.lat, draft.lon)
    for at in positions(away > max(FAR_M, 4 * reach)):
        value = f"{draft.lat[at]:.5f}, {draft.lon[at]:.5f}"
        postal, city, region = (draft[name][at] for name in ("postal_code", "city", "region"))
        town = draft.context.places.town(city, region, postal)
        note = f"that is {away[at] / 1000:.0f} km {where}"
        if town and distance_m(town.lat, town.lon, draft.lat[at], draft.lon[at]) > FAR_M:
            draft.put_aside(at, "coordinates", value)
            draft.lat[at] = draft.lon[at] = np.nan
            note += " and not in the town it names; the point was put aside"
            draft.say(at, "latitude, longitude", value, "kept", note)
        else:
            draft.say(at, "latitude, longitude", value, "kept", f"{note}; check it")


def hide_addresses(draft: Draft) -> None:
    """Private rows keep their town only; the street leaves every text that tells it.

    Another row at a private address is held for review (`candidate`), unless its own
    `address_ok` is yes: it may be the same house under another name.
    """
    private = np.array([_privacy(draft, at) for at in range(len(draft))], dtype=int)
    streets: dict[int, Street] = {}
    for at in positions(private):
        if draft["address"][at]:
            streets[at] = Street(draft["address"][at])
    guarded = [at for at in streets if streets[at].key and _is_guarded(draft, at)]
    held = _hold_neighbours(draft, private, {streets[at].key: at for at in guarded}, streets)
    for at in held:
        private[at] = 1
    hidden = positions(private)
    finder = _StreetFinder([streets[at] for at in guarded])
    for at in range(len(draft)):
        if not private[at]:
            _clear_mentions(draft, at, finder)
    told: dict[tuple[str, int], list[str]] = {}
    for at in hidden:
        told[(draft.text["source"][at], int(draft.row[at]))] = _hide(
            draft, at, int(private[at]), streets.get(at), finder
        )
    draft.problems[:] = [_without_places(problem, told, finder) for problem in draft.problems]


def _privacy(draft: Draft, at: int) -> int:
    """0: the address may be shown; 1: the town only; 2: hidden."""
    given = PRIVACY[draft["location_precision"][at]]
    ok = draft["address_ok"][at]
    if ok is True:
        return 0
    if ok is False:
        given = max(given, 1)
    return max(given, PRIVACY[default_precision(draft["kind"][at])])


def _is_guarded(draft: Draft, at: int) -> bool:
    """Whether this private address keeps somebody safe, so that its neighbours are held."""
    if draft["address_ok"][at] is False or draft["location_precision"][at] == "hidden":
        return True
    return vocabulary.terms("kinds")[draft["kind"][at]]["protected"] == "yes"


def _hold_neighbours(
    draft: Draft, private: np.ndarray, guarded: dict[str, int], streets: dict[int, Street]
) -> list[int]:
    held: list[int] = []
    if not guarded:
        return held
    for at in positions(private == 0):
        address = draft["address"][at]
        if not address or draft["address_ok"][at] is True:
            continue
        street = Street(address)
        home = guarded.get(street.key)
        if not street.key or home is None or not _same_town(draft, at, home):
            continue
        streets[at] = street
        draft["status"][at] = "candidate"
        held.append(at)
        draft.say(
            at,
            "address",
            MARK,
            "guessed",
            "a home whose address is private lies there, so this row is held for review; "
            "write address_ok = yes when its own address may be shown",
        )
    return held


def _same_town(draft: Draft, one: int, other: int) -> bool:
    for name in ("city", "postal_code"):
        mine, theirs = draft[name][one], draft[name][other]
        if mine and theirs and fold(mine) != fold(theirs):
            return False
    return True


class _StreetFinder:
    """The guarded houses, looked for only in texts that hold their number."""

    def __init__(self, streets: list[Street]) -> None:
        self._by_number: dict[str, list[Street]] = defaultdict(list)
        for street in streets:
            if street.findable:
                self._by_number[street.number].append(street)

    def take_out(self, text: str) -> str:
        if not self._by_number:
            return text
        numbers = {number.lower() for number in re.findall(r"\d+[A-Za-z]?", text)}
        numbers |= {number.rstrip("abcdefghijklmnopqrstuvwxyz") for number in numbers}
        for number in numbers & self._by_number.keys():
            for street in self._by_number[number]:
                text = street.take_out(text, own=False)
        return text


def _clear_mentions(draft: Draft, at: int, finder: _StreetFinder) -> None:
    for name in (*_TEXTS, "original"):
        text = draft[name][at]
        if not text:
            continue
        cleared = finder.take_out(text)
        if cleared == text:
            continue
        if name == "address" and draft["address_ok"][at] is True:
            continue
        draft[name][at] = None if name.endswith("url") else cleared
        draft.say(at, name, MARK, "fixed", "it told the private address of another row; taken out")


def _hide(
    draft: Draft, at: int, level: int, street: Street | None, finder: _StreetFinder
) -> list[str]:
    """Hide the row at `at`; the texts that its problems must not repeat are returned."""
    places = draft.context.places
    secrets = [draft.text[name][at] for name in _PLACE_FIELDS if draft.text.get(name) is not None]
    if "latitude" in draft.text and "longitude" in draft.text:
        secrets.append(f"{draft.text['latitude'][at]}, {draft.text['longitude'][at]}")
    city, region, postal = (draft[name][at] for name in ("city", "region", "postal_code"))
    town = places.town(city, region, postal)
    if town is None and not np.isnan(draft.lat[at]):
        town = places.nearest_town(draft.lat[at], draft.lon[at])
    if not np.isnan(draft.lat[at]) and town is not None:
        draft.lat[at], draft.lon[at] = town.lat, town.lon
    else:
        draft.lat[at] = draft.lon[at] = np.nan
    if not city and town is not None and town.kind != "point":
        draft["city"][at] = town.name.split(",")[0] if not town.name[:5].isdigit() else None
    draft["location_precision"][at] = "hidden" if level == 2 else "area"
    for name in _TEXTS:
        text = draft[name][at]
        if not text or name == "address":
            continue
        cleared = finder.take_out(street.take_out(text, own=True) if street else text)
        if name in ("name", "organization", "description", "serves_area"):
            cleared = take_out_places(cleared, postal)
        if cleared != text:
            draft[name][at] = None if name.endswith("url") or name == "email" else cleared
            if name != "id" and name != "source_id":
                draft.say(at, name, MARK, "fixed", "it told the private address; taken out")
    draft["original"][at] = _hidden_original(draft["original"][at], street, finder, postal)
    draft["address"][at] = None
    draft["postal_code"][at] = None
    return [secret for secret in secrets if secret and secret != city]


def _hidden_original(
    original: str | None,
    street: Street | None,
    finder: _StreetFinder,
    postal: str | None,
) -> str | None:
    kept = {}
    for name, value in unpacked(original).items():
        if tells_place(name):
            continue
        text = value if isinstance(value, str) else packed({"": value})[5:-1]
        cleared = take_out_places(
            finder.take_out(street.take_out(text, own=True) if street else text), postal
        )
        kept[name] = value if cleared == text else cleared
    return packed(kept) if kept else None


def _without_places(
    problem: Problem, told: dict[tuple[str, int], list[str]], finder: _StreetFinder
) -> Problem:
    secrets = told.get((problem.source, problem.row)) if problem.row is not None else None
    value, message = finder.take_out(problem.value), finder.take_out(problem.message)
    if secrets is not None:
        for secret in sorted(secrets, key=len, reverse=True):
            value, message = value.replace(secret, MARK), message.replace(secret, MARK)
        if problem.field in _PLACE_FIELDS and problem.value:
            value = MARK
        value, message = take_out_places(value, None), take_out_places(message, None)
    if (value, message) == (problem.value, problem.message):
        return problem
    return problem._replace(value=value, message=message)
