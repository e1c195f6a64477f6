"""Pages that are the same for everybody are drawn once; nothing of one visitor gets to another."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from plain_site import send, site
from small_town import state as small_town

from assetmap.web.plain import directory, listing
from assetmap.web.state import State


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    return small_town(tmp_path)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every page that is drawn, by its template."""
    pages: list[str] = []
    for module in (directory, listing):
        whole = module.answer

        def counted(page, template, whole=whole, **values):  # type: ignore[no-untyped-def]
            pages.append(template)
            return whole(page, template, **values)

        monkeypatch.setattr(module, "answer", counted)
    return pages


def test_the_same_page_is_drawn_once(town: State, drawn: list[str]) -> None:
    app, asset = site(town), str(town.catalog.ids[0])
    for path, template in (("/directory", "directory.html"), (f"/at/{asset}", "listing.html")):
        first, second = send(app, path), send(app, path)
        assert first.status == second.status == 200
        assert (first.body, first.headers) == (second.body, second.headers)
        assert drawn == [template]
        drawn.clear()
        # Packed, in another language, by another address: each is another page.
        packed = send(app, path, accept_encoding="gzip")
        assert packed.headers["content-encoding"] == "gzip" and packed.body != first.body
        spanish = send(app, path, accept_language="es")
        assert spanish.headers["content-language"] == "es"
        assert send(app, f"{path}?language=es").body != first.body
        assert drawn == [template] * 3
        drawn.clear()
        # What somebody puts behind the address keeps nothing.
        for _ in range(2):
            send(app, f"{path}?language=en&x=1")
        assert drawn == [template] * 2
        drawn.clear()


def test_what_a_visitor_sends_and_what_is_missing_is_not_kept(
    town: State, drawn: list[str]
) -> None:
    app, asset = site(town), str(town.catalog.ids[0])
    before = send(app, "/directory").body
    asked = send(app, "/directory", {"q": "food", "saved": asset})
    assert asked.body != before and asked.headers["cache-control"] == "no-store"
    assert send(app, "/directory").body == before
    closed = send(app, f"/at/{asset}")
    send(app, f"/at/{asset}", {"open": "yes"})
    assert send(app, f"/at/{asset}").body == closed.body
    for _ in range(2):
        assert send(app, "/at/nobody").status == 404


def test_a_minute_later_it_is_drawn_again(
    town: State, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = site(town)
    start = town.now().replace(second=5)
    for seconds in (0, 50, 56):
        moment = start + timedelta(seconds=seconds)
        monkeypatch.setattr(type(town), "now", lambda state, moment=moment: moment)
        send(app, "/directory")
    assert drawn == ["directory.html"] * 2


def test_what_people_say_is_fetched_whole(town: State) -> None:
    app = site(town)
    for language, phrase in (("en", ["lawyer", "Free or low-cost legal help"]), ("es", None)):
        answer = send(app, f"/wishes.json?language={language}", accept_encoding="gzip")
        assert answer.headers["content-encoding"] == "gzip" and len(answer.body) < 16_000
        lines = json.loads(gzip.decompress(answer.body))
        assert len(lines) > 1_000 and (phrase is None or phrase in lines)
    page = send(app, "/directory")
    assert "connect-src 'self'" in page.headers["content-security-policy"]
    assert b'data-from="/wishes.json?language=en"' in page.body
    # A page without the box asks for nothing.
    listing = send(app, f"/at/{town.catalog.ids[0]}").headers["content-security-policy"]
    assert "connect-src" not in listing


def test_many_at_once_have_it_drawn_once(town: State, drawn: list[str]) -> None:
    app = site(town)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(app, "/directory").body, range(8)))
    assert len(set(answers)) == 1 and drawn == ["directory.html"]
