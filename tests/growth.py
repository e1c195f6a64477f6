"""How work grows with its input, in place of seconds, which a busy machine makes untrue."""

from __future__ import annotations

import time
from collections.abc import Callable

# Less than this is noise of the clock.
LEAST_S = 0.02


def growth(run: Callable[[int], object], small: int, large: int) -> float:
    """CPU time of `run(large)` ÷ that of `run(small)`; the better of two tries each."""

    def cpu(size: int) -> float:
        tries = []
        for _ in range(2):
            begun = time.process_time()
            run(size)
            tries.append(time.process_time() - begun)
        return max(min(tries), LEAST_S)

    return cpu(large) / cpu(small)
