"""One asset row: from the few words of a list to all columns, the rest left unknown on purpose.

A row is a dict of text by column name (assetmap/vocabulary/fields.csv). The value `?` says
"unknown" and keeps any default away. Rows from the lists get yes/no answers thrown with dice, at
most half of them known; planted rows get none, so that a story never hangs on chance.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from . import dice
from .geography import Area, Town, areas, degrees, towns

HERE = Path(__file__).parent
VOCABULARY = HERE.parents[2] / "assetmap" / "vocabulary"
DEMO_DAY = date(2026, 11, 20)
UNKNOWN = "?"

STREETS = {
    "Alder City": ["Main Street", "Court Street", "Mill Street", "Depot Street", "Orchard Street",
                   "College Avenue", "Market Avenue", "Foundry Avenue", "Maple Avenue"],
    "Milltown": ["Milltown Main Street", "Ferry Street", "Sawdust Alley", "Levee Street"],
    "Harwin": ["Harwin Main Street", "Lake Street", "Tipple Street", "Union Street"],
    "Prairie Ford": ["Ford Street", "Campus Street", "Wagon Street", "Calle Real"],
    "Cedar Bend": ["Cedar Street", "Bluff Street"],
    "": ["Church Road", "Schoolhouse Road", "Township Road", "Elevator Road"],
}  # fmt: skip

# Chance of yes where a yes/no field is known, by the kind's group; "*" is for every group.
CHANCES = {
    "*": {"wheelchair": 0.7, "trans_welcome": 0.95, "children_welcome": 0.5,
          "walk_in": 0.6, "text_phone": 0.5, "immigration_status_not_asked": 0.6,
          "listed_ok": 1.0, "id_required": 0.15,
          "worship_required": 0.0, "id_checked_at_door": 0.05, "referral_needed": 0.05,
          "law_enforcement_on_site": 0.0, "ride_provided": 0.15, "by_appointment": 0.25},
    "peers": {"newcomers_welcome": 0.92, "open_to_public": 0.75, "peer_run": 0.85,
              "medication_welcome": 0.7, "takes_supervision": 0.95,
              "accepts_record": 1.0, "child_care": 0.1, "immigration_status_not_asked": 0.95},
    "home": {"same_day": 0.4, "waiting_list": 0.4, "takes_supervision": 0.6, "peer_run": 0.4,
             "accepts_record": 0.6, "medication_welcome": 0.6},
    "work": {"accepts_record": 0.6, "waiting_list": 0.2, "takes_supervision": 0.7,
             "medication_welcome": 0.6, "peer_run": 0.1},
    "family": {"waiting_list": 0.3, "child_care": 0.3, "peer_run": 0.3, "same_day": 0.4},
    "everyday": {"same_day": 0.6, "waiting_list": 0.2, "peer_run": 0.1, "accepts_record": 0.97,
                 "takes_supervision": 0.8},
    "community": {"newcomers_welcome": 0.9, "open_to_public": 0.85, "child_care": 0.1,
                  "peer_run": 0.4, "accepts_record": 1.0,
                  "medication_welcome": 0.8},
    "health": {"same_day": 0.4, "waiting_list": 0.4, "medication_welcome": 0.8,
               "peer_run": 0.05, "accepts_record": 0.9, "takes_supervision": 0.8},
    "justice": {"peer_run": 0.05, "takes_supervision": 0.9, "accepts_record": 0.9},
}  # fmt: skip

# Said of a room, not of a screen or a phone.
IN_A_ROOM = {"wheelchair", "child_care", "id_checked_at_door", "law_enforcement_on_site",
             "ride_provided", "walk_in", "takes_supervision", "accepts_record"}  # fmt: skip

# What a stranger would read as nonsense on some kinds.
_ROOMS = {"meeting", "family_group", "peer_group"}
_OPEN_PLACES = {"library", "park_or_trail", "pharmacy", "government_office", "hospital", "naloxone"}
NOT_ASKED = {
    "children_welcome": {"recovery_home", "employer", "crisis_line", "phone_support", "pharmacy"},
    "worship_required": _OPEN_PLACES | {"meeting"},
    "peer_run": _OPEN_PLACES | {"faith_organization", "college", "dentist"},
    "referral_needed": _OPEN_PLACES | _ROOMS | {"food"},
    "walk_in": _ROOMS | {"library", "park_or_trail"},
    "by_appointment": _OPEN_PLACES | _ROOMS | {"food", "substance_free_social"},
    "id_required": _ROOMS | {"park_or_trail", "faith_organization"},
    "text_phone": {"park_or_trail", "naloxone"},
    "ride_provided": _OPEN_PLACES | {"transportation"},
    "waiting_list": {"food", "naloxone", "pharmacy", "hospital"},
}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FIELDS = [row["name"] for row in _read(VOCABULARY / "fields.csv")]
# Fields that came later: the county says nothing of them, and no other row's dice move for them.
LATER = ("pets_welcome", "couples_together", "signs_court_slips", "smoking_allowed",
         "drug_test_asked")  # fmt: skip
YES_NO = [
    row["name"]
    for row in _read(VOCABULARY / "fields.csv")
    if row["type"] == "yesno" and row["name"] not in LATER
]
KINDS = {row["id"]: row for row in _read(VOCABULARY / "kinds.csv")}
PROGRAMS = {row["id"]: row for row in _read(VOCABULARY / "programs.csv")}
_TOWNS = towns()
_AREAS = {area.id: area for area in areas()}


def slug(text: str) -> str:
    """Lower-case words joined by hyphens: `Círculo de Esperanza` → `circulo-de-esperanza`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")


