"""Places people type, found on our own server: addresses by house number, towns, ZIP codes,
landmarks, regions.

`names` reads street names, `ranges` finds a house between its range's numbers (TIGER/Line address
ranges), `locator` puts these together with the community's own places. Nothing typed is stored.
"""

from assetmap.geocoding.locator import Found, Locator
from assetmap.geocoding.ranges import AddressHit, AddressRanges, AddressResult, RangesError

__all__ = ["AddressHit", "AddressRanges", "AddressResult", "Found", "Locator", "RangesError"]
