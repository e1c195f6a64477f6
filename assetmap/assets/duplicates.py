"""What a row is known by, and rows of two sources that may be the same asset, with the evidence.

Where a source gives no id, a row is known by its name and the house it is at. Kind, times and the
rest come in only for rows that share both, because they are what people correct: a changed hour, a
comma or another category must not make another asset of it.

Evidence is the name, the phone, the web address, the place and the times. Two things at one place
stay apart when they are of different kinds or programs or meet at different times: seven rows of
one church basement are seven meetings. Only pairs that share something are compared at all
(place, phone, address or name), so the work grows with the number of assets and not its square.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

import geopandas as gpd
import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist
from scipy.spatial import cKDTree

from assetmap.places import EARTH_RADIUS_M, distance_m, fold, latitudes, longitudes
from assetmap.streets import Street
from assetmap.words import text

Parts = tuple[str, ...]
NEAR_M = 150.0
# In a larger crowd (one town's point, one switchboard's phone) only names that stand next to each
# other in the alphabet are compared.
CROWD = 40
NEIGHBOURS = 12
LISTED = 0.6
MERGED = 0.85
# Weights of the evidence; the score is their sum, cut to 0 … 1. Judgement, checked on made pairs.
WEIGHTS = {
    "name": 0.5,
    "phone": 0.2,
    "url": 0.15,
    "place": 0.2,
    "address": 0.1,
    "times": 0.15,
    "kind": -0.35,
    "program": -0.6,
    "other_times": -0.6,
    "far": -0.4,
    "other_phone": -0.1,
    "other_unit": -0.5,
    "unit": 0.05,
}
# One name at one door with one web page is one asset, whatever else the two lists say of it.
SAME_NAME = 95.0
SURE = 0.97
_UNIT = re.compile(
    r"(?:\b(?:apt|apartment|unit|suite|ste|room|rm|bldg|building|floor|fl|lot|depto)\b\.?|#)"
    r"\W{0,3}(\w{1,6})",
    re.IGNORECASE,
)
Progress = Callable[[int, int], None]


def fingerprint(*parts: str) -> str:
    """Ten hex digits for texts that identify a row; its number never does.

    >>> fingerprint("Open  Door", "12 Main St") == fingerprint("open door", "12 main st")
    True
    """
    joined = "\x1f".join(" ".join(part.casefold().split()) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:10]


def known_by(name: str, address: str, city: str = "") -> Parts:
    """Name and house in one spelling: no case, accents, punctuation or "St" for "Street".

    The town counts only where no house is named.
    """
    street = Street(address, city) if address else None
    if street is not None and street.definite:
        house = " ".join((*sorted(street.numbers), street.direction, *street.words))
    else:
        house = _plain(address) or _plain(city)
    return _plain(name), house


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text).replace("&", " and ")))


def suffixes(rows: Sequence[Parts]) -> list[str]:
    """What tells rows apart that are known by the same: six hex digits each.

    `rows` are their further texts, the steadiest first; only as many as are needed are used, so
    that an edit of the others changes no id. Rows alike in everything get the same.
    """
    width = len(rows[0]) if rows else 0
    used: list[int] = []
    most = 1
    for column in range(width):
        if most == len(rows):
            break
        apart = len({tuple(row[position] for position in (*used, column)) for row in rows})
        alone = len({row[column] for row in rows})
        if alone == len(rows):
            used, most = [column], alone
        elif apart > most:
            used, most = [*used, column], apart
    return [fingerprint(*(row[position] for position in used))[:6] for row in rows]


class Pair(NamedTuple):
    """Two assets by id, how likely they are one (0 … 1), why, and whether to merge them."""

    a: str
    b: str
    score: float
    evidence: list[str]
    merge: bool

    def as_dict(self) -> dict[str, object]:
        """The pair as the command line prints it."""
        return self._asdict()


@dataclass(frozen=True)
class _Traits:
    """What is compared, one array or list over all assets."""

    name: list[str]
    phone: list[str]
    url: list[str]
    street: list[str]
    unit: list[str]
    postal: list[str]
    town: list[str]
    kind: list[str]
    program: list[str]
    times: list[str]
    session: list[bool]
    lat: np.ndarray
    lon: np.ndarray
    exact: np.ndarray


def find_duplicates(
    assets: gpd.GeoDataFrame, least: float = LISTED, progress: Progress | None = None
) -> list[Pair]:
    """Pairs that score at least `least`, the likeliest first."""
    traits = _traits(assets)
    left, right = _candidates(traits)
    if not len(left):
        return []
    alike = cpdist(
        [traits.name[position] for position in left],
        [traits.name[position] for position in right],
        scorer=fuzz.token_sort_ratio,
    )
    apart = distance_m(traits.lat[left], traits.lon[left], traits.lat[right], traits.lon[right])
    ids = [str(name) for name in assets["id"]]
    result = []
    for position, (index, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        if progress is not None and position % 5000 == 0:
            progress(position, len(left))
        score, evidence = _compare(
            traits, index, other, float(alike[position]), float(apart[position])
        )
        if score >= least:
            first, second = sorted((ids[index], ids[other]))
            result.append(Pair(first, second, score, evidence, score >= MERGED))
    if progress is not None:
        progress(len(left), len(left))
    return sorted(result, key=lambda pair: (-pair.score, pair.a, pair.b))


def _compare(
    traits: _Traits, first: int, other: int, alike: float, metres: float
) -> tuple[float, list[str]]:
    evidence: list[str] = []
    score = WEIGHTS["name"] * max(0.0, (alike - 50) / 50)
    if traits.phone[first] and traits.phone[first] == traits.phone[other]:
        score += WEIGHTS["phone"]
        evidence.append(text("duplicates.same_phone"))
    elif traits.phone[first] and traits.phone[other]:
        score += WEIGHTS["other_phone"]
    if traits.url[first] and traits.url[first] == traits.url[other]:
        score += WEIGHTS["url"]
        evidence.append(text("duplicates.same_url"))
    both_exact = bool(traits.exact[first] and traits.exact[other])
    if both_exact and metres <= NEAR_M:
        score += WEIGHTS["place"]
        evidence.append(text("duplicates.metres", m=metres))
    elif both_exact and metres > 1000:
        score += WEIGHTS["far"]
        evidence.append(text("duplicates.kilometres", km=metres / 1000))
    same_street = bool(traits.street[first]) and traits.street[first] == traits.street[other]
    if same_street:
        score += WEIGHTS["address"]
        evidence.append(text("duplicates.same_address"))
    units = traits.unit[first], traits.unit[other]
    if same_street and units[0] != units[1] and all(units):
        score += WEIGHTS["other_unit"]
        evidence.append(text("duplicates.other_unit"))
    elif same_street and all(units):
        score += WEIGHTS["unit"]
    if traits.times[first] and traits.times[first] == traits.times[other]:
        score += WEIGHTS["times"]
        evidence.append(text("duplicates.same_times"))
    elif traits.times[first] and traits.times[other]:
        # Sessions at other times are other meetings; opening hours may just be out of date.
        both = traits.session[first] and traits.session[other]
        score += WEIGHTS["other_times"] if both else -0.05
        evidence.append(text("duplicates.other_times"))
    if traits.kind[first] != traits.kind[other]:
        score += WEIGHTS["kind"]
        evidence.append(
            text("duplicates.kinds", first=traits.kind[first], second=traits.kind[other])
        )
    if traits.program[first] and traits.program[other]:
        if traits.program[first] != traits.program[other]:
            score += WEIGHTS["program"]
            evidence.append(text("duplicates.other_program"))
        else:
            evidence.append(text("duplicates.same_program"))
    evidence.append(text("duplicates.alike", percent=alike))
    if alike >= SAME_NAME and same_street and _at_one_door(traits, first, other):
        score = max(score, SURE)
    return round(min(max(score, 0.0), 1.0), 3), evidence


def _at_one_door(traits: _Traits, first: int, other: int) -> bool:
    """Whether unit, ZIP and web page are the same and nothing says that these are two meetings."""
    same = (traits.unit[first] == traits.unit[other], traits.url[first] == traits.url[other])
    zips = traits.postal[first], traits.postal[other]
    programs = traits.program[first], traits.program[other]
    sessions = traits.session[first] and traits.session[other]
    return (
        all(same)
        and bool(traits.url[first])
        and (zips[0] == zips[1] or not all(zips))
        and (programs[0] == programs[1] or not all(programs))
        and not (sessions and traits.times[first] != traits.times[other])
    )


class Cluster(NamedTuple):
    """Assets that may all be one, by id; `sure` when each hangs on another by a sure pair."""

    assets: tuple[str, ...]
    sure: bool
    pairs: tuple[Pair, ...]

    def as_dict(self) -> dict[str, object]:
        """The cluster as the command line prints it."""
        return {"assets": list(self.assets), "merge": self.sure}


def clusters(pairs: Sequence[Pair]) -> list[Cluster]:
    """Pairs gathered into what has to be decided at once, the sure ones apart from the rest."""
    result: list[Cluster] = []
    for sure in (True, False):
        chosen = [pair for pair in pairs if pair.merge == sure]
        head: dict[str, str] = {}

        def of(name: str, head: dict[str, str] = head) -> str:
            while head.setdefault(name, name) != name:
                name = head[name]
            return name

        for pair in chosen:
            head[max(of(pair.a), of(pair.b))] = min(of(pair.a), of(pair.b))
        groups: dict[str, list[Pair]] = defaultdict(list)
        for pair in chosen:
            groups[of(pair.a)].append(pair)
        for group in groups.values():
            names = sorted({name for pair in group for name in (pair.a, pair.b)})
            result.append(Cluster(tuple(names), sure, tuple(group)))
    return result


def _traits(assets: gpd.GeoDataFrame) -> _Traits:
    def texts(name: str) -> list[str]:
        return [value if isinstance(value, str) else "" for value in assets[name]]

    lat, lon = latitudes(assets.geometry), longitudes(assets.geometry)
    precision = assets["location_precision"].to_numpy(dtype=object)
    exact = ~np.isnan(lat) & ~np.isin(precision.astype(str), ("area", "hidden"))
    town = [fold(text) for text in texts("city")]
    streets = [_house(text) if text else "" for text in texts("address")]
    return _Traits(
        name=[fold(text) for text in texts("name")],
        phone=["".join(filter(str.isdigit, text))[-10:] for text in texts("phone")],
        url=[_address(text) for text in texts("url")],
        street=[
            f"{street}|{place}" if street else ""
            for street, place in zip(streets, town, strict=True)
        ],
        unit=[_unit_of(text) for text in texts("address")],
        postal=[text[:5] for text in texts("postal_code")],
        town=town,
        kind=texts("kind"),
        program=texts("program"),
        times=[
            f"{schedule}|{recurrence}".strip("|")
            for schedule, recurrence in zip(texts("schedule"), texts("recurrence"), strict=True)
        ],
        session=[kind == "sessions" for kind in texts("time_kind")],
        lat=lat,
        lon=lon,
        exact=exact,
    )


def _unit_of(address: str) -> str:
    match = _UNIT.search(address)
    return fold(match[1]) if match else ""


def _house(address: str) -> str:
    """House number and street name; "" for an address without either."""
    street = Street(address)
    return f"{'-'.join(sorted(street.numbers))} {' '.join(street.name)}" if street.definite else ""


def _address(url: str) -> str:
    """A web address without what does not tell pages apart; "" for a bare host shared by many."""
    parts = urlsplit(url.lower())
    path = parts.path.rstrip("/")
    host = parts.netloc.removeprefix("www.")
    return f"{host}{path}?{parts.query}".rstrip("?") if host else ""


def _candidates(traits: _Traits) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of positions that share a place, phone, web address, street or name."""
    pairs: set[tuple[int, int]] = set()
    for keys in (
        traits.phone,
        traits.url,
        traits.street,
        [f"{name}|{town}" for name, town in zip(traits.name, traits.town, strict=True)],
    ):
        groups: dict[str, list[int]] = defaultdict(list)
        for position, key in enumerate(keys):
            # Neighbors' gifts have no name and share an organization's phone: nothing tells them.
            if key.strip("|") and traits.kind[position] != "individual_gift":
                groups[key].append(position)
        for group in groups.values():
            pairs.update(_within(group, traits.name))
    pairs.update(_close(traits))
    if not pairs:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing
    both = np.array(sorted(pairs), dtype=np.int64)
    return both[:, 0], both[:, 1]


