"""The one community of the process: opened once, swapped whole, the same for pages and routes."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from assetmap.catalog import Catalog
from assetmap.community import DEMO, Community, CommunityError, open_community, remote, version_of
from assetmap.community.folder import clock, fold_again
from assetmap.community.observing import observe
from assetmap.community.said import ledger_of
from assetmap.web.rows import Rows
from assetmap.words import text

# How often the folder is looked at for changes, and how long an old version is still served.
LOOK_EVERY_S = 5.0
KEEP_OLD_S = 600.0
WATCH_EVERY_S = 1.0

_log = logging.getLogger("assetmap.web")


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
    def rows(self) -> Rows:
        """The assets as dicts by position, each made when it is first asked for."""
        return Rows(self.catalog.assets)


class Failure(NamedTuple):
    """Why the folder as it now is cannot be served, and since when (UTC)."""

    message: str
    since: datetime


_lock = threading.Lock()
_rebuilding = threading.Lock()
_fetching = threading.Lock()
_now: State | None = None
_looked = 0.0
_old: dict[str, tuple[float, State]] = {}
_failure: Failure | None = None
_after_swap: list[Callable[[], None]] = []


def folder() -> Path:
    """The community's folder: ASSETMAP_COMMUNITY, else the demo."""
    return Path(os.environ.get("ASSETMAP_COMMUNITY") or DEMO)


def current() -> State:
    """The state served now; a change of files or day is taken up off-thread.

    Raises CommunityError when the folder cannot be opened and never could.
    """
    global _now, _looked
    with _lock:
        if _now is None:
            _now = _open(None)
            _looked = time.monotonic()
            threading.Thread(target=_watch, daemon=True).start()
            return _now
        state, due = _now, time.monotonic() - _looked > LOOK_EVERY_S
        if due:
            _looked = time.monotonic()
    if due and _fetching.acquire(blocking=False):
        threading.Thread(target=_fetch_and_look, daemon=True).start()
    return state


def look_now() -> None:
    """Take up what people said just now, in the caller's thread: their next page shows it."""
    if _rebuilding.acquire(timeout=5):
        with _lock:
            state = _now
        if state is None:
            _rebuilding.release()
        else:
            _look(state)


def _fetch_and_look() -> None:
    """Fetch what is due, then look. Fetching holds up neither edits nor what people say."""
    try:
        try:
            remote.refresh(folder(), only_due=True)
        except (OSError, ValueError) as error:
            # What cannot be fetched or kept must not delay edits or midnight.
            _say_failed(error)
        look_now()
    finally:
        _fetching.release()


def _watch() -> None:
    """Ask the ledger every second, so that what people said is served within two.

    Without visitors nobody would look, and the open data must not show who was taken off.
    """
    first = True
    while True:
        time.sleep(WATCH_EVERY_S)
        with _lock:
            state = _now
        if state is None:
            continue
        try:
            if first:
                observe(state.community)
                first = False
            changed = _said_more(state.community)
        except Exception as error:
            _say_failed(error)
            continue
        if changed:
            look_now()


def _said_more(community: Community) -> bool:
    """Whether the ledger holds what is not served yet."""
    store = ledger_of(community.path)
    if store is None:
        return community.said.open
    return not community.said.open or store.version() != community.said.version


def version(wanted: str) -> State | None:
    """The state of version `wanted`, while it is served or was until a moment ago."""
    with _lock:
        if _now is not None and _now.version == wanted:
            return _now
        kept = _old.get(wanted)
    if kept is None or time.monotonic() - kept[0] > KEEP_OLD_S:
        return None
    return kept[1]


def failure() -> Failure | None:
    """Why the newest files are not what is served; None when they are."""
    return _failure


def after_swap(act: Callable[[], None]) -> None:
    """Have `act` called, off-thread, whenever a new state has been swapped in."""
    _after_swap.append(act)


def _look(state: State) -> None:
    """Open the folder again if it or the day changed, fold what people said, swap it in whole.

    Whatever fails, the last good state goes on being served; the next look tries again. The log
    has one line for each new reason, not one every few seconds.
    """
    global _now
    try:
        today = clock(state.community.timezone).date()
        if version_of(folder()) == state.files and today == state.day:
            if not _said_more(state.community):
                _clear_failure()
                return
            fresh = _laid_out(fold_again(state.community), state.files)
        else:
            fresh = _open(state.community)
        observe(fresh.community)
        with _lock:
            now = time.monotonic()
            for key in [key for key, (since, _) in _old.items() if now - since > KEEP_OLD_S]:
                del _old[key]
            if _is_shown_less(state.community, fresh.community):
                # Nothing may be asked for any more that somebody had taken off or hidden.
                _old.clear()
            else:
                _old[state.version] = (now, state)
            _now = fresh
        _clear_failure()
        # The new layers are ready, and out of the garbage collector's sight, before they are asked.
        for act in _after_swap:
            act()
    except Exception as error:
        _say_failed(error)
    finally:
        _rebuilding.release()


def _is_shown_less(before: Community, after: Community) -> bool:
    """Whether an asset, or its street, was served before and is not any more."""

    def open_ids(community: Community) -> set[str]:
        precise = ~community.assets["location_precision"].isin(["area", "hidden"])
        return set(community.assets["id"][precise])

    gone = set(before.assets["id"]) - set(after.assets["id"])
    return bool(gone or open_ids(before) - open_ids(after))


def _say_failed(error: Exception) -> None:
    global _failure
    message = str(error) or type(error).__name__
    if _failure is None or _failure.message != message:
        _log.error("The list was not updated: %s", " ".join(message.split()))
        since = _failure.since if _failure else datetime.now(UTC)
        _failure = Failure(message, since)


def _clear_failure() -> None:
    global _failure
    _failure = None


def _open(previous: Community | None) -> State:
    files = version_of(folder())
    try:
        return _laid_out(open_community(folder(), previous=previous), files)
    except CommunityError:
        raise
    except Exception as error:
        # A file of a kind nobody thought of must not take the help lines down with it.
        _log.exception("The folder could not be opened")
        why = f"{type(error).__name__}: {error}"
        raise CommunityError(text("web.cannot_open", why=why)) from error


def _laid_out(community: Community, files: str) -> State:
    catalog = community.catalog
    # Laid out now, so that no visitor waits for it.
    _ = catalog.first_between(community.now, community.now), catalog.words
    return State(community, catalog, f"{catalog.version}{files[:6]}", files, community.now.date())
