"""Every page of the app in a real browser: narrow and wide, safe, reachable, readable."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, serve

from assetmap.fields import FIELDS

PAGES = {
    "find": ("", "What would help?"),
    "gaps": ("/gaps", "Strengths and gaps"),
    "survey": ("/survey", "Survey: strengths and needs"),
    "about": ("/about", "About Alder County"),
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
EVIL = (
    '<img src=x onerror="window.hacked=1;alert(1)">${alert(1)}`</script><script>alert(2)</script>'
    "[x](javascript:alert(3)) :red[x] $$x$$ {{7*7}} '\"><svg onload=alert(4)>"
)


def settle(page: Any) -> None:
    """Wait until the script has run and nothing is drawn any more."""
    page.wait_for_selector("#start", state="detached", timeout=40_000)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=40_000)
    page.wait_for_timeout(800)


def opened(page_at: Callable[..., Any], base: str, path: str, title: str, width: int) -> Any:
    page = page_at(width, base + path, height=1000).page
    page.get_by_role("heading", name=title).first.wait_for(timeout=40_000)
    settle(page)
    return page


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_width_asks_nobody_else_and_has_no_barrier(
    page_at: Callable[..., Any], server: str, name: str, width: int
) -> None:
    # page_at itself fails on a request off the origin, an error of the page or a dialog.
    path, title = PAGES[name]
    page = opened(page_at, server, path, title, width)
    assert page.evaluate(WIDE) <= 0
    result = Axe().run(page, options={**RULES})
    assert [
        (violation["id"], [node["html"][:160] for node in violation["nodes"]])
        for violation in result.response["violations"]
    ] == []


@pytest.mark.parametrize("name", PAGES)
def test_help_is_always_in_sight(page_at: Callable[..., Any], server: str, name: str) -> None:
    page = opened(page_at, server, *PAGES[name], 390)
    help_now = page.get_by_role("region", name="Help right now")
    numbers = help_now.locator("summary")
    assert numbers.inner_text().strip() == "In crisis? 911 988 1-800-799-7233"
    numbers.click()
    links = help_now.get_by_role("link").evaluate_all("all => all.map(one => one.href)")
    assert links == ["tel:911", "tel:988", "sms:988", "tel:18007997233"]
    assert help_now.get_by_role("button", name="Leave this page fast").is_visible()
    assert "is made up" in help_now.inner_text()


def test_a_wish_changes_list_and_map_and_not_the_address(
    page_at: Callable[..., Any], server: str
) -> None:
    page = opened(page_at, server, *PAGES["find"], 1280)
    page.get_by_role("heading", name="Everything we know").wait_for(timeout=20_000)
    page.get_by_role("checkbox", name="A job", exact=True).check()
    page.get_by_role("heading", name="These fit").wait_for(timeout=20_000)
    settle(page)
    assert page.get_by_role("heading", name="fit · ").is_visible()
    assert page.get_by_role("heading", name="Everything we know").count() == 0
    assert page.url.split("?")[0].rstrip("/") == server
    assert "job" not in page.url
    assert page.title() == "Find" or "job" not in page.title().lower()


def test_an_empty_result_says_which_wish_to_give_up(
    page_at: Callable[..., Any], server: str
) -> None:
    page = opened(page_at, server, *PAGES["find"], 390)
    page.get_by_role("checkbox", name="Fun without alcohol or drugs").check()
    settle(page)
    page.get_by_text("More choices").click()
    page.get_by_role("textbox", name="Search for a word").fill("zzzz nothing zzzz")
    page.keyboard.press("Enter")
    page.get_by_text("that fits all of this").wait_for(timeout=20_000)
    assert page.get_by_text("Without “the words” there are").is_visible()


def test_an_unknown_place_is_one_sentence(page_at: Callable[..., Any], server: str) -> None:
    page = opened(page_at, server, *PAGES["find"], 390)
    page.get_by_label("Where?").fill("Nowhereville **bold**")
    page.keyboard.press("Enter")
    told = page.get_by_text("We could not find “Nowhereville **bold**”. Try a ZIP code or a town.")
    told.wait_for(timeout=20_000)


def test_the_whole_page_speaks_spanish(page_at: Callable[..., Any], server: str) -> None:
    page = opened(page_at, server, *PAGES["find"], 390)
    page.get_by_role("radio", name="Español").or_(page.get_by_text("Español")).first.click()
    page.get_by_role("heading", name="¿Qué le ayudaría?").wait_for(timeout=20_000)
    settle(page)
    assert page.get_by_text("A meeting or group").count() == 0
    assert page.evaluate("document.documentElement.lang") == "es"


def test_the_keyboard_reaches_the_first_question_and_the_cards(
    page_at: Callable[..., Any], server: str
) -> None:
    page = opened(page_at, server, *PAGES["find"], 1280)
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => { let at = document.activeElement;
                while (at && at.shadowRoot && at.shadowRoot.activeElement)
                  at = at.shadowRoot.activeElement;
                return at ? (at.innerText || at.ariaLabel || at.labels?.[0]?.innerText ||
                  at.placeholder || '').trim() : '' }"""
            )
        )
    whole = "\n".join(reached)
    first = page.locator("article h3").first.inner_text()
    for wanted in ("911", "Leave this page fast", "A bed tonight", first):
        assert wanted in whole


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("header.csv", b"respondent,wave,area,consent\n"),
        ("pdf.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nnot a table"),
        ("bomb.xlsx", b"PK\x03\x04 not really a workbook"),
    ],
)
def test_a_bad_upload_is_said_in_a_sentence(
    page_at: Callable[..., Any], server: str, name: str, data: bytes
) -> None:
    page = opened(page_at, server, *PAGES["survey"], 390)
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": data}
    )
    page.get_by_test_id("stAlert").first.wait_for(timeout=20_000)
    settle(page)
    text = page.get_by_test_id("stAlert").first.inner_text()
    assert "Traceback" not in page.inner_text("body")
    assert name in text or len(text.strip()) > 20


