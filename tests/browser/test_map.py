"""The map in a real browser: what is painted, reached, said, and never run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent / "stand_in"))

import made

from assetmap import maps

FRAME = "iframe[title='streamlit_folium.st_folium']"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# Marker centres and sizes in pixels of the frame, for those in sight.
PLACES = """() => [...document.querySelectorAll('.assetmap-marker')].map((one) => {
  const box = one.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2, Math.min(box.width, box.height)];
})"""
# How many assets the markers and clusters stand for.
STAND_FOR = """() => [...document.querySelectorAll('.assetmap-marker')].reduce((sum, one) =>
  sum + (one.querySelector('.assetmap-group') ? Number(one.textContent) : 1), 0)"""


@pytest.fixture
def map_on(page_at: Callable[..., Any], stand_in: str) -> Callable[..., tuple[Any, Any]]:
    """Opens the stand-in page; gives it and the frame of its map once that is painted."""

    def open_map(width: int = 1280, place: int = 0, scheme: str = "light") -> tuple[Any, Any]:
        page = page_at(width, stand_in, scheme=scheme, height=1200).page
        page.wait_for_selector(FRAME)
        page.wait_for_function("n => document.querySelectorAll('iframe').length > n", arg=place)
        frame = page.locator(FRAME).nth(place).element_handle().content_frame()
        frame.wait_for_selector("[data-drawn]", timeout=20_000)
        page.wait_for_timeout(300)  # the frame is still growing to its height
        return page, frame

    return open_map


def drawn(frame: Any) -> int:
    return int(frame.get_attribute("#map_div", "data-drawn"))


def pick(page: Any, frame: Any, choice: str) -> None:
    before = drawn(frame)
    page.get_by_text(choice, exact=True).first.click()
    frame.wait_for_function(f"Number(document.querySelector('#map_div').dataset.drawn) > {before}")


def on_map() -> int:
    return len(maps.layer_rows(made.state().catalog.assets))


def test_every_asset_with_a_shown_point_is_painted_once(map_on: Any) -> None:
    _, frame = map_on()
    # 300 assets less the 17 that are online only (rows 16, 33, … 288).
    assert on_map() == 283
    assert frame.evaluate(STAND_FOR) == 283


def test_a_filter_repaints_in_place_and_the_frame_stays(map_on: Any) -> None:
    page, frame = map_on()
    frame.evaluate("window.still = 'here'")
    pick(page, frame, "a third")
    third = sum(1 for row in maps.layer_rows(made.state().catalog.assets) if row % 3 == 0)
    assert frame.evaluate(STAND_FOR) == third
    pick(page, frame, "none")
    assert frame.evaluate(STAND_FOR) == 0
    pick(page, frame, "all")
    assert frame.evaluate(STAND_FOR) == 283
    assert frame.evaluate("window.still") == "here"


def test_bits_for_other_data_are_not_drawn(map_on: Any) -> None:
    _, frame = map_on()
    assert frame.evaluate("assetmap.layer.version") == made.state().version
    before = frame.evaluate(STAND_FOR)
    frame.evaluate("assetmap.select({version: 'other', match: '', ask: '', near: ''}).onAdd()")
    assert frame.evaluate(STAND_FOR) == before


@pytest.mark.parametrize("width", [390, 1280])
def test_markers_are_large_and_apart_at_every_zoom(map_on: Any, width: int) -> None:
    _, frame = map_on(width)
    for zoom in (8, 9.5, 11, 13, 18):
        frame.evaluate(f"assetmap.map.setView([42.05, -84.5], {zoom}, {{animate: false}})")
        places = frame.evaluate(PLACES)
        assert places
        assert min(size for _, _, size in places) >= 24
        gaps = [
            ((x - u) ** 2 + (y - v) ** 2) ** 0.5
            for at, (x, y, _) in enumerate(places)
            for u, v, _ in places[:at]
        ]
        assert min(gaps, default=99) >= 40


def test_names_that_are_code_stay_words(map_on: Any) -> None:
    page, frame = map_on()
    for row, text in enumerate(made.INJECTIONS):
        # Kept in the layer's order; none of the first eight is left out.
        frame.evaluate(f"assetmap.open_row({row})")
        assert frame.inner_text(".assetmap-popup strong") == text
        assert frame.locator(".assetmap-popup a").count() == 0  # none is a phone number
    frame.evaluate("assetmap.open_list([0, 1, 2, 3, 4, 5, 6, 7], [42.3, -84.5])")
    assert frame.locator(".assetmap-choice").count() == 8
    assert frame.locator(".assetmap-name").filter(has_text=made.INJECTIONS[0]).count() == 1
    assert frame.locator("img, svg [onload]").count() == 0
    areas = page.locator(FRAME).nth(1).element_handle().content_frame()
    areas.wait_for_selector("[data-drawn]")
    assert areas.inner_text(".assetmap-legend summary") == made.INJECTIONS[0]
    for place, text in enumerate(made.INJECTIONS):
        label = areas.locator(".assetmap-area").nth(place).get_attribute("aria-label")
        assert label.startswith(f"{text}: ")
    for window in (page, frame, areas):
        assert window.evaluate("window.hacked") is None


def test_links_other_than_https_phone_and_mail_are_none(map_on: Any) -> None:
    _, frame = map_on()
    tried = ["javascript:alert(1)", "http://example.org", "data:text/html,x", "//example.org", ""]
    for address in tried:
        assert frame.evaluate("a => assetmap.link('x', a)", address) is None
    for address in ("https://example.org/", "tel:555", "mailto:a@example.org"):
        assert frame.evaluate("a => assetmap.link('x', a).href", address) == address
    rel = frame.evaluate("assetmap.link('x', 'https://example.org').rel")
    assert rel == "noreferrer noopener"


def test_the_keyboard_reaches_a_marker_opens_it_and_the_page_hears(map_on: Any) -> None:
    page, frame = map_on()
    pick(page, frame, "one")
    name = f"Place number {len(made.INJECTIONS) + 2}"
    page.get_by_label("Place", exact=True).focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        label = frame.evaluate("document.activeElement.getAttribute('aria-label') || ''")
        if label.startswith(name):
            break
    assert label.startswith(f"{name}, ")
    assert frame.evaluate("document.activeElement.getAttribute('role')") == "button"
    for click in (1, 2):  # the same one twice counts twice
        page.keyboard.press("Enter")
        assert frame.inner_text(".assetmap-popup strong") == name
        page.get_by_text(f"chosen made:{len(made.INJECTIONS) + 2} clicks {click}").wait_for()
        frame.locator(".assetmap-marker").focus()


def test_a_cluster_says_how_many_and_zooms_in(map_on: Any) -> None:
    _, frame = map_on()
    cluster = frame.locator(".assetmap-marker:has(.assetmap-group)").first
    assert cluster.get_attribute("aria-label") == f"{cluster.inner_text()} places: tap to zoom in"
    before = frame.evaluate("assetmap.map.getZoom()")
    cluster.focus()
    cluster.press("Enter")
    frame.wait_for_function(f"assetmap.map.getZoom() > {before}")


def test_places_at_one_point_are_listed(map_on: Any) -> None:
    _, frame = map_on()
    # Assets known by town only stand at the town's point: no zoom can part them.
    frame.evaluate(f"assetmap.map.setView({made.CENTRES[0].tolist()}, 18, {{animate: false}})")
    cluster = frame.locator(".assetmap-marker[aria-label$='tap to see them']").first
    cluster.focus()
    cluster.press("Enter")
    assert "Somewhere in Alderton" in frame.locator(".assetmap-choice").first.inner_text()


def test_the_list_moves_the_map_and_opens_the_asset(map_on: Any) -> None:
    page, frame = map_on()
    page.locator("article summary").filter(has_text="Place number 9").first.click()
    for _ in range(2):  # the second wish for the same asset is granted too
        frame.evaluate("assetmap.map.closePopup()")
        page.get_by_role("button", name="Show on the map: Place number 9").click()
        frame.wait_for_selector(".assetmap-popup")
        assert frame.inner_text(".assetmap-popup strong") == "Place number 9"
        assert frame.evaluate("assetmap.map.getZoom()") >= 14


def test_what_lies_outside_the_view_is_said_and_can_be_shown(map_on: Any) -> None:
    _, frame = map_on()
    frame.evaluate("assetmap.map.setView([10, 10], 12, {animate: false})")
    assert "283 places are outside this view." in frame.inner_text(".assetmap-notice")
    frame.get_by_role("button", name="Show all on the map").click()
    assert frame.evaluate(STAND_FOR) == 283
    assert not frame.is_visible(".assetmap-notice")


def test_the_map_follows_the_width_of_the_page(map_on: Any) -> None:
    page, frame = map_on(1280)
    page.set_viewport_size({"width": 500, "height": 900})
    frame.wait_for_function("assetmap.map.getSize().x < 500")
    assert frame.evaluate(STAND_FOR) == 283


def test_areas_are_reached_by_keyboard_named_and_undefined_ones_hatched(map_on: Any) -> None:
    page, frame = map_on(place=1)
    frame.evaluate("window.still = 'here'")
    areas = frame.locator(".assetmap-area")
    assert areas.count() == 36
    areas.nth(9).focus()
    assert frame.inner_text(".assetmap-area-text") == "Area 9: 9 minutes ${window.hacked=1}"
    rings = frame.locator(".assetmap-ring")
    assert rings.get_attribute("d") == areas.nth(9).get_attribute("d")
    # 0, 7, 14 … have no number.
    assert areas.nth(14).get_attribute("aria-label") == "Area 14: Not known"
    assert areas.nth(14).get_attribute("fill") == "url(#assetmap-hatch)"
    assert areas.nth(10).get_attribute("fill") == "#66c2a4"
    areas.nth(10).press("Enter")
    page.get_by_text("area a10", exact=True).wait_for()
    page.get_by_label("Step").fill("1")
    page.get_by_label("Step").press("Enter")
    frame.wait_for_selector(".assetmap-area[aria-label^='Area 10: 11 minutes']")
    assert areas.nth(10).get_attribute("fill") == "#006d2c"
    assert frame.evaluate("window.still") == "here"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", [0, 1])
def test_axe_finds_nothing_in_the_maps(map_on: Any, place: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    _, frame = map_on(390, place, scheme)
    result = Axe().run(frame, options=RULES)
    assert result.violations_count == 0, result.generate_report()


def test_a_second_visit_takes_the_layer_from_the_browser(map_on: Any) -> None:
    page, _ = map_on()
    page.goto(page.url)
    page.wait_for_selector(FRAME)
    frame = page.locator(FRAME).first.element_handle().content_frame()
    frame.wait_for_selector("[data-drawn]", timeout=20_000)
    sizes = frame.evaluate(
        """performance.getEntriesByType('resource')
           .filter((one) => /layer-|basemap-|\\/assetmap\\//.test(one.name))
           .map((one) => one.transferSize)"""
    )
    assert sizes == [0, 0, 0, 0]
