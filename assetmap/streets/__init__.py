"""Streets as people write them: one house recognised in many spellings.

Texts are searched in a plain view (no accents, no invisible characters, web and page codes read)
whose every character knows where it came from, so that what is found is taken out of the text
itself. A house that is spelled with other words ("the yellow house by the mill") is not found.
"""

from assetmap.streets.street import Street
from assetmap.streets.views import plain, replace, spelled_numbers
from assetmap.streets.words import (
    ANY_DIRECTION,
    DIRECTIONS,
    NUMBER,
    NUMBER_WORDS,
    OTHER_SPELLINGS,
    RANGE_SUFFIXES,
    SUFFIXES,
    WORD,
)

__all__ = [
    "ANY_DIRECTION",
    "DIRECTIONS",
    "NUMBER",
    "NUMBER_WORDS",
    "OTHER_SPELLINGS",
    "RANGE_SUFFIXES",
    "SUFFIXES",
    "WORD",
    "Street",
    "plain",
    "replace",
    "spelled_numbers",
]
