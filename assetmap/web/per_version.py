"""What is made once for each version of the data, and forgotten with it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

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
