"""Sources that are web addresses: fetched on a schedule, kept as files, last good copy stays.

A fetch asks only whether something changed (ETag, Last-Modified), stops at a size and a time, and
goes to no address inside a private network, also not by a redirect or a name that changes its
address between the check and the visit: the connection goes to the very address that was checked.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import urllib3

from assetmap import readers
from assetmap.community.comparing import compare
from assetmap.community.settings import read_settings, reader_of
from assetmap.files.atomic import write_atomic
from assetmap.words import text

FOLDER = ".remote"
MOST_BYTES = 50 * 2**20
TIMEOUT_S = 30.0
MOST_REDIRECTS = 5
EVERY_HOURS = 24.0
# After a failed try a scheduled refresh waits this long before it asks again.
AGAIN = timedelta(hours=1)
AGENT = "assetmap (community resource directory)"


class FetchError(readers.UnreadableFile):
    """The address could not be fetched; the message is one sentence."""


class Copy(NamedTuple):
    """The last good copy of a source: its file, and when it was fetched or found unchanged."""

    path: Path
    fetched_at: datetime


class Answer(NamedTuple):
    """What an address gave; `data` is None when nothing changed."""

    data: bytes | None
    etag: str
    modified: str


def is_address(path: object) -> bool:
    """Whether a source's path is a web address."""
    return str(path).lower().startswith(("https://", "http://"))


def copy_of(folder: Path, key: str) -> Copy | None:
    """The last good copy of the source `key`, None before the first fetch."""
    note = _note(folder, key)
    path = folder / FOLDER / str(note.get("file", ""))
    if not note.get("fetched_at") or not path.is_file():
        return None
    return Copy(path, datetime.fromisoformat(note["fetched_at"]))


def refresh(folder: Path, only_due: bool = False, now: datetime | None = None) -> dict[str, str]:
    """Fetch every source of the community that is an address; key → "" or what went wrong.

    `only_due` leaves those alone that were fetched within their `every_hours` (24).
    """
    settings = read_settings(folder)
    told: dict[str, str] = {}
    now = now or datetime.now(UTC)
    for source in settings["assets"]:
        if not is_address(source["path"]):
            continue
        key = str(source.get("key") or PurePosixPath(urlsplit(source["path"]).path).stem)
        there = copy_of(folder, key)
        every = timedelta(hours=float(source.get("every_hours", EVERY_HOURS)))
        if only_due and there is not None and now - there.fetched_at < every:
            continue
        tried = _note(folder, key).get("tried_at")
        if only_due and tried and now - datetime.fromisoformat(tried) < AGAIN:
            continue
        try:
            _refresh_one(folder, key, source, now)
            told[key] = ""
        except readers.UnreadableFile as error:
            told[key] = str(error)
            _write_note(folder, key, {**_note(folder, key), "tried_at": now.isoformat()})
    return told


def _refresh_one(folder: Path, key: str, source: Mapping[str, Any], now: datetime) -> None:
    note = _note(folder, key)
    url = str(source["path"])
    known = note if note.get("url") == url and copy_of(folder, key) else {}
    answer = fetch(
        url,
        etag=str(known.get("etag", "")),
        modified=str(known.get("modified", "")),
        private_ok=bool(source.get("private_network", False)),
    )
    kept = folder / FOLDER
    kept.mkdir(exist_ok=True)
    if answer.data is not None:
        name = f"{_safe(key)}{_ending(url)}"
        # Read it before it replaces the last good copy: an error page is no list of meetings.
        read = _read(name, answer.data, key, source)
        last = copy_of(folder, key)
        if last is not None and note.get("url") == url:
            before = _read(last.path.name, last.path.read_bytes(), key, source)
            held = compare(before.frame, read.frame, key, "US")
            if held.held:
                write_atomic(kept / f"{name}.held", answer.data)
                _write_note(folder, key, {**note, "held": str(held.why), "held_file": name})
                raise FetchError(text("import.held", key=key, why=held.why))
        write_atomic(kept / name, answer.data)
        note = {"file": name, "etag": answer.etag, "modified": answer.modified, "url": url}
    note["fetched_at"] = now.isoformat(timespec="seconds")
    note.pop("tried_at", None)
    _write_note(folder, key, note)


def _read(name: str, data: bytes, key: str, source: Mapping[str, Any]) -> readers.Read:
    return readers.read(
        readers.Source(name, data), reader_of(source), key=key, program=source.get("program")
    )


def held(folder: Path) -> dict[str, str]:
    """Sources whose newest version looks wrong and waits for somebody's word: key → why."""
    found = {}
    for path in sorted((folder / FOLDER).glob("*.note")):
        note = _note(folder, path.stem)
        if note.get("held") and (folder / FOLDER / f"{note.get('held_file')}.held").is_file():
            found[path.stem] = str(note["held"])
    return found


