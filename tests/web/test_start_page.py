"""`/` shows our own page at once, with Streamlit's app growing beside it; all else is untouched."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
import streamlit
from plain_site import html_of, send
from small_town import state
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from assetmap.community import CommunityError
from assetmap.web import links
from assetmap.web.asking import FormAnswers
from assetmap.web.bundles import scoped, start_style
from assetmap.web.parts import file_name
from assetmap.web.plain.start import start_of
from assetmap.web.start_page import AppFiles, StartPage, app_files
from assetmap.web.state import State
from assetmap.words import text

INDEX = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> State:
    return state(tmp_path_factory.mktemp("town"))


def around(current: object) -> StartPage:
    async def index(request: Request) -> Response:
        if "if-none-match" in request.headers:
            return Response(status_code=304)
        return HTMLResponse(INDEX, headers={"ETag": "x"})

    pages = Starlette(routes=[Route("/", index), Route("/gaps", index)])
    return StartPage(pages, start_of(current))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def app(town: State) -> StartPage:
    return around(lambda: town)


def test_streamlits_page_has_the_tags_we_count_on() -> None:
    files = app_files(INDEX)
    assert files is not None
    static = Path(streamlit.__file__).parent / "static"
    every = [files.entry, *files.modules, *files.styles]
    assert len(files.modules) > 20 and len(files.styles) == 1
    assert [name for name in every if not (static / name).is_file()] == []


@pytest.mark.parametrize(
    "changed",
    [
        INDEX.replace('<div id="root"></div>', '<div id="app"></div>'),
        INDEX.replace('type="module"', 'type="text/javascript"'),
        INDEX.replace("</head>", '<script src="./more.js"></script></head>'),
        INDEX.replace("</head>", '<link rel="stylesheet" href="./more.css"></head>'),
        INDEX.replace('rel="modulepreload" crossorigin', 'rel="modulepreload"', 1),
    ],
)
def test_a_page_that_is_not_as_we_know_it_is_left_alone(changed: str) -> None:
    assert app_files(changed) is None


def test_the_first_page_has_our_content_and_asks_for_nothing_before_it(app: StartPage) -> None:
    answer = send(app, "/", accept_language="es-MX", if_none_match="x")
    html = html_of(answer)
    assert (answer.status, answer.headers["content-language"]) == (200, "es")
    assert "etag" not in answer.headers and answer.headers["cache-control"] == "no-cache"
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert '<html lang="es">' in html and "¿Qué le ayudaría?" in html
    assert html.count("<h1") == 1 and html.count("<main") == 1
    # Beside the root and never in it; the root cannot be reached yet.
    assert '</div>\n<div id="root" class="waits" inert></div>' in html
    assert html.index('id="start"') < html.index("<h1") < html.index('id="root"')
    assert re.findall(r'(?:src|href)="[^"]*(?:static/|component/)[^"]*"', html) == []
    (told,) = re.findall(r'id="app-files">(.*?)</script>', html)
    files = json.loads(told)
    assert files.pop("waits") is False
    assert AppFiles(files["entry"], tuple(files["modules"]), tuple(files["styles"])) == app_files(
        INDEX
    )
    # Of ours, what the app would ask for at its very end.
    assert files["parts"] == f"./assetmap/{file_name()}"
    assert files["form"].startswith("form-") and "-es-" in files["form"]
    assert 'method="post" action="/directory#results"' in html
    assert html.count('class="title"') == 4


def test_it_is_packed_where_the_browser_takes_it_and_small(app: StartPage) -> None:
    answer = send(app, "/", accept_encoding="gzip, br")
    assert answer.headers["content-encoding"] == "gzip"
    assert "What would help?" in html_of(answer)
    assert len(answer.body) <= 20_000
    assert answer.headers["vary"] == "Accept-Language, Accept-Encoding, Save-Data"


def test_a_phone_that_saves_data_starts_no_app_by_itself(app: StartPage) -> None:
    assert '"waits": true' in html_of(send(app, "/", save_data="on"))
    assert '"waits": false' in html_of(send(app, "/"))


def test_other_pages_and_a_community_that_cannot_be_opened_are_streamlits(app: StartPage) -> None:
    assert send(app, "/gaps").plain.decode() == INDEX

    def none() -> State:
        raise CommunityError(text("plain.other_host"))

    assert send(around(none), "/").plain.decode() == INDEX


def test_a_page_that_cannot_be_drawn_leaves_the_app(
    town: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*told: object) -> str:
        raise ValueError

    monkeypatch.setattr("assetmap.web.plain.start.start_html", fails)
    assert send(around(lambda: town), "/").plain.decode() == INDEX


def test_what_is_drawn_is_kept_for_a_minute_and_each_language(
    town: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    monkeypatch.setattr(
        "assetmap.web.plain.start.start_html", lambda page, _: str(drawn.append(page.language))
    )
    pages = around(lambda: town)
    for language in ("en", "es", "en", "es"):
        send(pages, "/", accept_language=language)
    assert drawn == ["en", "es"]


def test_a_sheet_for_one_element_dresses_nothing_else() -> None:
    css = ":root{--a:1}*{margin:0}body{width:2.5rem}h1,.a:hover{top:0}@media print{p{x:1}.b{y:2}}"
    assert scoped(css, "#s") == (
        "#s *{all:revert}#s{--a:1}#s *{margin:0}#s{width:40px}#s h1,#s .a:hover{top:0}"
        "@media print{#s p{x:1}#s .b{y:2}}"
    )
    outside = {"html", "body", "#root.waits"}
    selectors = re.findall(r"([^{}@]+)\{[^{}]*\}", re.sub(r"@media[^{]+\{", "", start_style()))
    parts = [part for selector in selectors for part in selector.split(",")]
    assert {part for part in parts if not part.startswith("#start")} == outside
    assert len(parts) > 100


FILLED = {
    "q": "a quiet group",
    "where": "62999",
    "within": "8047",
    "when": "day",
    "day": "2026-11-21",
    "begin": "18:00",
    "end": "20:30",
    "needs": ["job", "dental"],
    "kinds": ["dentist"],
    "costs": ["free", "medicaid", "vouchers"],
    "welcomes": ["women"],
    "formats": ["online"],
    "languages": ["es", "fr"],
    "yes": ["children_welcome", "listed_ok"],
    "no": ["id_required"],
    "age": "30",
    "no_call": "yes",
}


def test_a_half_filled_form_is_taken_over_whole() -> None:
    shared = links.read("form&" + urlencode(FILLED, doseq=True), "mi")
    picked = {
        name: tuple(FILLED[name])
        for name in ("needs", "kinds", "costs", "welcomes", "formats", "languages", "no")
    }
    assert shared == links.Shared(
        FormAnswers(
            q="a quiet group",
            where="62999",
            within=5 * 1609.344,
            when="day",
            day="2026-11-21",
            begin="18:00",
            end="20:30",
            age=30,
            no_call=True,
            # How it may be listed is nobody's wish.
            picked={**picked, "costs": ("free", "medicaid"), "yes": ("children_welcome",)},
        ),
        own=True,
    )


@pytest.mark.parametrize("fragment", ["form", "form&" + "x" * 9000, "form" + "&a=1" * 400])
def test_what_no_page_handed_over_is_left_alone(fragment: str) -> None:
    assert links.read(fragment, "mi") is None
