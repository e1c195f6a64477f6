"""The communities of the process: each opened once, swapped whole, the same for pages and routes.

A process serves one folder (ASSETMAP_COMMUNITY, else the demo) or every community in the folder
ASSETMAP_COMMUNITIES, each with a state, a store and failures of its own. Which one is meant is
chosen for a request or a session before anything is asked (`choose`, see web/communities.py).
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd

from assetmap.catalog import AssetRow, Catalog
from assetmap.community import DEMO, Community, CommunityError, open_community, remote, version_of
from assetmap.community.folder import clock
from assetmap.community.ledger_facts import ledger_of
from assetmap.community.opening import fold_again
from assetmap.community.recording import observe
from assetmap.community.settings import FILE, KEY, MANY
from assetmap.words import sentence_of, text

# How often the folder is looked at for changes, and how long an old version is still served.
LOOK_EVERY_S = 5.0
KEEP_OLD_S = 600.0
WATCH_EVERY_S = 0.5

_log = logging.getLogger("assetmap.web")


class FrameRows:
    """The rows of a frame by position. A row is made once, when it is first asked for.

    One `iloc` of a frame of eighty columns takes over a millisecond, a dict some microseconds.
    """

    def __init__(self, frame: gpd.GeoDataFrame) -> None:
        self._columns = {str(name): frame[name].to_numpy(dtype=object) for name in frame.columns}
        self._made: dict[int, AssetRow] = {}
        self._positions = {str(asset): row for row, asset in enumerate(self._columns["id"])}

    def __len__(self) -> int:
        return len(self._positions)

    def __getitem__(self, position: int) -> AssetRow:
        row = self._made.get(position)
        if row is None:
            row = {name: values[position] for name, values in self._columns.items()}
            self._made[position] = row
        return row

    def position(self, asset: str) -> int | None:
        """Where the asset of this id is; None where there is none."""
        return self._positions.get(asset)

    def get(self, asset: str) -> AssetRow | None:
        """The row of the asset of this id; None where there is none."""
        position = self._positions.get(asset)
        return None if position is None else self[position]


@dataclass(frozen=True)
class State:
    """What is served now. `version` changes with any value, file of the folder, or day."""

    community: Community
    catalog: Catalog
    version: str
    files: str
    day: date

    def now(self) -> datetime:
        """The clock, in the community's zone (ASSETMAP_NOW makes it stand still)."""
        return clock(self.community.timezone)

    @cached_property
    def rows(self) -> FrameRows:
        """The assets as dicts by position, each made when it is first asked for."""
        return FrameRows(self.catalog.assets)


class Failure(NamedTuple):
    """Why the folder as it now is cannot be served, and since when (UTC)."""

    message: str
    since: datetime


# The community that a request or a session is about, by its folder's name; "" is the only one.
_chosen: ContextVar[str] = ContextVar("community", default="")
_after_swap: list[Callable[[], None]] = []
_served: dict[str, Served] = {}
_serving = threading.Lock()


