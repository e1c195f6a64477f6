"""Siting: where the next ones would help most, with what no choice can beat.

`choose` is the front; `problem` checks and lays out, `cover`, `median` and `center` are the three
objectives, `exact` the integer programmes, `what_if` one click on the map.
"""

from assetmap.siting.candidates import from_areas, from_grid, from_places
from assetmap.siting.choose import OBJECTIVES, Siting, fewest_sites, site
from assetmap.siting.problem import SitingError
from assetmap.siting.what_if import WhatIf, what_if

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
