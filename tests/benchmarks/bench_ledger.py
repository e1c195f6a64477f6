"""Speed of the ledger: a write on SQLite, and the fold of 20,000 entries onto 50,000 assets.

Goals: a write in at most 5 ms (median), the fold and its putting on the rows in at most 1 s.
Exits 1 on a missed goal.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assetmap.assets.merging import ids_of
from assetmap.ledger import Store, apply, entry, fold
from assetmap.ledger.databases import SQLite

WRITE_MS = 5.0
FOLD_S = 1.0
ASSETS = 50_000
ENTRIES = 20_000


def main() -> int:
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(SQLite(Path(folder) / "store.db"))
        store.create()
        times = []
        for count in range(300):
            said = entry("correct", f"a:{count}", "phone", "x", role="editor", now=now)
            began = time.perf_counter()
            store.append(said)
            times.append(1000 * (time.perf_counter() - began))
        store.database.close()
    write = statistics.median(times)
    frame = pd.DataFrame(
        {
            "id": [f"a:{row}" for row in range(ASSETS)],
            "source": "a",
            "source_id": [str(row) for row in range(ASSETS)],
            "row": range(ASSETS),
            "name": "x",
            "phone": [f"(618) 555-{row % 10_000:04d}" for row in range(ASSETS)],
        }
    )
    said = entry("correct", "", "phone", "(618) 555-0001", role="editor", now=now)
    entries = [
        said._replace(n=count + 1, asset=f"a:{count * 2}", source_hash="0" * 12)
        for count in range(ENTRIES)
    ]
    began = time.perf_counter()
    facts = fold(entries)
    folded = time.perf_counter() - began
    ids = ids_of(frame)
    began = time.perf_counter()
    applied = apply(frame, ids, facts, now)
    put = time.perf_counter() - began
    assert len(applied.differs) + len(applied.retired) == ENTRIES
    print(f"write {write:.2f} ms (goal {WRITE_MS}), fold {folded:.2f} s + rows {put:.2f} s "
          f"(goal {FOLD_S} together)")  # fmt: skip
    return int(write > WRITE_MS or folded + put > FOLD_S)


if __name__ == "__main__":
    sys.exit(main())
