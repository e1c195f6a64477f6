"""A small community in a folder, at a fixed clock, for the tests of what pages say."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from assetmap.community import open_community
from assetmap.places import Place
from assetmap.web.state import State

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("America/Chicago"))  # a Friday
SQUARE = Place("square", 37.9, -89.0)

SETTINGS = """name = "Small Town"
region = "IL"
timezone = "America/Chicago"
languages = ["en", "es"]
unit = "mi"
[contact]
email = "fix@example.org"
phone = "(618) 555-0100"
[[crisis]]
phone = "988"
text = true
en = "988: call or text, free, day or night"
es = "988: llame o mande un mensaje"
[[assets]]
key = "own"
path = "assets.csv"
name = "Our list"
"""

# One degree of latitude is 69.1 miles, so 0.0145 of it is one mile.
ROWS: list[dict[str, str]] = [
    {
        "id": "home",
        "name": "Cedar House",
        "kind": "recovery_home",
        "description": "A quiet house",
        "description_es": "Una casa tranquila",
        "address": "1 Secret Lane",
        "city": "Milltown",
        "latitude": "38.117",
        "longitude": "-89.0",
        "location_precision": "area",
        "phone": "(618) 555-0111",
        "cost": "fee",
        "accepts_record": "yes",
        "same_day": "yes",
        "beds_open": "1",
        "beds_as_of": "2026-11-18T09:00",
        "verified_on": "2026-11-05",
        "verified_how": "phone",
    },
    {
        "id": "group",
        "name": "Friday *Circle*",
        "kind": "peer_group",
        "organization": "Small Town Peers",
        "address": "12 Foundry Avenue",
        "city": "Smallton",
        "latitude": "37.9145",
        "longitude": "-89.0",
        "phone": "(618) 555-0112",
        "text_phone": "yes",
        "url": "https://example.org/circle",
        "format": "in_person",
        "cost": "free",
        "languages": "en|es",
        "schedule": "Fr 19:00-20:00",
        "children_welcome": "yes",
        "id_checked_at_door": "yes",
        "verified_on": "2024-05-02",
    },
    {
        "id": "saturday",
        "name": "Saturday Circle",
        "kind": "peer_group",
        "address": "12 Foundry Avenue",
        "city": "Smallton",
        "latitude": "37.9145",
        "longitude": "-89.0",
        "format": "in_person",
        "schedule": "Sa 06:30-07:30",
        "children_welcome": "yes",
    },
    {
        "id": "written",
        "name": "Bob's Porch",
        "kind": "peer_group",
        "city": "Smallton",
        "latitude": "37.8855",
        "longitude": "-89.0",
        "format": "in_person",
        "schedule": "whenever Bob is in",
    },
    {
        "id": "court",
        "name": "Annex Circle",
        "kind": "peer_group",
        "latitude": "37.9",
        "longitude": "-89.0",
        "format": "in_person",
        "schedule": "Fr 18:00-19:00",
        "law_enforcement_on_site": "yes",
    },
    {
        "id": "nurse",
        "name": "Nurse Line",
        "kind": "nurse_line",
        "phone": "(618) 555-0114",
        "format": "phone",
        "schedule": "24/7",
    },
]


def folder(path: Path, rows: list[dict[str, str]] | None = None, settings: str = "") -> Path:
    """The community written into `path`."""
    told = ROWS if rows is None else rows
    names = list(dict.fromkeys(name for row in told for name in row))
    (path / "community.toml").write_text(SETTINGS + settings, "utf-8")
    with (path / "assets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(told)
    return path


class Still(State):
    """A state whose clock stands still."""

    def now(self) -> datetime:
        return NOW


def state(path: Path, rows: list[dict[str, str]] | None = None) -> State:
    """The community opened at NOW."""
    community = open_community(folder(path, rows), now=NOW)
    catalog = community.catalog
    return Still(community, catalog, f"{catalog.version}{path.name}", "files", NOW.date())
