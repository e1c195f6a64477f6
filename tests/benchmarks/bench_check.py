"""How long the gate takes for rows of unknown kind, and for rows whose address is private.

Run: python tests/benchmarks/bench_check.py
Goals: 13,577 rows of unknown kind in 5 s, 100,000 in 30 s; a million letters in 2 s.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

import pandas as pd

from assetmap.assets import Context, check

NOW = datetime(2026, 11, 20, tzinfo=UTC)
STREETS = ("Oak", "Quillback", "North King", "Mill Creek", "Saint Clair", "Third")
SUFFIXES = ("Street", "Ave", "Rd.", "Lane", "Blvd")


def rows(count: int, kind: str) -> pd.DataFrame:
    """Made rows in 40 towns, each with a point, an address and a description that names it."""
    result = []
    for number in range(count):
        street = f"{100 + number % 9000} {STREETS[number % 6]} {SUFFIXES[number % 5]}"
        result.append(
            {
                "id": f"r{number}",
                "row": number + 1,
                "name": f"Place {number} of {STREETS[number % 6]}",
                "kind": kind,
                "address": street,
                "city": "",
                "postal_code": f"{62900 + number % 40}",
                "latitude": f"{37.5 + number % 977 / 1000:.5f}",
                "longitude": f"{-89.5 + number % 883 / 1000:.5f}",
                "description": f"Come to {street} on Monday. Call 618-555-{number % 10000:04}.",
                "source": "made",
            }
        )
    return pd.DataFrame(result)


def timed(frame: pd.DataFrame) -> float:
    """CPU seconds of one check."""
    begun = time.process_time()
    assets, _ = check(frame, Context(now=NOW))
    assert len(assets) == len(frame)
    return time.process_time() - begun


def main() -> int:
    """Print each figure with its goal; 1 when one is missed."""
    long = rows(1, "recovery_home").assign(description="0" * 1_000_000)
    cases = (
        ("13,577 rows of unknown kind", rows(13_577, "nobody knows"), 5.0),
        ("100,000 rows of unknown kind", rows(100_000, ""), 30.0),
        ("500 homes", rows(500, "recovery_home"), 15.0),
        ("a million letters in a private row", long, 2.0),
    )
    missed = False
    check(rows(10, "meeting"), Context(now=NOW))
    for name, frame, goal in cases:
        seconds = timed(frame)
        missed |= seconds > goal
        print(f"{name}: {seconds:.1f} s (goal {goal:.0f} s)", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