def _within(group: Sequence[int], names: Sequence[str]) -> Iterable[tuple[int, int]]:
    if len(group) < 2:
        return
    ordered = (
        sorted(group, key=lambda position: (names[position], position))
        if len(group) > CROWD
        else group
    )
    reach = len(group) if len(group) <= CROWD else NEIGHBOURS
    for place, first in enumerate(ordered):
        for other in ordered[place + 1 : place + 1 + reach]:
            yield (first, other) if first < other else (other, first)


def _close(traits: _Traits) -> set[tuple[int, int]]:
    """Pairs of exact points within NEAR_M; crowds at one point are compared by name only."""
    spots: dict[tuple[float, float], list[int]] = defaultdict(list)
    for position in np.flatnonzero(traits.exact).tolist():
        spots[
            (round(float(traits.lat[position]), 5), round(float(traits.lon[position]), 5))
        ].append(position)
    if not spots:
        return set()
    result: set[tuple[int, int]] = set()
    groups = list(spots.values())
    for group in groups:
        result.update(_within(group, traits.name))
    where = np.radians(np.array(list(spots)))
    flat = np.column_stack(
        (
            np.cos(where[:, 0]) * np.cos(where[:, 1]),
            np.cos(where[:, 0]) * np.sin(where[:, 1]),
            np.sin(where[:, 0]),
        )
    )
    tree = cKDTree(flat * EARTH_RADIUS_M)
    for first, other in tree.query_pairs(NEAR_M, output_type="ndarray").tolist():
        if len(groups[first]) + len(groups[other]) <= CROWD:
            result.update((min(a, b), max(a, b)) for a in groups[first] for b in groups[other])
        else:
            joined = [*groups[first], *groups[other]]
            result.update(_within(joined, traits.name))
    return result
