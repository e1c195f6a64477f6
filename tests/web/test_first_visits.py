"""The visit a process makes to itself before people come."""

from __future__ import annotations

import asyncio
import gzip
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ledger"))

from starlette.applications import Starlette
from town import NOW, make

from assetmap.community import open_community
from assetmap.web import startup
from assetmap.web.plain import plain_routes
from assetmap.web.plain.render import environment
from assetmap.web.state import State


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    monkeypatch.setenv("ASSETMAP_NOW", NOW)
    monkeypatch.delenv("ASSETMAP_STORE", raising=False)
    community = open_community(make(tmp_path / "town"))
    return State(community, community.catalog, "v", "f", community.now.date())


def test_every_page_is_drawn_before_anybody_comes(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    ask = startup.visited

    async def noted(
        pages: Starlette, path: str, language: str, form: bytes | None = None
    ) -> tuple[int, bytes]:
        status, body = await ask(pages, path, language, form)
        answers.append((path, language, form is not None, status))
        return status, body

    monkeypatch.setattr(startup, "visited", noted)
    environment().cache.clear()  # type: ignore[union-attr]
    startup.first_visits(plain_routes(lambda: state))(state)
    ours = [row for row in answers if not row[0].startswith("/api/")]
    first = state.catalog.assets["id"].iloc[0]
    pages = ["/directory", "/open-data", "/embed", f"/at/{first}"]
    assert ours == [
        (path, language, posted, 200)
        for language in state.community.config["languages"]
        for path, posted in [*((path, False) for path in pages), ("/directory", True)]
    ]
    assert environment().cache, "no template was compiled"


def test_a_form_is_sent_as_a_browser_sends_it(state: State) -> None:
    pages = Starlette(routes=plain_routes(lambda: state))
    status, body = asyncio.run(startup.visited(pages, "/directory", "en", b"q=book+room&do=search"))
    assert status == 200
    assert 'value="book room"' in gzip.decompress(body).decode()
