"""A browser without a network: asks an ASGI app, keeps its cookies by path, follows nothing."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

Files = Mapping[str, tuple[str, bytes]]


@dataclass
class Answer:
    status_code: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """`base` is the site's own address; `headers` go with every request."""

    def __init__(self, app: Any, base: str = "http://testserver") -> None:
        self.app = app
        self.base = base
        self.headers: dict[str, str] = {}
        self.cookies: dict[tuple[str, str], str] = {}

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.request("GET", path, headers=headers)

    def post(
        self,
        path: str,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        files: Files | None = None,
    ) -> Answer:
        return self.request("POST", path, headers=headers, data=data or {}, files=files)

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        files: Files | None = None,
    ) -> Answer:
        body, kind = b"", ""
        if files:
            body, kind = _parts(data or {}, files)
        elif data is not None:
            body, kind = urlencode(data).encode(), "application/x-www-form-urlencoded"
        where, parts = urlsplit(path), urlsplit(self.base)
        sent = {"host": parts.netloc, **self.headers, **(headers or {})}
        if method == "POST":
            sent |= {"content-type": kind, "content-length": str(len(body))}
        jar = [
            f"{name}={value}"
            for (name, scope), value in self.cookies.items()
            if where.path.startswith(scope)
        ]
        if jar:
            sent["cookie"] = "; ".join([*jar, *filter(None, [sent.get("cookie", "")])])
        scope = {
            "type": "http",
            "method": method,
            "path": where.path,
            "raw_path": where.path.encode(),
            "query_string": where.query.encode(),
            "root_path": "",
            "scheme": parts.scheme,
            "server": (parts.hostname, 80),
            "client": ("testclient", 50000),
            "http_version": "1.1",
            "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        }
        answer = asyncio.run(self._ask(scope, body))
        self._keep(answer.headers.get("set-cookie", ""))
        return answer

    async def _ask(self, scope: dict[str, Any], body: bytes) -> Answer:
        start: dict[str, Any] = {}
        parts: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        await self.app(scope, receive, send)
        headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], headers, b"".join(parts))

    def _keep(self, told: str) -> None:
        if not told:
            return
        first, *rest = [part.strip() for part in told.split(";")]
        name, _, value = first.partition("=")
        path = next((part[5:] for part in rest if part.lower().startswith("path=")), "/")
        self.cookies.pop((name, path), None)
        if value.strip('"'):
            self.cookies[name, path] = value


def _parts(data: Mapping[str, str], files: Files) -> tuple[bytes, str]:
    line = uuid.uuid4().hex
    body = b""
    for name, value in data.items():
        body += f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        body += value.encode() + b"\r\n"
    for name, (file, content) in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{file}"'
        body += f"--{line}\r\n{head}\r\nContent-Type: text/csv\r\n\r\n".encode()
        body += content + b"\r\n"
    return body + f"--{line}--\r\n".encode(), f"multipart/form-data; boundary={line}"
