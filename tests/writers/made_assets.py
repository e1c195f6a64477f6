"""Made-up assets for property tests: every field, nasty texts, through `assets.check`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import strategies as st

from assetmap import vocabulary
from assetmap.assets import Context, check
from assetmap.fields import FIELDS
from assetmap.files.source import Source
from assetmap.readers import read
from assetmap.writers import texts

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
CONTEXT = Context(now=NOW)

NASTY = (
    '=HYPERLINK("http://x.example","y")', "@cmd", "-2+3", "+1 now", "'quoted", "''=1", "a|b",
    '<img src=x onerror="alert(1)">', "${alert(1)}", "</script>", "comma, and; semicolon",
    'say "hi"', "Peña 日本 🌲", "yes", "1", "0012", "24/7", "null", "-", "\\n",
)  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(NASTY),
    st.text(
        st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30
    ),
).map(lambda text: " ".join(text.split()))
SCHEDULES = (
    "Mo 19:00-20:00", "Tu,Th 18:30-19:30, Su 13:00-14:00", "Sa[1] 10:00-12:00", "24/7",
    "Fr 22:00-01:00", "Su[-1] 09:00-10:30", "Mo-Fr 09:00-17:00; PH off",
    "Jun-Aug We 17:00-18:00", "Mo-Su 00:00-12:00", "Tu[2],Tu[4] 12:00-13:00",
)  # fmt: skip
BY_FIELD: dict[str, st.SearchStrategy[str]] = {
    "timezone": st.sampled_from(["America/Chicago", "America/New_York", "Europe/London"]),
    "country": st.just("US"),
    "dates": st.lists(st.dates(), min_size=1, max_size=3).map(
        lambda days: "|".join(sorted({day.isoformat() for day in days}))
    ),
    "postal_code": st.sampled_from(["62999", "02139", "10455"]),
    "region": st.sampled_from(["IL", "NC"]),
    "listed_ok": st.just("yes"),
    "status": st.sampled_from(["active", "inactive", "candidate", "temporarily_closed"]),
    "verified_on": st.just("2026-10-12"),
    "beds_total": st.just("8"),
    "beds_open": st.sampled_from(["1", "8"]),
    "age_min": st.integers(0, 30).map(str),
    "age_max": st.integers(31, 99).map(str),
    "source": st.just("demo"),
}
BY_TYPE: dict[str, st.SearchStrategy[str]] = {
    "text": WORDS,
    "yesno": st.sampled_from(["yes", "no"]),
    "whole": st.integers(0, 99999).map(str),
    "number": st.one_of(st.integers(0, 9999), st.floats(0, 9999).map(lambda n: round(n, 2))).map(
        str
    ),
    "date": st.dates(min_value=datetime(1990, 1, 1).date()).map(str),
    "datetime": st.sampled_from(["2026-11-20T09:00", "2026-11-02", "2023-08-29T15:56+00:00"]),
    "schedule": st.sampled_from(SCHEDULES),
    "recurrence": st.sampled_from(
        [
            "DTSTART:20261103T190000 RRULE:FREQ=WEEKLY;INTERVAL=2",
            "DTSTART:20261115T100000 RRULE:FREQ=MONTHLY;BYMONTHDAY=15 DURATION:PT90M",
        ]
    ),
    "phone": st.integers(0, 99).map(lambda n: f"(618) 555-01{n:02d}"),
    "dial": st.sampled_from(["(618) 555-0143", "+16185550143,,1234567890#,,778899#"]),
    "email": st.sampled_from(["hello@example.org", "a.b@mail.example.org"]),
    "url": st.sampled_from(["https://example.org", "https://example.org/a?b=c&d=%20#e"]),
    "json": st.dictionaries(WORDS.filter(bool), WORDS.filter(bool), min_size=1, max_size=3).map(
        lambda kept: json.dumps(kept, ensure_ascii=False)
    ),
}


def _cells(name: str) -> st.SearchStrategy[str | None]:
    row = FIELDS[name]
    if name in BY_FIELD:
        return BY_FIELD[name]
    if row["type"] in ("choice", "set"):
        terms = st.sampled_from(list(vocabulary.terms(row["vocabulary"])))
        if row["type"] == "choice":
            return terms
        return st.sets(terms, min_size=1, max_size=3).map(lambda item: "|".join(sorted(item)))
    return BY_TYPE[row["type"]]


@st.composite
def plain_rows(draw: st.DrawFn, most: int = 3) -> pd.DataFrame:
    """Plain rows with any of the fields filled."""
    rows: list[dict[str, Any]] = []
    optional = [
        name
        for name, row in FIELDS.items()
        if row["type"] != "coordinate" and name not in ("id", "name", "kind", "source", "source_id")
    ]
    for number in range(draw(st.integers(1, most))):
        row: dict[str, Any] = {"row": number + 1, "source": "demo", "source_id": f"a{number}"}
        row["name"] = draw(WORDS.filter(bool))
        row["kind"] = draw(_cells("kind"))
        for name in draw(st.sets(st.sampled_from(optional), max_size=14)):
            row[name] = draw(_cells(name))
        if draw(st.booleans()):
            row["latitude"] = str(draw(st.floats(30, 45).map(lambda n: round(n, 6))))
            row["longitude"] = str(draw(st.floats(-110, -75).map(lambda n: round(n, 6))))
        rows.append(row)
    return pd.DataFrame(rows)


@st.composite
def made_assets(draw: st.DrawFn, most: int = 3) -> gpd.GeoDataFrame:
    """Assets that `check` leaves as they are.

    A first check fills and places what the rows leave open, which may lead to more (a row placed
    in its town can be visited); the writers are asked about what is settled.
    """
    assets = check(draw(plain_rows(most)), CONTEXT)[0]
    for _ in range(2):
        columns = {name: texts.column(assets, name) for name in FIELDS}
        again = pd.DataFrame({"row": range(1, len(assets) + 1), **columns})
        assets = check(again, CONTEXT)[0]
    return assets


def read_back(name: str, data: bytes) -> gpd.GeoDataFrame:
    """The assets in a written file."""
    result = read(Source(name, data), key="demo")
    return check(result.frame, CONTEXT, result.problems)[0]


def value(cell: Any) -> Any:
    """A cell in a form that can be compared; None for unknown."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return None
    return cell


def differences(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, fields: frozenset[str]
) -> list[tuple[str, str, Any, Any]]:
    """(id, field, before, after) of everything that changed, ids included."""
    changed: list[tuple[str, str, Any, Any]] = []
    if list(before["id"]) != list(after["id"]):
        return [("", "id", list(before["id"]), list(after["id"]))]
    for field in FIELDS:
        if field not in fields:
            continue
        if FIELDS[field]["type"] == "coordinate":
            part = "y" if field == "latitude" else "x"
            pairs = [
                tuple(None if point is None else getattr(point, part) for point in both)
                for both in zip(before.geometry, after.geometry, strict=True)
            ]
        else:
            pairs = [(value(a), value(b)) for a, b in zip(before[field], after[field], strict=True)]
        for key, (a, b) in zip(before["id"], pairs, strict=True):
            if field == "original" and a is not None and b is not None:
                a, b = json.loads(a), json.loads(b)
            if a != b:
                changed.append((key, field, a, b))
    return changed
