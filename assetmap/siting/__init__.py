"""Siting: where the next ones would help most, with what no choice can beat.

`choose` is the front; `problem` checks and lays out, `cover` and `distance` (in sum, or for the
worst-off) are the objectives, `exact` the integer programmes, `what_if` one click on the map.
"""

from assetmap.siting.choose import OBJECTIVES, Siting, fewest_sites, site
from assetmap.siting.problem import SitingError, WhatIf, from_areas, from_grid, from_places, what_if

__all__ = [
    "OBJECTIVES",
    "Siting",
    "SitingError",
    "WhatIf",
    "fewest_sites",
    "from_areas",
    "from_grid",
    "from_places",
    "site",
    "what_if",
]
