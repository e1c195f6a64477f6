"""A community: one folder with its assets, areas, numbers and wishes, opened and checked.

`settings` reads community.toml, `sources` the assets it lists, `beside` the other files, and
`opening` puts all of it into a `folder.Community`. `recording` writes down what somebody says,
`deciding` what is decided of it, `imports` takes in new `versions` of a source.
"""

from assetmap.community.folder import DEMO, Community, version_of
from assetmap.community.opening import open_community
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
