"""How long reading takes, beside pandas' bare read of the same bytes.

    python tests/benchmarks/bench_readers.py

Prints processor seconds (reading uses one core, and others may be busy), ratios and peak memory,
and exits 1 when a goal is missed: 2,000 meetings read, checked and indexed in 1 s; 100,000 CSV
rows of our own columns read and checked in 10 s and 1 GB. A county's own sheet, where every row
needs guesses that are said, is printed beside it.
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
from assetmap.files.source import Source
from assetmap.readers import read

MEETINGS, MEETINGS_S = 2_000, 1.0
ROWS, ROWS_S, ROWS_MB = 100_000, 10.0, 1_024
TOWNS = ("Milltown", "Alder", "Ridge Falls", "Oak Bend", "Harmony")
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)


def meetings(count: int) -> bytes:
    """A Meeting Guide feed of made-up meetings."""
    result = [
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
    return json.dumps(result).encode()


def own_table(count: int) -> bytes:
    """A table in our own columns."""
    rng = np.random.default_rng(1)
    number = np.arange(count)
    frame = pd.DataFrame(
        {
            "id": [f"a{n}" for n in number],
            "name": [f"Agency {n}" for n in number],
            "kind": rng.choice(["food", "meeting", "dentist", "library", "employer"], count),
            "address": [f"{n % 900} Main St" for n in number],
            "city": [TOWNS[n % 5] for n in number],
            "region": "IL",
            "postal_code": "62999",
            "latitude": np.round(37.5 + rng.random(count), 6),
            "longitude": np.round(-89.5 + rng.random(count), 6),
            "phone": [f"(618) 555-01{n % 100:02d}" for n in number],
            "schedule": rng.choice(["Mo 19:00-20:00", "Tu-Fr 09:00-17:00", "24/7"], count),
            "cost": rng.choice(["free", "donation|free", ""], count),
            "wheelchair": rng.choice(["yes", "no", ""], count),
            "welcomes": rng.choice(["women", "veterans|women", ""], count),
            "description": [f"What agency {n} does." for n in number],
        }
    )
    return frame.to_csv(index=False).encode()


def county_sheet(count: int) -> bytes:
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


def rows(name: str, data: bytes, context: Context) -> tuple[float, float]:
    """Seconds to read and check a table, and the peak memory so far; printed too."""
    start = time.process_time()
    result = read(Source("list.csv", data))
    reading = time.process_time() - start
    assets, problems = check(result.frame, context, result.problems)
    seconds = time.process_time() - start
    assert len(assets) == ROWS
    peak = peak_mb()
    start = time.process_time()
    pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    bare = time.process_time() - start
    print(
        f"{ROWS:,} CSV rows, {name} ({len(data) / 1e6:.0f} MB): read {reading:.2f} s, check "
        f"{seconds - reading:.2f} s, together {seconds:.2f} s (goal {ROWS_S:.0f} s), "
        f"{reading / bare:.0f} times pandas.read_csv; {len(problems):,} problems; "
        f"peak {peak:,.0f} MB (goal {ROWS_MB:,} MB)"
    )
    return seconds, peak


def main() -> int:
    context = Context(now=NOW)
    warm = read(Source("warm.json", meetings(10)))
    check(warm.frame, context, warm.problems)
    missed = []

    data = meetings(MEETINGS)
    start = time.process_time()
    result = read(Source("feed.json", data))
    reading = time.process_time() - start
    assets, _ = check(result.frame, context, result.problems)
    checking = time.process_time() - start - reading
    catalog.Catalog(assets, NOW)
    seconds = time.process_time() - start
    indexing = seconds - reading - checking
    start = time.process_time()
    pd.read_json(io.BytesIO(data))
    bare = time.process_time() - start
    print(
        f"{MEETINGS:,} meetings: read {reading:.2f} s, check {checking:.2f} s, index "
        f"{indexing:.2f} s, together {seconds:.2f} s (goal {MEETINGS_S:.0f} s), "
        f"{seconds / bare:.0f} times pandas.read_json"
    )
    if seconds > MEETINGS_S or len(assets) != MEETINGS:
        missed.append("meetings")

    seconds, peak = rows("our own columns", own_table(ROWS), context)
    if seconds > ROWS_S or peak > ROWS_MB:
        missed.append("rows")
    rows("a county's sheet", county_sheet(ROWS), context)
    for name in missed:
        print(f"missed: {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
