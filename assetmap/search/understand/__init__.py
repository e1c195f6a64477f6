"""A typed wish, understood: words → needs, kinds, people, places, times, refusals, danger.

`understand` reads a text in English, Spanish or both; `query_of` makes a `search.Query` of it;
`completions` is what can be offered while somebody types; `danger_in` says which crisis line
comes first.
What words mean is data: synonyms_en.csv, synonyms_es.csv, ask_words.csv, crisis_patterns.csv.
"""

from assetmap.search.understand.lexicon import Completion, completions
from assetmap.search.understand.meaning import (
    HERE,
    Understood,
    crisis_line,
    danger_in,
    place_named,
    query_of,
    without_unknown_words,
)
from assetmap.search.understand.reading import understand

__all__ = [
    "HERE",
    "Completion",
    "Understood",
    "completions",
    "crisis_line",
    "danger_in",
    "place_named",
    "query_of",
    "understand",
    "without_unknown_words",
]
