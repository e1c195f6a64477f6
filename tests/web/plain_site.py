"""The plain pages of a state, asked without a server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.types import ASGIApp
from test_routes import Answer

from assetmap.web.plain import plain_routes
from assetmap.web.state import State

Form = Mapping[str, str | Sequence[str]]


def site(state: State) -> Starlette:
    """The plain pages of `state`."""
    return Starlette(routes=plain_routes(lambda: state))


def send(app: ASGIApp, path: str, form: Form | None = None, **headers: str) -> Answer:
    """GET `path`, or POST `form` to it; `headers` with underscores for hyphens."""
    body = b"" if form is None else urlencode(list(_pairs(form))).encode()
    if form is not None:
        headers = {"content_type": "application/x-www-form-urlencoded", **headers}
        headers = {"content_length": str(len(body)), **headers}
    path, _, query = path.partition("?")
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET" if form is None else "POST",
        "scheme": "http",
        "server": ("localhost", 80),
        "path": path,
        "raw_path": quote(path).encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def reply(message: Any) -> None:
        sent.append(message)

    # In a thread of its own: the browser tests keep an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, app(scope, receive, reply)).result()  # type: ignore[arg-type]
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], told, b"".join(part.get("body", b"") for part in sent[1:]))


def html_of(answer: Answer) -> str:
    """The page of `answer`, unpacked."""
    return answer.plain.decode()


def sections_of(html: str) -> dict[str, list[str]]:
    """Key of each section of the list → the ids of its lines, in order."""
    sections: dict[str, list[str]] = {}
    for part, lines in re.findall(r'<ul class="lines" data-part="(\w*)">(.*?)\n</ul>', html, re.S):
        ids = re.findall(r'name="(?:save|drop)" value="(.*?)"', lines)
        sections.setdefault(part, []).extend(unescape(asset) for asset in ids)
    return sections


def _pairs(form: Form) -> Any:
    for name, value in form.items():
        for item in [value] if isinstance(value, str) else value:
            yield name, item
