"""Need indicators: numbers about areas, their percentile ranks, and how sure a rank is.

`tables` reads indicator files, `ranks` ranks them (CDC method) and simulates rank intervals.
"""

from assetmap.indicators.ranks import (
    MISSING,
    RankTable,
    min_ranks,
    percentile_ranks,
    rank,
    rank_intervals,
    simulate,
    suppressed_bounds,
)
from assetmap.indicators.tables import (
    COLUMNS,
    IndicatorError,
    Indicators,
    read_indicators,
    values_by_area,
)

__all__ = [
    "COLUMNS",
    "MISSING",
    "IndicatorError",
    "Indicators",
    "RankTable",
    "min_ranks",
    "percentile_ranks",
    "rank",
    "rank_intervals",
    "read_indicators",
    "simulate",
    "suppressed_bounds",
    "values_by_area",
]
