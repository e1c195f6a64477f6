"""Pages under a path, and the commands that serve starts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from asgi_client import Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from assetmap.cli import serve
from assetmap.web.base_path import BasePath


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
    command = serve.command_for("0.0.0.0", 9000)
    assert command[:5] == [sys.executable, "-m", "streamlit", "run", str(serve.APP)]
    assert serve.APP.is_file()
    assert command[command.index("--server.port") + 1] == "9000"
    told = serve.environment_for(tmp_path, "/map")
    assert (told["ASSETMAP_COMMUNITY"], told["ASSETMAP_BASE_PATH"]) == (str(tmp_path), "/map")
    with pytest.raises(ValueError, match=r"holds no folder with a community\.toml"):
        serve.serve(communities=tmp_path)
