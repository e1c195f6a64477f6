"""One line of address to its parts, only where the parts are sure."""

from __future__ import annotations

import re
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.places import fold, zip_code

STATES = {
    fold(row["name"]): row["code"]
    for row in vocabulary.read_rows(vocabulary.FOLDER / "regions.csv")
    if row["country"] == "US"
}
"""Folded name of a US state → its two letters."""
_CODES = frozenset(STATES.values())
_NAMES = "|".join(sorted((name.replace(" ", r"\s+") for name in STATES), key=len, reverse=True))
_END = re.compile(
    rf"^(?P<head>.*?)[\s,]+(?P<state>[A-Za-z]{{2}}|{_NAMES})\.?[\s,]+(?P<zip>\d{{5}})(?:-\d{{4}})?"
    r"(?P<country>[\s,]+(?:USA|U\.S\.A\.?|US|United States(?: of America)?))?[\s.,]*$",
    re.IGNORECASE | re.DOTALL,
)
_NO_ZIP = re.compile(
    rf"^(?P<head>[^\d]+|.+,.+?),\s*(?P<state>[A-Z]{{2}}|{_NAMES})"
    r"(?P<zip>)(?P<country>,\s*(?:USA|US|United States))?\s*$",
    re.IGNORECASE | re.DOTALL,
)


# What is longer is a text about a place; the search for its parts would not end.
_LONGEST_LINE = 400
_TOWN = re.compile(r"[A-Za-zÀ-ÿ.' -]{2,40}")
_STREET_WORD = re.compile(
    r"\b(street|avenue|ave|road|rd|drive|dr|lane|ln|blvd|boulevard|highway|hwy|circle|court|ct|"
    r"way|pike|parkway|pkwy|suite|ste|apt|unit|room|floor|box|building|bldg)\b|\bst\.?$",
    re.IGNORECASE,
)
_TWO_ADDRESSES = re.compile(r"\b[A-Z]{2}\s+\d{5}\b")
_NO_ADDRESS = re.compile(
    r"(contact|call|ask|various|varies|multiple|several|many|statewide|state-wide|countywide|"
    r"county-wide|nationwide|regional|online|virtual|zoom|tbd|tba|to be|n/?a$|unknown|mobile$|"
    r"confidential|undisclosed|llame|varios|varias|en l[ií]nea)\b[^\d]*",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """Street, town, two-letter state and ZIP of a US address; "" for a part that is not there."""

    street: str
    city: str
    region: str
    postal_code: str


def state_code(text: str) -> str:
    """Two letters for a US state however it is written (".TX", "Texas"); else `text` as it is."""
    plain = fold(text).strip(" .")
    if plain.upper() in _CODES:
        return plain.upper()
    return STATES.get(plain, text)


def towns_of_zip(code: str) -> tuple[str, ...]:
    """Names of the towns that a US ZIP code serves."""
    result = zip_code(code)
    return result.towns if result is not None else ()


def split_address(line: str) -> Address | None:
    """The parts of "12 Main St Milltown IL 62999", or None when they are not sure.

    The town is sure when a comma stands before it and no street word in it, or when it is a town
    of its ZIP code.
    """
    if len(line) > _LONGEST_LINE:
        return None
    text = re.sub(r"\s*\n\s*", ", ", line.strip())
    match = _END.match(text) or _NO_ZIP.match(text)
    if not match:
        return None
    state = state_code(match["state"])
    if state not in _CODES:
        return None
    head = match["head"].rstrip(" ,")
    last = head.rpartition(",")[2].strip()
    sure = "," in head or not match["zip"]
    town = last if sure and _TOWN.fullmatch(last) and not _STREET_WORD.search(last) else ""
    town = town or _town_at_end(head, match["zip"])
    if not town:
        return None
    street = head[: len(head) - len(town)].rstrip(" ,")
    if _TWO_ADDRESSES.search(street):
        return None
    return Address(street, town, state, match["zip"])


def _town_at_end(head: str, code: str) -> str:
    folded = fold(head)
    for name in sorted(towns_of_zip(code) if code else (), key=len, reverse=True):
        plain = fold(name)
        if folded == plain or folded.endswith(f" {plain}"):
            words = len(plain.split())
            tail = re.search(rf"(?:\S+[\s.]+){{{words - 1}}}\S+$", head)
            if tail and fold(tail[0]) == plain:
                return tail[0]
    return ""


def is_vague(line: str) -> bool:
    """Whether a cell of addresses names no place ("Various churches", "Call for location")."""
    return bool(_NO_ADDRESS.fullmatch(line.strip()))


def restore_zip(text: str, region: str = "") -> str | None:
    """A US ZIP code that a spreadsheet took the zeros or the hyphen from; None when it did not.

    Zeros are put back only where that gives a ZIP code there is, in the state named.
    """
    digits = re.sub(r"\.0+$", "", text.strip())
    plus_four = re.fullmatch(r"(\d{3,5})[- ]?\d{4}", digits) if "-" in digits else None
    if re.fullmatch(r"\d{9}", digits):
        digits = digits[:5]
    elif plus_four:
        digits = plus_four[1]
    if not re.fullmatch(r"\d{3,5}", digits):
        return None
    code = digits.zfill(5)
    if code == text.strip() or (len(digits) < 5 and not _zip_is_in(code, region)):
        return None
    return code


def _zip_is_in(code: str, region: str) -> bool:
    result = zip_code(code)
    return result is not None and (not region or result.state == state_code(region))
