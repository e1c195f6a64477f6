"""The web site itself: its address, its hosts, who may frame it, the path it is served under.

The path is the server's (ASSETMAP_BASE_PATH); the rest stands in community.toml:

[web]
address = "https://map.example.org"      # stands in the sitemap and in shared links
hosts = ["map.example.org"]              # answered; none named: every host is
embed = ["https://partner.example.org"]  # sites that may show these pages in a frame
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assetmap.community import CommunityError
from assetmap.community.settings import framing_site
from assetmap.web.state import State
from assetmap.words import say

# Names the path that BasePath serves under.
VARIABLE = "ASSETMAP_BASE_PATH"
# Always answered: the server's own health check asks by these.
OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]|[0-9a-f:]+", re.ASCII)


class Site(NamedTuple):
    """`address` without a closing slash or ""; `hosts` empty: every host; `embed` are origins."""

    address: str = ""
    hosts: frozenset[str] = frozenset()
    embed: tuple[str, ...] = ()

    def answers(self, host: str) -> bool:
        """Whether a request with this Host header is meant for this site."""
        name = host_of(host)
        return not self.hosts or name in self.hosts or name in OWN_HOSTS

    def own_origin(self, origin: str, host: str) -> bool:
        """Whether `origin` (a header) is a page of this site, asked at `host`."""
        try:
            parts = urlsplit(origin)
            port = parts.port
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return False
        name = parts.hostname
        if name in self.hosts:
            return True
        usual = {"http": 80, "https": 443}[parts.scheme]
        return name == host_of(host) and (port or usual) == (_port_of(host) or usual)


def site(config: Mapping[str, object]) -> Site:
    """The site as `config` (of community.toml) describes it; what makes no sense is left out."""
    web_settings = config.get("web")
    settings: Mapping[str, object] = web_settings if isinstance(web_settings, dict) else {}
    address = str(settings.get("address") or "").rstrip("/")
    hosts = {host_of(text) for text in _texts(settings.get("hosts"))}
    if hosts and address:
        hosts.add(host_of(urlsplit(address).netloc))
    return Site(
        address if re.match(r"https?://[^\s\"'<>]+$", address) else "",
        frozenset(host for host in hosts if host),
        tuple(dict.fromkeys(filter(None, map(framing_site, _texts(settings.get("embed")))))),
    )


def host_of(header: str) -> str:
    """The name in a Host header, without its port, in small letters; "" for nonsense.

    >>> host_of("Map.Example.org:8501"), host_of("[::1]:80"), host_of("a; b")
    ('map.example.org', '::1', '')
    """
    text = header.strip().lower()
    name = text.partition("]")[0] + "]" if text.startswith("[") else text.rpartition(":")[0] or text
    if text.count(":") != 1 and not text.startswith("["):
        name = text
    return name.strip("[]").rstrip(".") if _HOST.fullmatch(name) else ""


def _port_of(header: str) -> int | None:
    port = header.rsplit("]", 1)[-1].rpartition(":")[2] if ":" in header else ""
    return int(port) if port.isascii() and port.isdigit() else None


def _texts(value: object) -> list[str]:
    return (
        [text.strip() for text in value if isinstance(text, str)] if isinstance(value, list) else []
    )


def site_of(current: Callable[[], State]) -> Callable[[], Site]:
    """The site of the community now served; one that names nothing where none can be."""

    def now() -> Site:
        try:
            return site(current().community.config)
        except CommunityError:
            return Site()

    return now


class BasePath:
    """Serves `app` under `base` ("" for the root; ASSETMAP_BASE_PATH by default).

    The path is taken off before anything else sees it. Streamlit's own page finds its server from
    the address it was opened at, so nothing but our own links has to know: they read `root_path`.
    A proxy may leave the path in or take it off; both are answered. The server's own health check
    at `/healthz` is answered without it.
    """

    def __init__(self, app: ASGIApp, base: str | None = None) -> None:
        self.app = app
        base_given = os.environ.get(VARIABLE, "") if base is None else base
        self.base = f"/{base_given.strip('/')}" if base_given.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.base or scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path == self.base and scope["type"] == "http":
            # Relative addresses of the page count from the slash.
            await RedirectResponse(f"{self.base}/", 308)(scope, receive, send)
            return
        if path.startswith(f"{self.base}/"):
            rest = path[len(self.base) :]
            raw = scope.get("raw_path", b"")
            start = self.base.encode()
            inside = {
                **scope,
                "path": rest,
                "raw_path": raw[len(start) :] if raw.startswith(start) else rest.encode(),
                "root_path": self.base,
            }
            await self.app(inside, receive, send)
            return
        if scope.get("root_path", "").rstrip("/") == self.base or path == "/healthz":
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        base_given = say("serve.elsewhere", base=f"{self.base}/")
        await PlainTextResponse(f"{base_given}\n", 404)(scope, receive, send)
