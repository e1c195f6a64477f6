"""A whole file at a glance: shares that cannot be, said before any row is.

Thousands of rows read one by one may each be reasonable and the whole still impossible: no place in
a directory of places, no hours beside a column called Hours. Such a file is not trusted until a
person has looked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

import pandas as pd

from assetmap import vocabulary
from assetmap.fields import unpack_original
from assetmap.places import fold
from assetmap.readers.source import Read
from assetmap.words import Text, text

FEW_ROWS = 5
"""Of fewer rows nothing is said about shares."""
NEARLY_ALL = 0.9
_FIELDS = {
    "place": ("address", "city", "postal_code", "latitude"),
    "hours": ("schedule", "recurrence", "by_appointment", "dates"),
    "contact": ("phone", "email", "url", "conference_url", "conference_phone"),
}
_ENOUGH = 3
"""Values that a column must hold to be missed."""


@cache
def _topics() -> dict[str, str]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "topic_words.csv")
    return {row["word"]: row["topic"] for row in rows}


def topic_of(column: str) -> str | None:
    """What a column's name says it holds: place, hours, kind, contact, or None."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    words = re.findall(r"[^\W\d_]+", fold(spaced))
    result = [_topics()[word] for word in words if word in _topics()]
    return result[0] if result else None


def faults_of(read: Read) -> tuple[Text, ...]:
    """What cannot be true of a source as a whole; empty where nothing is wrong."""
    return tuple(_faults(read))


def _faults(read: Read) -> Iterator[Text]:
    yield from read.sanity
    frame = read.frame
    if not len(frame):
        if read.rows_read:
            yield text("readers.sanity_none", n=read.rows_read)
        return
    total = len(frame)
    columns = _columns_aside(frame)
    for topic, fields in _FIELDS.items():
        if _known(frame, fields).any() or (topic == "place" and _only_remote(frame)):
            continue
        named = [name for name, count in columns.items() if topic_of(name) == topic and count]
        if named:
            listed = ", ".join(named[:4])
            yield text(f"readers.sanity_{topic}", n=total, columns=listed)
    if total < FEW_ROWS:
        return
    if not _known(frame, ("kind",)).any():
        yield text("readers.sanity_kind", n=total)
    if "status" in frame and (frame["status"] == "inactive").mean() >= NEARLY_ALL:
        count = int((frame["status"] == "inactive").sum())
        yield text("readers.sanity_inactive", n=total, count=count)


def _known(frame: pd.DataFrame, fields: Iterable[str]) -> pd.Series:
    known = pd.Series(False, index=frame.index)
    for name in fields:
        if name in frame:
            known |= frame[name].notna()
    return known


def _only_remote(frame: pd.DataFrame) -> bool:
    if "format" not in frame:
        return False
    formats = frame["format"].dropna()
    return len(formats) == len(frame) and not formats.str.contains("in_person").any()


def _columns_aside(frame: pd.DataFrame) -> Counter[str]:
    """Source columns kept in `original` that say something in enough rows."""
    counts: Counter[str] = Counter()
    if "original" in frame:
        for packed in frame["original"].dropna().head(2_000):
            counts.update(
                name
                for name, value in unpack_original(packed).items()
                if re.search(r"\w", str(value))
            )
    return Counter({name: count for name, count in counts.items() if count >= _ENOUGH})
