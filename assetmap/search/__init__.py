"""Finding: a question, the criteria it asks, and the assets in three groups.

`query` says what can be asked; `criteria` (with `beds`) answers each part with yes, no or unknown
for every asset; `groups` puts the answers together: MATCH (everything asked is known to fit), ASK
(nothing conflicts, something is unknown) and NEAR MISS (exactly one thing does not fit).
`alternatives` says which wish to give up, `reasons` puts it all in words and in JSON; `bundle`
plans several needs, and `understand` reads a typed wish.
"""

from assetmap.search.alternatives import Relaxed, relax
from assetmap.search.groups import GROUPS, Hit, Miss, Result, search
from assetmap.search.query import Query, QueryError

__all__ = [
    "GROUPS",
    "Hit",
    "Miss",
    "Query",
    "QueryError",
    "Relaxed",
    "Result",
    "relax",
    "search",
]
