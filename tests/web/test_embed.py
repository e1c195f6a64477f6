"""/embed: list, map or both in a partner's colours; what is asked travels by POST."""

from __future__ import annotations

import re

import pytest
from plain_site import html_of, send, site
from small_town import ROWS, state
from starlette.applications import Starlette
from starlette.datastructures import QueryParams

from assetmap.web.plain.embed import EmbedLook, look_of
from assetmap.web.plain.render import hashed


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Starlette:
    return site(state(tmp_path_factory.mktemp("town"), ROWS))


def lines_of(html: str) -> list[str]:
    return re.findall(r'<li id="l-\w+">.*?href="/at/([^?"]+)', html, re.S)


def test_list_map_or_both(app: Starlette) -> None:
    pages = [html_of(send(app, f"/embed{query}")) for query in ("", "?show=list", "?show=map")]
    assert [("<svg" in html, bool(lines_of(html))) for html in pages] == [
        (True, True),
        (False, True),
        (True, False),
    ]


def test_a_home_that_shows_only_its_town_has_no_dot(app: Starlette) -> None:
    picture = html_of(send(app, "/embed?show=map")).partition("<svg")[2].partition("</svg>")[0]
    dots = re.findall(r'href="/at/([^?"]+)', picture)
    assert dots
    assert "own%3Ahome" not in dots
    assert "own%3Ahome" in lines_of(html_of(send(app, "/embed", {"q": "Cedar"})))


def test_colours_are_colours_and_nothing_else(app: Starlette) -> None:
    look = look_of(QueryParams("accent=336699&background=%23fff&text=red;}body{&show=nothing"))
    assert look == EmbedLook("both", (("accent", "#336699"), ("ground", "#fff")))
    assert look.query == "accent=336699&background=fff"
    answer = send(app, "/embed?accent=336699&text=%3C/style%3E%3Cscript%3E")
    html, policy = html_of(answer), answer.headers["content-security-policy"]
    assert "<style>:root{--accent:#336699;}</style>" in html
    assert hashed(":root{--accent:#336699;}") in policy
    assert "unsafe-inline" not in policy
    assert "<script>" not in html.partition("<main")[2].partition("</main>")[0]


def test_what_is_asked_travels_by_post_and_keeps_the_look(app: Starlette) -> None:
    answer = send(app, "/embed?accent=336699", {"q": "meeting", "language": "es"})
    html = html_of(answer)
    assert '<html lang="es">' in html
    assert 'action="/embed?accent=336699"' in html
    assert 'value="meeting"' in html
    assert answer.headers["cache-control"] == "no-store"
    # Leaving moves the whole window and not only the frame.
    assert re.search(r'<a class="exit"[^>]* target="_top"', html)


def test_an_unknown_place_shows_nothing(app: Starlette) -> None:
    html = html_of(send(app, "/embed", {"where": "Atlantis"}))
    assert "Atlantis" in html
    assert lines_of(html) == []
    assert "<circle" not in html
