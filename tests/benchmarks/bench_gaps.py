"""The Gaps page on the demo: one change of kind, against working everything out anew.

Goal: the engine's part of an action takes at most 300 ms, here the worst kind of all.
Run: python tests/benchmarks/bench_gaps.py
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assetmap.community import DEMO, open_community
from assetmap.gaps import gaps, ground_of

GOAL_MS = 300.0


def timed(work) -> float:  # type: ignore[no-untyped-def]
    """Milliseconds that `work()` takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def main() -> int:
    """Print the figures; 1 when the goal is missed."""
    community = open_community(DEMO, datetime(2026, 11, 20, 15))
    ground = ground_of(community)
    first = timed(lambda: gaps(ground))
    kinds = sorted(set(community.assets["kind"]))
    each = [timed(lambda kind=kind: gaps(ground, kind=kind)) for kind in kinds]
    anew = timed(lambda: gaps(ground_of(community), kind="dentist"))
    median, worst = statistics.median(each), max(each)
    print(f"everything, first time: {first:.0f} ms (done before the first visitor)")
    print(f"{len(kinds)} kinds: median {median:.0f} ms, worst {worst:.0f} ms (goal {GOAL_MS:.0f})")
    print(f"the same from nothing kept: {anew:.0f} ms, {anew / median:.1f} times as long")
    return 0 if worst <= GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