def accept(folder: Path, key: str) -> None:
    """Serve the version of `key` that waits; the last good one is kept beside it as `.before`."""
    note = _note(folder, key)
    name = str(note["held_file"])
    waiting = folder / FOLDER / f"{name}.held"
    served = folder / FOLDER / str(note.get("file", name))
    if served.is_file():
        write_atomic(folder / FOLDER / f"{name}.before", served.read_bytes())
    write_atomic(folder / FOLDER / name, waiting.read_bytes())
    waiting.unlink(missing_ok=True)
    fresh = {name_: value for name_, value in note.items() if not name_.startswith("held")}
    fresh |= {"file": name, "fetched_at": datetime.now(UTC).isoformat(timespec="seconds")}
    _write_note(folder, key, fresh)


def _write_note(folder: Path, key: str, note: Mapping[str, Any]) -> None:
    kept = folder / FOLDER
    kept.mkdir(exist_ok=True)
    (kept / f"{_safe(key)}.note").write_text(json.dumps(note), encoding="utf-8")


def fetch(url: str, etag: str = "", modified: str = "", private_ok: bool = False) -> Answer:
    """The content at `url`, or none when it has not changed since `etag` or `modified`.

    Raises FetchError for an address in a private network (unless `private_ok`), over
    MOST_BYTES, slower than TIMEOUT_S, or answering with anything but success.
    """
    started = time.monotonic()
    headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip"}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    for _ in range(MOST_REDIRECTS + 1):
        response = _get(url, headers, private_ok)
        try:
            if response.status in (301, 302, 303, 307, 308) and response.headers.get("Location"):
                url = urljoin(url, response.headers["Location"])
                continue
            if response.status == 304:
                return Answer(None, etag, modified)
            if response.status != 200:
                raise FetchError(f"{url} answered {response.status}; the last copy is kept.")
            data = _body(url, response, started)
            return Answer(
                data,
                response.headers.get("ETag", ""),
                response.headers.get("Last-Modified", ""),
            )
        finally:
            response.release_conn()
            response.close()
    raise FetchError(f"{url} was sent on more than {MOST_REDIRECTS} times.")


def _get(url: str, headers: Mapping[str, str], private_ok: bool) -> urllib3.BaseHTTPResponse:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host:
        raise FetchError(f"{url} is not a web address.")
    if parts.scheme == "http" and not private_ok:
        raise FetchError(f"{url} is not secure; give its https address.")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = _address_of(host, port, private_ok)
    except ValueError as error:
        raise FetchError(str(error)) from None
    timeout = urllib3.Timeout(connect=10, read=TIMEOUT_S)
    target = parts.path or "/"
    target += f"?{parts.query}" if parts.query else ""
    sent = {**headers, "Host": parts.netloc.rpartition("@")[2]}
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, port, timeout=timeout, server_hostname=host, assert_hostname=host
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout)
    try:
        return pool.request(
            "GET", target, headers=sent, redirect=False, retries=False, preload_content=False
        )
    except (urllib3.exceptions.HTTPError, OSError) as error:
        reason = type(error).__name__
        raise FetchError(f"{url} could not be reached ({reason}); the last copy is kept.") from None


def _address_of(host: str, port: int, private_ok: bool) -> str:
    """The one address to connect to; every address of the name must be public."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise ValueError(f"There is no host {host}; the last copy is kept.") from None
    for address in found:
        if not private_ok and not _is_public(str(address)):
            raise ValueError(
                f"{host} lies in a private network and is not fetched; write "
                "private_network = true at the source if it is your own."
            )
    return min(map(str, found), key=lambda name: (":" in name, name))


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is not None:
            address = inside
    return address.is_global and not address.is_multicast and not address.is_reserved


def _body(url: str, response: urllib3.BaseHTTPResponse, started: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        for part in response.stream(2**16, decode_content=True):
            size += len(part)
            if size > MOST_BYTES:
                limit = MOST_BYTES // 2**20
                raise FetchError(f"{url} is larger than the limit of {limit} MB.")
            if time.monotonic() - started > TIMEOUT_S:
                raise FetchError(f"{url} took longer than {TIMEOUT_S:.0f} seconds.")
            parts.append(part)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        reason = type(error).__name__
        raise FetchError(f"{url} broke off ({reason}); the last copy is kept.") from None
    return b"".join(parts)


def _note(folder: Path, key: str) -> dict[str, Any]:
    path = folder / FOLDER / f"{_safe(key)}.note"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _safe(key: str) -> str:
    return "".join(char if char.isalnum() or char in "-_" else "-" for char in key)


def _ending(url: str) -> str:
    ending = PurePosixPath(urlsplit(url).path).suffix.lower()
    return ending if ending in (".csv", ".json", ".geojson", ".xlsx", ".zip") else ".data"
