"""vocabulary/sources.csv: which public files there are, where, and what they must look like.

Whether a download is what it should be is judged by what is in it, never by its status: a
throttled client of the Census Bureau gets the web page "Request Rejected" with status 200, and one
without a key gets the page that says so: neither is data.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assetmap import vocabulary
from assetmap.words import Text, text

_ENDINGS = {
    "shapes": (".zip",),
    "acs": (".zip", ".csv", ".json", ".dat"),
    "table": (".csv", ".zip"),
    "bmlt": (".json",),
    "findtreatment": (".json", ".csv", ".xlsx"),
}
_HTML = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml|title|script)", re.IGNORECASE)
_MARKUP = re.compile(rb"<[^>]{1,200}>")
# What is said of a server's answer, and of a file from a person's own folder.
_GIVEN = {
    "sources.empty": "sources.empty_given",
    "sources.web_page": "sources.web_page_given",
    "sources.not_json": "sources.not_json_given",
    "sources.not_zip": "sources.not_zip_given",
    "sources.bad_zip": "sources.bad_zip_given",
    "sources.no_shapes": "sources.no_shapes_given",
    "sources.no_column": "sources.no_column_given",
}
_TITLE = re.compile(rb"<title[^>]*>(.{1,200}?)</title>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class PublicSource:
    """One public file. `years` newest first; `address` and `names` hold {placeholders}; `needs`
    are columns that the true file has, in lower case; `seconds` is the limit of one download."""

    key: str
    provider: str
    licence: str
    years: tuple[int, ...]
    address: str
    names: str
    format: str
    needs: tuple[str, ...]
    most_bytes: int
    seconds: float
    labels: Mapping[str, str]

    def url(self, year: int, place: Mapping[str, object]) -> str:
        """The address of the file of `year` for `place` (ss, ccc, fips, state_name …)."""
        return self.address.format(year=year, **place)

    def named(self, place: Mapping[str, object]) -> re.Pattern[str]:
        """What a browser calls the file for `place`, also with " (1)" after it."""
        pattern = self.names
        for name, value in place.items():
            pattern = pattern.replace("{" + name + "}", re.escape(str(value)))
        endings = "|".join(re.escape(ending) for ending in _ENDINGS.get(self.format, ()))
        return re.compile(rf"(?:{pattern})[^/]*(?:{endings})", re.IGNORECASE)


@cache
def catalogue() -> Mapping[str, PublicSource]:
    """All public sources by key."""
    result = {}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "sources.csv"):
        result[row["key"]] = PublicSource(
            key=row["key"],
            provider=row["provider"],
            licence=row["licence"],
            years=tuple(int(year) for year in row["years"].split("|")),
            address=row["address"],
            names=row["names"],
            format=row["format"],
            needs=tuple(name.lower() for name in vocabulary.split(row["needs"])),
            most_bytes=int(row["most_mb"]) * 2**20,
            seconds=float(row["seconds"]),
            labels={"en": row["label_en"], "es": row["label_es"]},
        )
    return result


def year_in(name: str) -> int | None:
    """The year a file's name tells (`cb_2023_37_tract_500k.zip`, `ACSDT5Y2023.B01003-…`)."""
    match = re.search(r"(?<!\d)(?:ACS[DS]T5Y)?(20\d\d)(?!\d)", Path(name).name)
    return int(match[1]) if match else None


class SourcesError(ValueError):
    """A place, folder or file that cannot be used; the message is one sentence."""


class NotFetched(ValueError):
    """A public file that could not be had: why, and `do`, what a person can do about it."""

    def __init__(self, why: str, do: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.do = do


class WebPage(NotFetched):
    """A web page came in place of the file; asking again later may help."""


def check_given(path: Path, form: str, needs: tuple[str, ...]) -> None:
    """The same of a file given by hand, said of the file."""
    try:
        check_content(path, form, needs, path.name)
    except NotFetched as error:
        written = error.why
        if isinstance(written, Text) and written.id in _GIVEN:
            raise NotFetched(text(_GIVEN[written.id], **written.values), error.do) from None
        raise


def check_content(path: Path, form: str, needs: tuple[str, ...], host: str) -> None:
    """Raise NotFetched where the file at `path` is not of the format `form` (shapes, json, acs,
    table …) or lacks the columns `needs`; WebPage where it is a web page."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise NotFetched(text("sources.empty", host=host))
    if _HTML.match(head.lstrip(b"\xef\xbb\xbf")):
        title = _TITLE.search(head)
        shown = title[1] if title else _MARKUP.sub(b" ", head)
        words = " ".join(shown.decode("utf-8", errors="replace").split())[:60]
        raise WebPage(text("sources.web_page", host=host, said=words))
    if form == "shapes":
        _check_shapes(path, needs, host)
    elif form in ("json", "bmlt", "findtreatment") and head.lstrip()[:1] in (b"{", b"["):
        _check_json(path, host)
    elif form == "json":
        raise NotFetched(text("sources.not_json", host=host))
    elif form == "table" and not head.startswith(b"PK"):
        _check_table(head, needs, host)
    elif form == "acs" and head.lstrip()[:1] in (b"{", b"["):
        _check_json(path, host)
    elif form in ("acs", "table") and head.startswith(b"PK"):
        _open_zip(path, host).close()
    elif form == "acs":
        _check_table(head, needs, host)


def _open_zip(path: Path, host: str) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
        broken = archive.testzip()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        raise NotFetched(text("sources.bad_zip", host=host)) from None
    if broken is not None:
        raise NotFetched(text("sources.bad_zip", host=host))
    return archive


def _check_shapes(path: Path, needs: tuple[str, ...], host: str) -> None:
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            raise NotFetched(text("sources.not_zip", host=host))
    with _open_zip(path, host) as archive:
        shapes = shapefile_in(archive)
        tables = {name.lower(): name for name in archive.namelist()}
        table_name = tables.get(shapes.lower().removesuffix("shp") + "dbf") if shapes else None
        if table_name is None:
            raise NotFetched(text("sources.no_shapes", host=host))
        with archive.open(table_name) as table:
            names = _dbf_columns(table.read(32 + 32 * 255))
    lacking = [name for name in needs if name not in names]
    if lacking:
        raise NotFetched(text("sources.no_column", host=host, column=lacking[0].upper()))


def shapefile_in(archive: zipfile.ZipFile) -> str | None:
    """The name of the shapefile in a zip file, also in a folder of it (zipped again by hand)."""
    names = (name for name in archive.namelist() if name.lower().endswith(".shp"))
    # A Mac puts a shadow of each file in a folder of its own.
    return next((name for name in names if not name.startswith("__MACOSX")), None)


def _dbf_columns(data: bytes) -> set[str]:
    names = set()
    for start in range(32, len(data), 32):
        if data[start : start + 1] in (b"\r", b""):
            break
        name = data[start : start + 11].split(b"\0", 1)[0]
        names.add(name.decode("ascii", errors="replace").lower())
    return names


def _check_json(path: Path, host: str) -> None:
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise NotFetched(text("sources.not_json", host=host)) from None


def _check_table(head: bytes, needs: tuple[str, ...], host: str) -> None:
    first = head.decode("utf-8-sig", errors="replace").splitlines()[0].lower()
    names = {cell.strip().strip('"') for cell in re.split(r"[,;|\t]", first)}
    lacking = [name for name in needs if name not in names]
    if lacking:
        raise NotFetched(text("sources.no_column", host=host, column=lacking[0].upper()))
