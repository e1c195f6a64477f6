"""The catalog: checked assets laid out for searching, read-only from then on.

Each question a search asks of all assets at once is one boolean array here: fifty thousand
assets with eight three-state attributes are compared in well under a millisecond.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assetmap import vocabulary
from assetmap.fields import COLUMNS, FIELDS
from assetmap.places import fold, latitudes, longitudes
from assetmap.schedule import (
    DAYS_KEPT,
    OccurrenceSpans,
    expand_seconds,
    last_ends,
    next_start,
    occurrences,
)

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# One asset by column: a row of the frame, or the dict made of it.
AssetRow = pd.Series | Mapping[str, Any]

# A session that has begun still counts while half of it or this many seconds are left.
WORTH_GOING_S = 20 * 60
# An open span that began more than this long before a window is looked for apart.
LONG_SPAN_S = 86_400
_NEVER = np.iinfo(np.int64).max


_WORD = re.compile(r"[^\W_]+")


def _word_forms(word: str) -> tuple[str, ...]:
    """A word as it may stand in a text, with the blanks around it: singular and plural."""
    bare = word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
    return tuple(dict.fromkeys(f" {form} " for form in (word, bare, f"{bare}s", f"{bare}es")))


class Known(NamedTuple):
    """A yes/no/unknown answer for every asset; unknown is neither `yes` nor `no`."""

    yes: Bools
    no: Bools


class First(NamedTuple):
    """The first fitting occurrence of each asset: UTC seconds, and whether there is one."""

    found: Bools
    start: Ints
    end: Ints


class Catalog:
    """Assets and everything a search needs of them. Arrays are never written to.

    `now` (aware) sets the days whose occurrences are kept: from the day before it, for
    `DAYS_KEPT` days in `timezone`.
    """

    def __init__(
        self,
        assets: gpd.GeoDataFrame,
        now: datetime,
        timezone: str = "America/Chicago",
        country: str = "US",
    ) -> None:
        self.assets = assets
        self.timezone = timezone
        self.country = country
        zone = ZoneInfo(timezone)
        today = datetime.combine(now.astimezone(zone).date(), time(), zone)
        self.begin = today - timedelta(days=1)
        self.end = today + timedelta(days=DAYS_KEPT)
        self.lat: Floats = latitudes(assets.geometry)
        self.lon: Floats = longitudes(assets.geometry)
        self.ids = assets["id"].to_numpy(dtype=object)
        self.active: Bools = (assets["status"] == "active").to_numpy(dtype=bool)
        kinds = list(vocabulary.terms("kinds"))
        self._kind_code = {kind: code for code, kind in enumerate(kinds)}
        self._columns: dict[str, np.ndarray] = {}
        self.kind: Ints = np.array([self._kind_code[kind] for kind in assets["kind"]], np.int64)
        self._members: dict[str, dict[str, Bools]] = {}
        self._sets: dict[str, tuple[list[frozenset[str] | None], Ints]] = {}
        self._known: dict[str, Bools] = {}
        self._yes_no: dict[str, Known] = {}
        for name, row in FIELDS.items():
            if row["type"] == "set" and row["vocabulary"]:
                self._index_set(name)
            elif row["type"] == "yesno":
                values = assets[name]
                known = values.notna().to_numpy(dtype=bool)
                true = values.fillna(False).to_numpy(dtype=bool)
                self._yes_no[name] = Known(true, known & ~true)
        self.version = f"{_content_hash(assets)}{today:%y%m%d}"

    def __len__(self) -> int:
        return len(self.ids)

    def _index_set(self, name: str) -> None:
        values = self.assets[name].to_numpy(dtype=object)
        distinct: dict[object, int] = {}
        codes = np.fromiter(
            (distinct.setdefault(value, len(distinct)) for value in values), np.int64, len(values)
        )
        sets = [value if isinstance(value, frozenset) else None for value in distinct]
        self._sets[name] = sets, codes
        self._known[name] = np.array([value is not None for value in sets], np.bool_)[codes]
        terms = {term for value in sets if value is not None for term in value}
        self._members[name] = {}
        for term in terms:
            holds = np.array([value is not None and term in value for value in sets], np.bool_)
            self._members[name][term] = holds[codes]

    def nowhere(self) -> Bools:
        """An array that is false for every asset."""
        return np.zeros(len(self), dtype=bool)

    def of_kinds(self, kinds: set[str] | frozenset[str]) -> Bools:
        """Which assets are of one of `kinds`."""
        wanted = np.zeros(len(self._kind_code), dtype=bool)
        wanted[[self._kind_code[kind] for kind in kinds]] = True
        return wanted[self.kind]

    def yes_no(self, name: str) -> Known:
        """The yes/no/unknown field `name`."""
        return self._yes_no[name]

    def knows(self, name: str) -> Bools:
        """Where the set `name` is known."""
        return self._known[name]

    def has_any(self, name: str, terms: tuple[str, ...] | frozenset[str]) -> Bools:
        """Which assets' set `name` holds at least one of `terms`."""
        result = self.nowhere()
        for term in terms:
            member = self._members[name].get(term)
            if member is not None:
                result |= member
        return result

    def judge_sets(self, name: str, judge: Callable[[frozenset[str] | None], int]) -> Ints:
        """What `judge` says of each asset's set `name`; it is asked once for each distinct set."""
        sets, codes = self._sets[name]
        return np.array([judge(value) for value in sets], dtype=np.int64)[codes]

    @cached_property
    def ages(self) -> tuple[Bools, Ints, Bools, Ints]:
        """Whether a youngest age is known, and it; whether an oldest is, and it (else 0, 200)."""
        low, high = self.assets["age_min"], self.assets["age_max"]
        return (
            low.notna().to_numpy(dtype=bool),
            low.fillna(0).to_numpy(dtype=np.int64),
            high.notna().to_numpy(dtype=bool),
            high.fillna(200).to_numpy(dtype=np.int64),
        )

    @cached_property
    def words(self) -> list[str]:
        """What a text search looks at, folded, one string an asset; a blank around each word."""
        programs, kinds = vocabulary.terms("programs"), vocabulary.terms("kinds")
        columns = [
            self.assets[name].to_numpy(dtype=object)
            for name in (
                *("name", "organization", "description", "description_es"),
                *("address", "city", "postal_code"),
            )
        ]
        kind, program = self.assets["kind"], self.assets["program"]
        label = {term: f"{row['label_en']} {row['label_es']}" for term, row in kinds.items()}
        folded = []
        for position, parts in enumerate(zip(*columns, strict=True)):
            texts = [part for part in parts if isinstance(part, str)]
            texts.append(label[kind.iat[position]])
            if isinstance(program.iat[position], str):
                row = programs[program.iat[position]]
                texts += [row["label_en"], row["abbr"]]
            folded.append(_searchable(" ".join(texts)))
        return folded

    def holds_words(self, text: str) -> Bools:
        """Which assets' texts hold every word of `text`, each as a whole word or its plural."""
        wanted = [_word_forms(word) for word in _WORD.findall(fold(text))]
        return np.fromiter(
            (
                all(any(form in words for form in alternatives) for alternatives in wanted)
                for words in self.words
            ),
            bool,
            len(self),
        )

    @cached_property
    def spans(self) -> OccurrenceSpans:
        """Occurrences of the days kept, ordered by asset and start (UTC seconds)."""
        return expand_seconds(self.when, self.begin, self.end, self.timezone, self.country)

    def column(self, name: str) -> np.ndarray:
        """The values of one field for every asset, as objects; kept, because a frame is slow to
        ask for single values."""
        values = self._columns.get(name)
        if values is None:
            values = self._columns[name] = self.assets[name].to_numpy(dtype=object)
        return values

    @cached_property
    def by_intake(self) -> Bools:
        """Where new people are taken in at known hours, which decide for beds and shelters."""
        known = self.assets["intake_hours"].notna().to_numpy(dtype=bool)
        result: Bools = known & self.of_kinds(vocabulary.kinds_where("is_bed"))
        return result

    @cached_property
    def when(self) -> pd.DataFrame:
        """What decides when each asset can be used: its times, or when it takes people in."""
        names = ["schedule", "recurrence", "time_kind", "timezone", "dates"]
        frame = pd.DataFrame({name: self.assets[name].to_numpy(object) for name in names})
        intake = self.by_intake
        frame.loc[intake, "schedule"] = self.assets["intake_hours"].to_numpy(object)[intake]
        frame.loc[intake, "recurrence"] = None
        frame.loc[intake, "dates"] = None
        frame.loc[intake, "time_kind"] = "hours"
        return frame

    def over(self, moment: datetime) -> Bools:
        """What was on stated days only, the last of which is over at `moment` (aware)."""
        result: Bools = self._last_ends <= int(moment.timestamp())
        return result

    @cached_property
    def _last_ends(self) -> Ints:
        return last_ends(self.assets, self.timezone)

    @cached_property
    def has_times(self) -> Bools:
        """Whose times are known at all; unknown hours are not closed hours."""
        return (self.when["schedule"].notna() | self.when["recurrence"].notna()).to_numpy(bool)

    @cached_property
    def is_hours(self) -> Bools:
        """Where one may come any time while open, not only at the start.

        What never closes has no start to be there at, whatever it calls its times.
        """
        always = self.when["schedule"].fillna("").str.startswith("24/7").to_numpy(dtype=bool)
        return (self.when["time_kind"] == "hours").to_numpy(dtype=bool) | always

    @cached_property
    def _by_start(self) -> tuple[OccurrenceSpans, OccurrenceSpans]:
        """Spans by start: those up to a day long, and the few longer ones."""
        spans = self.spans
        order = np.argsort(spans.start, kind="stable")
        ordered = OccurrenceSpans(spans.asset[order], spans.start[order], spans.end[order])
        long = ordered.end - ordered.start > LONG_SPAN_S
        return (
            OccurrenceSpans(*(column[~long] for column in ordered)),
            OccurrenceSpans(*(column[long] for column in ordered)),
        )

    def first_between(self, begin: datetime, end: datetime, clock: datetime | None = None) -> First:
        """Each asset's first occurrence in [begin, end).

        Sessions start in it; hours overlap it. Where the window is open at `clock`, a session
        that has begun counts too while half of it or 20 minutes are left. Times outside the days
        kept are expanded anew.
        """
        short, long = self._by_start
        start = np.full(len(self), _NEVER, dtype=np.int64)
        stop = start.copy()
        low, high = int(begin.timestamp()), int(end.timestamp())
        if high <= low:
            return First(self.nowhere(), start, stop)
        if begin < self.begin or end > self.end:
            spans = expand_seconds(self.when, begin, end, self.timezone, self.country)
            parts = [spans]
        else:
            first = np.searchsorted(short.start, low - LONG_SPAN_S, side="left")
            last = np.searchsorted(short.start, high, side="left")
            parts = [OccurrenceSpans(*(column[first:last] for column in short)), long]
        for part in parts:
            fits = (part.start < high) & (part.end > low)
            usable = (part.start >= low) | self.is_hours[part.asset]
            if clock is not None and begin <= clock < end:
                left = part.end - int(clock.timestamp())
                usable |= left >= np.minimum((part.end - part.start) // 2, WORTH_GOING_S)
            fits &= usable
            asset, begins, ends = part.asset[fits], part.start[fits], part.end[fits]
            # Written last to first, so that the earliest one stays.
            earlier = begins < start[asset]
            asset, begins, ends = asset[earlier][::-1], begins[earlier][::-1], ends[earlier][::-1]
            order = np.argsort(-begins, kind="stable")
            start[asset[order]], stop[asset[order]] = begins[order], ends[order]
        return First(start != _NEVER, start, stop)

    def next_kept(self, moment: datetime) -> First:
        """Each asset's next occurrence from `moment` on, in the days kept."""
        return self.first_between(moment, max(self.end, moment + timedelta(days=1)), moment)

    def next_far(self, moment: datetime, positions: Ints) -> First:
        """The next occurrence of each of `positions` from `moment` on, up to 400 days ahead."""
        start = np.full(len(positions), _NEVER, dtype=np.int64)
        end = start.copy()
        for number, position in enumerate(positions.tolist()):
            row = self.when.iloc[position]
            known = {
                name: row[name] if isinstance(row[name], (str, frozenset)) else None
                for name in ("schedule", "recurrence", "time_kind", "timezone", "dates")
            }
            zone = known["timezone"] or self.timezone
            times = known["schedule"], known["recurrence"], known["time_kind"], zone
            begins = next_start(*times, moment, known["dates"], self.country)
            if begins is None:
                continue
            for begun, ends in occurrences(
                *times, begins, begins + timedelta(minutes=1), known["dates"], self.country
            ):
                if begun == begins or self.is_hours[position]:
                    start[number], end[number] = int(begun.timestamp()), int(ends.timestamp())
                    break
        return First(start != _NEVER, start, end)

    def moment(self, second: int) -> datetime:
        """UTC seconds as an aware time in the community's zone."""
        return datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(self.timezone))


# Few rows change between two versions of a list.
@lru_cache(maxsize=16384)
def _searchable(text: str) -> str:
    return f" {' '.join(_WORD.findall(fold(text)))} "


def _content_hash(assets: gpd.GeoDataFrame) -> str:
    """Twelve hex digits that change when any value does."""
    digest = hashlib.sha256()
    for name in COLUMNS:
        digest.update(name.encode())
        values = assets[name].to_numpy(dtype=object)
        # Each distinct value is written once: most columns hold few.
        written = {
            value: value
            if isinstance(value, str)
            else "|".join(sorted(value))
            if isinstance(value, frozenset)
            else str(value)
            for value in set(values)
        }
        texts = list(map(written.__getitem__, values))
        digest.update("\x1f".join([*texts, ""]).encode())
    digest.update(np.ascontiguousarray(latitudes(assets.geometry)).tobytes())
    digest.update(np.ascontiguousarray(longitudes(assets.geometry)).tobytes())
    return digest.hexdigest()[:12]
