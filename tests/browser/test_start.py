"""The first visit to `/`: content at once, then the app in its place, nothing typed lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SCRIPTS = "**/static/js/**"
SHIFT = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""
REACHABLE = """(tag) => [...document.querySelectorAll(tag)].filter(
  (one) => !one.closest("[inert]")).length"""


def barriers(page: Any) -> list[str]:
    return [violation["id"] for violation in Axe().run(page, options=RULES).response["violations"]]


@pytest.mark.parametrize("width", [390, 1280])
def test_content_is_there_before_the_apps_scripts_and_gives_way_to_it(
    page_at: Callable[..., Any], server: str, width: int
) -> None:
    page = page_at(width, server, go=False).page
    page.add_init_script(SHIFT)
    held: list[Any] = []
    let_go = False
    page.route(SCRIPTS, lambda route: route.continue_() if let_go else held.append(route))
    page.goto(server + "/", wait_until="commit")
    page.get_by_role("heading", name="What would help?").wait_for()
    assert page.get_by_role("button", name="Search").first.is_visible()
    assert page.locator("#start .lines > li").count() == 8
    assert (page.evaluate(REACHABLE, "h1"), page.evaluate(REACHABLE, "main")) == (1, 1)
    assert barriers(page) == []
    page.wait_for_timeout(300)
    assert held  # the app is asked for, after the first frame
    let_go = True
    for route in held:
        route.continue_()
    page.wait_for_selector("#start", state="detached", timeout=60_000)
    assert not page.locator("#root").get_attribute("inert")
    assert page.evaluate(REACHABLE, "h1") == 1
    assert page.get_by_role("heading", name="What would help?").is_visible()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_timeout(800)
    assert page.evaluate("window.shift") < 0.1


def test_a_half_filled_form_is_handed_over_and_stands_in_no_address(
    page_at: Callable[..., Any], server: str
) -> None:
    page = page_at(390, server, go=False).page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server + "/", wait_until="commit")
    start = page.locator("#start")
    start.get_by_label("Where?").first.fill("62999")
    start.get_by_role("checkbox", name="A job").check()
    press = page.get_by_role("button", name="Open the map")
    press.wait_for(timeout=60_000)
    # What was touched is not taken away; while both are there, one is out of reach.
    assert start.is_visible() and page.evaluate(REACHABLE, "h1") == 1
    assert barriers(page) == []
    press.click()
    start.wait_for(state="detached", timeout=20_000)
    page.get_by_role("heading", name="These fit").wait_for(timeout=20_000)
    assert page.get_by_label("Where?").input_value() == "62999"
    assert page.get_by_text("This search was shared").count() == 0
    assert "#" not in page.url
    assert [url for url in asked if "62999" in url or "job" in url] == []


def test_a_phone_that_saves_data_opens_the_app_at_a_press(
    page_at: Callable[..., Any], server: str
) -> None:
    page = page_at(390, server, go=False).page
    page.set_extra_http_headers({"Save-Data": "on"})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server + "/")
    press = page.get_by_role("button", name="Open the map")
    press.wait_for()
    page.wait_for_timeout(300)
    assert [url for url in asked if "/static/" in url] == []
    press.click()
    page.wait_for_selector("#start", state="detached", timeout=60_000)
    assert page.get_by_role("heading", name="What would help?").is_visible()


def test_without_scripts_the_first_page_is_the_whole_answer(browser: Any, server: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(server + "/")
    page.get_by_role("checkbox", name="A job").check()
    page.get_by_role("button", name="Search").first.click()
    assert page.url == f"{server}/directory#results"
    assert page.get_by_text("These fit").first.is_visible()
    context.close()


def test_the_map_takes_along_what_a_light_page_asked(
    page_at: Callable[..., Any], server: str
) -> None:
    page = page_at(390, f"{server}/directory", height=844).page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("checkbox", name="A job").check()
    page.get_by_role("combobox", name="What are you looking for?").fill("near milltown")
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("link", name="With a map").click()
    page.wait_for_selector("#start", state="detached", timeout=60_000)
    # The app fills its form in a run after the one that draws it.
    expect(page.get_by_role("checkbox", name="A job", exact=True)).to_be_checked(timeout=20_000)
    box = page.get_by_role("combobox", name="What are you looking for?")
    expect(box).to_have_value("near milltown")
    # What is asked stood behind `#` alone, and is not in the address any more.
    assert not [url for url in asked if "milltown" in url.partition("#")[0].casefold()]
    assert "#" not in page.url


def test_a_sheet_of_four_listings_is_one_page_of_large_type(
    page_at: Callable[..., Any], server: str
) -> None:
    page = page_at(1280, f"{server}/directory").page
    names = ("home-juniper", "mtg-friday-open-door", "peer-liver-lunch", "line-open-phone")
    pairs = [("list", f"alder:{name}") for name in names]
    pairs += [("do", "sheet"), ("where", "62999"), ("yes", "medication_welcome")]
    for language in ("en", "es"):
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{value}">'
            for name, value in [*pairs, ("language", language)]
        )
        form = f'<form method="post" action="{server}/directory">{fields}<button>go</button></form>'
        page.set_content(form)
        page.locator("button").click()
        page.locator("section.sheet").nth(3).wait_for()
        page.emulate_media(media="print")
        size = page.locator("section.sheet p").first.evaluate("e => getComputedStyle(e).fontSize")
        assert float(size.removesuffix("px")) >= 20
        paper = page.pdf(format="Letter", margin=dict.fromkeys(("top", "bottom"), "10mm"))
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1, language
        page.emulate_media(media="screen")