class Served:
    """One community as it is served: its state now, those before, and why it is not the newest."""

    def __init__(self, key: str, folder: Path) -> None:
        self.key = key
        self.folder = folder
        self._lock = threading.Lock()
        self._rebuilding = threading.Lock()
        self._fetching = threading.Lock()
        self._now: State | None = None
        self._looked = 0.0
        self._old: dict[str, tuple[float, State]] = {}
        self.failure: Failure | None = None
        self._observed = False
        self._refused: tuple[float, str, CommunityError] | None = None

    def opened(self) -> State | None:
        """The state served now, or None as long as nobody has asked for it."""
        return self._now

    def current(self) -> State:
        """The state served now; a change of files or day is taken up off-thread.

        Raises CommunityError when the folder cannot be opened and never could.
        """
        with self._lock:
            if self._now is None:
                self._now = self._first()
                self._looked = time.monotonic()
                return self._now
            state, due = self._now, time.monotonic() - self._looked > LOOK_EVERY_S
            if due:
                self._looked = time.monotonic()
        if due and self._fetching.acquire(blocking=False):
            threading.Thread(target=self._fetch_and_look, daemon=True).start()
        return state

    def _first(self) -> State:
        """The folder opened for the first time; one that could not be is not tried again at every
        request, so that it holds up nobody else."""
        files = version_of(self.folder)
        if self._refused is not None:
            since, seen, error = self._refused
            if seen == files and time.monotonic() - since < LOOK_EVERY_S:
                raise CommunityError(*error.args)
        try:
            opened = _open(self.folder, None)
        except CommunityError as error:
            self._refused = (time.monotonic(), files, error)
            self._say_failed(error)
            raise
        self._refused = self.failure = None
        return opened

    def look_now(self) -> None:
        """Take up what people said just now, in the caller's thread."""
        if self._rebuilding.acquire(timeout=5):
            state = self._now
            if state is None:
                self._rebuilding.release()
            else:
                self._look(state)

    def _fetch_and_look(self) -> None:
        """Fetch what is due, then look. Fetching holds up neither edits nor what people say."""
        _chosen.set(self.key)
        try:
            try:
                remote.refresh(self.folder, only_due=True)
            except (OSError, ValueError) as error:
                # What cannot be fetched or kept must not delay edits or midnight.
                self._say_failed(error)
            self.look_now()
        finally:
            self._fetching.release()

    def watch(self) -> None:
        """Take up what the ledger holds and is not served yet, off-thread."""
        state = self._now
        if state is None:
            return
        try:
            if not self._observed:
                observe(state.community)
                self._observed = True
            changed = _said_more(state.community)
        except Exception as error:
            self._say_failed(error)
            return
        if changed and not self._rebuilding.locked():
            threading.Thread(target=self._take_up, daemon=True).start()

    def _take_up(self) -> None:
        _chosen.set(self.key)
        self.look_now()

    def version(self, wanted: str) -> State | None:
        """The state of version `wanted`, while it is served or was until a moment ago."""
        with self._lock:
            if self._now is not None and self._now.version == wanted:
                return self._now
            kept = self._old.get(wanted)
        if kept is None or time.monotonic() - kept[0] > KEEP_OLD_S:
            return None
        return kept[1]

    def _look(self, state: State) -> None:
        """Open the folder again if it or the day changed, fold what people said, swap it in whole.

        Whatever fails, the last good state goes on being served; the next look tries again. The
        log has one line for each new reason, not one every few seconds.
        """
        try:
            today = clock(state.community.timezone).date()
            if version_of(self.folder) == state.files and today == state.day:
                if not _said_more(state.community):
                    self.failure = None
                    return
                fresh = _laid_out(fold_again(state.community), state.files)
            else:
                fresh = _open(self.folder, state.community)
            observe(fresh.community)
            self._swap(state, fresh)
            self.failure = None
            # The new layers are ready, and out of the garbage collector's sight, before they are
            # asked.
            for act in _after_swap:
                act()
        except Exception as error:
            self._say_failed(error)
        finally:
            self._rebuilding.release()

    def _swap(self, state: State, fresh: State) -> None:
        with self._lock:
            now = time.monotonic()
            for key in [key for key, (since, _) in self._old.items() if now - since > KEEP_OLD_S]:
                del self._old[key]
            if _is_shown_less(state.community, fresh.community):
                # Nothing may be asked for any more that somebody had taken off or hidden.
                self._old.clear()
            else:
                self._old[state.version] = (now, state)
            self._now = fresh

    def _say_failed(self, error: Exception) -> None:
        message = sentence_of(error) or type(error).__name__
        if self.failure is None or self.failure.message != message:
            line = " ".join(message.split())
            _log.error("The list%s was not updated: %s", f" of {self.key}" * bool(self.key), line)
            since = self.failure.since if self.failure else datetime.now(UTC)
            self.failure = Failure(message, since)


def folder() -> Path:
    """The community's folder: ASSETMAP_COMMUNITY, else the demo."""
    return Path(os.environ.get("ASSETMAP_COMMUNITY") or DEMO)


def folders() -> Mapping[str, Path]:
    """The folders of all communities by the name they are chosen by; only "" for a single one."""
    many = os.environ.get(MANY)
    if not many:
        return {"": folder()}
    result = sorted(path.parent for path in Path(many).glob(f"*/{FILE}"))
    return {path.name: path for path in result if KEY.fullmatch(path.name)}


