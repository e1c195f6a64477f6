"""Fetching one web address: within a size and a time, never from inside a private network.

No redirect and no name that changes its address between the check and the visit leads there: the
connection goes to the very address that was checked.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import threading
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import urllib3

from assetmap.files.source import UnreadableFile
from assetmap.words import text

MOST_BYTES = 50 * 2**20
TIMEOUT_S = 30.0
MOST_REDIRECTS = 5
AGENT = "assetmap (community resource directory)"
_SHEET = re.compile(
    r"https?://docs\.google\.com/spreadsheets/d/(?!e/)([\w-]+)(?:/[^?#]*)?(.*)", re.I
)
_PUBLISHED = re.compile(
    r"https?://docs\.google\.com/spreadsheets/d/e/([\w-]+)/pub(?:html)?(.*)", re.I
)
_DRIVE = re.compile(r"https?://drive\.google\.com/file/d/([\w-]+)(?:/.*)?", re.I)
_TAB = re.compile(r"[?&#]gid=(\d+)")


class FetchError(UnreadableFile):
    """The address could not be fetched; the message is one sentence."""


class AddressAnswer(NamedTuple):
    """What an address gave; `data` is None when nothing changed."""

    data: bytes | None
    etag: str
    modified: str


def fetch(
    url: str, etag: str = "", modified: str = "", private_ok: bool | str = False
) -> AddressAnswer:
    """The content at `url`, or none when it has not changed since `etag` or `modified`.

    `private_ok` allows a private network to the one host it names, or (True) to the host of
    `url`; no redirect leads to another one. Raises FetchError for an address in a private
    network, over MOST_BYTES, slower than TIMEOUT_S in all, or answering with anything but success.
    """
    headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip"}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    private_host = private_ok if isinstance(private_ok, str) else ""
    if private_ok is True:
        private_host = urlsplit(url).hostname or ""
    first = url
    with Deadline(TIMEOUT_S) as deadline:
        for _ in range(MOST_REDIRECTS + 1):
            response = _get(url, headers, private_host.lower(), deadline)
            try:
                if response.status in (301, 302, 303, 307, 308):
                    location = response.headers.get("Location")
                    if location:
                        url = urljoin(url, location)
                        continue
                if response.status == 304:
                    return AddressAnswer(None, etag, modified)
                if response.status != 200:
                    raise FetchError(text("fetch.answered", url=url, status=response.status))
                data = _body(url, response, deadline)
                return AddressAnswer(
                    data,
                    response.headers.get("ETag", ""),
                    response.headers.get("Last-Modified", ""),
                )
            finally:
                response.release_conn()
                response.close()
    raise FetchError(text("fetch.sent_on", url=first, most=MOST_REDIRECTS))


class Deadline:
    """A time in which everything of a fetch has to be done, however slowly bytes drip in.

    A timeout of a socket begins anew with each byte, so the connections are cut instead.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._ends = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for watched in self._sockets:
                watched.close()
            self._sockets.clear()

    @property
    def left(self) -> float:
        """Seconds that are left, never quite none."""
        return max(self._ends - time.monotonic(), 0.01)

    def watch(self, connection: socket.socket) -> None:
        """Cut this connection when the time is over."""
        # The handle itself is given away when TLS begins; a second one of it stays.
        with self._lock:
            self._sockets.append(connection.dup())
        if self.passed:
            self._cut()

    def _cut(self) -> None:
        self.passed = True
        with self._lock:
            for watched in self._sockets:
                with contextlib.suppress(OSError):
                    watched.shutdown(socket.SHUT_RDWR)


