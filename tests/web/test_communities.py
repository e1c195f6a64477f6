"""Many communities in one process: chosen by path or host, each with a store of its own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ledger"))

from asgi_client import Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from town import NOW, ROWS, TOML, make

from assetmap.ledger import entry, people, store_of
from assetmap.ledger.store import Store
from assetmap.web import state
from assetmap.web.communities import HEADER, Communities
from assetmap.web.desk import desk_routes
from assetmap.web.plain import plain_routes
from assetmap.web.routes import routes
from assetmap.web.site import BasePath


def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.headers.get(HEADER)} {state.chosen()}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three communities: alder, birch (its own host, with a ledger) and one that cannot be read."""
    home = tmp_path_factory.mktemp("many")
    make(home / "alder")
    birch = make(home / "birch", ROWS.replace("Open Door", "Birch Door"))
    hosts = '\n[web]\nhosts = ["birch.example.org"]\n'
    (birch / "community.toml").write_text(TOML.replace("Small", "Birch") + hosts, "utf-8")
    broken = make(home / "cedar")
    (broken / "community.toml").write_text("name = [", "utf-8")
    make(home / "no good")
    (home / "empty").mkdir()
    store_of(home / "alder").create()
    store_of(birch).create()
    return home


@pytest.fixture
def site(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("ASSETMAP_COMMUNITIES", str(folder))
    monkeypatch.setenv("ASSETMAP_NOW", NOW)
    monkeypatch.delenv("ASSETMAP_STORE", raising=False)
    state.forget()
    ours = [
        Route("/echo", echo),
        *routes(state.current, state.version, state.failure),
        *plain_routes(state.current),
        *desk_routes(state.current, state.look_now),
    ]
    yield Client(BasePath(Communities(Starlette(routes=ours)), ""))
    state.forget()
    state.choose("")


def names(answer) -> list[str]:  # type: ignore[no-untyped-def]
    return sorted(feature["properties"]["name"] for feature in json.loads(answer.text)["features"])


def test_each_is_served_under_its_own_path(site: Client) -> None:
    assert "Open Door" in names(site.get("/alder/api/assets.geojson"))
    assert "Birch Door" in names(site.get("/birch/api/assets.geojson"))
    assert "Birch Door" not in names(site.get("/alder/api/assets.geojson"))
    page = site.get("/alder/directory").text
    assert 'href="/alder/directory?' in page and 'href="/directory' not in page
    told = site.get("/alder")
    assert (told.status_code, told.headers["location"]) == (308, "/alder/")


def test_its_own_host_needs_no_path(site: Client) -> None:
    by_host = Client(site.app, "http://birch.example.org")
    assert "Birch Door" in names(by_host.get("/api/assets.geojson"))
    assert 'href="/directory?' in by_host.get("/directory").text


def test_without_a_name_all_are_listed(site: Client) -> None:
    page = site.get("/")
    assert page.status_code == 200
    for link in ("/alder/directory", "/birch/directory", "/cedar/directory"):
        assert f'href="{link}?language=en"' in page.text
    assert "no good" not in page.text and "empty" not in page.text
    assert site.get("/nobody/directory").status_code == 404


def test_one_that_fails_is_said_there_and_the_others_go_on(site: Client) -> None:
    broken = site.get("/cedar/directory")
    assert broken.status_code == 503 and "988" in broken.text
    assert site.get("/alder/directory").status_code == 200
    health = site.get("/healthz")
    told = json.loads(health.text)
    assert health.status_code == 200
    assert told["communities"]["alder"] == {"status": "ok", "assets": 4}
    assert told["communities"]["cedar"]["status"].startswith("not updated since")
    assert told["communities"]["birch"] == {"status": "not opened", "assets": None}
    assert told["status"] == "not ok: birch, cedar"


def test_what_is_said_in_one_is_said_in_no_other(site: Client, folder: Path) -> None:
    for key in ("alder", "birch"):
        assert site.get(f"/{key}/api/assets.geojson").status_code == 200
    store: Store = store_of(folder / "birch")
    store.append(
        entry("correct", "list:ark", "phone", "(618) 555-0199", role="owner",
              now=state.served("birch").current().now())
    )  # fmt: skip
    began = time.monotonic()
    while "(618) 555-0199" not in site.get("/birch/api/assets.geojson").text:
        assert time.monotonic() - began < 20
        time.sleep(0.05)
    assert "(618) 555-0199" not in site.get("/alder/api/assets.geojson").text


def test_a_session_is_of_one_community(site: Client, folder: Path) -> None:
    link = people.add(store_of(folder / "alder"), "Ann", "owner", datetime.now(UTC))
    origin = {"Origin": "http://testserver"}
    wrong = site.post("/birch/desk/enter", data={"token": link.token}, headers=origin)
    assert wrong.status_code == 403
    done = site.post("/alder/desk/enter", data={"token": link.token}, headers=origin)
    assert (done.status_code, done.headers["location"]) == (303, "/alder/desk/today")
    assert "Path=/alder/desk;" in done.headers["set-cookie"]


def test_nobody_chooses_by_a_header_of_their_own(site: Client, folder: Path) -> None:
    answer = site.get("/alder/echo", headers={"X-Assetmap-Community": "birch"})
    assert answer.text == "alder alder"


def test_a_single_community_takes_no_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSETMAP_COMMUNITIES", raising=False)
    alone = Client(Communities(Starlette(routes=[Route("/echo", echo)])))
    answer = alone.get("/echo", headers={"X-Assetmap-Community": "birch"})
    assert answer.text == "None "
