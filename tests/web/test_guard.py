"""What is refused before Streamlit sees it: foreign sockets, other hosts, unknown pages."""

from __future__ import annotations

import asyncio
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from test_routes import ask

from assetmap.community.settings import unknown_sites
from assetmap.web.guard import Guard, SafeHeaders
from assetmap.web.site import Site, site
from assetmap.web.startup import MOST_FILES, allow_more_files

ROOT = Path(__file__).resolve().parents[2]
PARTNER = "https://partner.example.org"


def missing(request: Request) -> Response:
    return HTMLResponse("<p>calm</p>", 404)


async def _ours(request: Request) -> Response:
    return HTMLResponse("ours")


class Streamlit:
    """Answers as Streamlit does: its first page for any path, and every socket."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope["path"])
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            return
        if scope["path"] == "/ours":
            answer: Response = HTMLResponse("ours")
        elif scope["path"] == "/media/report.html":
            attached = {"Content-Disposition": 'attachment; filename="gaps.html"'}
            answer = HTMLResponse("<h1>Report</h1>", headers=attached)
        elif scope["path"] == "/static/a.js":
            answer = PlainTextResponse("script", media_type="text/javascript")
        else:
            answer = HTMLResponse("<p>app</p>")
        await answer(scope, receive, send)


def guarded(told: Site | None = None) -> tuple[ASGIApp, Streamlit]:
    inner = Streamlit()
    routes = [Route("/ours", _ours)]
    return Guard(inner, lambda: told or Site(), ("", "/gaps"), routes, missing), inner


@pytest.mark.parametrize(
    "path", ["/ours/\0", "/\0", "//host/", "//ours", "\\\\host\\a", "/ours/../static/a.js", "/C:/a"]
)
def test_an_address_that_streamlit_answers_with_nothing_is_a_calm_404(path: str) -> None:
    app, inner = guarded()
    answer = ask(app, path)
    assert (answer.status, answer.body, inner.seen) == (404, b"<p>calm</p>", [])


@pytest.mark.parametrize(
    "path", ["/ours", "/", "/gaps", "/static/a.js", "/_stcore/upload_file/a/b"]
)
def test_other_addresses_reach_streamlit(path: str) -> None:
    app, inner = guarded()
    ask(app, path)
    assert inner.seen == [path]


def open_socket(app: ASGIApp, **headers: str) -> str:
    """What a socket is told first: "websocket.accept" or "websocket.close"."""
    sent: list[Any] = []
    scope = {
        "type": "websocket",
        "path": "/_stcore/stream",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, app(scope, receive, send)).result()  # type: ignore[arg-type]
    return str(sent[0]["type"])


@pytest.mark.parametrize(
    ("host", "origin", "accepted"),
    [
        ("map.example.org", "https://map.example.org", True),
        ("map.example.org:8501", "http://map.example.org:8501", True),
        ("map.example.org", "https://map.example.org:443", True),
        ("MAP.example.org", "https://map.example.org", True),
        ("[::1]:8501", "http://[::1]:8501", True),
        ("map.example.org", None, True),
        ("map.example.org", "https://evil.example", False),
        ("map.example.org", "https://map.example.org.evil.example", False),
        ("map.example.org", "https://evil.example/map.example.org", False),
        ("map.example.org", "http://map.example.org:8080", False),
        ("map.example.org", "null", False),
        ("map.example.org", "", False),
        ("map.example.org", "https://map.example.org:port", False),
        ("map.example.org", "file://map.example.org", False),
    ],
)
def test_a_foreign_page_opens_no_socket(host: str, origin: str | None, accepted: bool) -> None:
    app, inner = guarded()
    headers = {"host": host, **({} if origin is None else {"origin": origin})}
    assert open_socket(app, **headers) == ("websocket.accept" if accepted else "websocket.close")
    # Streamlit, which would ask strangers for its own address, never hears of it.
    assert inner.seen == (["/_stcore/stream"] if accepted else [])


def test_behind_a_proxy_the_public_host_is_named_by_setting() -> None:
    told = site({"web": {"hosts": ["Map.Example.org"], "embed": [PARTNER]}})
    app, _ = guarded(told)
    sent = {"host": "127.0.0.1:8501", "origin": "https://map.example.org"}
    assert open_socket(app, **sent) == "websocket.accept"
    # A site that may frame the pages may not open sockets of its own.
    assert open_socket(app, host="map.example.org", origin=PARTNER) == "websocket.close"
    assert open_socket(app, host="other.example", origin="https://other.example") == (
        "websocket.close"
    )


def test_only_named_hosts_are_answered_where_some_are_named() -> None:
    app, inner = guarded(site({"web": {"hosts": ["map.example.org"]}}))
    for host in ("map.example.org", "map.example.org:8501", "localhost:8501", "127.0.0.1"):
        assert ask(app, "/", host=host).status == 200
    inner.seen.clear()
    for host in ("evil.example", "", "map.example.org.evil.example", "a b"):
        assert ask(app, "/", host=host).status == 421
    assert inner.seen == []


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", 200, b"<p>app</p>"),
        ("/gaps", 200, b"<p>app</p>"),
        ("/gaps/", 200, b"<p>app</p>"),
        ("/ours", 200, b"ours"),
        ("/static/a.js", 200, b"script"),
        # The report of the Gaps page, taken home as a web page.
        ("/media/report.html", 200, b"<h1>Report</h1>"),
        ("/static/unknown.js", 404, b"<p>calm</p>"),
        ("/nowhere", 404, b"<p>calm</p>"),
        ("/gaps/nowhere", 404, b"<p>calm</p>"),
        ("/wp-login.php", 404, b"<p>calm</p>"),
        ("/_stcore/metrics", 404, b"<p>calm</p>"),
        ("/_stcore/script-health-check", 404, b"<p>calm</p>"),
        ("/_stcore/agent/interact", 404, b"<p>calm</p>"),
    ],
)
def test_what_nobody_knows_is_a_calm_404(path: str, status: int, body: bytes) -> None:
    answer = ask(guarded()[0], path)
    assert (answer.status, answer.body) == (status, body)
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


def test_who_may_frame_is_said_by_setting_and_never_loosened() -> None:
    told = site({"web": {"embed": [PARTNER, "https://*.town.example", "javascript:x", "a; b", 3]}})
    policy = ask(guarded(told)[0], "/").headers["content-security-policy"]
    assert policy == "frame-ancestors 'self' https://partner.example.org https://*.town.example"

    async def strict(scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"Content-Security-Policy": "frame-ancestors 'none'"}
        await PlainTextResponse("x", headers=headers)(scope, receive, send)

    app = Guard(strict, lambda: told, ("",), [], missing)
    assert ask(app, "/").headers["content-security-policy"] == "frame-ancestors 'none'"


@pytest.mark.parametrize("wrong", [None, "x", [], {"hosts": "a", "embed": 3, "address": 5}])
def test_settings_that_mean_nothing_are_left_out(wrong: object) -> None:
    assert site({"web": wrong}) == Site()


def test_many_tabs_find_files_to_open(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    set_to: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda which: (1024, 524_288))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limits: set_to.append(limits))
    assert allow_more_files() == MOST_FILES
    assert set_to == [(MOST_FILES, 524_288)]


def test_a_limit_that_cannot_be_raised_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    resource = pytest.importorskip("resource")

    def refuse(which: int, limits: tuple[int, int]) -> None:
        raise OSError("not allowed")

    monkeypatch.setattr(resource, "getrlimit", lambda which: (1024, 524_288))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert allow_more_files() == 1024
    assert caplog.messages == [
        "Only 1024 files may be open at once, enough for about 256 visitors; raise the limit "
        "(ulimit -n)."
    ]


def test_the_guard_stands_before_everything_in_our_app() -> None:
    spec = importlib.util.spec_from_file_location("our_app", ROOT / "app.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    classes = [each.cls for each in module.app._user_middleware]
    assert Guard in classes and classes.index(Guard) < classes.index(SafeHeaders)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Partner.example.org", "https://partner.example.org"),
        ("https://partner.example.org/", "https://partner.example.org"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://partner.example.org:*", "https://partner.example.org:*"),
        ("*", ""),
        ("https://*", ""),
        ("https://*.org", ""),
        ("https://..", ""),
        ("https://partner.example.org/page", ""),
        ("https://partner.example.org:99999", ""),
        ("https://a.org; script-src *", ""),
        (7, ""),
    ],
)
def test_a_site_that_may_frame_is_taken_as_people_write_it_or_is_a_problem(
    written: object, named: str
) -> None:
    settings = {"web": {"embed": [PARTNER, written]}}
    assert site(settings).embed == ((PARTNER, named) if named not in ("", PARTNER) else (PARTNER,))
    assert unknown_sites(settings) == ([] if named else [str(written)])


def test_a_framing_list_that_is_no_list_is_a_problem() -> None:
    assert unknown_sites({"web": {"embed": PARTNER}}) == [PARTNER]
    assert unknown_sites({"web": {}}) == unknown_sites({}) == []
