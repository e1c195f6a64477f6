"""A stand-in for the public sources: tiny made-up files in their true formats.

The county is Robeson, NC (37155) in name only: a square of 4 tracts (2 × 2, 0.1° wide) with its
south-west corner at 34.6, -79.1; every number is invented so that results can be reasoned by hand.
"""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import shapely

WEST, SOUTH, SIDE = -79.1, 34.6, 0.1
TRACTS = ("37155960101", "37155960102", "37155960200", "37155961300")
PEOPLE = {"37155960101": 1000, "37155960102": 2000, "37155960200": 500, "37155961300": 0}
REJECTED = b"<html><head><title>Request Rejected</title></head><body>Support ID: 1</body></html>"
MISSING_KEY = b"<html><head><title>Missing Key</title></head><body>A key is needed.</body></html>"
SOURCES = "/www2.census.gov/geo/tiger/"


def square(column: int, row: int, side: float = SIDE) -> shapely.Polygon:
    """The tract at a column and row of the grid."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return shapely.box(west, south, west + side, south + side)


def zipped(stem: str, frame: gpd.GeoDataFrame, folder: Path) -> bytes:
    """A shapefile as the Census Bureau zips it: EPSG:4269, .cpg UTF-8."""
    path = folder / stem
    path.mkdir(exist_ok=True)
    frame.to_crs("EPSG:4269").to_file(path / f"{stem}.shp", encoding="UTF-8", engine="pyogrio")
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(path.iterdir()):
            archive.write(part, part.name)
        archive.writestr(f"{stem}.shp.ea.iso.xml", "<xml/>")
    return memory.getvalue()


def _frame(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")


def tracts(year: int = 2025) -> gpd.GeoDataFrame:
    """Four tracts of Robeson and one of the next county, as a state's file has them."""
    rows: list[dict[str, object]] = []
    corners = ((0, 0), (1, 0), (0, 1), (1, 1))
    for geoid, (column, row) in zip(TRACTS, corners, strict=True):
        rows.append(_tract(geoid, square(column, row), year))
    rows.append(_tract("37017950100", square(2, 0), year))
    return _frame(rows)


def _tract(geoid: str, shape: shapely.Polygon, year: int) -> dict[str, object]:
    code = geoid[5:]
    name = f"{int(code[:4])}.{code[4:]}" if code[4:] != "00" else str(int(code[:4]))
    return {
        "STATEFP": geoid[:2],
        "COUNTYFP": geoid[2:5],
        "TRACTCE": code,
        ("GEOIDFQ" if year >= 2023 else "AFFGEOID"): f"1400000US{geoid}",
        "GEOID": geoid,
        "NAME": name,
        "NAMELSAD": f"Census Tract {name}",
        "STUSPS": "NC",
        "NAMELSADCO": "Robeson County",
        "STATE_NAME": "North Carolina",
        "LSAD": "CT",
        "ALAND": 100,
        "AWATER": 0,
        "geometry": shape,
    }


def places() -> gpd.GeoDataFrame:
    """A city in the county, a CDP half in it, and a town of the next county."""

    def place(geoid: str, name: str, legal: str, lsad: str, shape: shapely.Polygon) -> dict:
        return {
            "STATEFP": "37",
            "PLACEFP": geoid[2:],
            "GEOID": geoid,
            "NAME": name,
            "NAMELSAD": legal,
            "STUSPS": "NC",
            "LSAD": lsad,
            "geometry": shape,
        }

    half = shapely.box(WEST + 0.15, SOUTH + 0.02, WEST + 0.25, SOUTH + 0.08)
    return _frame(
        [
            place("3739700", "Lumberton", "Lumberton city", "25", square(0, 0)),
            place("3700001", "Eastside", "Eastside CDP", "57", half),
            place("3700002", "Elsewhere", "Elsewhere town", "43", square(2, 0, 0.04)),
        ]
    )


def cousubs() -> gpd.GeoDataFrame:
    """Two townships: the west and the east of the county."""
    shapes = {"West": shapely.box(WEST, SOUTH, WEST + 0.1, SOUTH + 0.2),
              "East": shapely.box(WEST + 0.1, SOUTH, WEST + 0.2, SOUTH + 0.2)}  # fmt: skip
    return _frame(
        [
            {
                "STATEFP": "37",
                "COUNTYFP": "155",
                "COUSUBFP": f"9{number}",
                "GEOID": f"371559{number}",
                "NAME": name,
                "NAMELSAD": f"{name} township",
                "geometry": shape,
            }
            for number, (name, shape) in enumerate(shapes.items())
        ]
    )


