"""How long one search takes over 50,000 assets: a time, a place and eight attributes.

Run `python tests/benchmarks/bench_search.py`. Two questions are asked, one of eight yes/no
fields and one of mixed fields, each against the same question put to a pandas frame in the
straightforward way (masks over its columns, the times as a table of their own), which must find
the same matches. Prints medians, the ratio, and how long the first twenty hits take; exits 1 on
a missed goal.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assetmap import vocabulary
from assetmap.assets import Context, check
from assetmap.catalog import Catalog
from assetmap.places import Place, distance_m
from assetmap.schedule import DAY_CODES, expand, window
from assetmap.search import Query, search

ASSETS = 50_000
GOAL_MS = 20.0
ROUNDS = 40
ZONE = ZoneInfo("America/Chicago")
AT = datetime(2026, 11, 20, 15, tzinfo=ZONE)
CENTRE = Place("centre", 37.9, -89.0)
YES = (
    "children_welcome", "wheelchair", "newcomers_welcome", "open_to_public", "walk_in",
    "trans_welcome", "medication_welcome", "immigration_status_not_asked",
)  # fmt: skip


def plain(size: int = ASSETS) -> pd.DataFrame:
    """Assets as a table of text: every kind, a third of each answer unknown, 60 miles across."""
    chance = random.Random(11)
    kinds = [kind for kind in vocabulary.terms("kinds") if kind != "individual_gift"]
    rows = []
    for number in range(size):
        day, hour = chance.choice(DAY_CODES), chance.randrange(6, 22)
        minute = chance.choice(("00", "15", "30"))
        row = {
            "id": str(number),
            "name": f"Asset {number}",
            "kind": chance.choice(kinds),
            "format": chance.choices(("in_person", "online", "phone", ""), (80, 10, 5, 5))[0],
            "latitude": f"{CENTRE.lat + chance.uniform(-0.45, 0.45):.5f}",
            "longitude": f"{CENTRE.lon + chance.uniform(-0.55, 0.55):.5f}",
            "address_ok": "yes",
            "location_precision": "exact",
            "schedule": chance.choices(
                (
                    f"{day} {hour:02d}:{minute}-{hour + 1:02d}:{minute}",
                    "Mo-Fr 09:00-18:00",
                    "24/7",
                    "",
                ),
                (60, 20, 3, 17),
            )[0],
            "languages": chance.choice(("en", "en|es", "es", "")),
            "cost": chance.choice(("free", "donation", "fee", "sliding", "")),
            "concerns": chance.choice(("any", "alcohol", "opioids|stimulants", "gambling", "")),
            "pathways": chance.choice(("twelve_step", "secular", "all", "")),
            "age_min": chance.choice(("", "0", "18")),
            "only_for": chance.choice(("", "", "", "", "men", "women")),
        }
        row |= {name: chance.choice(("yes", "yes", "no", "")) for name in YES}
        rows.append(row)
    return pd.DataFrame(rows, dtype="str").assign(row=range(1, size + 1))


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median and 95th percentile of `rounds` calls after two to warm up, in milliseconds."""
    work(), work()
    times = []
    for _ in range(rounds):
        clock = time.perf_counter()
        work()
        times.append((time.perf_counter() - clock) * 1000)
    return statistics.median(times), float(np.percentile(times, 95))


