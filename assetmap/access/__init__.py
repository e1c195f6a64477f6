"""Access: how much of an asset kind each area can reach, by distance or by a table of costs.

`methods` is the front; `inputs` checks, limits assets to a time of the week and weighs distances,
`reach` finds pairs, `kernels` is what is compiled (`warm` does that ahead of time); `travel` reads
a router's table.
"""

from assetmap.access.inputs import (
    DECAYS,
    STEPS,
    AccessError,
    Decay,
    Pairs,
    offered_in,
    with_open_beds,
)
from assetmap.access.methods import METHODS, PER_PERSON, Access, access
from assetmap.access.reach import BUDGET_BYTES, pairs_within, warm

__all__ = [
    "BUDGET_BYTES",
    "DECAYS",
    "METHODS",
    "PER_PERSON",
    "STEPS",
    "Access",
    "AccessError",
    "Decay",
    "Pairs",
    "access",
    "offered_in",
    "pairs_within",
    "warm",
    "with_open_beds",
]
