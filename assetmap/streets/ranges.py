"""Addresses from TIGER/Line address ranges (ADDRFEAT): a house lies between its range's numbers.

The ranges are possible numbers, not houses; a point is where the number would lie on its block,
10 m to its side. Method: candidates hold the number and its parity, the narrowest range first, then
the one whose middle is nearest (as the addr package of geomarker.io does it). FROM belongs to the
line's first vertex and may be the larger number; one edge stands once a range and name.
"""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.places import EARTH_RADIUS_M, WGS84
from assetmap.streets.names import StreetName, agree, number_parts, street_name
from assetmap.words import text

# Roads with houses; alleys and private roads only where nothing else fits.
FIRST_CHOICE = frozenset(("S1100", "S1200", "S1400", "S1630", "S1640"))
SECOND_CHOICE = frozenset(("S1730", "S1740"))
ASIDE_M = 10.0
ONE_BLOCK_M = 400.0
NEAR_END = 0.02
LEAST_WITHIN_M = 50
_METRE = EARTH_RADIUS_M * np.pi / 180


class RangesError(ValueError):
    """The file of address ranges cannot be read; the message is one sentence."""


class AddressHit(NamedTuple):
    """One place an address may be: degrees, the street as the map has it, its ZIP code ("" =
    unknown), how exact in metres, and whether it is a house number between others or a street."""

    lat: float
    lon: float
    street: str
    zip: str
    within_m: int
    how: str


class AddressResult(NamedTuple):
    """What an address came to: `hits` are one point, several of one name, or nothing."""

    hits: tuple[AddressHit, ...]
    respelled: bool = False


