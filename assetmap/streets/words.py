"""Words of street names and of numbers, out of street_words.csv and number_words.csv."""

from __future__ import annotations

from assetmap import vocabulary

_STREET_ROWS = vocabulary.read_rows(vocabulary.FOLDER / "street_words.csv")
_NUMBER_ROWS = vocabulary.read_rows(vocabulary.FOLDER / "number_words.csv")


def _spellings(part: str) -> dict[str, str]:
    """Word in full → its spellings, as a choice of patterns."""
    return {row["id"]: row["spellings"] for row in _STREET_ROWS if row["part"] == part}


def _values(part: str) -> dict[str, int]:
    return {row["id"]: int(row["value"]) for row in _NUMBER_ROWS if row["part"] == part}


SUFFIXES = _spellings("suffix")
DIRECTIONS = _spellings("direction")
OTHER_SPELLINGS = _spellings("name")
# What only files of address ranges call streets: too many ordinary words to look for in texts.
RANGE_SUFFIXES = _spellings("range")
TENS = _values("tens")
ONES = _values("ones")
HUNDREDS = _values("hundreds")
THOUSANDS = _values("thousands")
# Numbers that addresses spell out: "One Hope Way".
NUMBER_WORDS = {row["id"]: row["value"] for row in _NUMBER_ROWS if row["house"]}
# "US Highway 51", "State Route 51", "Hwy 51": all `numbered 51`.
NUMBERED = r"(?:(?:u\W?s|state|county|old)\W{0,3}){0,3}(?:highway|hiway|hwy|route|rte|rt|u\W?s)"
ANY_SUFFIX = "|".join(SUFFIXES.values())
ANY_DIRECTION = "|".join(DIRECTIONS.values())
WORD = r"[A-Za-z0-9'’]+"
NUMBER = r"(?:[NSEW]\d{1,5}){0,2}\d{1,6}(?:[A-Za-z]\b|-\d{1,6}\b|\s1[/⁄]2)?"
