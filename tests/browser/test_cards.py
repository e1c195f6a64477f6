"""The result list in a real browser: its order, its links, what it tells the page."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent / "stand_in"))

import made

from assetmap import vocabulary

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def list_on(page_at: Callable[..., Any], stand_in: str) -> Callable[..., Any]:
    """Opens the stand-in page and waits for its list."""

    def open_list(width: int = 1280, scheme: str = "light") -> Any:
        page = page_at(width, stand_in, scheme=scheme).page
        page.wait_for_selector(".cards article", timeout=20_000)
        # The map answers with its first size, and the page is drawn once more.
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        page.wait_for_timeout(500)
        return page

    return open_list


def card(page: Any, name: str) -> Any:
    return page.locator(".cards article").filter(has=page.get_by_role("heading", name=name))


def opened(page: Any, name: str) -> Any:
    """The card of a line, opened in place."""
    line = card(page, name)
    line.locator("summary").click()
    line.locator(".whole").wait_for()
    return line


def words_of(part: Any) -> str:
    # An icon is a ligature of its name, kept from screen readers; the words follow it.
    return str(part.inner_text()).split("\n")[-1]


def test_a_line_says_the_most_and_opens_to_everything_in_its_order(list_on: Any) -> None:
    page = list_on()
    kind = vocabulary.terms("kinds")[made.state().catalog.assets.at[8, "kind"]]
    line = card(page, "Place number 8")
    assert line.locator(".whole").count() == 0
    assert words_of(line.locator(".meta")) == (
        f"{kind['label_en']} · Tonight 7:00–8:00 pm, in 2 hours · 1.2 mi north-east"
    )
    shown = opened(page, "Place number 8")
    assert [words_of(item) for item in shown.locator(".whole > p").all()] == [
        kind["label_en"],
        "Tonight 7:00–8:00 pm, in 2 hours",
        "1.2 mi north-east",
        "Join by phone: (618) 555-0159,,503#",
        "circle@example.org",
        "children welcome · free · takes a record",
        kind["expect_en"],
        "Alder Recovery Community · checked by phone 12 Oct 2026",
    ]
    assert [item.inner_text() for item in shown.locator(".texts li").all()] == [
        "Is there child care?",
        "There is a waiting list",
        "Ring twice",
    ]
    assert [item.inner_text() for item in shown.locator("dt, dd").all()] == ["Cost", "$120 a week"]
    assert shown.locator(".icon:not([aria-hidden=true])").count() == 0
    assert [words_of(item) for item in shown.locator(".actions .press").all()] == [
        "Call 555-0142",
        "Send a text",
        "Join online",
        "Join by phone",
        "Write an email",
        "Website",
        "Directions",
        "Map",
        "Save",
    ]


def test_a_near_miss_says_its_difference_and_a_court_program_is_folded(list_on: Any) -> None:
    page = list_on()
    near = card(page, "Place number 20")
    assert near.locator(".known").inner_text().endswith("Fits, but starts Saturday.")
    court = page.locator(".cards article").filter(has_text="Place number 30")
    assert not court.is_visible()
    page.get_by_text("Tied to a court").click()
    assert "It may report to a court or the police." in court.inner_text()


def test_lines_are_low_on_a_phone(list_on: Any) -> None:
    page = list_on(390)
    heights = page.eval_on_selector_all(
        ".cards section:first-child article", "all => all.map((one) => one.offsetHeight)"
    )
    assert heights and max(heights) <= 130


def test_links_act_in_the_browser_and_name_their_asset(list_on: Any) -> None:
    page = list_on()
    shown = opened(page, "Place number 8")
    links = {
        link.get_attribute("aria-label"): link.get_attribute("href")
        for link in shown.locator(".actions a").all()
    }
    assert links == {
        "Call 555-0142: Place number 8": "tel:5550142",
        "Send a text: Place number 8": "sms:5550142",
        "Join online (opens another website): Place number 8": "https://example.org/join",
        "Join by phone (618) 555-0159,,503#: Place number 8": "tel:6185550159,,503%23",
        "Write an email: Place number 8": "mailto:circle@example.org",
        "Website (opens another website): Place number 8": "https://example.org/",
        "Directions (opens another website): Place number 8": (
            "https://www.openstreetmap.org/directions?to=42.1%2C-84.4"
        ),
    }
    small = shown.locator("a.wrong").all()
    assert [item.get_attribute("href").rpartition("/")[2] for item in small] == [
        "made%3A8",
        "mailto:map@example.org",
    ]
    for link in page.locator(".cards a").all():
        assert "noreferrer" in link.get_attribute("rel")


def test_text_that_is_code_stays_text_and_makes_no_link(list_on: Any) -> None:
    page = list_on()
    section = page.locator(".cards section").last
    assert section.locator("h2").inner_text() == made.INJECTIONS[0]
    for row, text in enumerate(made.INJECTIONS):
        article = section.locator("article").nth(row)
        assert article.locator("h3").inner_text() == text
        article.locator("summary").click()
        article.locator(".whole").wait_for()
        # Of all its links only directions and its own page are not made of the asset's text.
        assert article.locator("a").count() == 2
    assert page.locator(".cards img, .cards svg, .cards script").count() == 0
    assert page.evaluate("window.hacked") is None


def test_a_press_reaches_the_page_once_and_keeps_the_focus(list_on: Any) -> None:
    page = list_on()
    opened(page, "Place number 9")
    press = page.get_by_role("button", name="Show on the map: Place number 9")
    press.focus()
    page.keyboard.press("Enter")
    page.get_by_text("done map made:9", exact=True).wait_for()
    assert press.evaluate("one => one.getRootNode().activeElement === one")
    page.get_by_role("button", name="Save to my list: Place number 8").first.click()
    page.get_by_role(
        "button", name="Saved. Press again to take it off my list.: Place number 8"
    ).first.wait_for()
    page.get_by_role("button", name="Show 20 more").click()
    page.get_by_text("done more None", exact=True).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways_on_a_phone(
    list_on: Any, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = list_on(390, scheme)
    result = Axe().run(page, options=RULES)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    widths = page.eval_on_selector_all(
        ".cards article", "all => all.map((one) => one.scrollWidth - one.clientWidth)"
    )
    assert max(widths) == 0


def test_every_target_is_large_enough_for_a_thumb(list_on: Any) -> None:
    page = list_on(390)
    heights = page.eval_on_selector_all(
        ".cards .press, .cards .wrong, .cards summary",
        "all => all.filter((one) => one.checkVisibility()).map((one) => one.offsetHeight)",
    )
    assert heights
    assert min(heights) >= 44
    sizes = page.eval_on_selector_all(
        ".cards p, .cards .press",
        "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))",
    )
    assert min(sizes) >= 16
