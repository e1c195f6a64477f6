"""Fields of an asset from a service, who runs it and where it is, as HSDS names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from assetmap import vocabulary
from assetmap.assets import cells
from assetmap.fields import FIELDS, JsonDict, JsonObject, unpack_original
from assetmap.files.source import as_text
from assetmap.places import fold
from assetmap.readers import values
from assetmap.readers.addresses import country_code, restore_zip, state_code
from assetmap.readers.feed import Feed, Given
from assetmap.readers.hsds.schedules import read_schedules
from assetmap.readers.kinds import guess_kind
from assetmap.words import text

TAXONOMY = "assetmap"
"""Taxonomy of the attributes in which our own writer carries our fields."""
_STATUS = {
    "active": "active",
    "inactive": "inactive",
    "defunct": "inactive",
    "temporarily closed": "temporarily_closed",
    "temporarily_closed": "temporarily_closed",
}
_NO = re.compile(r"\b(no|not|without|limited|partial\w*|un\w*able|sin|non|isn't)\b", re.IGNORECASE)
_NOT_ACCESSIBLE = re.compile(
    r"\b(?:not|no|isn't|non)[\s-]+(?:\w+[\s-]+)?(?:wheel|handicap|ada\b|accessible)", re.IGNORECASE
)
_IDENTITY = re.compile(r"\bidentification|photo id|passport|driver.?s? licen[cs]e", re.IGNORECASE)
_NOT_VOICE = tuple(vocabulary.word_map("not_voice"))
_KEYS = re.compile(r"(^|_)ids?$|^(link_entity|location_type|address_type|location_id|type)$")
# Lists inside an object, and what of their items becomes a field. The rest goes to `original`.
_TAKEN: Mapping[str, frozenset[str]] = {
    "addresses": frozenset((
        "address_1", "address_2", "city", "state_province", "postal_code", "country",
    )),
    "languages": frozenset(("code", "name", "language")),
    "service_areas": frozenset(("name",)),
    "cost_options": frozenset(("amount",)),
    "attributes": frozenset(("value", "taxonomy_term", "taxonomy_detail")),
    "taxonomy": frozenset(("name", "code")),
    "taxonomy_terms": frozenset(("name", "code")),
}  # fmt: skip
_WHOLE = ("phones", "schedules", "regular_schedules", "accessibility", "required_documents")
_NESTED = ("service_at_locations", "service", "location", "locations", "organization", "program")


class Unit(NamedTuple):
    """One row: a service, who runs it, and where (`at` and `location` may be empty)."""

    service: JsonObject
    organization: JsonObject
    at: JsonObject
    location: JsonObject
    missing: str = ""


@cache
def _kinds() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Kinds by Open Eligibility code and by folded term."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "taxonomy_kinds.csv")
    by_term: dict[str, str] = {}
    for row in rows:
        by_term.setdefault(fold(row["term"]), row["kind"])
    return {row["code"]: row["kind"] for row in rows}, by_term


def an_object(value: Any) -> JsonObject:
    """`value` where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects_in(value: Any) -> list[JsonObject]:
    """The JSON objects in a list; none where `value` is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def asset(feed: Feed, row: int, unit: Unit) -> JsonDict:
    """The record of one row."""
    given = [Given(feed, part) for part in unit[:4]]
    service, organization, link, location = given
    record: JsonDict = {"row": row, "original": {}}
    place = as_text(location.get("id"))
    identity = service.text("id")
    record["source_id"] = link.text("id") or identity
    if not unit.at and place and identity:
        record["source_id"] = f"{identity}@{place}"
    record["name"] = service.text("name")
    record["organization"] = organization.text("name")
    record["description"] = service.text("description", "short_desc") or link.text("description")
    record["url"] = (
        service.text("url", "website")
        or location.text("website", "url")
        or organization.text("website", "url")
    )
    record["email"] = service.text("email") or location.text("email") or organization.text("email")
    record["age_min"] = service.text("minimum_age")
    record["age_max"] = service.text("maximum_age")
    record["verified_on"] = service.text("assured_date")
    record["published_at"] = service.text("last_modified")
    status = (service.text("status") or "").lower()
    record["status"] = _STATUS.get(status)
    if status and record["status"] is None:
        note = text("readers.use_one_of", values=", ".join(_STATUS))
        feed.count(row, "status", status, "kept", note)
    _phones(record, link, location, service, organization)
    _times(feed, row, record, link, service, location)
    _where(feed, row, record, service, location)
    _languages(record, service, location)
    _costs(feed, row, record, service)
    _access(feed, row, record, service, location)
    _kind(feed, row, record, unit)
    _own_fields(record, unit)
    _keep_rest(feed, record, given, unit)
    return record


def _keep_rest(feed: Feed, record: JsonDict, given: list[Given], unit: Unit) -> None:
    """Into `original` goes what no field holds, named by whose it is."""
    kept = record["original"]
    # A file of our own writer says in its lists nothing but our fields, and describes an
    # organization by its name because HSDS demands a description.
    is_ours = _is_ours(unit)
    lists = (*_TAKEN, *_WHOLE)
    ours = set(lists) if is_ours else set()
    for owner, prefix in zip(given, ("", "organization.", "at.", "location."), strict=True):
        # An organization's own address is no person's.
        if (email := owner.text("email")) and email != record.get("email"):
            kept.setdefault(f"{prefix}email", email)
        left = owner.rest()
        for name, value in left.items():
            if name in _NESTED or _KEYS.search(name) or name in {"contacts", *ours}:
                continue
            if is_ours and prefix == "organization." and name == "description":
                continue
            kept.setdefault(f"{prefix}{name}", value)
        for name in () if is_ours else lists:
            spare = [
                item
                for each in _not_used(name, objects_in(owner.unseen(name)))
                if (item := _spare(each, _TAKEN.get(name, frozenset())))
            ]
            if spare and (name not in ("phones", "schedules") or _says_more(spare, record)):
                kept.setdefault(f"{prefix}{name}", spare)
        if objects_in(owner.unseen("contacts")):
            feed.personal["contacts"] += 1


def _not_used(name: str, items: list[JsonObject]) -> list[JsonObject]:
    """The items of a list, of addresses the one that was used without what was taken of it."""
    if name != "addresses" or len(items) < 2:
        return items
    used, *others = sorted(items, key=_is_postal)
    # Other addresses keep their lines, under names that nothing takes.
    return [used, *({f"other_{key}": value for key, value in item.items()} for item in others)]


def _spare(item: JsonObject, taken: frozenset[str]) -> JsonDict:
    return {
        key: value
        for key, value in item.items()
        if value not in (None, "", [], {})
        and key not in taken
        and not _KEYS.search(key)
        and key not in ("contacts", "metadata")
    }


def _says_more(items: list[JsonDict], record: JsonObject) -> bool:
    """Whether phones or schedules say more than the one number or the times that were read."""
    if len(items) > 1:
        return True
    extra = set(items[0]) - {
        "number", "type", "number_type", "extension", "freq", "byday", "weekday", "opens_at",
        "closes_at", "languages",
    }  # fmt: skip
    return bool(extra)


def _first(name: str, *owners: JsonObject) -> list[JsonObject]:
    """The list `name` of the nearest owner that has one."""
    for owner in owners:
        if result := objects_in(owner.get(name)):
            return result
    return []


def _phones(record: JsonDict, *owners: JsonObject) -> None:
    for phone in _first("phones", *owners):
        number = (as_text(phone.get("number")) or "").strip("\"' ")
        kind = (as_text(phone.get("type")) or as_text(phone.get("number_type")) or "").lower()
        if not number or any(word in kind for word in _NOT_VOICE):
            continue
        extension = as_text(phone.get("extension"))
        if not record.get("phone"):
            record["phone"] = f"{number} ext. {extension}" if extension else number
        if kind in ("text", "sms"):
            record["text_phone"] = "yes"


def _times(feed: Feed, row: int, record: JsonDict, *owners: JsonObject) -> None:
    schedules = read_schedules(_first("schedules", *owners) or _first("regular_schedules", *owners))
    record["schedule"], record["recurrence"] = (
        schedules.schedule or None,
        schedules.recurrence or None,
    )
    if schedules.zone:
        record["timezone"] = schedules.zone
    if schedules.by_appointment is not None:
        record["by_appointment"] = "yes" if schedules.by_appointment else "no"
    for severity, value, note in schedules.notes:
        feed.say(row, "schedule", value, severity, note)
        if value:
            record["original"].setdefault("schedule", value)


def _where(
    feed: Feed,
    row: int,
    record: JsonDict,
    service: Given,
    location: Given,
) -> None:
    areas = [as_text(area.get("name")) or "" for area in objects_in(service.get("service_areas"))]
    if not areas and isinstance(service.get("service_areas"), str):
        areas = [str(service["service_areas"])]
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
    if not addresses and (location.get("address_1") or location.get("city")):
        addresses = [location]  # flattened: the place is its own address
    addresses = sorted(addresses, key=_is_postal)
    if not addresses:
        return
    names = ("address_1", "address_2", "city", "state_province", "postal_code", "country")
    part = {name: as_text(addresses[0].get(name)) for name in names}
    lines = [part[name] for name in ("address_1", "address_2") if part[name]]
    record["address"] = ", ".join(str(line) for line in lines) or None
    country = country_code(part["country"]) if part["country"] else None
    record["city"], record["country"] = part["city"], country or part["country"]
    record["region"], postal = part["state_province"], part["postal_code"]
    if (record["country"] or feed.options.country) == "US":
        record["region"] = state_code(record["region"]) if record["region"] else None
        restored = restore_zip(postal or "", record["region"] or "")
        if restored:
            feed.say(
                row, "postal_code", postal, "fixed", text("readers.written_as", value=restored)
            )
            postal = restored
    record["postal_code"] = postal


def _is_postal(address: JsonObject) -> bool:
    return (as_text(address.get("address_type")) or "physical") != "physical"


def _languages(record: JsonDict, *owners: JsonObject) -> None:
    known = cells.lookup("languages")
    result: dict[str, None] = {}
    for item in _first("languages", *owners):
        words = [as_text(item.get(key)) or "" for key in ("code", "language", "name")]
        ids = [known[fold(word)] for word in words if word and fold(word) in known]
        spare = next((word for word in words if word), "")
        if ids or spare:
            result[ids[0] if ids else spare] = None
    for owner in owners:
        listed = owner.get("languages")
        if not result and isinstance(listed, str):  # Ohana: "English, Spanish"
            for word in filter(None, (part.strip() for part in re.split(r"[,;|]", listed))):
                result[known.get(fold(word), word)] = None
    record["languages"] = vocabulary.SEPARATOR.join(result) or None


def _costs(feed: Feed, row: int, record: JsonDict, service: JsonObject) -> None:
    result: dict[str, None] = {}
    for item in objects_in(service.get("cost_options")):
        option = as_text(item.get("option")) or as_text(item.get("amount_description")) or ""
        meaning = values.meaning("cost", option) if option else None
        known = cells.lookup("costs").get(fold(option))
        result.update(dict.fromkeys(vocabulary.split(meaning.values if meaning else known or "")))
        try:
            amount = float(as_text(item.get("amount")) or "nan")
        except ValueError:
            continue
        if amount == 0:
            result["free"] = None
        elif amount > 0:
            result["fee"] = None
    fees = as_text(service.get("fees_description")) or as_text(service.get("fees")) or ""
    payments = as_text(service.get("accepted_payments")) or ""
    for name, value in (("fees", fees), ("accepted_payments", payments)):
        if value:  # the words are kept beside what was read of them
            record["original"][name] = value
    paid = values.meaning("cost", payments) if payments else None
    if paid and paid.values:
        result.update(dict.fromkeys(vocabulary.split(paid.values)))
        note = text("readers.read_as", value=paid.values)
        feed.count(row, "accepted_payments", payments, "guessed", note)
    meaning = values.meaning("cost", fees) if fees else None
    known = cells.lookup("costs").get(fold(fees))
    if known:
        result[known] = None
    elif meaning and meaning.values:
        result.update(dict.fromkeys(vocabulary.split(meaning.values)))
        feed.count(row, "fees", fees, "guessed", text("readers.read_as", value=meaning.values))
    record["cost"] = vocabulary.SEPARATOR.join(result) or None


def _access(
    feed: Feed,
    row: int,
    record: JsonDict,
    service: JsonObject,
    location: JsonObject,
) -> None:
    listed = location.get("accessibility")
    texts = [listed] if isinstance(listed, str) else []
    for item in objects_in(listed):
        parts = [as_text(item.get(k)) or "" for k in ("description", "accessibility", "details")]
        texts.append(" ".join(filter(None, parts)))
    if isinstance(stated := location.get("accessibility_for_disabilities"), str):
        texts.append(stated)
    for part in (piece for each in texts for piece in re.split(r"(?<=[.;])\s", each)):
        access = wheelchair_of(part)
        if access and record.get("wheelchair") != "no":
            record["wheelchair"] = access
            note = text("readers.field_is", field="wheelchair", value=access)
            feed.count(row, "accessibility", part.strip(), "guessed", note)
    needed = service.get("required_documents")
    papers = [needed] if isinstance(needed, str) else []
    papers += [as_text(item.get("document")) or "" for item in objects_in(needed)]
    for paper in papers:
        if _IDENTITY.search(paper):
            record["id_required"] = "yes"
            note = text("readers.field_is", field="id_required", value="yes")
            feed.count(row, "required_documents", paper, "guessed", note)
    if isinstance(needed, str):
        record["original"]["required_documents"] = needed


@cache
def _wheelchair_words() -> re.Pattern[str]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "value_words.csv")
    phrases = [r["phrase"] for r in rows if r["field"] == "wheelchair" and r["values"] == "yes"]
    joined = "|".join(re.escape(phrase).replace(r"\ ", r"[\s-]*") for phrase in phrases)
    return re.compile(rf"\b(?:{joined})", re.IGNORECASE)


def wheelchair_of(words: str) -> str:
    """yes, no, or "" for what a text on accessibility says of wheelchairs."""
    if not _wheelchair_words().search(words):
        return ""
    if not _NO.search(words):
        return "yes"
    return "no" if _NOT_ACCESSIBLE.search(words) else ""


def _terms(unit: Unit) -> Iterator[tuple[JsonObject, JsonObject]]:
    """(attribute, its taxonomy term) of the service and of it at the location."""
    for owner in (unit.at, unit.service):
        for attribute in objects_in(owner.get("attributes")):
            yield attribute, an_object(attribute.get("taxonomy_term"))
        for term in objects_in(owner.get("taxonomy")) + objects_in(owner.get("taxonomy_terms")):
            yield {}, term


def _is_ours(unit: Unit) -> bool:
    """Whether our own writer wrote it, which carries the kind in an attribute."""
    return any(
        term.get("code") == "field:kind" and as_text(term.get("taxonomy")) == TAXONOMY
        for _, term in _terms(unit)
    )


def _kind(feed: Feed, row: int, record: JsonDict, unit: Unit) -> None:
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
    if _is_ours(unit):
        return  # our own writer put the other terms beside our kind
    keywords = as_text(unit.service.get("keywords"))
    if keywords:
        record["original"]["keywords"] = keywords
    if names:
        record["original"]["taxonomy"] = names
    if record.get("kind"):
        return
    name = record["name"] or ""
    guess = guess_kind(name, ", ".join([*names, keywords or ""]), record["description"] or "")
    if guess is not None:
        where = ("name", "taxonomy", "description")[guess.text]
        record["kind"] = guess.kind
        for field, value in guess.fill.items():
            record[field] = record.get(field) or value
        note = text(f"readers.kind_from_{where}", kind=guess.kind, phrase=guess.phrase)
        feed.say(row, "kind", "", "guessed", note)


def _own_fields(record: JsonDict, unit: Unit) -> None:
    """Fields that our own writer carried in attributes (`field:name` = value)."""
    for attribute, term in _terms(unit):
        if as_text(term.get("taxonomy")) != TAXONOMY:
            continue
        field = (as_text(term.get("code")) or "").removeprefix("field:")
        value = as_text(attribute.get("value"))
        if field == "original":
            record["original"] |= unpack_original(value)
        elif field in FIELDS and value is not None:
            record[field] = value
