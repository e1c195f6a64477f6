"""Writers: assets in the formats that others read.

Each format is one file here with a line in WRITERS. A writer carries some fields unchanged
(`carries`), and says which assets its format cannot hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd

from assetmap.writers import geojson, hsds, ics, meeting_guide, table, xlsx
from assetmap.writers.written import LeftOut, Options, Writer, Written

__all__ = ["WRITERS", "LeftOut", "Options", "Writer", "Written", "write"]

_ALL = (
    Writer("csv", "CSV table", ".csv", "text/csv", table.CARRIES, table.write),
    Writer(
        "geojson", "GeoJSON", ".geojson", "application/geo+json", geojson.CARRIES, geojson.write
    ),
    Writer(
        "meeting-guide",
        "Meeting Guide JSON",
        ".json",
        "application/json",
        meeting_guide.CARRIES,
        meeting_guide.write,
    ),
    Writer("hsds", "HSDS 3.0 JSON", ".json", "application/json", hsds.CARRIES, hsds.write),
    Writer("ics", "calendar", ".ics", "text/calendar", ics.CARRIES, ics.write),
    Writer(
        "xlsx",
        "workbook",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        xlsx.CARRIES,
        xlsx.write,
    ),
)
WRITERS: Mapping[str, Writer] = {writer.name: writer for writer in _ALL}


def write(
    name: str, assets: gpd.GeoDataFrame, **options: Any
) -> tuple[bytes, list[dict[str, str]]]:
    """(bytes of the file, [{id, why} of each asset left out]) in the format `name`.

    `options` are those of `Options`. Raises KeyError for a format there is not.
    """
    written = WRITERS[name].write(assets, Options(**options))
    return written.data, [left._asdict() for left in written.left_out]