def with_pandas(assets: pd.DataFrame, times: pd.DataFrame, query: Query) -> list[str]:
    """The ids of the matches, by masks over columns, nearest start first."""
    frame = assets[assets["status"] == "active"]
    if query.kinds:
        frame = frame[frame["kind"].isin(query.kinds)]
    for name in ("court_linked", "law_enforcement_on_site", "referral_needed"):
        frame = frame[~frame[name].fillna(False)]
    frame = frame[frame["only_for"].isna()]
    for name in query.yes:
        frame = frame[frame[name].fillna(False)]

    def holds(name: str, wanted: set[str]) -> pd.Series:
        return frame[name].map(lambda has: isinstance(has, frozenset) and bool(has & wanted))

    if query.languages:
        frame = frame[holds("languages", set(query.languages))]
    if query.costs:
        frame = frame[holds("cost", {"free", "donation"})]
    if query.concerns:
        frame = frame[holds("concerns", {*query.concerns, "any"})]
    if query.not_pathways:
        frame = frame[frame["pathways"].notna() & ~holds("pathways", set(query.not_pathways))]
    if query.age is None:
        frame = frame[frame["age_min"].fillna(0) == 0]
    else:
        frame = frame[frame["age_min"].notna() & (frame["age_min"] <= query.age)]
    place, when = query.near[0], query.when
    assert when is not None and query.within_m is not None
    metres = distance_m(place.lat, place.lon, frame["lat"].to_numpy(), frame["lon"].to_numpy())
    remote = holds("format", {"online", "phone"})
    frame = frame.assign(metres=metres)[(metres <= query.within_m) | remote.to_numpy()]
    begin, end = (pd.Timestamp(x).tz_convert("UTC").tz_localize(None) for x in when[:2])
    inside = times[(times["start"] < end) & (times["end"] > begin)]
    inside = inside[(inside["start"] >= begin) | inside["any_time"]]
    first = inside.groupby("asset")["start"].min().clip(lower=begin)
    frame = frame.join(first, how="inner").sort_values(["start", "metres", "id"])
    return frame["id"].tolist()


def main() -> int:
    clock = time.perf_counter()
    assets, _ = check(plain(), Context(timezone=str(ZONE), now=AT, source="b"))
    checked = time.perf_counter()
    catalog = Catalog(assets, AT, str(ZONE))
    _ = catalog.first_between(AT, AT)
    print(
        f"{len(assets):,} assets checked in {checked - clock:.1f} s, laid out with "
        f"{len(catalog.spans.start):,} times in {time.perf_counter() - checked:.1f} s"
    )
    frame = pd.DataFrame(assets.drop(columns="geometry")).assign(lat=catalog.lat, lon=catalog.lon)
    times = expand(assets, catalog.begin, catalog.end, str(ZONE))
    times = times.assign(any_time=catalog.is_hours[times["asset"]])
    about = {k for k, row in vocabulary.terms("kinds").items() if row["recovery"] == "yes"}
    here = {"near": (CENTRE,), "within_m": 16_093.44, "when": window("fri 17:00-23:00", AT)}
    questions = {
        "eight yes/no fields": Query(at=AT, yes=YES, **here),
        "eight mixed fields": Query(
            at=AT, kinds=tuple(about), yes=YES[:3], languages=("es",), costs=("free",),
            concerns=("alcohol",), not_pathways=("twelve_step",), age=30, **here,
        ),
    }  # fmt: skip
    missed = False
    for name, query in questions.items():
        result = search(catalog, query)
        same = [hit.id for hit in result.hits("match")] == with_pandas(frame, times, query)
        fast, slow95 = median_ms(lambda q=query: search(catalog, q))  # type: ignore[misc]
        shown, _ = median_ms(lambda f=result: f.hits("ask", 20))  # type: ignore[misc]
        pandas, _ = median_ms(lambda q=query: with_pandas(frame, times, q), 10)  # type: ignore[misc]
        print(
            f"{name}: {result.counts}, search {fast:.1f} ms (p95 {slow95:.1f}; goal "
            f"{GOAL_MS:.0f} ms), pandas {pandas:.1f} ms, {pandas / fast:.1f} times as long; "
            f"first 20 hits {shown:.1f} ms" + ("" if same else "; THE MATCHES DIFFER")
        )
        missed |= fast > GOAL_MS or not same
    far = Query(at=AT, yes=YES, **{**here, "when": window("2027-01-22 17:00-23:00", AT)})
    clock = time.perf_counter()
    search(catalog, far)
    first = time.perf_counter() - clock
    again, _ = median_ms(lambda: search(catalog, far), 3)
    print(f"two months ahead (no goal): {first:.1f} s at first, {again:.0f} ms then")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
