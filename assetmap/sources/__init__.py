"""Public data for a new community: what there is, where, and how it is had without surprises.

`catalogue` reads vocabulary/sources.csv and judges a file by what is in it; `counties` knows county
names and what a community is to cover; `download` fetches and keeps; `shapes`, `people` and
`lists` read what came, and `ground` makes the folder's parts of it; `folder` puts a community
together and `report` says what came of it.
"""

from assetmap.sources.catalogue import NotFetched, SourcesError
from assetmap.sources.counties import County, Wanted, counties, counties_of, find_county, wanted_of
from assetmap.sources.folder import LISTS, new_community
from assetmap.sources.report import NewReport

__all__ = [
    "LISTS",
    "County",
    "NewReport",
    "NotFetched",
    "SourcesError",
    "Wanted",
    "counties",
    "counties_of",
    "find_county",
    "new_community",
    "wanted_of",
]
