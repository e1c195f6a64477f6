"""Need indicators: numbers about areas, their percentile ranks, and how sure a rank is.

`tables` reads indicator files in whatever form they come, `estimates` works shares out of Census
estimates, `frame` matches ids to areas; `ranks` ranks (CDC method) and simulates how sure a
rank is.
"""

from assetmap.indicators.estimates import (
    indicators_from,
    note_of,
    notes_of,
    start_indicators,
    variables_needed,
    with_people,
)
from assetmap.indicators.frame import COLUMNS, IndicatorError, Indicators, Matched, match_areas
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
from assetmap.indicators.tables import read_indicators, values_by_area

__all__ = [
    "COLUMNS",
    "MISSING",
    "IndicatorError",
    "Indicators",
    "Matched",
    "RankTable",
    "indicators_from",
    "match_areas",
    "min_ranks",
    "note_of",
    "notes_of",
    "percentile_ranks",
    "rank",
    "rank_intervals",
    "read_indicators",
    "simulate",
    "start_indicators",
    "suppressed_bounds",
    "values_by_area",
    "variables_needed",
    "with_people",
]
