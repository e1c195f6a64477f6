"""FindTreatment.gov: the JSON of its listing, and its CSV or XLSX export.

A facility ticks services; a tick is a yes and its absence is unknown. Only the lists of
accepted ages and genders are whole: a facility that names adults and no children takes adults.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from assetmap import vocabulary
from assetmap.assets.cells import YES
from assetmap.fields import JsonDict, JsonObject
from assetmap.files.source import as_text
from assetmap.readers.addresses import restore_zip, state_code
from assetmap.readers.document import Document, Reader
from assetmap.readers.feed import Feed, objects
from assetmap.readers.source import Read, ReadOptions
from assetmap.words import text as words

NAME = "findtreatment"
_OWN = ("name1", "street1", "zip", "intake1", "name2")
_TYPES = {
    "SA": "outpatient_treatment",
    "MH": "mental_health",
    "OTP": "opioid_treatment_program",
    "BUPREN": "recovery_medicine_clinic",
    "HRSA": "health_clinic",
    "HIV": "hiv_hepatitis_service",
    "VA": "outpatient_treatment",
}
# The first service that a facility offers decides what it is.
_KIND_BY_CODE = (
    ("HH", "recovery_home"),
    ("OTP", "opioid_treatment_program"),
    ("RES", "residential_treatment"),
    ("RL", "residential_treatment"),
    ("RS", "residential_treatment"),
    ("HI", "hospital"),
    ("OP", "outpatient_treatment"),
    ("ORT", "outpatient_treatment"),
    ("OIT", "outpatient_treatment"),
    ("ODT", "outpatient_treatment"),
    ("OMB", "recovery_medicine_clinic"),
    ("DT", "withdrawal_management"),
)
_LICENSE = "License/Certification/Accreditation"
_MANY_VALUED = frozenset(
    ("languages", "cost", "activities", "medications_ok", "provided_by", "welcomes", "concerns")
)
_READ = frozenset((
    "name1", "name2", "street1", "street2", "city", "state", "zip", "phone", "website",
    "latitude", "longitude", "typeFacility", "type_facility", "services", "frid", "_irow",
    "miles",
))  # fmt: skip


class Service(NamedTuple):
    """A service: its code ("" where it has none), label, category and the fields it says."""

    code: str
    label: str
    category: str
    sets: Mapping[str, str]


@cache
def _services() -> tuple[Mapping[str, Service], Mapping[str, Service]]:
    """Services by code and by lower-case label."""
    by_code: dict[str, Service] = {}
    by_label: dict[str, Service] = {}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "findtreatment_codes.csv"):
        sets = dict(pair.split("=", 1) for pair in row["sets"].split(";") if pair)
        service = Service(row["code"], row["label"], row["category"], sets)
        if row["code"]:
            by_code.setdefault(row["code"], service)
        by_label[_plain(row["label"])] = service
    return by_code, by_label


def _plain(label: str) -> str:
    return " ".join(label.lower().replace("®", "").split())


def sniff(document: Document) -> float:
    """`name1` beside its other columns, in JSON or in a header."""
    if document.table is not None:
        header = {name.strip().lower() for name in document.table.header}
        return 0.95 if "name1" in header and len(header & set(_OWN)) >= 3 else 0.0
    if document.json is None:
        return 0.0
    rows = [row for row in list(_rows(document.json))[:50] if isinstance(row, dict)]
    good = sum(1 for row in rows if "name1" in row and ({"services", "zip", "street1"} & set(row)))
    return 0.95 * good / max(len(rows), 1)


def read(document: Document, options: ReadOptions) -> Read:
    """One asset per facility."""
    if document.table is not None:
        header = [name.strip() for name in document.table.header]
        rows: list[Any] = [dict(zip(header, row, strict=True)) for row in document.table.rows]
    else:
        rows = list(_rows(document.json))
    feed = Feed(document, options, len(rows))
    for row, facility in objects(feed, rows):
        if not any(as_text(value) for value in facility.values()):
            feed.reject(row, words("readers.empty_facility"))
            continue
        feed.records.append(_facility(feed, row, facility))
    lost = 0 if document.table is not None else document.parsed.lost
    return feed.finish(NAME, len(rows) + lost)


def _rows(value: Any) -> Iterator[Any]:
    """Rows of a listing, of several pages of it, or of a bare list."""
    if isinstance(value, dict) and isinstance(value.get("rows"), list):
        yield from value["rows"]
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict) and isinstance(item.get("rows"), list):
                yield from item["rows"]
            else:
                yield item
    elif isinstance(value, dict):
        yield value


def _facility(feed: Feed, row: int, facility: JsonObject) -> JsonDict:
    text = {name: as_text(value) for name, value in facility.items() if name != "services"}
    first, second = text.get("name1"), text.get("name2")
    record: JsonDict = {"row": row, "source_id": text.get("frid")}
    record["name"] = f"{first} – {second}" if first and second else first or second
    record["organization"] = first if second else None
    street = [part for part in (text.get("street1"), text.get("street2")) if part]
    record["address"] = ", ".join(street) or None
    record["city"], record["region"] = text.get("city"), text.get("state")
    if record["region"]:
        record["region"] = state_code(record["region"])
    record["country"] = "US"
    postal = text.get("zip")
    restored = restore_zip(postal, record["region"] or "") if postal else None
    if restored:
        feed.say(row, "zip", postal, "fixed", words("readers.written_as", value=restored))
    record["postal_code"] = restored or postal
    record["known_by"] = (record["name"], record["postal_code"], record["address"])
    record["phone"] = text.get("phone") or text.get("intake1")
    bare = text.get("website") in ("http://", "https://")
    record["url"] = None if bare else text.get("website")
    record["latitude"], record["longitude"] = text.get("latitude"), text.get("longitude")
    services = list(_services_of(feed, row, facility))
    codes = {service.code for service in services}
    for service in services:
        _set(record, service.sets)
    _kind(feed, row, text, codes, record)
    _limits(codes, {service.label for service in services}, record)
    licenses = [service.label for service in services if service.category == _LICENSE]
    if record["kind"] == "recovery_home" and licenses:
        record["certified_by"] = "; ".join(dict.fromkeys(licenses))
    kept: JsonDict = {
        name: value
        for name, value in text.items()
        if value and name not in _READ and name not in _services()[0]
    }
    if services:
        kept["services"] = list(dict.fromkeys(s.code or s.label for s in services))
    record["original"] = kept
    return record


def _set(record: JsonDict, sets: Mapping[str, str]) -> None:
    for field, values in sets.items():
        if field in _MANY_VALUED:
            parts = [*vocabulary.split(record.get(field) or ""), *vocabulary.split(values)]
            record[field] = vocabulary.SEPARATOR.join(dict.fromkeys(parts))
        else:
            record[field] = values


def _services_of(feed: Feed, row: int, facility: JsonObject) -> Iterator[Service]:
    """The facility's services, from ticked columns or from labels joined by semicolons."""
    by_code, by_label = _services()
    for name, value in facility.items():
        ticked = (as_text(value) or "").lower() in YES
        if name in by_code and ticked:
            yield by_code[name]
    listed = facility.get("services")
    if isinstance(listed, str):
        try:
            listed = json.loads(listed)
        except ValueError:
            feed.count(row, "services", listed[:60], "kept", words("readers.no_service_list"))
    for group in listed if isinstance(listed, list) else []:
        labels = group.get("f3") if isinstance(group, dict) else None
        for label in (as_text(labels) or "").split(";"):
            if not label.strip():
                continue
            service = by_label.get(_plain(label))
            if service is None:
                feed.count(row, "services", label.strip(), "kept", words("readers.no_such_service"))
                service = Service("", label.strip(), "", {})
            yield service


