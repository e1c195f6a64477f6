"""How long reading takes, beside pandas' bare read of the same bytes.

    python tests/benchmarks/bench_readers.py

Prints seconds, ratios and peak memory, and exits 1 when a goal is missed: 2,000 meetings read
and checked in 1 s; 100,000 CSV rows read and checked in 10 s and 1 GB.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assetmap import catalog
from assetmap.assets import Context, check
from assetmap.readers import Source, read

MEETINGS, MEETINGS_S = 2_000, 1.0
ROWS, ROWS_S, ROWS_MB = 100_000, 10.0, 1_024
TOWNS = ("Milltown", "Alder", "Ridge Falls", "Oak Bend", "Harmony")
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)


def meetings(count: int) -> bytes:
    """A Meeting Guide feed of made-up meetings."""
    made = [
        {
            "slug": f"group-{number}",
            "name": f"Group {number}",
            "day": number % 7,
            "time": f"{6 + number % 16:02d}:30",
            "types": [["O", "D", "X"], ["C", "W", "BE"], ["O", "S", "ONL"]][number % 3],
            "formatted_address": f"{number} Example St, {TOWNS[number % 5]}, IL 62999, USA",
            "latitude": 37.5 + number % 997 / 1000,
            "longitude": -89.5 + number % 983 / 1000,
            "updated": "2026-10-01 12:00:00",
            "url": "https://aa.example.org/meetings/",
        }
        for number in range(count)
    ]
    return json.dumps(made).encode()


def table(count: int) -> bytes:
    """A sheet as a county keeps it: its own headers, words and hours."""
    rng = np.random.default_rng(7)
    types = ["Food Pantry", "Support Group", "Church", "Police Services", "Mental Health", "Dental"]
    hours = ["Mon-Fri 9am-5pm", "7PM Tue", "24/7", "Call for hours", "1st & 3rd Mondays 6:30pm"]
    costs = ["Free", "Sliding scale", "Varies by service", "Medicaid/insurance", ""]
    number = np.arange(count)
    frame = pd.DataFrame(
        {
            "Agency": [f"Agency {n}" for n in number],
            "Service Type": rng.choice(types, count),
            "Category": rng.choice(["Crisis Services", "Community Services"], count),
            "Address": [f"{n % 900} Main St, {TOWNS[n % 5]}, IL 62999" for n in number],
            "Latitude": np.round(37.5 + rng.random(count), 6),
            "Longitude": np.round(-89.5 + rng.random(count), 6),
            "Phone": [f"(618) 555-01{n % 100:02d}" for n in number],
            "Website": [f"https://example.org/{n % 500}" for n in number],
            "Hours": rng.choice(hours, count),
            "Description": [f"What agency {n} of the county does for people." for n in number],
            "Cost/Payment": rng.choice(costs, count),
            "Ward": rng.integers(1, 9, count),
        }
    )
    return frame.to_csv(index=False).encode()


def peak_mb() -> float:
    """The largest resident set so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    context = Context(now=NOW)
    warm = read(Source("warm.json", meetings(10)))
    check(warm.frame, context, warm.problems)
    missed = []

    data = meetings(MEETINGS)
    start = time.perf_counter()
    found = read(Source("feed.json", data))
    reading = time.perf_counter() - start
    assets, _ = check(found.frame, context, found.problems)
    checking = time.perf_counter() - start - reading
    catalog.Catalog(assets, NOW)
    seconds = time.perf_counter() - start
    indexing = seconds - reading - checking
    start = time.perf_counter()
    pd.read_json(io.BytesIO(data))
    bare = time.perf_counter() - start
    print(
        f"{MEETINGS:,} meetings: read {reading:.2f} s, check {checking:.2f} s, index "
        f"{indexing:.2f} s, together {seconds:.2f} s (goal {MEETINGS_S:.0f} s), "
        f"{seconds / bare:.0f} times pandas.read_json"
    )
    if seconds > MEETINGS_S or len(assets) != MEETINGS:
        missed.append("meetings")

    data = table(ROWS)
    start = time.perf_counter()
    found = read(Source("county.csv", data))
    reading = time.perf_counter() - start
    assets, problems = check(found.frame, context, found.problems)
    seconds = time.perf_counter() - start
    peak = peak_mb()
    start = time.perf_counter()
    pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    bare = time.perf_counter() - start
    print(
        f"{ROWS:,} CSV rows ({len(data) / 1e6:.0f} MB): read {reading:.2f} s, check "
        f"{seconds - reading:.2f} s, together {seconds:.2f} s (goal {ROWS_S:.0f} s), "
        f"{reading / bare:.0f} times pandas.read_csv; {len(problems):,} problems; "
        f"peak {peak:,.0f} MB (goal {ROWS_MB:,} MB)"
    )
    if seconds > ROWS_S or peak > ROWS_MB or len(assets) != ROWS:
        missed.append("rows")
    for name in missed:
        print(f"missed: {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
