"""Hours as clinics, churches and pantries write them: hours_spellings.csv, read by hand.

`hours` is what a careful person makes of the text; it is empty where she would have to ask.
"""

from __future__ import annotations

import csv
from pathlib import Path

from assetmap import schedule
from assetmap.readers.hours.parts import with_halves
from assetmap.readers.hours.read import read_hours

ROWS = Path(__file__).with_name("hours_spellings.csv")
UNREAD_AT_MOST = 0.08
"""The share that is left to the reader's own eyes, who sees the text."""


def spellings() -> list[tuple[str, str]]:
    with ROWS.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["hours"]) for row in csv.DictReader(file)]


def test_never_a_wrong_time_and_few_unread() -> None:
    rows = spellings()
    unread = []
    for text, expected in rows:
        written = read_hours(text).schedule
        if written is None:
            unread += [text] * bool(expected)
            continue
        assert written == schedule.write(schedule.parse(expected)), text
    meant = sum(bool(expected) for _, expected in rows)
    assert meant >= 250
    assert len(unread) <= UNREAD_AT_MOST * meant, unread


def test_a_part_of_the_day_says_am_or_pm_only_where_it_is_sure() -> None:
    assert with_halves("monday evenings 6:30-8") == "monday 6:30pm-8:00pm"
    assert with_halves("tue mornings 9-12") == "tue 9:00am-12:00pm"
    assert with_halves("lunes por la noche a las 7") == "lunes 7:00pm"
    for unclear in (
        "sat nights 12-2", "fri night 11-1", "mon mornings 1", "sun evening 6am",
        "fri afternoons 9",
    ):  # fmt: skip
        assert with_halves(unclear) == unclear
