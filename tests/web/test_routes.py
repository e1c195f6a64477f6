"""Our own HTTP addresses: what they give, what they refuse, what a browser may keep."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "browser" / "stand_in"))

import made

from assetmap import vocabulary
from assetmap.web import bundles, guard, packed, routes

STATE = made.state(40)
OLD = made.state(30)


class Answer(NamedTuple):
    """What came back for one request."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def plain(self) -> bytes:
        """The body, unpacked."""
        packed_ = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if packed_ else self.body


def ask(app: Any, path: str, method: str = "GET", **headers: str) -> Answer:
    """One request to an ASGI app; `headers` with underscores for hyphens."""
    path, _, query = path.partition("?")
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "server": ("localhost", 80),
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    # In a thread of its own: the browser tests keep an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, app(scope, receive, send)).result()
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], told, b"".join(part.get("body", b"") for part in sent[1:]))


@pytest.fixture
def app() -> Starlette:
    """Our routes alone, with one old version still kept."""
    kept = {OLD.version: OLD}
    return Starlette(routes=routes.routes(lambda: STATE, kept.get))


@pytest.mark.parametrize("part", ["layer", "basemap"])
def test_the_map_gets_this_version_and_the_last_but_no_other(app: Starlette, part: str) -> None:
    for state in (STATE, OLD):
        answer = ask(app, f"/{part}-{state.version}.json")
        assert answer.status == 200
        assert json.loads(answer.body)["version"] == state.version
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    gone = ask(app, f"/{part}-0123456789abcdef.json")
    assert (gone.status, gone.body) == (410, routes.GONE.encode())
    assert "immutable" not in gone.headers.get("cache-control", "")


def test_bodies_are_packed_once_and_only_for_those_who_take_them(app: Starlette) -> None:
    path = f"/layer-{STATE.version}.json"
    plain = ask(app, path)
    small = ask(app, path, accept_encoding="gzip, deflate, br")
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.plain == plain.body
    assert len(small.body) < len(plain.body) / 2
    assert {plain.headers["vary"], small.headers["vary"]} == {"Accept-Encoding"}
    refused = ask(app, path, accept_encoding="gzip;q=0")
    assert refused.body == plain.body


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("gzipped", False),
    ],
)
def test_who_takes_gzip(header: str, takes: bool) -> None:
    assert packed.accepts_gzip(header) is takes


def test_what_a_browser_has_is_not_sent_again(app: Starlette) -> None:
    first = ask(app, "/api/assets.geojson")
    tag = first.headers["etag"]
    for asked in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = ask(app, "/api/assets.geojson", if_none_match=asked)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
    assert ask(app, "/api/assets.geojson", if_none_match='"other"').status == 200