def line(*points: tuple[float, float]) -> shapely.LineString:
    """A line by (east, north) in thousandths of a degree from the corner."""
    return shapely.LineString(
        [(WEST + east / 1000, SOUTH + north / 1000) for east, north in points]
    )


def roads() -> gpd.GeoDataFrame:
    """One road under two names, a street, a nameless lane, and a bicycle path."""
    main = line((10, 50), (90, 50))
    rows = [
        ("1", "US Hwy 74", "U", "S1200", main),
        ("2", "W 5th St", "M", "S1200", main),
        ("3", "Elm St", "M", "S1400", line((50, 10), (50, 90))),
        ("4", None, None, "S1400", line((120, 10), (150, 10))),
        ("5", "Greenway", "M", "S1820", line((10, 10), (90, 90))),
        ("6", "I- 95", "I", "S1100", line((0, 0), (200, 200))),
    ]
    return _frame(
        [
            {"LINEARID": number, "FULLNAME": name, "RTTYP": kind, "MTFCC": code, "geometry": shape}
            for number, name, kind, code, shape in rows
        ]
    )


def water() -> gpd.GeoDataFrame:
    """A lake, and a basin that is mostly dry."""
    lake = shapely.box(WEST + 0.11, SOUTH + 0.11, WEST + 0.13, SOUTH + 0.13)
    dry = shapely.box(WEST + 0.15, SOUTH + 0.15, WEST + 0.16, SOUTH + 0.16)
    return _frame(
        [
            {"HYDROID": "1", "FULLNAME": "Pine Lk", "MTFCC": "H2030", "ALAND": 0, "AWATER": 900,
             "geometry": lake},
            {"HYDROID": "2", "FULLNAME": None, "MTFCC": "H2030", "ALAND": 900, "AWATER": 0,
             "geometry": dry},
        ]
    )  # fmt: skip


def address_rows() -> list[dict[str, object]]:
    """Edges of address ranges by hand; see tests/streets."""

    def edge(
        tlid: int,
        name: str,
        left: tuple[str, str] | None,
        right: tuple[str, str] | None,
        zips: tuple[str, str],
        shape: shapely.LineString,
        mtfcc: str = "S1400",
    ) -> dict[str, object]:
        def parity(pair: tuple[str, str] | None) -> str | None:
            return None if pair is None else "E" if int(pair[0][-1]) % 2 == 0 else "O"

        return {
            "TLID": tlid,
            "FULLNAME": name,
            "LFROMHN": left[0] if left else None,
            "LTOHN": left[1] if left else None,
            "RFROMHN": right[0] if right else None,
            "RTOHN": right[1] if right else None,
            "ZIPL": zips[0] or None,
            "ZIPR": zips[1] or None,
            "EDGE_MTFCC": mtfcc,
            "ROAD_MTFCC": mtfcc,
            "PARITYL": parity(left),
            "PARITYR": parity(right),
            "LFROMTYP": None,
            "LTOTYP": None,
            "RFROMTYP": None,
            "RTOTYP": None,
            "OFFSETL": "N",
            "OFFSETR": "N",
            "geometry": shape,
        }

    return [
        # Lumberton's Main St, numbers rising to the east: even on the left (north).
        edge(1, "Main St", ("100", "198"), ("101", "199"), ("28358", "28358"),
             line((10, 20), (20, 20))),
        edge(2, "Main St", ("500", "598"), ("501", "599"), ("28358", "28358"),
             line((50, 20), (60, 20))),
        # Eastside's Main St has the same first block.
        edge(3, "Main St", ("100", "198"), None, ("28360", ""), line((160, 30), (170, 30))),
        # Numbers fall along the line, one side only, under two names.
        edge(4, "W 5th St", None, ("399", "301"), ("", "28358"), line((30, 50), (40, 50))),
        edge(4, "US Hwy 74", None, ("399", "301"), ("", "28358"), line((30, 50), (40, 50))),
        edge(5, "Elm St", ("12", "12"), None, ("28358", ""), line((50, 60), (50, 62))),
        edge(6, "State Rte 211", ("2001", "2199"), None, ("28358", ""), line((5, 90), (60, 90))),
    ]  # fmt: skip


def addresses() -> gpd.GeoDataFrame:
    """The address ranges as a shapefile holds them."""
    return _frame(address_rows())


SVI_COLUMNS = ("POV150", "UNEMP", "DISABL", "LIMENG", "NOVEH", "GROUPQ", "AGE17", "NOINT")


