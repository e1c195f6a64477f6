"""What is kept for a version of the data, and forgotten with it: answers to questions asked before.

Many people ask the same within a minute, and one person's page runs again with the same question
when a card is put on the list or more is shown. The clock of a question is rounded to the minute
(see asking.ask), so what is kept is never older than that. Nothing of it says who asked.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import TypeVar, cast

from assetmap.search import Query, Result, search
from assetmap.web.state import State, folders

# For each community of the process.
VERSIONS_KEPT = 4
Made = TypeVar("Made")


def per_version(make: Callable[[State], Made]) -> Callable[[State], Made]:
    """`make` of a State, called once for each of its versions; visitors of one wait for it."""
    result: OrderedDict[str, Made] = OrderedDict()
    lock = threading.Lock()

    @wraps(make)
    def of_version(state: State) -> Made:
        with lock:
            if state.version not in result:
                result[state.version] = make(state)
                while len(result) > VERSIONS_KEPT * max(1, len(folders())):
                    result.popitem(last=False)
            return result[state.version]

    return of_version


MOST_KEPT = 512
# A search keeps some forty bytes for each asset of the catalog.
MOST_ROWS = 1_000_000
_Made = TypeVar("_Made")


class KeptAnswers:
    """At most `most` answers, those asked for longest ago forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """The answer kept under `key`, else the one that `make` gives."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(_Made, self._kept[key])
        answer = make()
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return answer

    def forget(self, key: Hashable) -> None:
        """Keep nothing under `key`."""
        with self._lock:
            self._kept.pop(key, None)


@per_version
def _searches(state: State) -> KeptAnswers:
    return KeptAnswers(max(4, min(MOST_KEPT, MOST_ROWS // (len(state.catalog) + 1))))


@per_version
def _texts(state: State) -> KeptAnswers:
    return KeptAnswers(MOST_KEPT)


def searched(state: State, query: Query) -> Result:
    """The result of `query`; it is shared, so nobody changes it."""
    return _searches(state).get(query, lambda: search(state.catalog, query))


def kept(state: State, what: str, key: Hashable, make: Callable[[], _Made]) -> _Made:
    """What `make` gives, kept as the `what` of `key`; it is shared, so nobody changes it."""
    return _texts(state).get((what, key), make)