def test_an_export_full_of_code_is_read_as_text(page_at: Callable[..., Any], server: str) -> None:
    page = opened(page_at, server, *PAGES["survey"], 390)
    data = f"respondent,wave,area,consent,{EVIL}\n1,w,{EVIL},yes,{EVIL}\n".encode()
    page.locator("input[type=file]").first.set_input_files(
        {"name": "evil.csv", "mimeType": "text/csv", "buffer": data}
    )
    page.get_by_text("Recognized as our own survey CSV: 1").first.wait_for(timeout=20_000)
    settle(page)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x], svg[onload]").count() == 0


@pytest.fixture(scope="module")
def evil_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A community whose every text tries to run."""
    folder = tmp_path_factory.mktemp("evil")
    quoted = json.dumps(EVIL)
    (folder / "community.toml").write_text(
        f"""name = {quoted}
fictional = true
region = "IL"
[about]
en = {quoted}
[contact]
name = {quoted}
email = {quoted}
phone = {quoted}
url = "javascript:alert(5)"
[[crisis]]
phone = "911"
en = {quoted}
[[assets]]
key = "evil"
path = "assets.csv"
name = {quoted}
licence = {quoted}
""",
        encoding="utf-8",
    )
    texts = [name for name, row in FIELDS.items() if row["type"] in ("text", "url", "email")]
    row = {name: EVIL for name in texts if name not in ("id", "source", "timezone", "country")}
    row |= {"id": "1", "kind": "food", "latitude": "37.9", "longitude": "-89.05"}
    row |= {"schedule": EVIL, "unknown column " + EVIL: EVIL}
    good = {"id": "2", "name": "Grace Pantry", "kind": "food", "latitude": "37.91"}
    good |= {"longitude": "-89.06"}
    with (folder / "assets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerows([row, good])
    square = [[-89.2, 37.8], [-88.9, 37.8], [-88.9, 38.0], [-89.2, 38.0], [-89.2, 37.8]]
    feature = {
        "type": "Feature",
        "properties": {"id": EVIL, "name": EVIL, "population": 30000, "district": EVIL},
        "geometry": {"type": "Polygon", "coordinates": [square]},
    }
    (folder / "areas.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8"
    )
    with (folder / "places.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("name", "lat", "lon", "kind"), (EVIL, 37.9, -89.05, "town")])
    with (folder / "corrections.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ("id", "field", "value", "by", "date", "why"),
                ("evil:1", "description", EVIL, EVIL, EVIL, EVIL),
            ]
        )
    return folder


@pytest.fixture(scope="module")
def evil_server(browser: Any, evil_folder: Path) -> Iterator[str]:
    environment = {"ASSETMAP_COMMUNITY": str(evil_folder), "ASSETMAP_NOW": "2026-11-20T15:00"}
    with serve(ROOT / "app.py", environment) as base:
        yield base


@pytest.mark.parametrize("path", ["", "/gaps", "/survey", "/about"])
def test_nothing_in_the_data_runs(page_at: Callable[..., Any], evil_server: str, path: str) -> None:
    # A dialog, a request off the origin or an error of the page fails in page_at.
    page = page_at(1280, evil_server + path, height=1600).page
    page.get_by_role("heading").first.wait_for(timeout=40_000)
    settle(page)
    for frame in page.frames:
        assert frame.evaluate("window.hacked") is None
        assert frame.evaluate("document.querySelectorAll('img[src=x], svg[onload]').length") == 0
    hrefs = page.evaluate("[...document.querySelectorAll('a')].map(one => one.href)")
    assert [href for href in hrefs if href.lower().startswith("javascript")] == []
    if not path:
        # The text is there, as text.
        assert page.get_by_text("<img src=x onerror=").count() > 0
        assert page.get_by_text("Grace Pantry").count() > 0