def parse_extras(text: str) -> dict[str, str]:
    """`cost=free; languages=en|es` as a dict."""
    pairs = (part.split("=", 1) for part in text.split(";") if part.strip())
    return {name.strip(): value.strip() for name, value in pairs}


def read_list(name: str) -> list[tuple[str, list[str], dict[str, str]]]:
    """(section, columns, section's extras) of a list file with `[section]` lines and `|` columns.

    Only the first three bars divide; what follows may hold bars of many-valued cells.
    """
    section, common, found = "", {}, []
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            section, _, rest = line[1:].partition("]")
            common = parse_extras(rest)
            continue
        columns = [part.strip() for part in line.split("|", 3)]
        found.append((section, columns, common))
    return found


def town_of(place: str) -> Town:
    """The settlement whose name and ZIP code an address at `place` carries."""
    if place in _TOWNS:
        town = _TOWNS[place]
        if town.kind != "landmark":
            return town
        here = (town.east, town.north)
    else:
        area = _AREAS[place]
        if area.district.startswith("Alder City"):
            return _TOWNS["Alder City"]
        here = (area.east, area.north)
    real = [town for town in _TOWNS.values() if town.kind != "landmark"]
    return min(real, key=lambda t: (t.east - here[0]) ** 2 + (t.north - here[1]) ** 2)


def locate(row: dict[str, str], place: str) -> None:
    """Street, town, ZIP code and point of a row at `place` (a town or an area's id)."""
    spot: Town | Area = _TOWNS[place] if place in _TOWNS else _AREAS[place]
    spread = spot.spread if isinstance(spot, Town) else 1.0
    town = town_of(place)
    random = dice("place", row["id"])
    east, north = random.normal(0, spread / 2, 2).clip(-spread, spread)
    lat, lon = degrees(spot.east + float(east), spot.north + float(north))
    streets = STREETS.get(town.name) or STREETS[""]
    street = streets[int(random.integers(len(streets)))]
    number = int(random.integers(2, 98)) * 10 + int(random.integers(10))
    if KINDS[row["kind"]]["address"] in ("area", "hidden"):
        number += 1000  # no other row may stand at a private address by chance
    defaults = {
        "address": f"{number} {street}",
        "city": town.name,
        "region": "IL",
        "postal_code": town.zip_code,
        "country": "US",
        "latitude": f"{lat:.5f}",
        "longitude": f"{lon:.5f}",
    }
    for field, value in defaults.items():
        row.setdefault(field, value)


@cache
def _descriptions() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, columns, _ in read_list("descriptions.txt"):
        found.setdefault(kind, []).append(columns[0])
    return found


@cache
def _in_spanish() -> dict[str, str]:
    return {row["english"]: row["spanish"] for row in _read(HERE / "descriptions_es.csv")}


def with_spanish(row: dict[str, str]) -> dict[str, str]:
    """The row with its description in Spanish beside the English one."""
    text = row.get("description", "")
    if not text:
        return row
    if text not in _in_spanish():
        raise ValueError(f"{row['id']}: descriptions_es.csv has no Spanish for {text!r}")
    return {**row, "description_es": _in_spanish()[text]}


@cache
def _organizations() -> dict[str, list[str]]:
    return {
        kind: row["names"].split("|")
        for row in _read(HERE / "organizations.csv")
        for kind in row["kinds"].split("|")
    }


