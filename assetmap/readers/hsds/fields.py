"""Fields of an asset from a service, who runs it and where it is, as HSDS names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from assetmap import vocabulary
from assetmap.assets import cells
from assetmap.fields import FIELDS
from assetmap.files.source import as_text
from assetmap.places import fold
from assetmap.readers import values
from assetmap.readers.addresses import restore_zip, state_code
from assetmap.readers.feed import Feed, is_personal
from assetmap.readers.hsds.schedules import read_schedules
from assetmap.readers.kinds import guess_kind

TAXONOMY = "assetmap"
"""Taxonomy of the attributes in which our own writer carries our fields."""
_STATUS = {
    "active": "active",
    "inactive": "inactive",
    "defunct": "inactive",
    "temporarily closed": "temporarily_closed",
    "temporarily_closed": "temporarily_closed",
}
_KEPT = (
    "alternate_name", "interpretation_services", "application_process", "wait_time",
    "accreditations", "licenses", "alert", "eligibility_description", "fees_description", "fees",
)  # fmt: skip
_WHEELCHAIR = re.compile(r"wheel ?chair|step.free|ramp\b", re.IGNORECASE)
_NO = re.compile(r"\b(no|not|without|limited|partial|un\w*able)\b", re.IGNORECASE)
_IDENTITY = re.compile(r"\bidentification|photo id|passport|driver.?s? licen[cs]e", re.IGNORECASE)
_NOT_VOICE = ("fax", "pager", "tty", "textphone")


class Unit(NamedTuple):
    """One row: a service, who runs it, and where (`at` and `location` may be empty)."""

    service: Mapping[str, Any]
    organization: Mapping[str, Any]
    at: Mapping[str, Any]
    location: Mapping[str, Any]
    missing: str = ""


@cache
def _kinds() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Kinds by Open Eligibility code and by folded term."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "taxonomy_kinds.csv")
    by_term: dict[str, str] = {}
    for row in rows:
        by_term.setdefault(fold(row["term"]), row["kind"])
    return {row["code"]: row["kind"] for row in rows}, by_term


def an_object(value: Any) -> Mapping[str, Any]:
    """`value` where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects_in(value: Any) -> list[Mapping[str, Any]]:
    """The JSON objects in a list; none where `value` is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def asset(feed: Feed, row: int, unit: Unit) -> dict[str, Any]:
    """The record of one row."""
    service, organization, at, location = unit[:4]
    text = {k: as_text(v) for k, v in service.items() if not isinstance(v, (dict, list))}
    record: dict[str, Any] = {"row": row}
    place = as_text(location.get("id"))
    record["source_id"] = as_text(at.get("id")) or text.get("id")
    if not at and place and text.get("id"):
        record["source_id"] = f"{text['id']}@{place}"
    record["name"] = text.get("name")
    record["organization"] = as_text(organization.get("name"))
    record["description"] = text.get("description") or as_text(at.get("description"))
    record["url"] = text.get("url") or as_text(
        organization.get("website") or organization.get("url")
    )
    record["email"] = text.get("email") or as_text(organization.get("email"))
    record["age_min"], record["age_max"] = text.get("minimum_age"), text.get("maximum_age")
    record["verified_on"], record["published_at"] = (
        text.get("assured_date"),
        text.get("last_modified"),
    )
    status = (text.get("status") or "").lower()
    record["status"] = _STATUS.get(status)
    if status and record["status"] is None:
        feed.count(row, "status", status, "kept", f"use one of {', '.join(_STATUS)}")
    record["original"] = {
        name: text[name] for name in _KEPT if text.get(name) and not is_personal(name)
    }
    _phones(record, at, location, service, organization)
    _times(feed, row, record, at, service, location)
    _where(feed, row, record, service, location)
    _languages(record, service, location)
    _costs(feed, row, record, service)
    _access(feed, row, record, service, location)
    _kind(feed, row, record, unit)
    _own_fields(record, unit)
    return record


def _first(name: str, *owners: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The list `name` of the nearest owner that has one."""
    for owner in owners:
        if found := objects_in(owner.get(name)):
            return found
    return []


def _phones(record: dict[str, Any], *owners: Mapping[str, Any]) -> None:
    for phone in _first("phones", *owners):
        number = (as_text(phone.get("number")) or "").strip("\"' ")
        kind = (as_text(phone.get("type")) or "").lower()
        if not number or any(word in kind for word in _NOT_VOICE):
            continue
        extension = as_text(phone.get("extension"))
        if not record.get("phone"):
            record["phone"] = f"{number} ext. {extension}" if extension else number
        if kind in ("text", "sms"):
            record["text_phone"] = "yes"


def _times(feed: Feed, row: int, record: dict[str, Any], *owners: Mapping[str, Any]) -> None:
    said = read_schedules(_first("schedules", *owners) or _first("regular_schedules", *owners))
    record["schedule"], record["recurrence"] = said.schedule or None, said.recurrence or None
    if said.by_appointment is not None:
        record["by_appointment"] = "yes" if said.by_appointment else "no"
    for severity, value, note in said.notes:
        feed.say(row, "schedule", value, severity, note)
        if value:
            record["original"].setdefault("schedule", value)


