"""A community: one folder with its assets, areas, numbers and wishes, opened and checked.

`settings` reads community.toml, `sources` reads the assets it lists, `folder` puts it together.
"""

from assetmap.community.folder import DEMO, Community, open_community, version_of
from assetmap.community.settings import CommunityError
from assetmap.community.sources import SourceReport

__all__ = [
    "DEMO",
    "Community",
    "CommunityError",
    "SourceReport",
    "open_community",
    "version_of",
]
