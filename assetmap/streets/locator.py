"""What a typed place means in a community: never picked silently, never widened silently.

An address by house number, a street, a corner, a ZIP code, a town, a landmark or region of the
community's own lists, a county, or coordinates in either order where they lie near.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from assetmap.places import EARTH_RADIUS_M, Gazetteer, Place, distance_m, fold
from assetmap.streets.names import house_of, in_full, is_unit, street_name
from assetmap.streets.ranges import AddressHit, AddressRanges, AddressResult
from assetmap.words import Text, text

WITHIN_M = {"zip": 5000, "town": 2000, "landmark": 50, "region": 5000, "point": 10}
# Coordinates further from the community's middle than this times its half width are a mistake.
NEAR_TIMES, NEAR_LEAST_M = 3.0, 150_000.0
SURE = 88.0
CLOSE = 78.0
APART_M = 1000.0
# Without borders, a house this near a town's middle is said to be there.
TOWN_M = 3000.0
_PAIR = re.compile(
    r"\(?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*[,; ]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*\)?"
)
_ZIP = re.compile(r"(?<!\d)(\d{5})(?:-\d{4})?\s*$")
_CORNER = re.compile(r"\s+(?:and|&|at|/|y)\s+|\s*[&/]\s*", re.IGNORECASE)
_COUNTRY = re.compile(r",?\s*(?:usa|u\.s\.a\.?|united states(?: of america)?)\s*$", re.IGNORECASE)
_TOWNS = frozenset(("city", "town", "village", "place", "township"))


class Found(NamedTuple):
    """What a typed place came to.

    `lat` is None where it is not known or several are meant; `others` are then labels to choose
    from, each of which can be typed. `how` is address range, street, corner, town, zip, landmark,
    region, point or "". `within_m` is how exact it is, `inside` whether it lies in the community
    (None = not known). `note` is a sentence about what was not as typed, "" for nothing.
    """

    asked: str
    label: str | None = None
    lat: float | None = None
    lon: float | None = None
    how: str = ""
    within_m: int | None = None
    inside: bool | None = None
    others: tuple[str, ...] = ()
    note: str = ""

    @property
    def found(self) -> bool:
        """Whether there is one point."""
        return self.lat is not None

    def place(self) -> Place:
        """The point with its name. Raises ValueError where there is none."""
        if self.lat is None or self.lon is None or self.label is None:
            raise ValueError(self.note or str(text("geocode.unknown", place=self.asked)))
        return Place(self.label, self.lat, self.lon, self.how)

    def as_json(self) -> dict[str, object]:
        """One place of the document of the `geocode` command."""
        document: dict[str, object] = {
            "asked": self.asked,
            "label": self.label,
            "lat": self.lat,
            "lon": self.lon,
            "how": self.how or None,
            "within_m": self.within_m,
            "inside": self.inside,
            "others": list(self.others),
        }
        return {**document, "note": str(self.note)} if self.note else document

    def in_words(self) -> str:
        """The point and how exact it is, or why there is none and what may be meant."""
        if not self.found:
            return " ".join([str(self.note), " · ".join(self.others)]).strip()
        place = f"{self.label}: {self.lat:.5f}, {self.lon:.5f} ({self.how}, ±{self.within_m} m)"
        return f"{place} {self.note}".strip()


@dataclass
class Locator:
    """Typed places of one community.

    `areas` tell what is inside; `town_shapes` (name, geometry) tell two streets of one name apart;
    `landmarks` are public places by name and `words` (kind label → its places); `regions` are
    parts of the community by name.
    """

    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    ranges: AddressRanges | None = None
    areas: gpd.GeoDataFrame | None = None
    extent: tuple[float, float, float, float] | None = None
    town_shapes: gpd.GeoDataFrame | None = None
    landmarks: Sequence[Place] = ()
    regions: Sequence[Place] = ()

    def resolve(self, typed: str) -> Found:
        """The one place `typed` means, a choice, or nothing; see Found."""
        asked = " ".join(typed.split())
        if not asked or len(asked) > 200:
            return Found(asked, note=text("geocode.unknown", place=asked[:60]))
        pair = _PAIR.fullmatch(asked)
        if pair:
            return self._point(asked, float(pair[1]), float(pair[2]))
        plain = _COUNTRY.sub("", asked)
        for step in (self._named, self._address, self._street):
            result = step(asked, plain)
            if result is not None:
                return result
        return self._alike(asked, plain)

    def suggest(self, typed: str, limit: int = 8) -> list[str]:
        """Labels that begin like what is being typed: towns, ZIP codes, landmarks, streets."""
        plain = fold(typed)
        if len(plain) < 2:
            return []
        names = [place.name for place in self._own]
        starts = [name for name in names if fold(name).startswith(plain)]
        inner = [name for name in names if f" {plain}" in f" {fold(name)}" and name not in starts]
        house = re.match(r"\s*(\d+[A-Za-z]?)\s+(\D.*)", typed)
        streets: list[str] = []
        if self.ranges is not None:
            letters = house[2] if house else typed
            number = f"{house[1]} " if house else ""
            streets = [number + name for name in self.ranges.starting_with(letters, limit)]
        order = [*streets, *starts, *inner] if house else [*starts, *inner, *streets]
        return list(dict.fromkeys(order))[:limit]

    @cached_property
    def _own(self) -> list[Place]:
        return [*self.gazetteer.places, *self.regions, *self.landmarks]

    @cached_property
    def _listed(self) -> frozenset[Place]:
        return frozenset(self.gazetteer.places)

    @cached_property
    def _by_name(self) -> dict[str, list[Place]]:
        result: dict[str, list[Place]] = {}
        for place in self._own:
            result.setdefault(fold(place.name), []).append(place)
        return result

    @cached_property
    def _town_names(self) -> list[str]:
        """Folded names of the community's own towns, the longest first."""
        names = {fold(place.name) for place in self.gazetteer.places if place.kind in _TOWNS}
        return sorted(names, key=len, reverse=True)

    # Coordinates -------------------------------------------------------------------------

    def _point(self, asked: str, first: float, second: float) -> Found:
        for lat, lon in ((first, second), (second, first)):
            if abs(lat) <= 90 and abs(lon) <= 180 and self._near(lat, lon):
                label = f"{lat:.5f}, {lon:.5f}"
                note: str = "" if (lat, lon) == (first, second) else text("geocode.turned")
                inside = self._inside(lat, lon)
                if not note and inside is False:
                    note = text("geocode.outside", place=label)
                return Found(asked, label, lat, lon, "point", WITHIN_M["point"], inside, (), note)
        return Found(asked, note=text("geocode.far", place=asked))

    def _near(self, lat: float, lon: float) -> bool:
        if self.extent is None:
            return True
        west, south, east, north = self.extent
        middle = (south + north) / 2, (west + east) / 2
        half = float(distance_m(*middle, north, east))
        return float(distance_m(*middle, lat, lon)) <= max(NEAR_LEAST_M, NEAR_TIMES * half)

    def _inside(self, lat: float, lon: float) -> bool | None:
        if self.areas is not None and len(self.areas):
            shapes = self.areas.geometry
            if shapes.notna().any():
                return bool(len(self.areas.sindex.query(shapely.Point(lon, lat), "intersects")))
        if self.extent is None:
            return None
        west, south, east, north = self.extent
        return west <= lon <= east and south <= lat <= north

    # Names -------------------------------------------------------------------------------

    def _named(self, asked: str, plain: str) -> Found | None:
        own = self._by_name.get(fold(plain), [])
        if not own:
            stripped = self._without_state(plain)
            own = self._by_name.get(fold(stripped), []) if stripped else []
        if own:
            # What the community's own list calls so is meant before a listing of the same name.
            own = [place for place in own if place in self._listed] or own
            # A town is meant before a library called like it.
            rank = min(_rank(place) for place in own)
            return self._of_places(asked, [item for item in own if _rank(item) == rank])
        chosen = self._chosen(plain)
        if chosen:
            return self._of_places(asked, chosen)
        if house_of(plain) is not None and not re.fullmatch(r"\d{5}(-\d{4})?", plain):
            return None
        place = self.gazetteer.find(plain) if not self._is_street(plain) else None
        return self._of_places(asked, [place]) if place is not None else None

    def _chosen(self, plain: str) -> list[Place]:
        """The places that a label of a choice means: "Oak Park, Milltown"."""
        name, _, town = plain.rpartition(",")
        places = self._by_name.get(fold(name), []) if name and town.strip() else []
        return [
            place for place in places if fold(self._town_at(place.lat, place.lon)) == fold(town)
        ]

    def _is_street(self, plain: str) -> bool:
        head = plain.split(",")[0]
        return self.ranges is not None and bool(self.ranges.street(head).hits)

    def _without_state(self, plain: str) -> str:
        """`Lumberton, NC` of a community in NC as `Lumberton`."""
        region = self.gazetteer.region
        match = re.fullmatch(r"(.+?)[,\s]+([A-Za-z]{2})\.?", plain)
        return match[1] if match and region and match[2].upper() == region.upper() else ""

    def _of_places(self, asked: str, places: Sequence[Place], note: str = "") -> Found:
        first = places[0]
        apart = [first]
        for place in places[1:]:
            near = (float(distance_m(place.lat, place.lon, p.lat, p.lon)) < APART_M for p in apart)
            if not any(near):
                apart.append(place)
        others = tuple(dict.fromkeys(self._told_apart(place) for place in apart))
        if len(others) > 1:
            return Found(asked, others=others, note=text("geocode.choice", place=asked))
        if len(apart) > 1:
            # A choice between two of one label would lead nowhere.
            note = text("geocode.one_of", place=others[0])
        how = _how(first)
        inside = self._inside(first.lat, first.lon)
        if not note and inside is False:
            note = text("geocode.outside", place=first.name)
        return Found(
            asked, first.name, first.lat, first.lon, how, WITHIN_M.get(how, 2000), inside, (), note
        )

    def _told_apart(self, place: Place) -> str:
        town = self._town_at(place.lat, place.lon)
        return f"{place.name}, {town}" if town and fold(town) != fold(place.name) else place.name

    # Addresses ---------------------------------------------------------------------------

    def _address(self, asked: str, plain: str) -> Found | None:
        line, town, zip_code = self._parts(plain)
        house = house_of(line)
        if house is None:
            return None
        spot = AddressResult(())
        if self.ranges is not None:
            zips = (zip_code,) if zip_code else ()
            spot = self.ranges.address(house.prefix, house.number, house.street, zips)
            hits = self._in_town(spot.hits, town)
            if hits:
                number = line.split()[0]
                # "825 Oak St" where only N Oak Street has that number: taken so, and that is said.
                typed = street_name(house.street).directions
                differs = spot.respelled or street_name(hits[0].street).directions != typed
                return self._of_hits(
                    asked, hits, lambda hit: f"{number} {in_full(hit.street)}", differs
                )
        # Only what is left of it: the town or ZIP code, and that is said.
        rest = f"{town} {zip_code}".strip() if town else zip_code
        wider = self._wider(asked, town, zip_code)
        if wider is not None:
            note = "geocode.no_streets" if self.ranges is None else "geocode.no_house"
            return wider._replace(note=text(note, line=line, place=wider.label or rest))
        return Found(asked, note=text("geocode.unknown", place=asked))

    def _wider(self, asked: str, town: str, zip_code: str) -> Found | None:
        for name in (town, zip_code):
            own = self._by_name.get(fold(name), []) if name else []
            own = [item for item in own if item.kind in (*_TOWNS, "zip", "county", "region")]
            if own:
                return self._of_places(asked, own[:1])
            place = self.gazetteer.find(name) if name else None
            if place is not None:
                return self._of_places(asked, [place])
        return None

    def _street(self, asked: str, plain: str) -> Found | None:
        if self.ranges is None:
            return None
        line, town, zip_code = self._parts(plain)
        two = _CORNER.split(line)
        if len(two) == 2:
            corner = self.ranges.corner(*two)
            if corner is not None:
                return self._of_hits(asked, [corner], lambda hit: in_full(hit.street), False)
        spot = self.ranges.street(line, (zip_code,) if zip_code else ())
        hits = self._in_town(spot.hits, town)
        return self._of_hits(asked, hits, lambda hit: in_full(hit.street), False) if hits else None

    def _parts(self, plain: str) -> tuple[str, str, str]:
        """(line, town, ZIP) of a typed address; the state is left off."""
        match = _ZIP.search(plain)
        zip_code = match[1] if match and match.start() > 0 else ""
        if zip_code and match:
            plain = plain[: match.start()]
        pieces = [part.strip() for part in plain.split(",") if part.strip() and not is_unit(part)]
        pieces = pieces or [""]
        region = self.gazetteer.region.upper()
        if len(pieces) > 1 and pieces[-1].rstrip(".").upper() == region:
            pieces.pop()
        line, town = pieces[0], ""
        if len(pieces) > 1:
            first = next((n for n, part in enumerate(pieces) if house_of(part)), 0)
            line, town = pieces[first], ", ".join(pieces[first + 1 :][-1:])
        stripped = self._without_state(town)
        town = stripped or town
        if not town:
            ending = self._without_state(line) or line
            folded = fold(ending)
            for name in self._town_names:
                if folded.endswith(f" {name}"):
                    words = ending.split()
                    town = " ".join(words[-len(name.split()) :])
                    line = " ".join(words[: -len(name.split())])
                    break
            else:
                line = ending
        return line, town, zip_code

    def _in_town(self, hits: Sequence[AddressHit], town: str) -> list[AddressHit]:
        """The hits that lie in the town typed: by its border, by its ZIP codes, else nearest."""
        if not town or not hits:
            return list(hits)
        wanted = fold(town)
        tests: tuple[Callable[[AddressHit], bool], ...] = (
            lambda hit: wanted in self._shape_names(hit.lat, hit.lon),
            lambda hit: bool(hit.zip) and wanted == fold(self._post_town(hit.zip)),
            lambda hit: wanted == fold(self._nearest_town(hit.lat, hit.lon)),
        )
        for test in tests:
            inside = [hit for hit in hits if test(hit)]
            if inside:
                return inside
        return []

    def _of_hits(
        self,
        asked: str,
        hits: Sequence[AddressHit],
        line: Callable[[AddressHit], str],
        respelled: bool,
    ) -> Found:
        labels = [self._label(line(hit), hit) for hit in hits]
        if len(hits) > 1:
            coded = [self._label(line(hit), hit, coded=True) for hit in hits]
            others = tuple(dict.fromkeys(labels if len(set(labels)) == len(hits) else coded))
            return Found(asked, others=others, note=text("geocode.choice", place=asked))
        hit = hits[0]
        inside = self._inside(hit.lat, hit.lon)
        note: Text | str = ""
        if respelled:
            note = text("geocode.respelled", place=labels[0])
        elif inside is False:
            note = text("geocode.outside", place=labels[0])
        lat, lon = round(hit.lat, 6), round(hit.lon, 6)
        return Found(asked, labels[0], lat, lon, hit.how, hit.within_m, inside, (), note)

    def _label(self, line: str, hit: AddressHit, coded: bool = False) -> str:
        town = self._town_at(hit.lat, hit.lon, hit.zip)
        parts = [line, f"{town} {hit.zip}".strip() if coded else town]
        return ", ".join(part for part in parts if part)

    def _town_at(self, lat: float, lon: float, zip_code: str = "") -> str:
        names = self._shape_names(lat, lon, folded=False)
        if names:
            return names[0]
        near = self._nearest_town(lat, lon, TOWN_M)
        post = self._post_town(zip_code) if zip_code else ""
        return near or post or self._nearest_town(lat, lon)

    def _shape_names(self, lat: float, lon: float, folded: bool = True) -> list[str]:
        if self.town_shapes is None or not len(self.town_shapes):
            return []
        rows = self.town_shapes.sindex.query(shapely.Point(lon, lat), "intersects")
        names = [str(self.town_shapes["name"].iat[row]) for row in np.sort(rows)]
        return [fold(name) for name in names] if folded else names

    @cached_property
    def _post_towns(self) -> dict[str, str]:
        """The post towns of the map's own ZIP codes."""
        codes = set(self.ranges.zip) - {""} if self.ranges is not None else set()
        places = {str(code): self.gazetteer.find(str(code)) for code in codes}
        return {
            code: place.name.rpartition(",")[0] or place.name
            for code, place in places.items()
            if place is not None
        }

    def _post_town(self, zip_code: str) -> str:
        return self._post_towns.get(zip_code, "")

    @cached_property
    def _towns(self) -> tuple[list[str], np.ndarray]:
        """Names of the towns, and their points as unit vectors (one row each)."""
        towns = [place for place in self.gazetteer.places if place.kind in _TOWNS]
        vectors = [_unit_vector(place.lat, place.lon) for place in towns]
        return [place.name for place in towns], np.array(vectors).reshape(-1, 3)

    def _nearest_town(self, lat: float, lon: float, within_m: float = math.inf) -> str:
        names, vectors = self._towns
        if not names:
            return ""
        nearness = vectors @ np.array(_unit_vector(lat, lon))
        nearest = int(nearness.argmax())
        gap = EARTH_RADIUS_M * math.acos(min(float(nearness[nearest]), 1.0))
        return names[nearest] if gap <= within_m else ""

    # A letter wrong ------------------------------------------------------------------------

    def _alike(self, asked: str, plain: str) -> Found:
        """Own names spelled a little otherwise: one is taken and said, several are a choice."""
        from rapidfuzz import fuzz, process

        unknown = Found(asked, note=text("geocode.unknown", place=asked))
        wanted = fold(self._without_state(plain) or plain)
        if len(wanted) < 3 or wanted.isdigit():
            return unknown
        names = list(self._by_name)
        near = process.extract(wanted, names, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=5)
        if not near:
            return unknown
        best = near[0]
        second = near[1][1] if len(near) > 1 else 0.0
        if (best[1] >= SURE and best[1] - second >= 4) or (len(near) == 1 and best[1] >= CLOSE + 2):
            places = self._by_name[best[0]]
            rank = min(_rank(place) for place in places)
            kept = [place for place in places if _rank(place) == rank]
            return self._of_places(asked, kept, text("geocode.respelled", place=kept[0].name))
        others = tuple(dict.fromkeys(self._by_name[name][0].name for name, *_ in near))
        return Found(asked, others=others, note=text("geocode.choice", place=asked))


def _unit_vector(lat: float, lon: float) -> tuple[float, float, float]:
    phi, angle = math.radians(lat), math.radians(lon)
    return math.cos(phi) * math.cos(angle), math.cos(phi) * math.sin(angle), math.sin(phi)


def _rank(place: Place) -> int:
    order: tuple[Iterable[str], ...] = (("city", "town", "village"), ("zip", "county", "place"),
                                        ("township", "region"))  # fmt: skip
    return next((n for n, kinds in enumerate(order) if place.kind in kinds), len(order))


def _how(place: Place) -> str:
    if place.kind == "zip":
        return "zip"
    if place.kind in ("region", "county", "district", "township", "neighborhood"):
        return "region"
    if place.kind in ("landmark", "point"):
        return "landmark"
    return "town"
