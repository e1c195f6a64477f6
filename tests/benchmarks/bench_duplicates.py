"""Duplicates among 20,000 assets: blocking against comparing every name with every other.

Goal: 20,000 assets in at most 30 s. Prints both sides at 4,000 and exits 1 on a missed goal.
Run: python tests/benchmarks/bench_duplicates.py
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from assetmap.assets import Context, check
from assetmap.assets.duplicates import find_duplicates

GOAL_S = 30.0
WORDS = ("Grace", "Open", "Door", "Hope", "River", "Oak", "Noon", "Lamp", "First", "Light", "Table")


def made(size: int, seed: int = 7) -> pd.DataFrame:
    """Assets of a large county: a fifth stand in two sources, slightly otherwise."""
    draw = np.random.default_rng(seed)
    rows = []
    for at in range(size):
        twin = at % 5 == 0 and at > 0
        own = at - 1 if twin else at
        spot = np.random.default_rng(own)
        name = " ".join(spot.choice(WORDS, 3)) + f" {own % 400}"
        rows.append(
            {
                "id": str(at),
                "source": "b" if twin else "a",
                "name": f"The {name}" if twin else name,
                "kind": ("meeting", "food", "employer")[own % 3],
                "schedule": f"{('Mo', 'Tu', 'We', 'Th', 'Fr')[own % 5]} 19:00-20:00",
                "phone": f"(618) 555-{own % 10000:04d}",
                "address": f"{own % 900 + 1} Elm Street",
                "city": f"Town {own % 40}",
                "latitude": f"{37.5 + spot.random() + draw.normal(0, 1e-5):.6f}",
                "longitude": f"{-89.5 + spot.random() + draw.normal(0, 1e-5):.6f}",
            }
        )
    return pd.DataFrame(rows).assign(row=range(1, size + 1))


def main() -> int:
    """Print the figures; 1 when the goal is missed."""
    small, _ = check(made(4_000), Context())
    started = time.perf_counter()
    result = find_duplicates(small)
    ours = time.perf_counter() - started
    names = small["name"].tolist()
    started = time.perf_counter()
    cdist(names, names, scorer=fuzz.token_sort_ratio, dtype=np.uint8)
    every = time.perf_counter() - started
    print(f"4,000 assets: {ours:.2f} s with all evidence, {len(result):,} pairs")
    print(
        f"4,000 assets: {every:.2f} s to compare all names alone ({every / ours:.1f} times as long)"
    )
    large, _ = check(made(20_000), Context())
    started = time.perf_counter()
    result = find_duplicates(large)
    seconds = time.perf_counter() - started
    merged = sum(pair.merge for pair in result)
    print(f"20,000 assets: {seconds:.1f} s, {len(result):,} pairs, {merged:,} to merge")
    print(f"goal: at most {GOAL_S:.0f} s: {'met' if seconds <= GOAL_S else 'MISSED'}")
    return 0 if seconds <= GOAL_S else 1


if __name__ == "__main__":
    sys.exit(main())
