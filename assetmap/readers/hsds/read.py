"""HSDS, the Human Services Data Specification: 3.0 JSON and data packages of 2.x and 3.0.

One asset per service at a location, or per service that names none. `assured_date` is the only
field that means somebody verified it. Contacts are people and are not imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assetmap.files.source import UnreadableFile
from assetmap.readers.document import Document
from assetmap.readers.feed import Feed
from assetmap.readers.hsds import tables as hsds_tables
from assetmap.readers.hsds.fields import Unit, an_object, asset, objects_in
from assetmap.readers.source import Read, ReadOptions
from assetmap.words import text

NAME = "hsds"
_NESTED = ("services", "service_at_locations", "locations", "organization", "phones", "schedules")
_MARKS = (*_NESTED, "status", "location_type", "organization_id", "service", "location")
_ORGANIZATION = ("legal_status", "tax_status", "year_incorporated", "organization_identifiers")


def sniff(document: Document) -> float:
    """A package with services, or objects with HSDS's own names."""
    if document.is_package:
        return 1.0 if hsds_tables.is_package(document.files) else 0.0
    value = document.json
    if isinstance(value, dict) and {"services.csv", "organizations.csv"} & set(value):
        return 0.9
    result = [item for item in _objects(value) if isinstance(item, dict)][:50]
    marks = {*_MARKS, *_ORGANIZATION}
    good = sum(1 for item in result if "id" in item and marks & set(item) and "slug" not in item)
    return 0.8 * good / max(len(result), 1) if result else 0.0


def _objects(value: object) -> list[object]:
    """The objects of a page, a list or alone."""
    if isinstance(value, dict):
        for name in ("contents", "services", "organizations"):
            if isinstance(value.get(name), list) and ("id" not in value or name == "contents"):
                return list(value[name])
        return [value]
    if not isinstance(value, list):
        return []
    pages = [item for item in value if isinstance(item, dict) and "contents" in item]
    return [part for page in pages for part in _objects(page)] if pages else value


def read(document: Document, options: ReadOptions) -> Read:
    """One asset per service at a location."""
    feed = Feed(document, options, 0)
    lost = 0
    if document.is_package:
        if not hsds_tables.is_package(document.files):
            raise UnreadableFile(text("readers.no_services_table", name=document.name))
        tables = hsds_tables.tables_of(document.files)
        result: list[Any] = list(hsds_tables.services(tables, feed))
    elif isinstance(document.json, dict) and "services.csv" in document.json:
        tables = hsds_tables.tables_in(document.json)
        result = list(hsds_tables.services(tables, feed))
    else:
        result, lost = _objects(document.json), document.parsed.lost
        _say_more_pages(document.json, feed)
    rows = 0
    for thing in result:
        for unit in _units(thing):
            rows += 1
            feed.tick(rows)
            if unit.missing:
                shown = unit.service.get("name") or unit.organization.get("name")
                feed.reject(rows, unit.missing, shown or unit.location.get("name"))
            else:
                feed.records.append(asset(feed, rows, unit))
    return feed.finish(NAME, rows + lost)


def _say_more_pages(value: Any, feed: Feed) -> None:
    pages = value.get("total_pages") if isinstance(value, dict) else None
    if isinstance(pages, int) and pages > 1:
        number = value.get("page_number")
        feed.note(text("readers.one_page", number=number, pages=pages), "kept")
    size = value.get("size") if isinstance(value, dict) else None
    held = len(objects_in(value.get("contents"))) if isinstance(value, dict) else 0
    if isinstance(size, int) and held and size != held:
        feed.note(text("readers.page_size", size=size, held=held), "kept")


def _units(thing: object) -> Iterator[Unit]:
    """The rows of a service, a service at a location, an organization or a location."""
    if not isinstance(thing, dict):
        yield Unit({}, {}, {}, {}, text("readers.hsds_no_object"))
    elif "lost" in thing:
        note = text("readers.service_lost", service=thing["lost"])
        for link in objects_in(thing["service_at_locations"]):
            yield Unit({}, {}, link, an_object(link.get("location")), note)
    elif isinstance(thing.get("services"), list) and "status" not in thing:
        if not objects_in(thing["services"]):
            yield Unit({}, thing, {}, {}, text("readers.no_service"))
        for service in objects_in(thing["services"]):
            yield from _of_service(service, thing)
    elif isinstance(thing.get("service"), dict):
        service = thing["service"]
        location = an_object(thing.get("location"))
        yield Unit(service, an_object(service.get("organization")), thing, location)
    elif "location_type" in thing or "latitude" in thing:
        yield Unit({}, {}, {}, thing, text("readers.place_without_service"))
    elif not (set(_MARKS) - {"phones", "locations"}) & set(thing):
        yield Unit({}, thing, {}, {}, text("readers.names_no_service"))
    else:
        yield from _of_service(thing, an_object(thing.get("organization")))


def _of_service(
    service: Mapping[str, object], organization: Mapping[str, object]
) -> Iterator[Unit]:
    organization = an_object(service.get("organization")) or organization
    links = objects_in(service.get("service_at_locations"))
    for link in links:
        yield Unit(service, organization, link, an_object(link.get("location")))
    if links:
        return
    places = objects_in(service.get("locations"))
    for location in places:
        yield Unit(service, organization, {}, location)
    if not places:
        yield Unit(service, organization, {}, {})
