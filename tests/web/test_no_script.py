"""Without scripts Streamlit's empty page leads to /directory; nothing else of it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit
from plain_site import send
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from assetmap.web.start_page import NOSCRIPT, NoScript

INDEX = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()


async def index(request: Request) -> Response:
    return HTMLResponse(INDEX)


async def other(request: Request) -> Response:
    return HTMLResponse("<noscript>theirs</noscript>")


async def text(request: Request) -> Response:
    return PlainTextResponse('<noscript></noscript><div id="root">')


APP = NoScript(
    Starlette(routes=[Route("/", index), Route("/other", other), Route("/text", text)])
)  # fmt: skip


def test_streamlits_page_has_the_tags_we_count_on() -> None:
    assert len(NOSCRIPT.findall(INDEX)) == 1
    assert INDEX.count(b'<div id="root">') == 1


@pytest.mark.parametrize(
    ("language", "words"), [("en", "the directory"), ("es-MX,es;q=0.9", "el directorio")]
)
def test_who_runs_no_scripts_is_led_to_the_directory(language: str, words: str) -> None:
    answer = send(APP, "/", accept_language=language)
    html = answer.plain.decode()
    inside = html.partition("<noscript>")[2].partition("</noscript>")[0]
    assert 'content="0; url=directory"' in inside
    assert words in inside
    assert "enable JavaScript" not in html
    assert int(answer.headers["content-length"]) == len(answer.plain)
    # All around it is as Streamlit made it, but for the language that it says to be in.
    tag = f'<html lang="{language[:2]}">'.encode()
    whole = INDEX.replace(b'<html lang="en">', tag)
    assert tag in answer.plain and NOSCRIPT.split(answer.plain) == NOSCRIPT.split(whole)
    assert answer.headers["content-language"] == language[:2]


def test_the_address_says_the_language_before_the_browser_does() -> None:
    assert b'<html lang="es">' in send(APP, "/?language=es", accept_language="en").plain
    assert b'<html lang="en">' in send(APP, "/?language=xx", accept_language="en").plain


def test_other_answers_go_through_untouched() -> None:
    assert send(APP, "/other").plain == b"<noscript>theirs</noscript>"
    assert send(APP, "/text").plain == b'<noscript></noscript><div id="root">'
