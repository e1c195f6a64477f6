"""indicators.csv: numbers about the need of each area, with their margins of error.

Shares come from a made-up hardship score of each area; a margin of error grows as the area gets
smaller. Overdose deaths are pooled over five years by residence and hidden under 10. One area has
no numbers at all (nobody gathered them), and one has no people.
"""

from __future__ import annotations

import math

from . import dice
from .geography import Area, areas

NO_DATA = {"sand-ridge"}
HIDDEN = "not shown"
HIDDEN_UNDER = 10
YEAR = 2024

# Hardship from 0 (little) to 1 (much); what is not named lies around the middle.
HARDSHIP = {
    "rail-yard": 0.95, "depot-flats": 0.92, "southside": 0.85, "mill-race": 0.7,
    "fairgrounds": 0.55, "sunrise-acres": 0.6, "northgate": 0.35, "maple-heights": 0.15,
    "college-hill": 0.45, "airport-road": 0.5, "orchard-park": 0.3, "courthouse-square": 0.6,
    "milltown-old-town": 0.8, "milltown-east": 0.55, "harwin-center": 0.6, "harwin-west": 0.4,
    "harwin-lake": 0.12, "prairie-ford-center": 0.72, "prairie-ford-north": 0.58,
    "cedar-bend": 0.75, "bluff-hollow": 0.9, "coal-ridge": 0.65, "tamsen": 0.25,
    "river-bluffs": 0.3, "grange": 0.45,
}  # fmt: skip

# indicator: (share at hardship 0, share at hardship 1, spread), in percent
SHARES = {
    "poverty": (6.0, 36.0, 2.0),
    "no_vehicle": (2.0, 21.0, 1.8),
    "unemployment": (2.8, 12.5, 0.9),
    "no_internet": (5.0, 31.0, 2.5),
    "uninsured": (4.0, 17.0, 1.2),
}
RURAL_NO_INTERNET = 7.0
DEATHS_PER_100K = (14.0, 72.0)


def _margin(share: float, area: Area) -> float:
    """A 90% margin of error for a share asked of about one household in twelve."""
    households = area.population / 2.4
    asked = max(households / 12, 8)
    return 1.645 * math.sqrt(share / 100 * (1 - share / 100) / asked) * 100


def rows() -> list[dict[str, object]]:
    """area, indicator, value, moe (90%, in the value's unit), year."""
    found: list[dict[str, object]] = []
    for area in areas():
        if not area.population or area.id in NO_DATA:
            continue
        hardship = HARDSHIP.get(area.id, 0.42)
        city = area.district.startswith("Alder City")
        for indicator, (low, high, spread) in SHARES.items():
            random = dice("indicator", area.id, indicator)
            share = low + (high - low) * hardship + float(random.normal(0, spread))
            if indicator == "no_internet" and not city:
                share += RURAL_NO_INTERNET
            if indicator == "no_vehicle" and not city:
                share *= 0.7
            share = max(share, 0.8)
            found.append(
                {
                    "area": area.id,
                    "indicator": indicator,
                    "value": f"{share:.1f}",
                    "moe": f"{_margin(share, area):.1f}",
                    "year": YEAR,
                }
            )
        low, high = DEATHS_PER_100K
        expected = area.population * 5 * (low + (high - low) * hardship) / 100_000
        deaths = int(dice("deaths", area.id).poisson(expected))
        found.append(
            {
                "area": area.id,
                "indicator": "overdose_deaths",
                "value": deaths if deaths >= HIDDEN_UNDER else HIDDEN,
                "moe": "",
                "year": YEAR,
            }
        )
    return found
