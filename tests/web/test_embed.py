"""/embed: list, map or both in a partner's colours; what is asked travels by POST."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plain_site import html_of, send, site
from small_town import ROWS, state
from starlette.applications import Starlette
from starlette.datastructures import QueryParams

from assetmap.web.plain.embed import (
    COLOURS,
    EmbedLook,
    contrast,
    look_of,
    own_palettes,
    whole_palette,
)
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
    (style,) = re.findall(r"<style>(:root\{color-scheme:light;[^<]*)</style>", html)
    assert "--accent:#336699;" in style
    assert hashed(style) in policy
    assert "unsafe-inline" not in policy
    assert "<script>" not in html.partition("<main")[2].partition("</main>")[0]


COLOUR = st.text("0123456789abcdef", min_size=3, max_size=3) | st.text(
    "0123456789abcdef", min_size=6, max_size=6
)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(COLOURS.values())), COLOUR, min_size=1))
@example({"ground": "ffffff"})
@example({"ground": "767676", "text": "777", "soft": "000", "accent": "777777"})
@example({"text": "ffffff"})
def test_whatever_colours_are_chosen_the_page_can_be_read(chosen: dict[str, str]) -> None:
    colours = whole_palette({name: f"#{code}" for name, code in chosen.items()})
    on_ground = [colours[name] for name in ("text", "accent", "warn")]
    assert min(contrast(colour, colours["ground"]) for colour in on_ground) >= 4.5
    assert contrast(colours["text"], colours["soft"]) >= 4.5
    assert contrast(colours["on"], colours["accent"]) >= 4.5
    assert contrast(colours["line"], colours["ground"]) >= 3
    # Every colour of the page is set, so that a dark phone adds none of its own.
    assert set(colours) == {*own_palettes()[0], "scheme"}


def test_a_colour_that_can_be_read_is_the_one_that_is_used() -> None:
    chosen = {"ground": "#ffffff", "text": "#222222", "accent": "#0b5fa5", "soft": "#eef3f8"}
    colours = whole_palette(chosen)
    assert {name: colours[name] for name in chosen} == chosen
    assert colours["scheme"] == "light"
    pale = whole_palette({"ground": "#ffffff", "text": "#dddddd", "accent": "#ffee00"})
    assert (pale["text"], pale["accent"]) == ("#22302F", "#0F5C63")
    assert whole_palette({"text": "#ffffff"})["scheme"] == "dark"


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
