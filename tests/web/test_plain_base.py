"""The frame of every plain page: language, help, exit, policy."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import plain_site
import pytest
from small_town import state as small_town
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from test_routes import ask

from assetmap.community import CommunityError
from assetmap.web.frame import dial
from assetmap.web.language import preferred
from assetmap.web.plain.pages import served
from assetmap.web.plain.render import missing_page
from assetmap.web.state import State


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> State:
    return small_town(tmp_path_factory.mktemp("town"))


def site(town: State) -> Starlette:
    def page(request: Request) -> Response:
        return missing_page(lambda: town)(request)

    return Starlette(routes=[Route("/{path:path}", page)])


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr,es;q=0.2,en;q=0.1", "es"),
        ("fr", "en"),
        ("est", "en"),
        ("es;q=0,en;q=0.1", "en"),
        ("es;q=nonsense", "en"),
        ("es;q=7", "en"),
        ("*", "en"),
        (",;,q=1;;", "en"),
    ],
)
def test_the_browsers_language_is_spoken(header: str, language: str) -> None:
    assert preferred(header, ["en", "es"]) == language


def test_a_page_says_its_language_and_the_switch_names_the_other(town: State) -> None:
    english = ask(site(town), "/x").body.decode()
    assert '<html lang="en">' in english
    assert '<a href="?language=es" hreflang="es" lang="es" aria-label="Español">ES</a>' in english
    spanish = ask(site(town), "/x", accept_language="es-PR").body.decode()
    assert '<html lang="es">' in spanish
    assert "Esta página no está aquí" in spanish
    chosen = ask(site(town), "/x?language=en", accept_language="es").body.decode()
    assert '<html lang="en">' in chosen
    nonsense = ask(site(town), "/x?language=%22%3E%3Cscript%3E").body.decode()
    assert '<html lang="en">' in nonsense
    assert "<script>(" in nonsense and '"><script>' not in nonsense


def test_help_and_exit_stand_on_every_page(town: State) -> None:
    answer = ask(site(town), "/x")
    html = answer.body.decode()
    assert answer.status == 404
    assert '<a href="tel:988">' in html
    assert '<a href="sms:988">' in html
    assert '<a class="exit" href="https://www.weather.gov" target="_top" rel="noreferrer"' in html
    assert html.count("<h1>") == html.count("<main") == 1


class _Outside(HTMLParser):
    """What a page shows outside of its landmarks; the way past the header may stand there."""

    LANDMARKS = frozenset(("header", "main", "footer"))
    UNSHOWN = frozenset(("head", "script", "style"))

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        skip = tag == "a" and ("class", "skip") in attrs
        if skip or tag in self.LANDMARKS | self.UNSHOWN:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.inside:
            self.outside.append(data)


@pytest.mark.parametrize("path", ["/x", "/directory", "/embed", "/open-data", "/at/own:home"])
def test_all_that_a_page_shows_stands_in_a_landmark(
    town: State, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(town.community.config, "fictional", True)
    pages = site(town) if path == "/x" else plain_site.site(town)
    html = plain_site.html_of(plain_site.send(pages, path))
    page = _Outside()
    page.feed(html)
    assert page.outside == []
    assert html.count('class="made-up"') == 1


def test_a_line_of_help_and_its_text_number_have_nothing_between_them(town: State) -> None:
    html = ask(site(town), "/x").body.decode()
    between = re.findall(r'<li><a href="tel:988">[^<]*</a>(.*?)<a href="sms:988">', html)
    assert between == [" "]


def test_only_our_own_style_and_scripts_may_run(town: State) -> None:
    answer = ask(site(town), "/x")
    policy = dict(
        part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    html = answer.body.decode()
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        hashes = {
            "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
            for text in re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.S)
        }
        assert set(policy[directive].split()) == hashes
    assert " on" + "click" not in html and "style=" not in html


def test_where_no_community_opens_the_help_lines_stay() -> None:
    def broken() -> State:
        raise CommunityError("There is no community folder x<b>.")

    def never(request: Request, state: State) -> Response:
        raise AssertionError

    app = Starlette(routes=[Route("/directory", served(broken, never))])
    answer = ask(app, "/directory")
    html = answer.body.decode()
    assert answer.status == 503
    assert 'href="tel:911"' in html and 'href="tel:988"' in html
    assert "There is no community folder x&lt;b&gt;." in html


def test_dial_strings_stay_whole_and_harmless() -> None:
    assert dial("(618) 555-0100") == "6185550100"
    assert dial("+1 253 215 8782,,503536771#") == "+12532158782,,503536771%23"
    assert dial('"><script>') == ""


def test_no_plain_script_or_style_names_another_host() -> None:
    static = Path(__file__).resolve().parents[2] / "assetmap" / "web" / "static"
    for name in ("plain.css", "plain.js"):
        assert "//" not in re.sub(r"(?m)^\s*//.*$", "", (static / name).read_text())
