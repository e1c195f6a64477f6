"""The first visit of a process, made by the process itself.

Templates are compiled and vocabularies read when a page is first drawn: half a second, and two
where two hundred people come at once to processes that nobody has visited yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import Message

from assetmap.web.state import State

# What a page reads when it is first needed, and the start of the service does not.
LIBRARIES = ("assetmap.maps.script", "assetmap.report.pdf")
ASKED = {"q": "a meeting", "do": "search"}
_FORM = (b"content-type", b"application/x-www-form-urlencoded")


def first_visits(routes: Sequence[BaseRoute]) -> Callable[[State], None]:
    """Visits the pages in every language of the community, one after the other."""
    pages = Starlette(routes=list(routes))

    def visit(state: State) -> None:
        for name in LIBRARIES:
            import_module(name)
        asyncio.run(_visits(pages, state))

    return visit


async def _visits(pages: Starlette, state: State) -> None:
    paths = ["/directory", "/open-data", "/api/assets.geojson", "/embed"]
    assets = state.catalog.assets
    paths += [
        f"/at/{quote(str(id), safe=':')}" for id in assets["id"][assets["status"] == "active"][:1]
    ]
    for language in state.community.config["languages"]:
        for path in paths:
            await visited(pages, path, str(language))
        await visited(pages, "/directory", str(language), urlencode(ASKED).encode())


async def visited(
    pages: Starlette, path: str, language: str, form: bytes | None = None
) -> tuple[int, bytes]:
    """Status and body that `path` answers a browser in `language` with; a form goes by POST."""
    headers = [
        (b"host", b"localhost"),
        (b"accept-encoding", b"gzip"),
        (b"accept-language", language.encode()),
    ]
    if form is not None:
        headers += [_FORM, (b"content-length", str(len(form)).encode())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET" if form is None else "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": None,
        "server": ("localhost", 80),
    }
    asked: list[Message] = [{"type": "http.request", "body": form or b"", "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        return asked.pop() if asked else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await pages(scope, receive, send)
    body = b"".join(cast(bytes, message.get("body", b"")) for message in sent)
    return int(sent[0]["status"]), body