def _get(
    url: str, headers: Mapping[str, str], private_host: str, deadline: Deadline
) -> urllib3.BaseHTTPResponse:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchError(text("fetch.no_address", url=url[:200])) from None
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host:
        raise FetchError(text("fetch.no_address", url=url[:200]))
    private_ok = bool(private_host) and host.lower() == private_host
    if parts.scheme == "http" and not private_ok:
        raise FetchError(text("fetch.not_secure", url=url[:200]))
    port = port or (443 if parts.scheme == "https" else 80)
    address = _address_of(host, port, private_ok, deadline)
    timeout = urllib3.Timeout(connect=min(10.0, deadline.left), read=deadline.left)
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
    pool.ConnectionCls = _watched(pool.ConnectionCls, deadline)
    try:
        return pool.request(
            "GET", target, headers=sent, redirect=False, retries=False, preload_content=False
        )
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise _not_reached("fetch.not_reached", url, error, deadline) from None


def _watched(kind: Any, deadline: Deadline) -> Any:
    """A connection class whose sockets are cut when the time is over."""

    class Watched(kind):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            connection: socket.socket = super()._new_conn()
            deadline.watch(connection)
            return connection

    return Watched


def _not_reached(which: str, url: str, error: Exception, deadline: Deadline) -> FetchError:
    if deadline.passed:
        return FetchError(text("fetch.too_slow", url=url[:200], seconds=f"{TIMEOUT_S:.0f}"))
    return FetchError(text(which, url=url[:200], reason=type(error).__name__))


def _address_of(host: str, port: int, private_ok: bool, deadline: Deadline) -> str:
    """The one address to connect to; every address of the name must be public."""
    result: list[str] = []

    def look_up() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            result.extend(str(info[4][0]) for info in infos)

    # A name server that does not answer must not hold the fetch up longer than it may take.
    asking = threading.Thread(target=look_up, daemon=True)
    asking.start()
    asking.join(deadline.left)
    if not result:
        raise FetchError(text("fetch.no_host", host=host[:200]))
    if not private_ok and not all(map(_is_public, result)):
        raise FetchError(text("fetch.private", host=host[:200]))
    return sorted(set(result), key=lambda address: (":" in address, address))[0]


# What ipaddress takes for public and is not: relays, translation, documentation, old site-local.
_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            *("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10", "198.18.0.0/15", "240.0.0.0/4"),
            *("fec0::/10", "fc00::/7", "3fff::/20", "2001:db8::/32", "100::/64", "5f00::/16"),
            *("64:ff9b:1::/48", "2001::/23", "::/96"),
        ),
    )
)
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def _is_public(text_of: str) -> bool:
    address = ipaddress.ip_address(text_of.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is None and address in _TRANSLATED:
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            address = inside
    if any(address in network for network in _NOT_PUBLIC if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _body(url: str, response: urllib3.BaseHTTPResponse, deadline: Deadline) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        for part in response.stream(2**16, decode_content=True):
            size += len(part)
            if size > MOST_BYTES:
                most = MOST_BYTES // 2**20
                raise FetchError(text("fetch.too_large", url=url[:200], most=most))
            if deadline.passed:
                break
            parts.append(part)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise _not_reached("fetch.broke_off", url, error, deadline) from None
    if deadline.passed:
        raise _not_reached("fetch.broke_off", url, OSError(), deadline)
    return b"".join(parts)


def csv_address(address: str) -> str:
    """The CSV export of a Google Sheet's share link; other addresses as they are.

    >>> csv_address("https://docs.google.com/spreadsheets/d/1AbC/edit?usp=sharing#gid=7")
    'https://docs.google.com/spreadsheets/d/1AbC/export?format=csv&gid=7'
    """
    published = _PUBLISHED.fullmatch(address)
    if published:
        tab = _TAB.search(published[2])
        start = f"https://docs.google.com/spreadsheets/d/e/{published[1]}/pub?output=csv"
        return f"{start}&gid={tab[1]}" if tab else start
    sheet = _SHEET.fullmatch(address)
    if sheet and "/export" not in address and "/gviz" not in address:
        tab = _TAB.search(sheet[2])
        start = f"https://docs.google.com/spreadsheets/d/{sheet[1]}/export?format=csv"
        # Without a tab in the link the first one is meant; tab 0 may not exist.
        return f"{start}&gid={tab[1]}" if tab else start
    drive = _DRIVE.fullmatch(address)
    return f"https://drive.google.com/uc?export=download&id={drive[1]}" if drive else address