@dataclass(frozen=True)
class AddressRanges:
    """Sides of streets, one row a side of an edge: arrays of equal length.

    `edge` is the row of `lines` (degrees), `left` whether it is the line's left side.
    """

    lines: np.ndarray
    names: np.ndarray
    edge: np.ndarray
    left: np.ndarray
    start: np.ndarray
    end: np.ndarray
    prefix: np.ndarray
    parity: np.ndarray
    zip: np.ndarray
    second: np.ndarray
    offset: np.ndarray

    @classmethod
    def read(cls, files: Iterable[tuple[str, bytes]]) -> AddressRanges:
        """From (name, bytes) of ADDRFEAT zip files. Raises RangesError."""
        frames = []
        for name, data in files:
            try:
                frame = gpd.read_file(io.BytesIO(data))
            except Exception:  # GDAL raises many kinds; each means the same here
                raise RangesError(text("geocode.unreadable", file=name)) from None
            if not isinstance(frame, gpd.GeoDataFrame) or "LFROMHN" not in frame:
                raise RangesError(text("geocode.no_ranges", file=name))
            frames.append(frame)
        if not frames:
            raise RangesError(text("geocode.no_ranges", file=""))
        return cls.of(pd.concat(frames, ignore_index=True))

    @classmethod
    def of(cls, frame: pd.DataFrame) -> AddressRanges:
        """From ADDRFEAT's columns; rows without a line, a name or a number are left out."""
        mtfcc = frame["ROAD_MTFCC"].fillna("").astype("str")
        keep = mtfcc.isin(FIRST_CHOICE | SECOND_CHOICE | {""}) & frame["FULLNAME"].notna()
        keep &= frame.geometry.notna() & ~frame.geometry.is_empty
        frame = frame[keep].reset_index(drop=True)
        second = frame["ROAD_MTFCC"].isin(SECOND_CHOICE).to_numpy(bool)
        parts: dict[str, list[np.ndarray]] = {name: [] for name in _SIDE}
        for left, letter in ((True, "L"), (False, "R")):
            start, end = (frame[f"{letter}{part}HN"].fillna("").astype("str").str.strip()
                          for part in ("FROM", "TO"))  # fmt: skip
            filled = np.flatnonzero(((start != "") & (end != "")).to_numpy())
            item = [number_parts(value) for value in start.iloc[filled]]
            two = [number_parts(value) for value in end.iloc[filled]]
            same = np.array(
                [a[0] == b[0] and a[1] >= 0 and b[1] >= 0 for a, b in zip(item, two, strict=True)],
                dtype=bool,
            )
            filled = filled[same]
            numbers = np.array(
                [(a[1], b[1]) for a, b in zip(item, two, strict=True)], dtype=np.int64
            ).reshape(-1, 2)[same]
            parts["edge"].append(filled)
            parts["left"].append(np.full(len(filled), left))
            parts["start"].append(numbers[:, 0])
            parts["end"].append(numbers[:, 1])
            prefixes = np.array([a[0] for a in item], dtype=object)
            parts["prefix"].append(prefixes[same])
            parts["parity"].append(_column(frame, f"PARITY{letter}", filled))
            parts["zip"].append(_column(frame, f"ZIP{letter}", filled))
            parts["second"].append(second[filled])
            parts["offset"].append(_column(frame, f"OFFSET{letter}", filled) == "Y")
        sides = {name: np.concatenate(arrays) for name, arrays in parts.items()}
        names = frame["FULLNAME"].astype("str").to_numpy(object)
        return cls(lines=frame.geometry.to_numpy(), names=names, **sides)

    @cached_property
    def _parts(self) -> list[StreetName]:
        """The parts of each line's name; a name is read once, however many blocks it has."""
        read = {name: street_name(str(name)) for name in dict.fromkeys(self.names)}
        return [read[name] for name in self.names]

    @cached_property
    def _sides(self) -> dict[tuple[str, ...], dict[StreetName, np.ndarray]]:
        """Positions of sides by the words of their street's name, then by its whole name."""
        return _by_words(self._parts[edge] for edge in self.edge)

    @cached_property
    def _edges(self) -> dict[tuple[str, ...], dict[StreetName, np.ndarray]]:
        """Rows of `lines`, in the same way."""
        return _by_words(self._parts)

    @cached_property
    def _joined(self) -> dict[str, tuple[str, ...]]:
        return {"".join(words): words for words in self._edges}

    def address(
        self, prefix: str, number: int, street: str, zips: Sequence[str] = ()
    ) -> AddressResult:
        """Where a house number of `street` lies; `zips` are those of the town or typed.

        Several hits are several places of one name, more than a block apart. A street not known
        by that name is looked for with a letter or two wrong.
        """
        wanted = street_name(street)
        respelled = False
        sides = _fitting(self._sides, wanted)
        if not len(sides):
            near = self._respelled(wanted)
            if near is None:
                return AddressResult(())
            wanted, respelled = near, True
            sides = _fitting(self._sides, wanted)
        hits = self._houses(sides, prefix, number)
        hits = _in_zips(hits, zips)
        streets = _by_street(hits)
        return AddressResult(tuple(hit for street in streets for hit in _apart(street)), respelled)

    def street(self, street: str, zips: Sequence[str] = ()) -> AddressResult:
        """The middle of a whole street, and how far it reaches."""
        wanted = street_name(street)
        edges = _fitting(self._edges, wanted)
        if not len(edges) or not wanted.words:
            return AddressResult(())
        groups = _groups(shapely.centroid(self.lines[edges]), 1500.0)
        hits = []
        for group in groups:
            own = edges[group]
            middle = shapely.centroid(shapely.union_all(self.lines[own]))
            nearest = shapely.union_all(self.lines[own])
            point = shapely.get_point(shapely.shortest_line(nearest, middle), 0)
            codes = self.zip[np.isin(self.edge, own)]
            code = next((str(item) for item in codes if item), "")
            west, south, east, north = nearest.bounds
            reach = max(north - south, (east - west) * np.cos(np.radians(south))) * _METRE / 2
            name = str(self.names[own[0]])
            hits.append(AddressHit(point.y, point.x, name, code, max(int(reach), 100), "street"))
        return AddressResult(tuple(_in_zips(hits, zips)))

    def corner(self, first: str, other: str) -> AddressHit | None:
        """Where two streets meet (within 30 m); None where they do not, or at several places."""
        lines = [_fitting(self._edges, street_name(name)) for name in (first, other)]
        if not len(lines[0]) or not len(lines[1]):
            return None
        tree = shapely.STRtree(self.lines[lines[1]])
        pairs = tree.query(self.lines[lines[0]], predicate="dwithin", distance=30 / _METRE)
        points = [
            shapely.get_point(
                shapely.shortest_line(self.lines[lines[0][a]], self.lines[lines[1][b]]), 0
            )
            for a, b in pairs.T
        ]
        if not points or len(_groups(np.array(points), ONE_BLOCK_M)) != 1:
            return None
        point = points[0]
        name = f"{self.names[lines[0][0]]} & {self.names[lines[1][0]]}"
        return AddressHit(point.y, point.x, name, "", LEAST_WITHIN_M, "corner")

    def starting_with(self, letters: str, limit: int = 8) -> list[str]:
        """Streets whose name starts with `letters`, as the map writes them."""
        plain = letters.casefold().strip()
        names = dict.fromkeys(
            str(name) for name in self.names if str(name).casefold().startswith(plain)
        )
        return sorted(names, key=lambda name: (len(name), name))[:limit]

    def _respelled(self, wanted: StreetName) -> StreetName | None:
        """The one street whose name is a letter or two away."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        plain = "".join(wanted.words)
        if len(plain) < 4 or wanted.words[:1] == ("route",) or plain.isdigit():
            return None
        most = 1 if len(plain) < 8 else 2
        near = process.extract(
            plain, list(self._joined), scorer=OSA.distance, score_cutoff=most, limit=4
        )
        fits = []
        for joined, distance, _ in near:
            words = self._joined[joined]
            kinds = {name.type for name in self._edges[words]}
            if (
                len(joined) >= 4
                and joined[0] == plain[0]
                and (not wanted.type or wanted.type in kinds)
            ):
                fits.append((distance, words))
        fits.sort()
        if not fits or (len(fits) > 1 and fits[0][0] == fits[1][0]):
            return None
        return wanted._replace(words=fits[0][1])

    @cached_property
    def _bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """The lowest and the highest number of each side."""
        return np.minimum(self.start, self.end), np.maximum(self.start, self.end)

    def _houses(self, sides: np.ndarray, prefix: str, number: int) -> list[AddressHit]:
        lows, highs = self._bounds
        around = sides[(lows[sides] <= number) & (highs[sides] >= number)]
        parities = ("E" if number % 2 == 0 else "O", "B", "")
        chosen = [
            side
            for side in around.tolist()
            if self.prefix[side] == prefix and self.parity[side] in parities
        ]
        first_choice = [side for side in chosen if not self.second[side]]

        def fit(side: int) -> tuple[int, float]:
            start, end = int(self.start[side]), int(self.end[side])
            return abs(end - start), abs((end + start) / 2 - number)

        return [self._point(side, number) for side in sorted(first_choice or chosen, key=fit)]

    def _point(self, side: int, number: int) -> AddressHit:
        edge = int(self.edge[side])
        # A street's line has a handful of vertices: plain numbers are quicker than arrays.
        degrees = shapely.get_coordinates(self.lines[edge]).tolist()
        stretch = math.cos(math.radians(sum(lat for _, lat in degrees) / len(degrees)))
        flat = [(lon * stretch * _METRE, lat * _METRE) for lon, lat in degrees]
        steps = [math.dist(item, two) for item, two in itertools.pairwise(flat)]
        length = sum(steps)
        start, end = int(self.start[side]), int(self.end[side])
        share = 0.5 if start == end else (number - start) / (end - start)
        left_over = min(max(share, NEAR_END), 1 - NEAR_END) * length
        piece = 0
        while piece < len(steps) - 1 and left_over > steps[piece]:
            left_over -= steps[piece]
            piece += 1
        step = steps[piece]
        part = left_over / step if step else 0.0
        (east, north), (to_east, to_north) = flat[piece], flat[piece + 1]
        dx, dy = to_east - east, to_north - north
        east, north = east + part * dx, north + part * dy
        if step and not self.offset[side]:
            turn = ASIDE_M / step if self.left[side] else -ASIDE_M / step
            east, north = east - turn * dy, north + turn * dx
        within = int(min(max(LEAST_WITHIN_M, round(length / 2, -1)), 500))
        lat, lon = north / _METRE, east / _METRE / stretch
        name, code = str(self.names[edge]), str(self.zip[side])
        return AddressHit(lat, lon, name, code, within, "address range")


_SIDE = ("edge", "left", "start", "end", "prefix", "parity", "zip", "second", "offset")


def _column(frame: pd.DataFrame, name: str, rows: np.ndarray) -> np.ndarray:
    if name not in frame:
        return np.full(len(rows), "", dtype=object)
    return frame[name].fillna("").astype("str").str.strip().to_numpy(object)[rows]


def _by_words(
    names: Iterable[StreetName],
) -> dict[tuple[str, ...], dict[StreetName, np.ndarray]]:
    result: dict[tuple[str, ...], dict[StreetName, list[int]]] = {}
    for position, name in enumerate(names):
        result.setdefault(name.words, {}).setdefault(name, []).append(position)
    return {
        words: {name: np.array(positions) for name, positions in own.items()}
        for words, own in result.items()
    }


def _fitting(
    known: dict[tuple[str, ...], dict[StreetName, np.ndarray]], wanted: StreetName
) -> np.ndarray:
    """Positions of the street of exactly this name, else of those that may be it."""
    own = known.get(wanted.words, {}) if wanted.words else {}
    if wanted in own:
        return own[wanted]
    fits = [positions for name, positions in own.items() if agree(wanted, name)]
    return np.concatenate(fits) if fits else np.empty(0, dtype=int)


def _in_zips(hits: list[AddressHit], zips: Sequence[str]) -> list[AddressHit]:
    """Those of the ZIP codes, else those whose ZIP code is not known."""
    if not zips:
        return hits
    inside = [hit for hit in hits if hit.zip in zips]
    return inside or [hit for hit in hits if not hit.zip]


def _by_street(hits: list[AddressHit]) -> list[list[AddressHit]]:
    """The hits of each street: N and S Oak Street are two, however close together they lie."""
    streets: list[list[AddressHit]] = []
    for hit in hits:
        name = street_name(hit.street)
        own = next((one for one in streets if agree(street_name(one[0].street), name)), None)
        if own is None:
            streets.append([hit])
        else:
            own.append(hit)
    return streets


def _apart(hits: list[AddressHit]) -> list[AddressHit]:
    """The first hit of every group of hits that lie on one block."""
    if len(hits) < 2:
        return hits
    points = shapely.points([hit.lon for hit in hits], [hit.lat for hit in hits])
    return [hits[group[0]] for group in _groups(points, ONE_BLOCK_M)]


def _groups(points: np.ndarray, metres: float) -> list[list[int]]:
    """Positions of points that are linked by steps of at most `metres`, in the order given."""
    x, y = shapely.get_x(points), shapely.get_y(points)
    stretch = np.cos(np.radians(y.mean())) if len(y) else 1.0
    near = np.hypot((x[:, None] - x) * stretch, y[:, None] - y) * _METRE <= metres
    left = set(range(len(points)))
    groups = []
    for first in range(len(points)):
        if first not in left:
            continue
        group, new = {first}, [first]
        while new:
            reached = {
                int(item) for position in new for item in np.flatnonzero(near[position])
            } & left - group
            group |= reached
            new = list(reached)
        left -= group
        groups.append(sorted(group))
    return groups


__all__ = ["WGS84", "AddressHit", "AddressRanges", "AddressResult", "RangesError"]