def _where(
    feed: Feed,
    row: int,
    record: dict[str, Any],
    service: Mapping[str, Any],
    location: Mapping[str, Any],
) -> None:
    areas = [as_text(area.get("name")) or "" for area in objects_in(service.get("service_areas"))]
    record["serves_area"] = "; ".join(dict.fromkeys(filter(None, areas))) or None
    if not location:
        return
    if (as_text(location.get("location_type")) or "").lower() == "virtual":
        record["format"] = "online"
        record["conference_url"] = as_text(location.get("url"))
        return
    record["latitude"] = as_text(location.get("latitude"))
    record["longitude"] = as_text(location.get("longitude"))
    name = as_text(location.get("name"))
    if name:
        record["original"]["location"] = name
    addresses = objects_in(location.get("addresses")) or objects_in(
        location.get("physical_addresses")
    )
    addresses.sort(key=lambda item: (as_text(item.get("address_type")) or "physical") != "physical")
    if not addresses:
        return
    text = {k: as_text(v) for k, v in addresses[0].items()}
    lines = [text[k] for k in ("address_1", "address_2") if text.get(k)]
    record["address"] = ", ".join(str(line) for line in lines) or None
    record["city"], record["country"] = text.get("city"), text.get("country")
    record["region"], postal = text.get("state_province"), text.get("postal_code")
    if (record["country"] or feed.options.country) == "US":
        record["region"] = state_code(record["region"]) if record["region"] else None
        restored = restore_zip(postal or "", record["region"] or "")
        if restored:
            feed.say(row, "postal_code", postal, "fixed", f"written as {restored}")
            postal = restored
    record["postal_code"] = postal


def _languages(record: dict[str, Any], *owners: Mapping[str, Any]) -> None:
    known = cells.lookup("languages")
    found: dict[str, None] = {}
    for item in _first("languages", *owners):
        words = [as_text(item.get(key)) or "" for key in ("code", "language", "name")]
        ids = [known[fold(word)] for word in words if word and fold(word) in known]
        spare = next((word for word in words if word), "")
        if ids or spare:
            found[ids[0] if ids else spare] = None
    record["languages"] = vocabulary.SEPARATOR.join(found) or None


def _costs(feed: Feed, row: int, record: dict[str, Any], service: Mapping[str, Any]) -> None:
    found: dict[str, None] = {}
    for item in objects_in(service.get("cost_options")):
        option = as_text(item.get("option")) or as_text(item.get("amount_description")) or ""
        meaning = values.meaning("cost", option) if option else None
        known = cells.lookup("costs").get(fold(option))
        found.update(dict.fromkeys(vocabulary.split(meaning.values if meaning else known or "")))
        try:
            amount = float(as_text(item.get("amount")) or "nan")
        except ValueError:
            continue
        if amount == 0:
            found["free"] = None
        elif amount > 0:
            found["fee"] = None
    fees = as_text(service.get("fees_description")) or as_text(service.get("fees")) or ""
    meaning = values.meaning("cost", fees) if fees else None
    known = cells.lookup("costs").get(fold(fees))
    if known:
        found[known] = None
    elif meaning and meaning.values:
        found.update(dict.fromkeys(vocabulary.split(meaning.values)))
        feed.count(row, "fees", fees, "guessed", f"read as {meaning.values}")
    record["cost"] = vocabulary.SEPARATOR.join(found) or None


def _access(
    feed: Feed,
    row: int,
    record: dict[str, Any],
    service: Mapping[str, Any],
    location: Mapping[str, Any],
) -> None:
    for item in objects_in(location.get("accessibility")):
        texts = [as_text(item.get(k)) or "" for k in ("description", "accessibility", "details")]
        for text in re.split(r"(?<=[.;])\s", " ".join(texts)):
            if _WHEELCHAIR.search(text) and not _NO.search(text):
                record["wheelchair"] = "yes"
                feed.count(row, "accessibility", text.strip(), "guessed", "wheelchair is yes")
    for item in objects_in(service.get("required_documents")):
        text = as_text(item.get("document")) or ""
        if _IDENTITY.search(text):
            record["id_required"] = "yes"
            feed.count(row, "required_documents", text, "guessed", "id_required is yes")


def _terms(unit: Unit) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """(attribute, its taxonomy term) of the service and of it at the location."""
    for owner in (unit.at, unit.service):
        for attribute in objects_in(owner.get("attributes")):
            yield attribute, an_object(attribute.get("taxonomy_term"))
        for term in objects_in(owner.get("taxonomy")) + objects_in(owner.get("taxonomy_terms")):
            yield {}, term


def _kind(feed: Feed, row: int, record: dict[str, Any], unit: Unit) -> None:
    by_code, by_term = _kinds()
    names: list[str] = []
    for _, term in _terms(unit):
        if as_text(term.get("taxonomy")) == TAXONOMY:
            continue
        code, name = as_text(term.get("code")) or "", as_text(term.get("name")) or ""
        kind = by_code.get(code) or by_term.get(fold(name.rpartition(">")[2]))
        if kind and not record.get("kind"):
            record["kind"] = kind
        if name:
            names.append(name)
    if any(term.get("code") == "field:kind" for _, term in _terms(unit)):
        return  # our own writer put the other terms beside our kind
    if names:
        record["original"]["taxonomy"] = names
    if record.get("kind"):
        return
    name = record["name"] or ""
    guess = guess_kind(name, ", ".join(names), record["description"] or "")
    if guess is not None:
        where = ("the name", "its taxonomy", "the description")[guess.text]
        record["kind"] = guess.kind
        for field, value in guess.fill.items():
            record[field] = record.get(field) or value
        note = f"guessed to be {guess.kind} from '{guess.phrase}' in {where}"
        feed.say(row, "kind", "", "guessed", note)


def _own_fields(record: dict[str, Any], unit: Unit) -> None:
    """Fields that our own writer carried in attributes (`field:name` = value)."""
    for attribute, term in _terms(unit):
        if as_text(term.get("taxonomy")) != TAXONOMY:
            continue
        field = (as_text(term.get("code")) or "").removeprefix("field:")
        value = as_text(attribute.get("value"))
        if field in FIELDS and value is not None:
            record[field] = value
