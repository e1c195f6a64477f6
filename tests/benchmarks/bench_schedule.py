"""How long it takes to lay out the times of 50,000 assets over 35 days.

Run `python tests/benchmarks/bench_schedule.py`. Two sets: one as communities are (some 3,000
distinct schedules) and one where every schedule is its own. Exits 1 on a missed goal.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assetmap.schedule import DAY_CODES, DAYS_KEPT, expand_seconds

ASSETS = 50_000
ZONE = "America/Chicago"
GOAL_S = {"as communities are": 3.0, "every one its own": 15.0}


def frame(distinct: bool) -> pd.DataFrame:
    """Half sessions, half hours; unlike schedules get minutes of their own."""
    chance = random.Random(7)
    rows = []
    for number in range(ASSETS):
        day = chance.choice(DAY_CODES)
        hour = chance.randrange(6, 22)
        minute = number % 60 if distinct else chance.choice((0, 15, 30))
        length = number // 60 % 50 + 10 if distinct else 60
        end = hour * 60 + minute + length
        span = f"{hour:02d}:{minute:02d}-{end // 60 % 24:02d}:{end % 60:02d}"
        if number % 2:
            rows.append((f"{day} {span}", "sessions"))
        else:
            rows.append((f"Mo-Fr {span}, Sa[{number % 4 + 1}] {span}; PH off", "hours"))
    return pd.DataFrame(rows, columns=["schedule", "time_kind"])


def main() -> int:
    begin = datetime(2026, 11, 20, tzinfo=ZoneInfo(ZONE))
    missed = False
    for name, goal in GOAL_S.items():
        assets = frame(name == "every one its own")
        clock = time.perf_counter()
        spans = expand_seconds(assets, begin, begin + timedelta(days=DAYS_KEPT), ZONE)
        first = time.perf_counter() - clock
        clock = time.perf_counter()
        expand_seconds(assets, begin, begin + timedelta(days=DAYS_KEPT), ZONE)
        again = time.perf_counter() - clock
        print(
            f"{name}: {ASSETS:,} assets, {assets['schedule'].nunique():,} distinct schedules, "
            f"{len(spans.asset):,} occurrences in {first:.2f} s (goal {goal:.0f} s), "
            f"again {again:.2f} s"
        )
        missed |= first > goal
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
