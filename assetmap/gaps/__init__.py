"""Gaps: where and when what a community has does not meet need. Strengths come first.

Read `settings` (norms and defaults), `answers` (which assets count, yes, no or unknown), `times`,
`ground` (areas, people, assets, reach), `quadrants` (a kind in every area), then `report`, which
puts all together. `metrics` is the registry that maps and tables list.
"""

from assetmap.gaps.community import ground_of
from assetmap.gaps.ground import Ground
from assetmap.gaps.metrics import METRICS, Metric
from assetmap.gaps.quadrants import GAPS, QUADRANTS, KindGaps, kind_gaps
from assetmap.gaps.report import Gaps, gaps
from assetmap.gaps.settings import GapError, Norm, Settings, settings_from

__all__ = [
    "GAPS",
    "METRICS",
    "QUADRANTS",
    "GapError",
    "Gaps",
    "Ground",
    "KindGaps",
    "Metric",
    "Norm",
    "Settings",
    "gaps",
    "ground_of",
    "kind_gaps",
    "settings_from",
]
