"""Two made-up survey waves of 900 and 1,000 answers, in our own survey CSV.

Planted: the smallest district has too few people and answers to show; in the second wave over
half of one district's answers came from one house; the share that asks for a ride moves within
the noise while the share that asks for a home really rises. A few rows have no consent.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from . import dice
from .geography import Area, areas
from .rows import DEMO_DAY

ANSWERS = {
    "Alder City North": (190, 211),
    "Alder City South": (175, 194),
    "Milltown and River": (165, 183),
    "Harwin and the Northeast": (182, 203),
    "Prairie Ford and the Southeast": (164, 183),
    "Cedar Bend Hills": (24, 26),
}
NO_CONSENT = (7, 9)
DAYS_AGO = (395, 30)  # the last day each wave was out
ONE_HOUSE, ONE_HOUSE_DISTRICT = "Ford Street house", "Prairie Ford and the Southeast"
ONE_HOUSE_SHARE = (0.18, 0.56)
PLACES = ["recovery center", "library table", "food pantry", "online link", "church supper"]

COLUMNS = [
    "respondent", "wave", "area", "consent", "place", "day", "role", "age_group", "language",
    "belong", "strengths", "worked", "needs", "top_need", "barriers", "ride_when", "children",
    "missed_for_children", "record_stopped", "gifts", "minutes", "own_words", "contact",
]  # fmt: skip
ROLES = {"recovery": 0.41, "seeking": 0.13, "family": 0.24, "ally": 0.13, "worker": 0.09}
AGES = {"18-29": 0.19, "30-44": 0.36, "45-59": 0.28, "60+": 0.17}
BELONG = {"1": 0.08, "2": 0.16, "3": 0.29, "4": 0.29, "5": 0.18}
STRENGTHS = {"neighbors": 0.52, "meetings": 0.47, "center": 0.33, "faith": 0.36, "library": 0.31,
             "outdoors": 0.44, "employers": 0.17, "culture": 0.24}  # fmt: skip
WORKED = {"meeting": 0.38, "peer_group": 0.31, "coach": 0.19, "family": 0.42, "faith": 0.27,
          "medicine": 0.22, "treatment": 0.26, "home": 0.16, "job": 0.29, "activity": 0.21,
          "own_way": 0.18, "nothing_yet": 0.09}  # fmt: skip
NEEDS = {"home": 0.30, "bed_tonight": 0.13, "job": 0.33, "meeting": 0.18, "talk": 0.27,
         "ride": 0.34, "child_care": 0.22, "dental": 0.31, "health": 0.16, "mental_health": 0.29,
         "medicine": 0.14, "fun": 0.26, "food_and_basics": 0.17, "record": 0.16, "money": 0.21,
         "school": 0.12, "family": 0.19}  # fmt: skip
# What changes from the first wave to the second. The ride is noise; the home is not.
CHANGE = {"home": 0.11, "ride": 0.015, "child_care": 0.02, "dental": 0.03}
BY_DISTRICT = {
    "Harwin and the Northeast": {"job": 0.12, "record": 0.08},
    "Prairie Ford and the Southeast": {"child_care": 0.16, "dental": 0.08},
    "Milltown and River": {"ride": 0.09, "meeting": 0.06},
    "Alder City South": {"home": 0.05, "food_and_basics": 0.08},
    "Cedar Bend Hills": {"ride": 0.2, "dental": 0.15},
}
BARRIERS = {"hours": 0.27, "far": 0.22, "no_ride": 0.29, "cost": 0.31, "child_care": 0.18,
            "language": 0.06, "judged": 0.34}  # fmt: skip
RIDE_WHEN = {"day": 0.41, "evening": 0.63, "weekend": 0.48}
GIFTS = {"volunteers": 0.31, "music": 0.11, "drivers": 0.17, "space": 0.06, "cooks": 0.22,
         "teachers": 0.12, "peer_leaders": 0.15, "repairs": 0.13,
         "child_care_helpers": 0.14}  # fmt: skip
SPANISH = {"Prairie Ford and the Southeast": 0.22, "Alder City South": 0.15}
WORDS = {
    "en": [
        "The Friday game night got me through the winter.",
        "My daughter needs someone to watch the baby so she can go.",
        "Please keep the coffee on at the center.",
        "I would drive people if gas was paid.",
        "A dentist who does not look down on us.",
        "Nobody told me the meeting had moved.",
        "It took me three buses to get to the clinic.",
        "I found work through my home group.",
        "We need something for dads.",
        "The library let me print my papers for free.",
        "Sundays are the longest day.",
        "I can fix bikes, just ask.",
    ],
    "es": [
        "Falta un grupo en español los domingos.",
        "El coro me ayuda mucho.",
        "Necesito quien cuide a mis hijos por la noche.",
        "Gracias por la despensa.",
    ],
}


def _one(random: np.random.Generator, shares: dict[str, float]) -> str:
    names = list(shares)
    weights = np.array(list(shares.values()))
    return names[int(random.choice(len(names), p=weights / weights.sum()))]


def _many(random: np.random.Generator, shares: dict[str, float]) -> list[str]:
    throws = random.random(len(shares))
    return [name for name, throw in zip(shares, throws, strict=True) if throw < shares[name]]


def _person(number: int, position: int, area: Area) -> dict[str, object]:
    """One person's answers; about one in twenty-five leaves any one question blank."""
    random = dice("survey", str(number), str(position), area.id)
    own = BY_DISTRICT.get(area.district, {})
    needs_shares = {
        need: share + own.get(need, 0) + (CHANGE.get(need, 0) if number == 2 else 0)
        for need, share in NEEDS.items()
    }
    spanish = SPANISH.get(area.district, 0.04)
    language = _one(random, {"en": 0.98 - spanish, "es": spanish, "other": 0.02})
    needs = _many(random, needs_shares)
    weights = {need: NEEDS[need] for need in needs}
    barriers = _many(random, {**BARRIERS, "language": 0.35 if language == "es" else 0.02})
    children = _one(random, {"yes": 0.39, "no": 0.61})
    answers: dict[str, str] = {
        "role": _one(random, ROLES),
        "age_group": _one(random, AGES),
        "language": language,
        "belong": _one(random, BELONG),
        "strengths": "|".join(_many(random, STRENGTHS)),
        "worked": "|".join(_many(random, WORKED)),
        "needs": "|".join(needs),
        "top_need": _one(random, weights) if needs else "",
        "barriers": "|".join(barriers) or "none",
        "ride_when": "|".join(_many(random, RIDE_WHEN)) if "no_ride" in barriers else "",
        "children": children,
        "missed_for_children": "",
        "record_stopped": _one(random, {"yes": 0.24, "no": 0.76}),
        "gifts": "|".join(_many(random, GIFTS)) or "none",
        "minutes": str(int(random.gamma(3.0, 9.0)) + 2),
    }
    if children == "yes":
        answers["missed_for_children"] = _one(random, {"yes": 0.44, "no": 0.56})
    for question in ("belong", "strengths", "worked", "top_need", "record_stopped", "minutes"):
        if random.random() < 0.04:
            answers[question] = ""
    if random.random() < 0.11:
        words = WORDS.get(language, WORDS["en"])
        answers["own_words"] = words[int(random.integers(len(words)))]
    if random.random() < 0.05:
        answers["contact"] = f"(618) 555-01{int(random.integers(100)):02d}"
    house = random.random() < ONE_HOUSE_SHARE[number - 1]
    if house and area.district == ONE_HOUSE_DISTRICT:
        place = ONE_HOUSE
    else:
        place = PLACES[int(random.integers(len(PLACES)))]
    days = DAYS_AGO[number - 1] + int(random.integers(0, 24))
    return {
        "respondent": f"w{number}-{position:04d}",
        "wave": f"wave{number}",
        "area": area.id,
        "consent": "yes",
        "place": place,
        "day": (DEMO_DAY - timedelta(days=days)).isoformat(),
        **answers,
    }


def wave(number: int) -> list[dict[str, object]]:
    """The rows of wave 1 or 2, in the order in which they came in."""
    rows = []
    for district, sizes in ANSWERS.items():
        inside = [area for area in areas() if area.district == district and area.population]
        weights = np.array([area.population for area in inside], dtype=float)
        random = dice("survey areas", str(number), district)
        for at in random.choice(len(inside), sizes[number - 1], p=weights / weights.sum()):
            rows.append(_person(number, len(rows) + 1, inside[int(at)]))
    refused = dice("consent", str(number)).choice(len(rows), NO_CONSENT[number - 1], replace=False)
    for at in sorted(int(at) for at in refused):
        extra = {**rows[at], "respondent": f"w{number}-n{at:04d}", "consent": "no"}
        rows.append(extra)
    return sorted(rows, key=lambda row: (str(row["day"]), str(row["respondent"])))
