"""What a wave is called: by the assessor, by the file when its words are plain, else by its months.

A wave's name stands in the published table, so no text of the upload becomes one: only words for
waves, seasons and months, and short numbers do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from assetmap.places import fold
from assetmap.survey.dates import span
from assetmap.survey.identifiers import scrub
from assetmap.survey.phrases import phrases

LONGEST = 40
MOST_DIGITS = 8


def allowed(name: str) -> bool:
    """Whether a wave's name from a file holds nothing but words for waves and short numbers."""
    if not name or len(name) > LONGEST or not re.fullmatch(r"[\w .:/#()-]+", name):
        return False
    if len(re.sub(r"\D", "", name)) > MOST_DIGITS or name[0] in "=+-@":
        return False
    words = re.findall(r"[^\W\d_]+", fold(name))
    dated = re.fullmatch(r"\d{4}-\d{2}( to \d{4}-\d{2})?", name)
    return all(word in phrases("wave") for word in words) and (bool(dated) or not scrub(name)[1])


def named(name: str) -> bool:
    """Whether an assessor's own name for a wave may be published: short, and pointing at nobody."""
    return bool(re.fullmatch(r"\w[\w .:/()-]{0,39}", name)) and (
        allowed(name) or not scrub(name)[1]
    )


def same(name: str) -> str:
    """A wave's name in the form in which "w1", "Wave 1" and "wave-01" are one."""
    digits = re.findall(r"\d+", name)
    if digits and set(re.findall(r"[^\W\d_]+", fold(name))) <= {"w", "wave", "round", "r", "ola"}:
        return "-".join(str(int(number)) for number in digits)
    return fold(name)


def settle(frame: pd.DataFrame, name: str) -> list[str]:
    """Give every row of `frame` (columns wave and day) the name of its wave, in place.

    `name` is the assessor's; it holds for all rows when the file knows at most one wave, else for
    those without one. Returns the names from the file that were replaced by numbers.
    """
    given = frame["wave"]
    own = [wave for wave in dict.fromkeys(given) if wave]
    days: Sequence[str] = [day for day in frame["day"] if isinstance(day, str)]
    default = name or span(
        [day for day, w in zip(frame["day"], given, strict=True) if day and not w]
    )
    if name and len(own) <= 1:
        frame["wave"] = name
        return []
    replaced = [wave for wave in own if not allowed(wave)]
    if replaced:
        first = {
            wave: min(
                (d for d, w in zip(frame["day"], given, strict=True) if w == wave and d), default=""
            )
            for wave in own
        }
        order = sorted(replaced, key=lambda wave: (first[wave], wave))
        numbers = {wave: f"wave {number}" for number, wave in enumerate(order, 1)}
        given = given.map(lambda wave: numbers.get(wave, wave))
    fallback = default or span(days) or "1"
    frame["wave"] = [wave or fallback for wave in given]
    return replaced
