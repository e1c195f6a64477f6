"""The one community of the process: opened once, swapped whole, the same for pages and routes."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from assetmap.catalog import Catalog
from assetmap.community import DEMO, Community, CommunityError, open_community, remote, version_of
from assetmap.community.folder import clock
from assetmap.web import startup

# How often the folder is looked at for changes, and how long an old version is still served.
LOOK_EVERY_S = 5.0
KEEP_OLD_S = 600.0


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


_lock = threading.Lock()
_rebuilding = threading.Lock()
_now: State | None = None
_looked = 0.0
_old: dict[str, tuple[float, State]] = {}


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
            return _now
        state, due = _now, time.monotonic() - _looked > LOOK_EVERY_S
        if due:
            _looked = time.monotonic()
    if due and _rebuilding.acquire(blocking=False):
        threading.Thread(target=_look, args=(state,), daemon=True).start()
    return state


def version(wanted: str) -> State | None:
    """The state of version `wanted`, while it is served or was until a moment ago."""
    with _lock:
        if _now is not None and _now.version == wanted:
            return _now
        found = _old.get(wanted)
    if found is None or time.monotonic() - found[0] > KEEP_OLD_S:
        return None
    return found[1]


def _look(state: State) -> None:
    """Fetch what is due, open the folder again if it or the day changed, swap it in whole."""
    global _now
    try:
        remote.refresh(folder(), only_due=True)
        today = clock(state.community.timezone).date()
        if version_of(folder()) == state.files and today == state.day:
            return
        fresh = _open(state.community)
        with _lock:
            now = time.monotonic()
            for key in [key for key, (since, _) in _old.items() if now - since > KEEP_OLD_S]:
                del _old[key]
            _old[state.version] = (now, state)
            _now = fresh
        # The new layers are ready, and out of the garbage collector's sight, before they are asked.
        startup.warm(current)
    except CommunityError:
        # The last good state goes on being served; the next look tries again.
        return
    finally:
        _rebuilding.release()


def _open(previous: Community | None) -> State:
    files = version_of(folder())
    community = open_community(folder(), previous=previous)
    catalog = community.catalog
    # Laid out now, so that no visitor waits for it.
    _ = catalog.first_between(community.now, community.now), catalog.words
    return State(community, catalog, f"{catalog.version}{files[:6]}", files, community.now.date())
