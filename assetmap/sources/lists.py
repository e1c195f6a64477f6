"""Public lists of meetings and treatment facilities, cut to a community's outline."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import shapely

from assetmap import readers
from assetmap.fields import JsonDict
from assetmap.places import distance_m
from assetmap.sources.catalogue import NotFetched, catalogue
from assetmap.sources.download import Downloads
from assetmap.sources.report import ListAdded, NewReport
from assetmap.words import sentence_of, text

# The aggregator cuts wider circles silently.
MOST_WIDTH_KM = 160
MOST_PAGES = 60
# Every column a meeting list needs, and none about a person (contact_name_1 and its kin).
BMLT_FIELDS = (
    "id_bigint", "worldid_mixed", "service_body_bigint", "weekday_tinyint", "venue_type",
    "start_time", "duration_time", "time_zone", "formats", "lang_enum", "longitude", "latitude",
    "meeting_name", "location_text", "location_info", "location_street",
    "location_city_subsection", "location_neighborhood", "location_municipality",
    "location_sub_province", "location_province", "location_postal_code_1", "location_nation",
    "comments", "phone_meeting_number", "virtual_meeting_link",
    "virtual_meeting_additional_info", "root_server_uri", "root_server_id", "published",
)  # fmt: skip


def circles(
    outline: shapely.Geometry, most_km: float = MOST_WIDTH_KM
) -> list[tuple[float, float, int]]:
    """Circles (lat, lon, radius in whole km) that cover the outline's box, none over `most_km`."""
    west, south, east, north = outline.bounds
    for pieces in range(1, 40):
        lats = np.linspace(south, north, pieces + 1)
        lons = np.linspace(west, east, pieces + 1)
        half = [
            float(distance_m((lat + up) / 2, (item + two) / 2, lat, item)) / 1000
            for lat, up in itertools.pairwise(lats)
            for item, two in itertools.pairwise(lons)
        ]
        if max(half) <= most_km:
            break
    return [
        (
            round(float(lat + up) / 2, 4),
            round(float(item + two) / 2, 4),
            int(np.ceil(max(half))) + 1,
        )
        for lat, up in itertools.pairwise(lats)
        for item, two in itertools.pairwise(lons)
    ]


def na_meetings(outline: shapely.Geometry, downloads: Downloads, report: NewReport) -> bytes | None:
    """BMLT JSON of the meetings in the outline, each once; None where there is none."""
    source = catalogue()["bmlt"]
    rows: dict[str, dict[str, object]] = {}
    try:
        for lat, lon, radius in circles(outline):
            place = {"lat": lat, "lon": lon, "width_km": radius, "fields": ",".join(BMLT_FIELDS)}
            got = downloads.get(source, place)
            result = _json(got.path.read_bytes())
            listed = result.get("meetings", []) if isinstance(result, dict) else result
            for row in listed if isinstance(listed, list) else []:
                if isinstance(row, dict):
                    rows.setdefault(str(row.get("id_bigint")), row)
            report.had(source, got)
            if got.origin == "file":
                break
    except NotFetched as error:
        report.lacks("bmlt", error)
        return None
    inside = _inside(rows.values(), outline, "latitude", "longitude")
    return _kept(inside, "bmlt", report)


def treatment(outline: shapely.Geometry, downloads: Downloads, report: NewReport) -> bytes | None:
    """FindTreatment's rows in the outline; None where there is none."""
    source = catalogue()["findtreatment"]
    lat, lon, radius = circles(outline, 2000)[0]
    rows: list[dict[str, object]] = []
    try:
        for page in range(1, MOST_PAGES + 1):
            # Metres, and the latitude first: swapped, it answers with nothing and no error.
            place = {"lat": lat, "lon": lon, "metres": radius * 1000, "page": page}
            got = downloads.get(source, place)
            result = _json(got.path.read_bytes())
            if not isinstance(result, dict) or not isinstance(result.get("rows"), list):
                raise NotFetched(text("sources.no_rows", file="findtreatment.gov"))
            rows += [row for row in result["rows"] if isinstance(row, dict)]
            report.had(source, got)
            if got.origin == "file" or page >= int(result.get("totalPages") or 1):
                break
    except (NotFetched, ValueError) as error:
        fault = error if isinstance(error, NotFetched) else NotFetched(sentence_of(error))
        report.lacks("findtreatment", fault)
        return None
    inside = _inside(rows, outline, "latitude", "longitude")
    return _kept(inside, "findtreatment", report, wrapped=True)


def _json(data: bytes) -> object:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise NotFetched(text("sources.not_json", host="")) from None
    return json.loads(document) if isinstance(document, str) else document


def _kept(
    rows: list[dict[str, object]], key: str, report: NewReport, wrapped: bool = False
) -> bytes | None:
    if not rows:
        report.lacks(key, NotFetched(text("sources.none_inside")))
        return None
    result: object = {"page": 1, "totalPages": 1, "recordCount": len(rows), "rows": rows}
    return json.dumps(result if wrapped else rows, ensure_ascii=False, indent=0).encode()


def _inside(
    rows: Iterable[JsonDict], outline: shapely.Geometry, lat_name: str, lon_name: str
) -> list[JsonDict]:
    kept = []
    shapely.prepare(outline)
    for row in rows:
        try:
            point = shapely.Point(float(row[lon_name]), float(row[lat_name]))
        except (KeyError, TypeError, ValueError):
            continue
        if outline.contains(point):
            kept.append(row)
    return kept


def read_list(path: Path, key: str, settings: JsonDict) -> tuple[ListAdded, JsonDict]:
    """What the list is read as, and how many rows of it are likely assets."""
    try:
        read = readers.read(readers.open_path(path), settings.get("reader"), key=key)
    except readers.UnreadableFile as error:
        return ListAdded(key, path.name, "", 0, error=error.args[0]), settings
    guessed = {
        (problem.row, problem.field) for problem in read.problems if problem.severity == "guessed"
    }
    settings = {**settings, "reader": read.reader}
    return ListAdded(key, path.name, read.reader, len(read.frame), len(guessed)), settings
