"""What a wave is called: by the assessor, by the file when its words are plain, else by its months.

A wave's name stands in the published table, so no text of the upload becomes one: only words for
waves, seasons and months, and short numbers do.

Only the day and the month are used, to name a wave and to see whether one day gave most answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from assetmap.places import fold
from assetmap.survey.identifiers import scrub
from assetmap.survey.phrases import names_somebody, phrases

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)")
_PARTS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_YEAR = re.compile(r"(?:19|20)\d{2}$")


def days(cells: Sequence[str], usually_day_first: bool = False) -> list[str]:
    """Each cell as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, as much as it says; "" when unreadable.

    Whether 3/12 is March 12 or 3 December is decided once for the whole column: day first where
    any first number is over 12, or where points part the numbers; month first where any second
    one is. Where both could be, the reading with fewer months, for a wave is answered in weeks and
    not on the same day of twelve months; else month first, or what is usual where the file is from.
    """
    known: dict[str, str] = {}
    firsts = [match for cell in set(cells) if (match := _PARTS.match(cell.strip()))]
    day_first = any(int(match[1]) > 12 for match in firsts) or (
        bool(firsts)
        and all("." in match[0] for match in firsts)
        and not any(int(match[2]) > 12 for match in firsts)
    )
    if not day_first and firsts and not any(int(match[2]) > 12 for match in firsts):
        by_day = {(int(match[2]), match[3]) for match in firsts}
        by_month = {(int(match[1]), match[3]) for match in firsts}
        even = usually_day_first and len(by_day) == len(by_month)
        day_first = len(by_day) < len(by_month) or even
    result = []
    for cell in cells:
        if cell not in known:
            known[cell] = _day(cell.strip(), day_first)
        result.append(known[cell])
    return result


def _day(cell: str, day_first: bool) -> str:
    if match := _ISO.match(cell):
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 0)
    elif match := _PARTS.match(cell):
        item, two, year = int(match[1]), int(match[2]), int(match[3])
        day, month = (item, two) if day_first else (two, item)
        year += 2000 if year < 100 else 0
    elif match := _YEAR.match(cell):
        return match[0]
    else:
        return ""
    if not 1 <= month <= 12 or not 0 <= day <= 31:
        return str(year)
    return f"{year:04}-{month:02}-{day:02}" if day else f"{year:04}-{month:02}"


def span(result: Sequence[str]) -> str:
    """The first and last month of these days: "2026-03", or "2026-03 to 2026-05"; "" for none."""
    months = sorted({day[:7] for day in result if len(day) >= 7})
    years = sorted({day[:4] for day in result if day})
    if not months:
        return years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}" if years else ""
    return months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"


LONGEST = 40
MOST_DIGITS = 8


def allowed(name: str) -> bool:
    """Whether a wave's name from a file holds nothing but words for waves and short numbers."""
    if not name or len(name) > LONGEST or not re.fullmatch(r"[\w .:/#()-]+", name):
        return False
    if re.fullmatch(r"\d{4}-\d{2}( to \d{4}-\d{2})?", name):  # as `span` writes it
        return True
    if len(re.sub(r"\D", "", name)) > MOST_DIGITS or name[0] in "=+-@":
        return False
    words = re.findall(r"[^\W\d_]+", fold(name))
    return all(word in phrases("wave") for word in words) and not scrub(name)[1]


def named(name: str) -> bool:
    """Whether an assessor's own name for a wave may be published: short, and pointing at nobody."""
    return bool(re.fullmatch(r"\w[\w .:/()-]{0,39}", name)) and (
        allowed(name) or not (scrub(name)[1] or names_somebody(name))
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
