"""Pages under a path, and the commands that serve starts."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ledger"))

from asgi_client import Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from town import NOW, make

from assetmap.cli import serve
from assetmap.community import open_community
from assetmap.ledger import store_of
from assetmap.web.desk import desk_routes
from assetmap.web.plain import plain_routes, render
from assetmap.web.site import BasePath
from assetmap.web.state import State


def shown(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.scope['path']} {request.scope['root_path']}")


def client(base: str) -> Client:
    routes = [Route("/", shown), Route("/desk", shown), Route("/healthz", shown)]
    return Client(BasePath(Starlette(routes=routes), base))


def test_the_path_is_taken_off_and_known() -> None:
    site = client("/map/")
    assert site.get("/map/desk").text == "/desk /map"
    assert site.get("/map/").text == "/ /map"
    told = site.get("/map")
    assert (told.status_code, told.headers["location"]) == (308, "/map/")
    assert site.get("/healthz").text == "/healthz "
    elsewhere = site.get("/desk")
    assert (elsewhere.status_code, elsewhere.text) == (404, "The pages are at /map/\n")
    assert site.get("/mapped/desk").status_code == 404


def test_without_a_path_nothing_changes() -> None:
    assert client("").get("/desk").text == "/desk "


@pytest.mark.parametrize(
    ("given", "base"), [("", ""), ("/", ""), ("map", "/map"), ("/a/b/", "/a/b")]
)
def test_base_paths_are_written_one_way(given: str, base: str) -> None:
    assert serve.checked_base(given) == base


def test_a_base_path_of_other_signs_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be a base path"):
        serve.checked_base("/a b?c")


def test_serve_starts_our_app_for_the_folder(tmp_path: Path) -> None:
    arguments = serve.arguments_for("0.0.0.0", 9000)
    assert arguments[:2] == ["run", str(serve.APP)]
    assert serve.APP.is_file()
    assert arguments[arguments.index("--server.port") + 1] == "9000"
    settings = serve.environment_for(tmp_path, "/map")
    assert (settings["ASSETMAP_COMMUNITY"], settings["ASSETMAP_BASE_PATH"]) == (
        str(tmp_path),
        "/map",
    )
    with pytest.raises(ValueError, match=r"holds no folder with a community\.toml"):
        serve.serve(communities=tmp_path)


OURS = re.compile(r"""(?:href|action|formaction|src)="(/[^"]*)\"""")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starlette]:
    """The plain pages and the desk of a small town with a ledger."""
    folder = make(tmp_path_factory.mktemp("base") / "town")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSETMAP_NOW", NOW)
        patch.delenv("ASSETMAP_STORE", raising=False)
        store_of(folder).create()
        community = open_community(folder)
        state = State(community, community.catalog, "v", "f", community.now.date())
        routes = [*plain_routes(lambda: state), *desk_routes(lambda: state, lambda: None)]
        yield Starlette(routes=routes)


@pytest.mark.parametrize("base", ["", "/map", "/a/b"])
def test_every_link_of_ours_stays_under_the_base_path(town: Starlette, base: str) -> None:
    site = Client(BasePath(town, base))
    links = []
    for path in ("/directory", "/at/list:ark", "/open-data", "/desk", "/suggest/list:ark"):
        answer = site.get(f"{base}{path}")
        assert answer.status_code == 200, path
        links += OURS.findall(answer.text)
    asked = site.post(f"{base}/directory", data={"q": "book room"})
    links += OURS.findall(asked.text)
    assert len(links) > 20 and asked.status_code == 200
    assert [link for link in links if not link.startswith(f"{base}/")] == []
    manifest = site.get(f"{base}/manifest.webmanifest").text
    for name, value in (("scope", f"{base}/"), ("id", f"{base}/directory")):
        assert json.loads(manifest)[name] == value
    assert f"Disallow: {base}/desk\n" in site.get(f"{base}/robots.txt").text
    assert f"<loc>http://testserver{base}/directory</loc>" in site.get(f"{base}/sitemap.xml").text


def test_no_template_writes_an_address_without_the_base_path() -> None:
    folder = Path(render.__file__).with_name("templates")
    wrong = {
        path.name: OURS.findall(path.read_text("utf-8"))
        for path in folder.rglob("*.html")
        if OURS.findall(path.read_text("utf-8"))
    }
    assert wrong == {}


def test_many_communities_get_one_process_and_what_is_wrong_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "alder")
    (make(tmp_path / "birch") / "community.toml").write_text("name = [", "utf-8")
    make(tmp_path / "no good")
    settings = serve.environment_for_many(tmp_path, "/map")
    assert (settings["ASSETMAP_COMMUNITIES"], settings["ASSETMAP_BASE_PATH"]) == (
        str(tmp_path),
        "/map",
    )
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["birch", "no good is left out"]
    with pytest.raises(ValueError, match="holds no folder with a community"):
        serve.environment_for_many(tmp_path / "alder", "")
