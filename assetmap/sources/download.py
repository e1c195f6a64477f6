"""Getting public files: from a folder of files given by hand, the cache, or the network.

One at a time, a second apart, with a pause that doubles after a refusal; streamed to disk within a
size and a time; judged by content. `ASSETMAP_SOURCES` names one host that serves all public
addresses, the host kept as first part of the path (`/www2.census.gov/geo/tiger/…`). No message and
no note holds an address with a key in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import urllib3

from assetmap.sources.catalogue import (
    NotFetched,
    PublicSource,
    WebPage,
    check_content,
    check_given,
    year_in,
)
from assetmap.words import text

AGENT = "assetmap (community resource directory; new community)"
FRESH = timedelta(days=30)
PACE_S = 1.0
BACK_OFF_S = (5.0, 10.0, 20.0)
MOST_REDIRECTS = 5
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TRY_AGAIN = (403, 408, 425, 429, 500, 502, 503, 504)

DownloadProgress = Callable[[str, int, int], None]


class Fetched(NamedTuple):
    """A public file as it lies on disk. `origin` is file (given by hand), download or cache."""

    path: Path
    year: int
    bytes: int
    origin: str
    on: str


def cache_folder() -> Path:
    """Where downloads are kept: ASSETMAP_CACHE, else the user's cache folder."""
    named = os.environ.get("ASSETMAP_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "assetmap" / "sources"


class Downloads:
    """The way to public files for one run.

    `files` is a folder of files given by hand, which come first; `allowed` is whether the network
    may be asked; `progress` is called with (label, bytes so far, bytes in all or 0).
    """

    def __init__(
        self,
        files: Path | None = None,
        allowed: bool = True,
        progress: DownloadProgress | None = None,
    ) -> None:
        self.files = sorted(p for p in files.rglob("*") if p.is_file()) if files else []
        self.allowed = allowed
        self.progress = progress
        self.stand_in = os.environ.get("ASSETMAP_SOURCES", "").rstrip("/")
        host = urlsplit(self.stand_in).hostname or ""
        self._quick = host in _LOOPBACK
        self._last = 0.0
        self._unreachable: dict[str, str] = {}
        self._pool = _pool(bool(self.stand_in))

    def by_hand(self, source: PublicSource, place: Mapping[str, object]) -> list[Path]:
        """The files given by hand for `source`, the newest year first."""
        if not source.names:
            return []
        named = source.named(place)
        hits = [path for path in self.files if named.fullmatch(path.name)]
        return sorted(hits, key=lambda path: (-(year_in(path.name) or 0), path.name))

    def get(
        self, source: PublicSource, place: Mapping[str, object], key: str = "", retry: bool = True
    ) -> Fetched:
        """The newest file of `source` for `place`; `key` is added to the address and never said.

        One year further back is tried on 404 only. `retry` asks again after a refusal. Raises
        NotFetched.
        """
        fault: NotFetched | None = None
        for path in self.by_hand(source, place):
            try:
                check_given(path, source.format, source.needs)
            except NotFetched as error:
                fault = fault or error
                continue
            stat = path.stat()
            day = datetime.fromtimestamp(stat.st_mtime, UTC).date().isoformat()
            year = year_in(path.name) or source.years[0]
            return Fetched(path, year, stat.st_size, "file", day)
        if not self.allowed:
            raise fault or NotFetched(text("sources.not_allowed"))
        try:
            return self._newest(source, place, key, retry)
        except NotFetched as error:
            # The file a person gave is nearer to what they can mend.
            raise fault or error from None

    def _newest(
        self, source: PublicSource, place: Mapping[str, object], key: str, retry: bool
    ) -> Fetched:
        for year in source.years:
            url = source.url(year, place)
            try:
                return self._one(source, url, year, key, retry)
            except _NotThere:
                continue
        host = urlsplit(source.address).hostname or ""
        years = f"{source.years[-1]}–{source.years[0]}"
        raise NotFetched(text("sources.not_there", host=host, years=years))

    def _one(self, source: PublicSource, url: str, year: int, key: str, retry: bool) -> Fetched:
        kept = cache_folder() / hashlib.sha256((self.stand_in + url).encode()).hexdigest()[:24]
        note = _note(kept)
        if note and not self.stand_in and _age(note) < FRESH:
            return _from_cache(kept, note, year)
        try:
            self._fetch(source, url, key, kept, retry)
        except _NotReached as error:
            if note:
                return _from_cache(kept, note, year)
            raise NotFetched(error.why, error.do) from None
        day = datetime.now(UTC).date().isoformat()
        size = kept.stat().st_size
        note = {"url": url, "on": day, "bytes": size, "licence": source.licence, "year": year}
        _write(kept.with_suffix(".note"), json.dumps(note).encode())
        return Fetched(kept, year, size, "download", day)

    def _fetch(self, source: PublicSource, url: str, key: str, kept: Path, retry: bool) -> None:
        host = urlsplit(url).hostname or ""
        waits = (0.01, 0.01) if self._quick else BACK_OFF_S
        for wait in (*waits, None) if retry else (None,):
            if host in self._unreachable:
                raise _NotReached(self._unreachable[host])
            try:
                self._stream(source, url + (f"&key={key}" if key else ""), host, kept)
                return
            except (WebPage, _Refused) as error:
                if wait is None:
                    raise NotFetched(error.why, error.do) from None
            except _NotReached as error:
                if wait is None or error.final:
                    self._unreachable[host] = error.why
                    raise
            time.sleep(wait)

    def _stream(self, source: PublicSource, url: str, host: str, kept: Path) -> None:
        pause = self._last + (0.0 if self._quick else PACE_S) - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        started = time.monotonic()
        response = self._open(source, url, host)
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=kept.parent, suffix=".part", delete=False) as file:
                part = Path(file.name)
                try:
                    self._copy(source, response, host, started, file.write)
                    file.close()
                    check_content(part, source.format, source.needs, host)
                    part.replace(kept)
                finally:
                    part.unlink(missing_ok=True)
        except OSError as error:
            raise NotFetched(
                text("sources.no_room", folder=str(kept.parent), why=error.strerror or "")
            ) from None
        finally:
            response.release_conn()
            response.close()
            self._last = time.monotonic()

    def _copy(
        self,
        source: PublicSource,
        response: urllib3.BaseHTTPResponse,
        host: str,
        started: float,
        write: Callable[[bytes], int],
    ) -> None:
        size = 0
        try:
            total = int(response.headers.get("Content-Length") or 0)
        except ValueError:
            total = 0
        try:
            for part in response.stream(2**16, decode_content=True):
                size += len(part)
                if size > source.most_bytes:
                    limit = source.most_bytes // 2**20
                    raise NotFetched(text("sources.too_large", host=host, limit=limit))
                if time.monotonic() - started > source.seconds:
                    raise NotFetched(text("sources.too_slow", host=host, n=round(source.seconds)))
                write(part)
                if self.progress is not None:
                    self.progress(source.labels["en"], size, total)
        except (urllib3.exceptions.HTTPError, OSError):
            raise _NotReached(text("sources.broke_off", host=host)) from None
        if self.progress is not None:
            self.progress(source.labels["en"], size, size)

    def _open(self, source: PublicSource, url: str, host: str) -> urllib3.BaseHTTPResponse:
        for _ in range(MOST_REDIRECTS + 1):
            try:
                response = self._pool.request(
                    "GET",
                    self._address(url),
                    headers={"User-Agent": AGENT, "Accept-Encoding": "gzip"},
                    timeout=urllib3.Timeout(connect=10, read=30),
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
            except (urllib3.exceptions.HTTPError, OSError, ValueError):
                raise _NotReached(text("sources.unreachable", host=host), final=True) from None
            sent_on = response.headers.get("Location")
            if response.status in (301, 302, 303, 307, 308) and sent_on:
                response.release_conn()
                if source.key == "acs":
                    # Without a good key the API sends its callers to a page that says so.
                    raise NotFetched(text("sources.needs_key", host=host))
                url = self._public(urljoin(url, sent_on))
                continue
            if response.status == 200:
                return response
            response.release_conn()
            response.close()
            if response.status == 404:
                raise _NotThere(text("sources.status", host=host, status=404))
            fault = _Refused if response.status in _TRY_AGAIN else NotFetched
            raise fault(text("sources.status", host=host, status=response.status))
        raise NotFetched(text("sources.sent_on", host=host))

    def _address(self, url: str) -> str:
        if not self.stand_in:
            if urlsplit(url).scheme != "https":
                raise ValueError(text("sources.https"))
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.stand_in}/{parts.netloc}{parts.path}{query}"

    def _public(self, url: str) -> str:
        """A redirect's target as a public address, when the stand-in named itself."""
        if self.stand_in and url.startswith(self.stand_in + "/"):
            return "https://" + url[len(self.stand_in) + 1 :]
        return url


class _NotThere(NotFetched):
    """404: this year is not out."""


class _Refused(NotFetched):
    """The server is busy or will not now."""


class _NotReached(NotFetched):
    """No answer; `final` when asking again at once is idle."""

    def __init__(self, why: str, do: str = "", final: bool = False) -> None:
        super().__init__(why, do)
        self.final = final


def _pool(stand_in: bool) -> urllib3.PoolManager:
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    if proxy and not stand_in:
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()


def _from_cache(kept: Path, note: Mapping[str, object], year: int) -> Fetched:
    return Fetched(kept, year, kept.stat().st_size, "cache", str(note["on"]))


def _note(kept: Path) -> dict[str, object]:
    """The note beside a kept file; empty where either is missing or torn."""
    try:
        note = json.loads(kept.with_suffix(".note").read_bytes())
        whole = kept.stat().st_size == note["bytes"]
        datetime.fromisoformat(str(note["on"]))
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return note if whole else {}


def _age(note: Mapping[str, object]) -> timedelta:
    on = datetime.fromisoformat(str(note["on"])).replace(tzinfo=UTC)
    return datetime.now(UTC) - on


def _write(path: Path, data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        file.write(data)
    Path(file.name).replace(path)
