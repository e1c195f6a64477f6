"""Whether a download is what it should be: judged by what is in it, never by its status.

A throttled client of the Census Bureau gets the web page "Request Rejected" with status 200, and
one without a key gets the page that says so: neither is data.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

from assetmap.sources.errors import NotFetched
from assetmap.words import text

_HTML = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml|title|script)", re.IGNORECASE)
_MARKUP = re.compile(rb"<[^>]{1,200}>")
_TITLE = re.compile(rb"<title[^>]*>(.{1,200}?)</title>", re.IGNORECASE | re.DOTALL)


class WebPage(NotFetched):
    """A web page came in place of the file; asking again later may help."""


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
        tables = [name for name in archive.namelist() if name.lower().endswith(".dbf")]
        shapes = [name for name in archive.namelist() if name.lower().endswith(".shp")]
        if not tables or not shapes:
            raise NotFetched(text("sources.no_shapes", host=host))
        with archive.open(tables[0]) as table:
            names = _dbf_columns(table.read(32 + 32 * 255))
    lacking = [name for name in needs if name not in names]
    if lacking:
        raise NotFetched(text("sources.no_column", host=host, column=lacking[0].upper()))


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
