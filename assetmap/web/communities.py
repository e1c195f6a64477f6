"""Many communities in one process: which one a request is about, by its host or its path.

With ASSETMAP_COMMUNITIES naming a folder, every folder in it that holds a community.toml is
served: at the host names that its `[web]` section gives, else under `/FOLDER/`. Whatever fails in
one is said there, and the others go on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assetmap.community import CommunityError
from assetmap.community.settings import FILE, MANY, read_settings
from assetmap.web import state
from assetmap.web.plain.render import answer, open_page
from assetmap.web.site import host_of, site
from assetmap.words import say

# Carries the choice from here to Streamlit's script; what a browser sends under it is dropped.
HEADER = "x-assetmap-community"
LOOK_EVERY_S = 2.0


class Entrance(NamedTuple):
    """How a community is entered: its name ("" while its settings cannot be read) and hosts."""

    name: str
    hosts: frozenset[str]


class Communities:
    """Chooses the community of each request, and shows all of them where none is named."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._read: dict[Path, tuple[int, Entrance]] = {}
        self._found: Mapping[str, Entrance] = {}
        self._looked = -LOOK_EVERY_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = [pair for pair in scope["headers"] if pair[0].lower() != HEADER.encode()]
        if not os.environ.get(MANY):
            await self.app({**scope, "headers": headers}, receive, send)
            return
        entrances = self.entrances()
        key, inside = _by_host(scope, entrances), scope
        if key is None:
            key, inside = _by_path(scope, entrances)
        if key is None:
            await self._no_community(scope, entrances, receive, send)
            return
        if inside["path"] == "" and scope["type"] == "http":
            # Relative addresses of the page count from the slash.
            target = f"{inside['root_path']}/"
            await RedirectResponse(target, 308)(scope, receive, send)
            return
        state.choose(key)
        if scope["type"] == "http" and state.served().opened() is None:
            # Opened beside the event loop; why it cannot be is said by whoever answers.
            with suppress(CommunityError):
                await run_in_threadpool(state.current)
        named = [*headers, (HEADER.encode(), key.encode())]
        await self.app({**inside, "headers": named}, receive, send)

    def entrances(self) -> Mapping[str, Entrance]:
        """Every community by its folder's name; settings are read again when their file changes."""
        if time.monotonic() - self._looked < LOOK_EVERY_S:
            return self._found
        result = {}
        for key, folder in state.folders().items():
            try:
                changed = (folder / FILE).stat().st_mtime_ns
            except OSError:
                continue
            known = self._read.get(folder)
            if known is None or known[0] != changed:
                known = self._read[folder] = (changed, _entrance(folder))
            result[key] = known[1]
        self._found, self._looked = result, time.monotonic()
        return result

    async def _no_community(
        self, scope: Scope, entrances: Mapping[str, Entrance], receive: Receive, send: Send
    ) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        request = Request(scope)
        if scope["path"] == "/healthz":
            response: Response = await run_in_threadpool(health, entrances)
        else:
            response = _all_of_them(request, entrances, 200 if scope["path"] == "/" else 404)
        await response(scope, receive, send)


def _entrance(folder: Path) -> Entrance:
    try:
        config = read_settings(folder)
    except (CommunityError, OSError, ValueError):
        return Entrance("", frozenset())
    return Entrance(str(config["name"]), site(config).hosts)


def _by_host(scope: Scope, entrances: Mapping[str, Entrance]) -> str | None:
    headers = dict(scope["headers"])
    host = host_of(headers.get(b"host", b"").decode("latin-1"))
    named = [key for key, entrance in entrances.items() if host in entrance.hosts]
    # A host that several name is the one under which all of them lie.
    return named[0] if len(named) == 1 else None


def _by_path(scope: Scope, entrances: Mapping[str, Entrance]) -> tuple[str | None, Scope]:
    """The community of the first path part, and the scope without that part."""
    key, slash, rest = scope["path"].lstrip("/").partition("/")
    if key not in entrances:
        return None, scope
    path = f"/{rest}" if slash else ""
    raw, start = scope.get("raw_path", b""), f"/{key}".encode()
    inside = {
        **scope,
        "path": path,
        "raw_path": raw[len(start) :] if raw.startswith(start) else path.encode(),
        "root_path": f"{scope.get('root_path', '').rstrip('/')}/{key}",
    }
    return key, inside


def health(entrances: Mapping[str, Entrance]) -> JSONResponse:
    """How each community is served; 503 only where none of them is."""
    statuses: dict[str, dict[str, object]] = {}
    for key in entrances:
        served = state.served(key)
        now, failed = served.opened(), served.failure
        if failed is not None:
            status = f"not updated since {failed.since.isoformat(timespec='seconds')}"
        else:
            status = "ok" if now is not None else "not opened"
        statuses[key] = {"status": status, "assets": len(now.catalog.assets) if now else None}
        if failed is not None:
            statuses[key]["problem"] = failed.message
    wrong = [key for key, value in statuses.items() if value["status"] != "ok"]
    status = "ok" if statuses and not wrong else f"not ok: {', '.join(wrong)}"
    code = 503 if len(wrong) == len(statuses) else 200
    return JSONResponse(
        {"status": status, "communities": statuses}, code, headers={"Cache-Control": "no-store"}
    )


def _all_of_them(request: Request, entrances: Mapping[str, Entrance], status: int) -> Response:
    page = open_page(request, None)
    return answer(
        page,
        "communities.html",
        status=status,
        heading=say("plain.communities", page.language),
        communities=[(key, entrance.name or key) for key, entrance in entrances.items()],
    )