def svi() -> bytes:
    """North Carolina's file: tracts of two counties, a BOM, −999 where nobody lives."""
    header = ["ST", "STATE", "ST_ABBR", "STCNTY", "COUNTY", "FIPS", "LOCATION", "E_TOTPOP"]
    header += ["M_TOTPOP", "E_AGE17"]
    header += [f"{part}_{name}" for name in SVI_COLUMNS for part in ("EP", "MP")]
    header += ["RPL_THEMES"]
    lines = [",".join(header)]
    for tract, people in {**PEOPLE, "37017950100": 900}.items():
        values = [f"{10 + place}.5,{place}.1" for place in range(len(SVI_COLUMNS))]
        if not people:
            values = ["-999,-999"] * len(SVI_COLUMNS)
        young = people // 4
        lines.append(
            f'37,North Carolina,NC,{tract[:5]},Robeson County,{tract},"Census Tract; Robeson",'
            f"{people},12,{young},{','.join(values)},{-999 if not people else 0.5}"
        )
    return ("\ufeff" + "\n".join(lines) + "\n").encode()


def acs_table(table: str, tracts: tuple[str, ...] = TRACTS) -> list[list[str | None]]:
    """A table of the American Community Survey as its API gives it.

    Line 1 is the people of the tract (B01003), or 400 of anything else; line k is 10 k.
    """
    lines = {"B01003": 1, "B09001": 1, "B26001": 1, "B23025": 7, "B08201": 5, "B28002": 13}
    count = lines.get(table, 59)
    header = ["GEO_ID", "NAME"]
    header += [f"{table}_{number:03d}{kind}" for number in range(1, count + 1) for kind in "EM"]
    rows: list[list[str | None]] = [list(header)]
    for tract in tracts:
        cells: list[str | None] = [f"1400000US{tract}", f"Census Tract {tract[5:]}; Robeson County"]
        for number in range(1, count + 1):
            value = 400 if number == 1 else 10 * number
            if table == "B01003":
                value = PEOPLE[tract]
            elif table == "B09001":
                value = PEOPLE[tract] // 4
            elif table == "B26001":
                value = 300 if tract == TRACTS[2] else 0
            cells += [str(value), "-555555555" if table == "B01003" else "12"]
        rows.append(cells)
    return rows


class StandIn:
    """A local server of all public sources; `asked` is every path with its query."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Callable[[dict[str, list[str]]], tuple[int, bytes]]] = {}
        for stem, frame in {
            "GENZ2025/shp/cb_2025_37_tract_500k": tracts(),
            "GENZ2025/shp/cb_2025_37_place_500k": places(),
            "GENZ2025/shp/cb_2025_37_cousub_500k": cousubs(),
            # 2026 is out in part only.
            "TIGER2025/ROADS/tl_2025_37155_roads": roads(),
            "TIGER2025/AREAWATER/tl_2025_37155_areawater": water(),
            "TIGER2025/ADDRFEAT/tl_2025_37155_addrfeat": addresses(),
        }.items():
            self.serve(SOURCES + stem + ".zip", zipped(stem.rpartition("/")[2], frame, folder))
        self.serve("/svi.cdc.gov/Documents/Data/2022/csv/states/NorthCarolina.csv", svi())
        self.serve("/api.census.gov/data/2024/acs/acs5", MISSING_KEY)
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                stand_in.asked.append(self.path)
                answer = stand_in.answers.get(parts.path)
                status, body = (404, b"") if answer is None else answer(parse_qs(parts.query))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def serve(self, path: str, body: bytes, status: int = 200) -> None:
        """Answer `path` with `body`."""
        self.answers[path] = lambda _query: (status, body)

    def serve_acs(self, key: str | None = None) -> None:
        """The survey: by its API with `key`, else as the tables of data.census.gov."""

        def table(query: dict[str, list[str]]) -> tuple[int, bytes]:
            name = query["id"][0].partition(".")[2]
            assert query["g"] == ["050XX00US37155$1400000"]
            return 200, json.dumps({"response": {"data": acs_table(name)}}).encode()

        def api(query: dict[str, list[str]]) -> tuple[int, bytes]:
            if query.get("key") != [key]:
                return 200, MISSING_KEY
            wanted = query["get"][0].split(",")
            columns: dict[str, list[str | None]] = {}
            for name in dict.fromkeys(item.partition("_")[0] for item in wanted if "_0" in item):
                rows = acs_table(name)
                columns |= {str(head): [row[at] for row in rows[1:]]
                            for at, head in enumerate(rows[0])}  # fmt: skip
            header = [*wanted, "state", "county", "tract"]
            body = [
                [*(columns[name][at] for name in wanted), "37", "155", tract[5:]]
                for at, tract in enumerate(TRACTS)
            ]
            return 200, json.dumps([header, *body]).encode()

        if key is None:
            self.answers["/data.census.gov/api/access/data/table"] = table
        else:
            self.answers["/api.census.gov/data/2024/acs/acs5"] = api

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
