"""Assets: what a community has, one row an asset at a place.

`check` is the gate: plain text columns come in, assets and everything that has to be said of them
come out. The steps it is made of stand beside it.
"""

from assetmap.assets.check import check, check_row_by_row, dtype, empty
from assetmap.assets.draft import Context
from assetmap.assets.recheck import Checked, check_again

__all__ = ["Checked", "Context", "check", "check_again", "check_row_by_row", "dtype", "empty"]
