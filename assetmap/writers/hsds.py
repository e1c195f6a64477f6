"""HSDS 3.0 JSON: a list of services, each valid by the specification's compiled schema.

What HSDS has a place for stands there; our other fields travel as attributes of the taxonomy
`assetmap` (`field:name`), which our reader turns back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import geopandas as gpd

from assetmap import schedule, vocabulary
from assetmap.fields import FIELDS, JsonDict
from assetmap.writers import texts
from assetmap.writers.texts import WriteOptions, Writer, Written

CARRIES = frozenset(FIELDS)
TAXONOMY = "assetmap"
_STATUS = {
    "active": "active",
    "temporarily_closed": "temporarily closed",
    "inactive": "inactive",
    "candidate": "inactive",
}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Fields with a place of their own in HSDS, from which our reader gets them back.
_NATIVE = frozenset((
    "name", "organization", "description", "url", "email", "age_min", "age_max", "verified_on",
    "phone", "address", "city", "region", "postal_code", "latitude", "longitude", "languages",
    "cost",
))  # fmt: skip


def write(assets: gpd.GeoDataFrame, options: WriteOptions) -> Written:
    """One service per asset, at one location where it has a place."""
    names = texts.fields(options.public_only)
    columns = {name: texts.column(assets, name, options.public_only) for name in names}
    services = [
        _service({name: column[position] for name, column in columns.items()})
        for position in range(len(assets))
    ]
    data = json.dumps(services, ensure_ascii=False, indent=1, allow_nan=False)
    return Written(data.encode(), [])


def _uuid(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "\x1f".join(("assetmap", *parts))))


def _service(text: Mapping[str, str]) -> dict[str, object]:
    key = text["id"]
    service: dict[str, object] = {
        "id": _uuid(key),
        "name": text["name"],
        "description": text["description"],
        "url": text["url"],
        "email": text["email"],
        "status": _STATUS.get(text["status"], "active"),
        "assured_date": text["verified_on"],
    }
    for ours, theirs in (("age_min", "minimum_age"), ("age_max", "maximum_age")):
        if text[ours]:
            service[theirs] = int(text[ours])
    if text["organization"]:
        # Only its name is ours to say: the description belongs to the service.
        service["organization"] = {
            "id": _uuid("organization", text["organization"]),
            "name": text["organization"],
            "description": text["organization"],
        }
    if text["phone"]:
        service["phones"] = [{"id": _uuid(key, "phone"), "number": text["phone"], "type": "voice"}]
    service["languages"] = [
        {"id": _uuid(key, "language", code), "code": code, "name": _label("languages", code)}
        for code in vocabulary.split(text["languages"])
    ]
    service["cost_options"] = [
        {"id": _uuid(key, "cost", cost), "option": _label("costs", cost)}
        for cost in vocabulary.split(text["cost"])
    ]
    if text["serves_area"]:
        service["service_areas"] = [{"id": _uuid(key, "area"), "name": text["serves_area"]}]
    rows = schedules(text["schedule"], key)
    service["schedules"] = rows
    location = _location(text, key)
    if location:
        link = {"id": _uuid(key, "at"), "service_id": service["id"], "location": location}
        service["service_at_locations"] = [link]
    native = _NATIVE | ({"schedule"} if rows else set())
    if text["status"] == "active":
        native |= {"status"}
    service["attributes"] = _attributes(text, key, native)
    return {name: value for name, value in service.items() if value not in ("", [], None)}


def _label(name: str, term: str) -> str:
    return vocabulary.label(name, term)


def _location(text: Mapping[str, str], key: str) -> dict[str, object] | None:
    if not any(text[name] for name in ("address", "city", "postal_code", "region", "latitude")):
        return None
    location: dict[str, object] = {"id": _uuid(key, "location"), "location_type": "physical"}
    if text["latitude"]:
        location["latitude"] = float(text["latitude"])
        location["longitude"] = float(text["longitude"])
    if any(text[name] for name in ("address", "city", "postal_code", "region")):
        location["addresses"] = [
            {
                "id": _uuid(key, "address"),
                "address_1": text["address"],
                "city": text["city"],
                "state_province": text["region"],
                "postal_code": text["postal_code"],
                "country": text["country"],
                "address_type": "physical",
            }
        ]
    if text.get("wheelchair") == "yes":
        note = FIELDS["wheelchair"]["label_en"]
        location["accessibility"] = [{"id": _uuid(key, "accessibility"), "description": note}]
    return location


def schedules(text: str, key: str) -> list[dict[str, object]]:
    """HSDS schedules for opening_hours text; none where HSDS cannot say it exactly.

    A week and weeks of the month can be said; seasons and days off cannot.
    """
    try:
        rules = schedule.parse(text) if text else ()
    except schedule.ScheduleError:
        return []
    if any(rule.off or rule.dates or rule.holidays for rule in rules):
        return []
    return [
        {
            "id": _uuid(key, "schedule", str(number)),
            "freq": "MONTHLY" if rule.nth else "WEEKLY",
            "byday": ",".join(
                f"{nth or ''}{_DAYS[day]}"
                for nth in (sorted(rule.nth) or [0])
                for day in sorted(rule.days)
            ),
            "opens_at": _clock(rule.start),
            "closes_at": _clock(rule.end),
        }
        for number, rule in enumerate(rules)
    ]


def _clock(minutes: int) -> str:
    """HH:MM; past midnight it is the time of the next day."""
    if minutes != 24 * 60:
        minutes %= 24 * 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _attributes(text: Mapping[str, str], key: str, native: frozenset[str] | set[str]) -> list[Any]:
    result: list[JsonDict] = []
    for name, value in text.items():
        if not value or name in native:
            continue
        result.append(
            {
                "id": _uuid(key, "attribute", name),
                "link_id": _uuid(key),
                "link_entity": "service",
                "value": value,
                "taxonomy_term": _term(name),
            }
        )
    code = _open_eligibility().get(text["kind"])
    if code:
        term = {
            "id": _uuid("open eligibility", code[0]),
            "code": code[0],
            "name": code[1],
            "description": code[1],
            "taxonomy": "Open Eligibility",
        }
        result.append({"id": _uuid(key, "kind"), "link_entity": "service", "taxonomy_term": term})
    return result


@cache
def _term(name: str) -> dict[str, str]:
    row = FIELDS[name]
    return {
        "id": _uuid("field", name),
        "code": f"field:{name}",
        "name": row["label_en"],
        "description": row["meaning"],
        "taxonomy": TAXONOMY,
    }


@cache
def _open_eligibility() -> dict[str, tuple[str, str]]:
    """Kind → (code, term) of Open Eligibility, the widest term of each kind."""
    result: dict[str, tuple[str, str]] = {}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "taxonomy_kinds.csv"):
        known = result.get(row["kind"])
        if known is None or len(row["code"]) < len(known[0]):
            result[row["kind"]] = (row["code"], row["term"])
    return result


WRITER = Writer("hsds", "HSDS 3.0 JSON", ".json", "application/json", CARRIES, write)
