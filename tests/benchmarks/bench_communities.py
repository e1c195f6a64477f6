"""Memory of 50 communities of 1,000 assets in one process. Exits 1 on a missed goal (3 GB)."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ledger"))

from town import make

COMMUNITIES = int(os.environ.get("BENCH_COMMUNITIES", "50"))
ASSETS = 1_000
GOAL_MB = 3_000.0
KINDS = ("meeting", "library", "dentist", "recovery_home", "food_pantry")
STREETS = ("Main", "Oak", "River", "Pine", "Lake")
HOURS = ("Tu 19:00-20:00", "Mo-Fr 09:00-17:00", "")


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


def rows(chance: random.Random) -> str:
    return "".join(
        f"r{n},Place {n},{chance.choice(KINDS)},{chance.randrange(1, 900)} "
        f"{chance.choice(STREETS)} Street,Milltown,IL,(618) 555-{n:04d},"
        f"{chance.choice(HOURS)},2026-10-{1 + n % 28:02d},,\n"
        for n in range(ASSETS)
    )


def main() -> int:
    chance = random.Random(50)
    with tempfile.TemporaryDirectory() as home:
        for count in range(COMMUNITIES):
            make(Path(home) / f"c{count:02d}", rows(chance))
        os.environ["ASSETMAP_COMMUNITIES"] = home
        import app  # noqa: F401
        from assetmap.web import state
        from assetmap.web.startup import warm

        before, began = resident_mb(), time.perf_counter()
        state.each(lambda: warm(state.current))
        used, took = resident_mb(), time.perf_counter() - began
    print(f"{COMMUNITIES} communities of {ASSETS} assets: {used:.0f} MB (goal {GOAL_MB:.0f}), "
          f"{before:.0f} MB before; opened in {took:.0f} s")  # fmt: skip
    return int(used > GOAL_MB)


if __name__ == "__main__":
    sys.exit(main())
