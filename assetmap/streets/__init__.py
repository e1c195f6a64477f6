"""Streets and houses: one house recognised in many spellings, and where a typed address lies.

`names` holds the words of streets and a name's parts; `views` is the plain view of a text (no
accents, no invisible characters, web and page codes read) whose every character knows where it
came from, so that what `Street` finds is taken out of the text itself. A house that is spelled
with other words ("the yellow house by the mill") is not found. `ranges` finds a house between its
range's numbers (TIGER/Line address ranges) and `locator` puts these together with the community's
own places, towns, ZIP codes, landmarks and regions. All on our own server; nothing typed is stored.
"""

from assetmap.streets.locator import Found, Locator
from assetmap.streets.names import (
    ANY_DIRECTION,
    DIRECTIONS,
    NUMBER,
    NUMBER_WORDS,
    OTHER_SPELLINGS,
    SUFFIXES,
    WORD,
    house_of,
)
from assetmap.streets.ranges import AddressHit, AddressRanges, AddressResult, RangesError
from assetmap.streets.street import Street
from assetmap.streets.views import plain, replace, spelled_numbers

__all__ = [
    "ANY_DIRECTION",
    "DIRECTIONS",
    "NUMBER",
    "NUMBER_WORDS",
    "OTHER_SPELLINGS",
    "SUFFIXES",
    "WORD",
    "AddressHit",
    "AddressRanges",
    "AddressResult",
    "Found",
    "Locator",
    "RangesError",
    "Street",
    "house_of",
    "plain",
    "replace",
    "spelled_numbers",
]
