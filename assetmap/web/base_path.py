"""The path under which a proxy puts the pages, taken off before anything else sees it.

Streamlit's own page finds its server from the address it was opened at, so nothing but our own
links has to know: they read `root_path`.
"""

from __future__ import annotations

import os

from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assetmap.words import say

VARIABLE = "ASSETMAP_BASE_PATH"


class BasePath:
    """Serves `app` under `base` ("" for the root; ASSETMAP_BASE_PATH by default).

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
