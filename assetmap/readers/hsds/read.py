"""HSDS, the Human Services Data Specification: 3.0 JSON and data packages of 2.x and 3.0.

One asset per service at a location, or per service that names none. `assured_date` is the only
field that means somebody verified it. Contacts are people and are not imported. The tables of a
data package become the nested objects of the JSON; foreign keys that point nowhere are common,
also in the specification's own example: they are said once per column and the row goes on without
what it points to.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from assetmap.files.source import UnreadableFile
from assetmap.files.text import decode
from assetmap.readers.document import Document
from assetmap.readers.feed import Feed
from assetmap.readers.hsds.fields import Unit, an_object, asset, objects_in
from assetmap.readers.source import Read, ReadOptions
from assetmap.words import text

HsdsRow = dict[str, object]

# Every name that a table goes by → the name in 3.0 JSON.
_TABLES = {
    "organization": "organizations", "program": "programs", "service": "services",
    "location": "locations", "service_at_location": "service_at_locations",
    "services_at_location": "service_at_locations", "address": "addresses",
    "physical_address": "addresses", "postal_address": "postal_addresses", "phone": "phones",
    "schedule": "schedules", "regular_schedule": "schedules", "language": "languages",
    "accessibility": "accessibility", "accessibility_for_disabilities": "accessibility",
    "cost_option": "cost_options", "fee": "cost_options", "service_area": "service_areas",
    "taxonomy_term": "taxonomy_terms", "taxonomy": "taxonomies", "attribute": "attributes",
    "other_attribute": "attributes", "service_taxonomy": "attributes",
    "services_taxonomy": "attributes", "eligibility": "eligibilities",
    "required_document": "required_documents", "contact": "contacts",
    "holiday_schedule": "holiday_schedules", "mail_address": "postal_addresses",
    "mailing_address": "postal_addresses", "category": "taxonomy_terms", "site": "locations",
    "agency": "organizations",
}  # fmt: skip
_PARENTS = {
    "organization_id": "organizations",
    "program_id": "programs",
    "service_id": "services",
    "location_id": "locations",
    "service_at_location_id": "service_at_locations",
    "taxonomy_term_id": "taxonomy_terms",
}
_PARTS = (
    "phones", "schedules", "languages", "cost_options", "service_areas", "accessibility",
    "addresses", "attributes", "eligibilities", "required_documents", "holiday_schedules",
    "postal_addresses", "contacts",
)  # fmt: skip


def table_name(path: str) -> str | None:
    """The 3.0 name of the table in a file of a package; None for another file."""
    stem = PurePosixPath(path).stem.lower().replace("-", "_")
    if PurePosixPath(path).suffix.lower() != ".csv":
        return None
    for name in (stem, stem.removesuffix("s"), stem.removesuffix("es"), stem[:-3] + "y"):
        if name in _TABLES:
            return _TABLES[name]
    return None


def is_package(files: Mapping[str, bytes]) -> bool:
    """Whether a package has a table of services and another one of HSDS."""
    names = {table_name(path) for path in files}
    return "services" in names and bool(names & {"organizations", "locations"})


def tables_of(files: Mapping[str, bytes]) -> dict[str, list[HsdsRow]]:
    """All tables of a package; of a name in several folders the one beside the services."""
    home = next(
        str(PurePosixPath(path).parent) for path in sorted(files) if table_name(path) == "services"
    )
    result: dict[str, list[HsdsRow]] = {}
    for path, data in files.items():
        name = table_name(path)
        if name is None or str(PurePosixPath(path).parent) != home or not data.strip():
            continue
        plain = decode(path, data).text
        try:
            rows: list[HsdsRow] = [
                {_key(k): v for k, v in row.items() if isinstance(v, str) and v.strip()}
                for row in csv.DictReader(io.StringIO(plain, newline=""))
            ]
        except csv.Error as error:
            raise UnreadableFile(text("readers.not_a_table", name=path, why=error)) from None
        result.setdefault(name, []).extend(rows)
    return result


def _key(name: str | None) -> str:
    """A column as the specification writes it ("Location ID" → location_id)."""
    return "_".join((name or "").lstrip("\ufeff").strip().lower().replace("-", " ").split())


def tables_in(value: Mapping[str, object]) -> dict[str, list[HsdsRow]]:
    """Tables in one JSON object ({"services.csv": [row, …], …})."""
    result: dict[str, list[HsdsRow]] = {}
    for path, rows in value.items():
        name = table_name(path)
        if name is not None and isinstance(rows, list):
            result[name] = [row for row in rows if isinstance(row, dict)]
    return result


def services(tables: Mapping[str, list[HsdsRow]], feed: Feed) -> list[HsdsRow]:
    """Services with everything that belongs to them nested as in 3.0 JSON.

    Before 2.0 (Ohana, 1.x) a service names its place itself, by `location_id`, and the place its
    organization.
    """
    by_id = {name: {str(row.get("id")): row for row in rows} for name, rows in tables.items()}
    _say_broken(tables, by_id, feed)
    parts = {name: _by_parent(tables.get(name, [])) for name in _PARTS}
    terms = {**by_id.get("taxonomies", {}), **by_id.get("taxonomy_terms", {})}
    for row in tables.get("taxonomy_terms", []):  # 1.x keys its terms by taxonomy_id
        if row.get("taxonomy_id"):
            terms.setdefault(str(row["taxonomy_id"]), row)
    for row in tables.get("attributes", []):
        key = str(row.get("taxonomy_term_id") or row.get("taxonomy_id"))
        detail = {"name": row.get("taxonomy_detail") or row.get("taxonomy_id")}
        row["taxonomy_term"] = terms.get(key) or detail

    def with_parts(name: str, row: HsdsRow) -> HsdsRow:
        # The service's own column ("languages" as text) gives way to a table of that name.
        return {**row, **dict(_belonging(parts, name, row))}

    places = {
        key: with_parts("location_id", row) for key, row in by_id.get("locations", {}).items()
    }
    links: dict[str, list[HsdsRow]] = defaultdict(list)
    for row in tables.get("service_at_locations", []):
        linked = with_parts("service_at_location_id", row)
        linked["location"] = places.get(str(row.get("location_id")))
        links[str(row.get("service_id"))].append(linked)
    organizations = by_id.get("organizations", {})
    result: list[HsdsRow] = []
    used: set[str] = set()
    for row in tables.get("services", []):
        service = with_parts("service_id", row)
        links_here = links.pop(str(row.get("id")), [])
        if not links_here and row.get("location_id"):
            place = places.get(str(row["location_id"]))
            links_here = [{"id": row.get("id"), "location": place}] if place else []
        used |= {
            str(an.get("id")) for link in links_here if isinstance(an := link["location"], dict)
        }
        owner = organizations.get(str(row.get("organization_id")))
        for link in links_here:
            if owner is None and isinstance(link["location"], dict):
                owner = organizations.get(str(link["location"].get("organization_id")))
        if owner is not None:
            service["organization"] = with_parts("organization_id", owner)
        service["program"] = by_id.get("programs", {}).get(str(row.get("program_id")))
        numbers = re.split(
            r"[,;|\s]+", str(row.get("taxonomy_ids") or row.get("category_ids") or "")
        )
        results = [terms.get(number) or {"code": number} for number in numbers if number]
        if results:
            service["taxonomy_terms"] = results
        service["service_at_locations"] = links_here
        result.append(service)
    _say_idle(tables, places, used, links, feed)
    # What is offered at a place by a service that is not there still is a row.
    result += [
        {"service_at_locations": links_here, "lost": key} for key, links_here in links.items()
    ]
    return result


def _say_idle(
    tables: Mapping[str, list[HsdsRow]],
    places: Mapping[str, HsdsRow],
    used: set[str],
    lost: Mapping[str, list[HsdsRow]],
    feed: Feed,
) -> None:
    """Places that no service is at, and tables whose rows all belong to nothing."""
    elsewhere = {str(row.get("location_id")) for rows in lost.values() for row in rows}
    idle = [row for key, row in places.items() if key not in used | elsewhere]
    if idle and tables.get("services"):
        if len(idle) == len(places):
            feed.sanity.append(
                text("readers.sanity_table", n=len(idle), table="locations", column="location_id")
            )
        else:
            named = str(idle[0].get("name") or idle[0].get("id"))
            feed.note(text("readers.idle_places", n=len(idle), name=named), "kept", "locations")
    known = {
        "service_id": {str(row.get("id")) for row in tables.get("services", [])},
        "location_id": set(places),
        "organization_id": {str(row.get("id")) for row in tables.get("organizations", [])},
        "service_at_location_id": {
            str(row.get("id")) for row in tables.get("service_at_locations", [])
        },
    }
    others = ("contact_id", "link_id", "parent_id")
    for name in _PARTS:
        rows = tables.get(name, [])
        belongs = [
            any(str(row.get(column)) in ids for column, ids in known.items() if row.get(column))
            or any(row.get(column) for column in others)
            for row in rows
        ]
        if rows and not any(belongs):
            columns = [column for column in known if any(row.get(column) for row in rows)]
            column = " / ".join(columns) or "location_id"
            feed.sanity.append(text("readers.sanity_table", n=len(rows), table=name, column=column))


def _by_parent(rows: list[HsdsRow]) -> dict[tuple[str, str], list[HsdsRow]]:
    """Rows by (foreign key column, id) of the nearest parent each names."""
    result: dict[tuple[str, str], list[HsdsRow]] = defaultdict(list)
    order = ("contact_id", "service_at_location_id", "service_id", "location_id")
    for row in rows:
        if row.get("link_id"):
            for column in (*order, "organization_id"):
                result[column, str(row["link_id"])].append(row)
            continue
        for column in (*order, "organization_id"):
            if row.get(column):
                result[column, str(row[column])].append(row)
                if column == "contact_id":  # a person's number is not the service's
                    break
    return result


def _belonging(
    parts: Mapping[str, Mapping[tuple[str, str], list[HsdsRow]]], column: str, row: HsdsRow
) -> Iterator[tuple[str, list[HsdsRow]]]:
    for name, by_parent in parts.items():
        result = by_parent.get((column, str(row.get("id"))))
        if result:
            yield name, result


def _say_broken(
    tables: Mapping[str, list[HsdsRow]], by_id: Mapping[str, Mapping[str, HsdsRow]], feed: Feed
) -> None:
    for name, rows in tables.items():
        for column, parent in _PARENTS.items():
            known = by_id.get(parent, {})
            lost = [
                row[column] for row in rows if row.get(column) and str(row[column]) not in known
            ]
            if lost:
                note = text(
                    "readers.broken_key",
                    n=len(lost), table=name, column=column, parent=parent, example=lost[0],
                )  # fmt: skip
                feed.note(note, "kept", f"{name}.{column}")


NAME = "hsds"
_NESTED = ("services", "service_at_locations", "locations", "organization", "phones", "schedules")
_MARKS = (*_NESTED, "status", "location_type", "organization_id", "service", "location")
_ORGANIZATION = ("legal_status", "tax_status", "year_incorporated", "organization_identifiers")


def sniff(document: Document) -> float:
    """A package with services, or objects with HSDS's own names."""
    if document.is_package:
        return 1.0 if is_package(document.files) else 0.0
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
        if not is_package(document.files):
            raise UnreadableFile(text("readers.no_services_table", name=document.name))
        tables = tables_of(document.files)
        result: list[Any] = list(services(tables, feed))
    elif isinstance(document.json, dict) and "services.csv" in document.json:
        tables = tables_in(document.json)
        result = list(services(tables, feed))
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