def _kind(
    feed: Feed, row: int, text: Mapping[str, str | None], codes: set[str], record: JsonDict
) -> None:
    facility = (text.get("typeFacility") or text.get("type_facility") or "").upper()
    for code, kind in _KIND_BY_CODE:
        if code in codes:
            record["kind"] = kind
            break
    else:
        record["kind"] = _TYPES.get(facility, "")
        if facility == "SA" or facility == "VA":
            note = words("readers.taken_outpatient")
            feed.count(row, "type_facility", facility, "guessed", note)
        elif facility and not record["kind"]:
            feed.count(
                row,
                "type_facility",
                facility,
                "kept",
                words("readers.use_one_of", values=", ".join(_TYPES)),
            )
        elif not facility and not codes:
            record["kind"] = "outpatient_treatment"
            note = words("readers.taken_outpatient_none")
            feed.count(row, "type_facility", "", "guessed", note)
    record["format"] = "in_person"
    if "TELE" in codes and record["kind"] in ("outpatient_treatment", "mental_health"):
        record["format"] = "in_person|online"


def _limits(codes: set[str], labels: set[str], record: JsonDict) -> None:
    """Who may come, from the whole lists of accepted ages and genders."""
    adults, children = {"ADLT", "YAD", "SNR"} & codes, "CHLD" in codes
    if adults and not children:
        record["age_min"] = "18"
    elif children and not adults:
        record["age_max"] = "17"
    if ("FEM" in codes) != ("MALE" in codes) and not record.get("only_for"):
        record["only_for"] = "women" if "FEM" in codes else "men"
    if record.get("concerns"):
        untreated = {"opioids"} if "NMOA" in codes else set()
        if "Does not treat alcohol use disorder" in labels:
            untreated.add("alcohol")
        if "AUDO" in codes:
            untreated |= {"opioids", "stimulants", "prescription", "cannabis"}
        left = [part for part in vocabulary.split(record["concerns"]) if part not in untreated]
        record["concerns"] = vocabulary.SEPARATOR.join(left) or None
    if record.get("languages") and "en" not in vocabulary.split(record["languages"]):
        # The list names languages besides English.
        record["languages"] = f"en|{record['languages']}"


READER = Reader(NAME, "FindTreatment.gov", sniff, read)