def choose(key: str) -> None:
    """From here on, in this request or session, the community `key` is meant."""
    _chosen.set(key)


def chosen() -> str:
    """The key of the community that is meant here."""
    return _chosen.get()


def each(act: Callable[[], None]) -> None:
    """Do `act` for every community, one after the other, with it chosen."""
    before = chosen()
    for key in folders():
        choose(key)
        act()
    choose(before)


def served(key: str | None = None) -> Served:
    """The community that is chosen, or `key`. Raises CommunityError where there is none."""
    wanted = chosen() if key is None else key
    with _serving:
        present = _served.get(wanted)
        if present is None or (not wanted and present.folder != folder()):
            path = folders().get(wanted)
            if path is None:
                raise CommunityError(text("web.no_community", key=wanted[:60]))
            if not _served:
                threading.Thread(target=_watch, daemon=True).start()
            present = _served[wanted] = Served(wanted, path)
        return present


def current() -> State:
    """The state served now of the community that is chosen; see `Served.current`."""
    return served().current()


def look_now() -> None:
    """Take up what people said just now, in the caller's thread: their next page shows it."""
    served().look_now()


def version(wanted: str) -> State | None:
    """The state of version `wanted`, while it is served or was until a moment ago."""
    return served().version(wanted)


def failure() -> Failure | None:
    """Why the newest files are not what is served; None when they are."""
    return served().failure


def after_swap(act: Callable[[], None]) -> None:
    """Have `act` called, off-thread, whenever a new state has been swapped in."""
    _after_swap.append(act)


def forget() -> None:
    """Serve nothing any more; the next question opens the folder anew."""
    with _serving:
        _served.clear()


def _watch() -> None:
    """Ask each ledger every second, so that what people said is served within two.

    Without visitors nobody would look, and the open data must not show who was taken off.
    """
    while True:
        time.sleep(WATCH_EVERY_S)
        with _serving:
            all_served = list(_served.values())
        if not all_served:
            return
        for item in all_served:
            item.watch()


def _said_more(community: Community) -> bool:
    """Whether the ledger holds what is not served yet."""
    store = ledger_of(community.path)
    if store is None:
        return community.ledger.open
    return not community.ledger.open or store.version() != community.ledger.version


def _is_shown_less(before: Community, after: Community) -> bool:
    """Whether an asset, or its street, was served before and is not any more."""

    def open_ids(community: Community) -> set[str]:
        precise = ~community.assets["location_precision"].isin(["area", "hidden"])
        return set(community.assets["id"][precise])

    gone = set(before.assets["id"]) - set(after.assets["id"])
    return bool(gone or open_ids(before) - open_ids(after))


def _open(folder: Path, previous: Community | None) -> State:
    files = version_of(folder)
    try:
        community = open_community(folder, previous=previous)
        _log_what_is_old(community, previous)
        return _laid_out(community, files)
    except CommunityError:
        raise
    except Exception as error:
        # A file of a kind nobody thought of must not take the help lines down with it.
        _log.exception("The folder could not be opened")
        why = f"{type(error).__name__}: {error}"
        raise CommunityError(text("web.cannot_open", why=why)) from error


def _log_what_is_old(community: Community, previous: Community | None) -> None:
    """One line for each source or file that could not be read and was not said before."""
    sources = () if previous is None else previous.sources
    logged = {(source.key, source.error) for source in sources}
    for source in community.sources:
        if source.error and (source.key, source.error) not in logged:
            _log.warning("%s: %s", source.key, " ".join(source.error.split()))
    files = {} if previous is None else previous.good_since
    for name, when in community.good_since.items():
        if name not in files:
            _log.warning("%s: not read; what was read on %s stays", name, f"{when:%Y-%m-%d %H:%M}")


def _laid_out(community: Community, files: str) -> State:
    catalog = community.catalog
    # Laid out now, so that no visitor waits for it.
    _ = catalog.first_between(community.now, community.now), catalog.words
    return State(community, catalog, f"{catalog.version}{files[:6]}", files, community.now.date())
