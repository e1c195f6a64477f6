"""The ten jobs of upkeep, each from a link on a page as wide as a phone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Visit, serve

DEMO = ROOT / "data" / "demo"
NOW = "2026-11-25T12:00:00-06:00"
PHONE = 390


class Desk:
    """A copy of the demo with a ledger, served; `link` gives a fresh link for a role."""

    def __init__(self, folder: Path, base: str) -> None:
        self.folder = folder
        self.base = base

    def command(self, *arguments: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "assetmap", *arguments,
             "--community", str(self.folder), "--json"],
            cwd=ROOT, capture_output=True, text=True, check=True,
            env={**os.environ, "ASSETMAP_NOW": NOW},
        )  # fmt: skip
        return json.loads(done.stdout)

    def link(self, role: str, asset: str = "") -> str:
        more = ("--asset", asset) if asset else ()
        result = self.command(
            "people", "add", f"a {role}", "--role", role, *more, "--url", self.base
        )
        return str(result["link"])

    def served(self, asset: str) -> dict[str, Any] | None:
        with urllib.request.urlopen(f"{self.base}/api/assets.geojson", timeout=10) as answer:
            features = json.loads(answer.read())["features"]
        result = [
            feature["properties"] for feature in features if feature["properties"]["id"] == asset
        ]
        return result[0] if result else None

    def within(self, seconds: float, test: Callable[[], bool]) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if test():
                return True
            time.sleep(0.1)
        return test()


@pytest.fixture(scope="module")
def desk(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk") / "alder"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("builder", "__pycache__"))
    result = Desk(folder, "")
    result.command("store", "init")
    with serve(ROOT / "app.py", {"ASSETMAP_NOW": NOW, "ASSETMAP_COMMUNITY": str(folder)}) as base:
        result.base = base
        yield result


def enter(visit: Visit, link: str) -> Any:
    page = visit.page
    page.goto(link)
    page.wait_for_url(re.compile(r"/(desk/today|u/listing)"))
    assert "#" not in page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    return page


def open_listing(page: Any, desk: Desk, asset: str) -> None:
    page.goto(f"{desk.base}/desk/listing/{asset}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def correct(page: Any, field: str, value: str) -> None:
    page.locator(f"#f-{field} > summary").click()
    page.locator(f"#f-{field} input[name=value]").fill(value)
    page.locator(f"#f-{field} button[value=correct]").click()
    page.wait_for_load_state()


def test_the_ten_jobs_from_a_link_on_a_phone(
    desk: Desk, page_at: Callable[..., Visit], tmp_path: Path
) -> None:
    editor_link, owner_link = desk.link("editor"), desk.link("owner")
    page = enter(page_at(PHONE, desk.base + "/desk"), editor_link)
    second = enter(page_at(PHONE, desk.base + "/desk"), owner_link)

    # 1. A wrong phone, live at once.
    open_listing(page, desk, "alder:dentist-southside")
    correct(page, "phone", "618 555 0199")
    assert "in force" in page.locator(".note[role=status]").inner_text()
    assert desk.within(
        2, lambda: (desk.served("alder:dentist-southside") or {}).get("phone") == "(618) 555-0199"
    )

    # 2. A home is added, waits for a second pair of eyes, and hides its street.
    page.goto(f"{desk.base}/desk/add")
    page.locator("select[name=kind]").select_option("recovery_home")
    for name, value in (("name", "Cedar House"), ("address", "9 Elm Street"),
                        ("city", "Milltown"), ("phone", "6185550123")):  # fmt: skip
        page.locator(f"form[action$='/desk/add'] input[name={name}]").fill(value)
    page.locator("form[action$='/desk/add'] button").click()
    page.wait_for_url(re.compile("how=held"))
    n = re.search(r"n=(\d+)", page.url)
    assert n and desk.served("added:cedar-house") is None
    second.goto(f"{desk.base}/desk/inbox")
    second.locator(f"#i{n[1]} button[value=accept]").click()
    second.wait_for_load_state()
    assert desk.within(2, lambda: desk.served("added:cedar-house") is not None)
    assert "Elm" not in json.dumps(desk.served("added:cedar-house"))

    # 3. Closed, and open again.
    open_listing(page, desk, "alder:dentist-southside")
    page.locator("button[value=close]").click()
    page.wait_for_load_state()
    page.locator("button[value=reopen]").click()
    page.wait_for_load_state()
    assert page.locator("button[value=close]").count() == 1

    # 4. "Called Tuesday, 2 beds, said by the house."
    open_listing(page, desk, "alder:home-juniper")
    form = page.locator("form:has(button[value=beds])")
    form.locator("input[name=beds]").fill("2")
    form.locator("input[name=at]").fill("2026-11-24T10:00")
    form.locator("input[name=why]").fill("said by the house")
    form.locator("button[value=beds]").click()
    page.wait_for_load_state()
    assert "2026-11-24" in page.content() and "said by the house" in page.content()

    # 5. Twenty are confirmed in a sitting.
    page.goto(f"{desk.base}/desk/today")
    assert page.locator("ol.lines > li").count() == 20
    for _ in range(3):
        page.locator("ol.lines > li button[value=right]").first.click()
        page.wait_for_url(re.compile(r"today\?how=done"))

    # 6. A visitor's suggestion is taken in: both values are shown.
    visitor = page_at(PHONE, f"{desk.base}/directory").page
    visitor.set_content(
        f'<form method="post" action="{desk.base}/suggest">'
        '<input name="asset" value="alder:dentist-southside"><button>go</button></form>'
    )
    visitor.locator("button").click()
    visitor.locator("input[value=phone]").check()
    visitor.locator("textarea").fill("it is 618-555-0155 now")
    visitor.wait_for_timeout(3200)
    visitor.locator("form#suggest button").click()
    visitor.wait_for_load_state()
    assert "Thank you" in visitor.content()
    assert visitor.context.cookies() == []

    def arrived() -> bool:
        page.goto(f"{desk.base}/desk/inbox")
        return page.locator("li", has_text="(618) 555-0155").count() == 1

    assert desk.within(5, arrived)
    item = page.locator("li", has_text="(618) 555-0155").first
    assert "(618) 555-0199" in item.inner_text()
    item.locator("button[value=accept]").click()
    page.wait_for_load_state()
    assert desk.within(
        2, lambda: (desk.served("alder:dentist-southside") or {}).get("phone") == "(618) 555-0155"
    )

    # 7. A duplicate is settled, and the decision undone later. 8. A held row is released.
    page.goto(f"{desk.base}/desk/inbox")
    held = page.locator("li:has-text('Held back')")
    before = held.count()
    assert before > 0
    held.first.locator("button[value=accept]").click()
    page.wait_for_load_state()
    assert page.locator("li:has-text('Held back')").count() == before - 1
    twins = page.locator("li:has-text('Are these the same?')")
    if twins.count():
        pairs = twins.count()
        twins.first.locator("button[value=refuse]").click()
        page.wait_for_load_state()
        assert page.locator("li:has-text('Are these the same?')").count() == pairs - 1
        page.goto(f"{desk.base}/desk/history")
        page.locator("form[action$='/desk/undo'] button").first.click()
        page.wait_for_load_state()
        page.goto(f"{desk.base}/desk/inbox")
        assert page.locator("li:has-text('Are these the same?')").count() == pairs

    # 9. Consent is withdrawn by the house itself: gone within two seconds, and given again.
    steward = enter(page_at(PHONE, desk.base + "/u"), desk.link("steward", "alder:home-cottonwood"))
    steward.locator("button[value=withdraw]").click()
    steward.wait_for_load_state()
    assert desk.within(2, lambda: desk.served("alder:home-cottonwood") is None)
    steward.locator("button[value=listed]").click()
    steward.wait_for_load_state()
    assert desk.within(2, lambda: desk.served("alder:home-cottonwood") is not None)

    # 10. This year's sheet: compared, taken, and all of it taken back.
    sheet = tmp_path / "county.geojson"
    content = json.loads((desk.folder / "places.geojson").read_text("utf-8"))
    content["features"] = content["features"][1:]
    sheet.write_text(json.dumps(content), "utf-8")
    page.goto(f"{desk.base}/desk/import")
    page.locator("select[name=source]").select_option("county")
    page.locator("input[type=file]").set_input_files(str(sheet))
    page.locator("form[action$='/desk/import'] button").click()
    page.wait_for_load_state()
    assert "0 new" in page.locator(".note").first.inner_text()
    page.locator("form[action$='/take'] button").first.click()
    page.wait_for_url(re.compile(r"history\?how=done"))
    taken = re.search(r"n=(\d+)", page.url)
    assert taken
    page.get_by_role("button", name=f"Undo {taken[1]}", exact=True).click()
    page.wait_for_load_state()
    assert len(json.loads((desk.folder / "places.geojson").read_text("utf-8"))["features"]) == (
        len(content["features"]) + 1
    )
