"""What makes a visit light: fonts with only what is shown, and scripts packed ahead."""

from __future__ import annotations

import io

import brotli
from fontTools.ttLib import TTFont
from plain_site import send
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assetmap.web import fonts
from assetmap.web.fonts import SmallerFonts
from assetmap.web.packed import KeptCompression

SCRIPT = b"export const words = 'a script of some length'; " * 40


async def theirs(request: Request) -> Response:
    return Response(b"theirs")


async def script(request: Request) -> Response:
    return Response(SCRIPT, media_type="text/javascript")


def test_the_fonts_made_ahead_are_those_of_the_installed_streamlit_and_small() -> None:
    for pattern in (fonts.ICONS, fonts.LETTERS):
        whole = fonts.streamlit_file(pattern)
        result = fonts.smaller_fonts()[whole.name]
        assert len(result) < 0.45 * whole.stat().st_size
    assert len(fonts.smaller_fonts()) == 2


def test_every_icon_that_can_be_shown_is_in_the_font() -> None:
    whole = fonts.ligatures(TTFont(fonts.streamlit_file(fonts.ICONS)))
    name = fonts.streamlit_file(fonts.ICONS).name
    result = fonts.ligatures(TTFont(io.BytesIO(fonts.smaller_fonts()[name])))
    ours = fonts.icons_of_ours()
    assert len(ours) > 30 and ours <= set(result)
    # Ours in the code (:material/tune:) and Streamlit's own (its arrows and crosses).
    named = fonts.words_of_code() & set(whole)
    assert {"tune", "my_location", "gavel", "expand_more", "close"} <= named <= set(result)
    # What nobody names is not carried.
    assert len(result) < len(whole) / 4


def test_every_letter_of_our_languages_is_in_the_font() -> None:
    name = fonts.streamlit_file(fonts.LETTERS).name
    letters = TTFont(io.BytesIO(fonts.smaller_fonts()[name])).getBestCmap()
    assert [
        letter for letter in "áéíóúüñ¿¡ÁÑ“”‘’–—…·•→×≤≥½°€$ễş" if ord(letter) not in letters
    ] == []


def test_only_a_font_made_ahead_is_answered_for() -> None:
    paths = ("/static/media/{name}", "/other/{name}")
    app = SmallerFonts(Starlette(routes=[Route(path, theirs) for path in paths]))
    name = fonts.streamlit_file(fonts.ICONS).name
    answer = send(app, f"/static/media/{name}")
    assert answer.body == fonts.smaller_fonts()[name]
    assert answer.headers["content-type"] == "font/woff2"
    assert "immutable" in answer.headers["cache-control"]
    assert send(app, f"/other/{name}").body == b"theirs"
    assert send(app, "/static/media/MaterialSymbols-Rounded.other.woff2").body == b"theirs"


def test_brotli_is_served_once_it_is_made_and_to_nobody_who_does_not_take_it() -> None:
    app = KeptCompression(Starlette(routes=[Route("/static/js/a.js", script)]))
    app.ahead.rest = 0.0
    first = send(app, "/static/js/a.js", accept_encoding="gzip, deflate, br")
    assert first.headers["content-encoding"] in ("gzip", "br")
    app.ahead.wait()
    later = send(app, "/static/js/a.js", accept_encoding="gzip, deflate, br")
    assert later.headers["content-encoding"] == "br"
    assert brotli.decompress(later.body) == SCRIPT
    assert int(later.headers["content-length"]) == len(later.body)
    assert later.headers["vary"] == "Accept-Encoding"
    for takes in ("gzip", "gzip, br;q=0", "*"):
        other = send(app, "/static/js/a.js", accept_encoding=takes)
        assert (other.headers["content-encoding"], other.plain) == ("gzip", SCRIPT)
    assert send(app, "/static/js/a.js").body == SCRIPT