def voice(row: dict[str, str]) -> None:
    """A sentence about it and who runs it, for some rows of the lists."""
    random = dice("voice", row["id"])
    speaks, runs = random.random(2)
    online = row.get("format", "in_person") in ("online", "phone")
    lines = _descriptions().get(f"{row['kind']} online" if online else row["kind"], [])
    if lines and speaks < 0.6:
        row.setdefault("description", lines[int(random.integers(len(lines)))])
    names = _organizations().get(row["kind"], [])
    if names and runs < 0.55:
        row.setdefault("organization", names[int(random.integers(len(names)))])


def reach(row: dict[str, str]) -> None:
    """A phone, a web page, an address to write to: some known, some not."""
    random = dice("reach", row["id"])
    number = f"(618) 555-01{int(random.integers(100)):02d}"
    site = slug(row["name"])
    likely = {
        "phone": (number, 0.85),
        "url": (f"https://example.org/{site}", 0.5),
        "email": (f"{site[:40].strip('-')}@example.org", 0.2),
    }
    for field, (value, chance) in likely.items():
        throw = random.random()
        if field not in row and throw < chance:
            row[field] = value
    forms = row.get("format", "").split("|")
    if "online" in forms:
        row.setdefault("conference_url", f"https://meet.example.org/{row['id']}")
    if "phone" in forms:
        row.setdefault("phone", number)
        if row["kind"] in ("meeting", "family_group"):
            row.setdefault("conference_phone", number)


def trust(row: dict[str, str]) -> None:
    """When it was last checked: lately, long ago, or nobody knows."""
    random = dice("trust", row["id"])
    throw, ways = random.random(), ["phone", "phone", "visit", "website", "provider", "peer"]
    if "verified_on" not in row and throw < 0.72:
        days = int(random.integers(370, 900)) if throw < 0.13 else int(random.integers(3, 330))
        row["verified_on"] = (DEMO_DAY - timedelta(days=days)).isoformat()
    if row.get("verified_on", UNKNOWN) != UNKNOWN:
        row.setdefault("verified_how", ways[int(random.integers(len(ways)))])
    if "status" not in row:
        throw = random.random()
        row["status"] = (
            "inactive"
            if throw < 0.025
            else "candidate"
            if throw < 0.05
            else "temporarily_closed"
            if throw < 0.065
            else "active"
        )


def answers(row: dict[str, str]) -> None:
    """Yes/no fields of a row from the lists: about four in ten known, only where they apply."""
    random = dice("answers", row["id"])
    chances = {**CHANCES["*"], **CHANCES[KINDS[row["kind"]]["group"]]}
    away = row.get("format") in ("online", "phone")
    for field in YES_NO:
        known, yes = random.random(2)
        if field not in chances or row["kind"] in NOT_ASKED.get(field, ()):
            continue
        if away and field in IN_A_ROOM:
            continue
        if field == "by_appointment" and row.get("walk_in") == "yes":
            continue
        if field not in row and known < 0.42:
            row[field] = "yes" if yes < chances[field] else "no"
    if row.get("child_care") == "yes":
        row["children_welcome"] = "yes"


def program(row: dict[str, str]) -> None:
    """A fellowship's full name and its custom of passing a hat.

    Its pathway and what it is about are filled in from the vocabulary when the row is checked.
    """
    row.setdefault("organization", PROGRAMS[row["program"]]["label_en"])
    row.setdefault("cost", "free|donation")


def complete(row: dict[str, str], place: str, by_chance: bool) -> dict[str, str]:
    """The row with place, reach, check date and, where asked, yes/no answers by chance."""
    if row.get("program"):
        program(row)
    away = place == "online"
    if not away:
        row.setdefault("format", "in_person")
        locate(row, place)
    row.setdefault("languages", "en")
    if by_chance:
        blur = dice("blur", row["id"])
        for field, chance in (("languages", 0.12), ("cost", 0.1), ("format", 0.06)):
            throw = blur.random()
            if row.get(field) in ("en", "free", "free|donation", "in_person") and throw < chance:
                row[field] = UNKNOWN
        answers(row)
        voice(row)
    else:
        row.setdefault("status", "active")
        row.setdefault("verified_on", "2026-11-05")
    reach(row)
    trust(row)
    wrong = set(row) - set(FIELDS) - {"shape"}
    if wrong or row["kind"] not in KINDS:
        raise ValueError(f"{row['id']}: {sorted(wrong)} or kind {row['kind']!r} is not known")
    return {field: value for field, value in row.items() if value not in ("", UNKNOWN)}