def test_open_data_is_the_whole_set_without_what_is_not_public(app: Starlette) -> None:
    answer = ask(app, "/api/assets.geojson", accept_encoding="gzip")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-cache"
    features = json.loads(answer.plain)["features"]
    assert [feature["properties"]["id"] for feature in features] == list(STATE.catalog.assets["id"])
    table = ask(app, "/api/assets.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.headers["content-disposition"] == 'attachment; filename="assets.csv"'
    rows = list(csv.DictReader(io.StringIO(table.body.decode("utf-8-sig"))))
    assert len(rows) == 40
    private = {name for name, row in vocabulary.fields().items() if row["public"] == "no"}
    assert {"listed_ok", "original"} <= private
    assert not private & set(rows[0])
    assert not private & set(features[0]["properties"])


@pytest.mark.parametrize("path", ["/api/assets.geojson?need=home", "/api/assets.csv?q="])
def test_no_need_can_stand_in_an_address(app: Starlette, path: str) -> None:
    answer = ask(app, path)
    assert (answer.status, answer.body) == (400, routes.NO_FILTERS.encode())


def test_files_have_names_of_their_content_and_are_kept_for_ever(app: Starlette) -> None:
    for end, kind in (("js", "text/javascript; charset=utf-8"), ("css", "text/css; charset=utf-8")):
        address = bundles.url(end, root="")
        answer = ask(app, address, accept_encoding="gzip")
        assert answer.status == 200
        assert answer.headers["content-type"] == kind
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert packed.pack(answer.plain, "").digest in address
    for wrong in ("map.js", "../app.py", "..%2fapp.py", ""):
        assert ask(app, f"/assetmap/{wrong}").status == 404


def test_our_script_and_style_name_no_other_host() -> None:
    # Leaflet's own script names its home in a comment and in an attribution that is switched off.
    ours = bundles.script_of_ours().replace("http://www.w3.org/2000/svg", "")
    style = (bundles.STATIC / "map.css").read_text() + (bundles.STATIC / "cards.css").read_text()
    for text in (ours, style):
        assert re.findall(r"(?:https?:)?//[a-z0-9]+\.[a-z]", text) == []


def test_health_says_what_is_served(app: Starlette) -> None:
    answer = ask(app, "/healthz")
    # 40 assets, of which rows 16 and 33 are online only.
    assert json.loads(answer.body) == {
        "status": "ok",
        "version": STATE.version,
        "assets": 40,
        "on_map": 38,
    }
    assert answer.headers["cache-control"] == "no-store"


def test_health_says_when_nothing_can_be_served() -> None:
    from assetmap.community import CommunityError

    def broken() -> Any:
        raise CommunityError("There is no folder x.")

    app = Starlette(routes=routes.routes(broken, lambda wanted: None))
    for path in ("/healthz", "/api/assets.csv", "/layer-abc.json"):
        answer = ask(app, path)
        assert answer.status == 503, path
    assert json.loads(ask(app, "/healthz").body) == {"status": "There is no folder x."}


# --- what wraps Streamlit's own answers


def wrapped(answer: Response, seen: list[str] | None = None) -> Any:
    """An app that answers everything with `answer`, in our middleware."""

    async def serve(request: Request) -> Response:
        if seen is not None:
            seen.append(request.headers.get("accept-encoding", "none"))
        return answer

    return Starlette(
        routes=[Route("/{path:path}", serve)],
        middleware=[
            Middleware(guard.SafeHeaders),
            Middleware(packed.KeptCompression),
        ],
    )


def test_streamlits_scripts_are_packed_once_and_kept() -> None:
    seen: list[str] = []
    script = b"const a = 1;\n" * 500
    app = wrapped(Response(script, media_type="text/javascript"), seen)
    first = ask(app, "/static/js/index.js", accept_encoding="gzip")
    second = ask(app, "/static/js/index.js", accept_encoding="gzip")
    assert seen == ["none"]  # asked once, and asked for the plain file
    assert first == second
    assert first.plain == script
    assert first.headers["content-length"] == str(len(first.body))
    assert first.headers["vary"] == "Accept-Encoding"
    plain = ask(app, "/static/js/index.js")
    assert plain.body == script


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        # An unknown name gives Streamlit's page; keeping it would keep any made-up name.
        ("/static/js/unknown.js", HTMLResponse(b"<p>page</p>" * 100)),
        ("/static/js/small.js", Response(b"1;", media_type="text/javascript")),
        ("/static/js/gone.js", Response(b"-" * 900, 404, media_type="text/javascript")),
        ("/static/media/font.woff2", Response(b"-" * 900, media_type="font/woff2")),
        ("/_stcore/health", Response(b"ok" * 900, media_type="text/javascript")),
    ],
)
def test_nothing_else_is_kept(path: str, answer: Response) -> None:
    seen: list[str] = []
    app = wrapped(answer, seen)
    for _ in range(2):
        got = ask(app, path, accept_encoding="gzip")
        assert (got.status, got.body) == (answer.status_code, answer.body)
    assert len(seen) == 2


def test_a_page_may_ask_nobody_but_its_own_server() -> None:
    app = wrapped(HTMLResponse("<p>page</p>"))
    answer = ask(app, "/", host="map.example.org:8501")
    policy = dict(
        part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'self'"
    assert policy["connect-src"] == (
        "'self' data: blob: ws://map.example.org:8501 wss://map.example.org:8501"
    )
    named = {word for words in policy.values() for word in words.split() if "//" in word}
    assert named == {"ws://map.example.org:8501", "wss://map.example.org:8501"}
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "//" not in ask(app, "/", host="a; script-src *").headers["content-security-policy"]


def test_data_shown_as_a_page_runs_nothing(app: Starlette) -> None:
    answer = ask(app, "/api/assets.geojson")
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
