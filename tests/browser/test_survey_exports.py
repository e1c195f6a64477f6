"""From each tool's export alone to a published table that Gaps shows, in a real browser.

One server has a community for every export; the page is a phone's. An export is dropped with
nothing but itself, a person says who agreed, the table is taken home and put where the page says.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, serve

sys.path.insert(0, str(ROOT / "tests" / "web"))

from small_town import SETTINGS
from survey_exports import EXPORTS, expected, id_of, many

from assetmap.survey.need_indicators import question_of
from assetmap.words import say

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
IDLE = (
    "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
)


def key_of(name: str) -> str:
    return "-".join(name.split(".")[0].split("_")[:3])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    result = tmp_path_factory.mktemp("surveys")
    for name in EXPORTS:
        folder = result / key_of(name)
        folder.mkdir()
        (folder / "community.toml").write_text(SETTINGS, "utf-8")
        (folder / "assets.csv").write_text("name,kind\nThe Friday circle,peer_group\n", "utf-8")
    return result


@pytest.fixture(scope="module")
def surveys(browser: Any, home: Path) -> Iterator[str]:
    settings = {"ASSETMAP_COMMUNITIES": str(home), "ASSETMAP_NOW": "2026-11-20T15:00"}
    with serve(ROOT / "app.py", settings) as base:
        yield base


def quiet(page: Any) -> None:
    """Wait until the page has been drawn to its end."""
    page.wait_for_timeout(200)
    page.wait_for_function(IDLE, timeout=30_000)


def pick(page: Any, label: str, option: str) -> None:
    """Choose from a list of the tables; the last of this name, for a decision has one too."""
    box = page.get_by_role("combobox", name=label).last
    box.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a list that scrolls closes
    box.fill(option)
    page.get_by_role("option").first.wait_for()
    box.press("Enter")
    quiet(page)


def shown(page: Any) -> dict[str, int]:
    """The counts of the table that everyone may see, by the answer's id in expected.json."""
    table = page.get_by_test_id("stTable").last
    rows = [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]
    return {id_of(row[0].strip()): int(row[-1]) for row in rows if row[-1].strip() != "0"}


def published_on_gaps(page: Any, address: str) -> None:
    """Open Gaps; a server looks for new files every five seconds, so it is opened until then."""
    for _ in range(8):
        page.goto(address)
        page.get_by_role("heading", name=say("gaps_page.title")).wait_for(timeout=30_000)
        quiet(page)
        if page.get_by_role("heading", name=say("report.asked_for")).count():
            return
        page.wait_for_timeout(1_000)


def download_of(page: Any, button: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    return bytes(waiting.value.path().read_bytes())


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_alone_is_published_and_seen_on_gaps(
    shared: Path, page_at: Callable[..., Any], surveys: str, home: Path, name: str
) -> None:
    key = key_of(name)
    base = f"{surveys}/{key}"
    page = page_at(390, f"{base}/survey", height=1000).page
    page.get_by_role("heading", name=say("survey_page.title")).first.wait_for(timeout=40_000)
    data = many(name, (shared / "surveys" / "exports" / name).read_bytes())
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    page.get_by_text("These answers say nothing of consent").first.wait_for(timeout=30_000)
    page.get_by_role("combobox", name=say("survey_page.consent")).click()
    page.get_by_role("option", name=say("survey_page.consent_everyone")).click()
    by = page.get_by_label(say("survey_page.decided_by"))
    by.fill("steering group")
    by.press("Enter")
    download = page.get_by_role("button", name=say("survey_page.download"))
    download.wait_for(timeout=40_000)
    quiet(page)
    # What everyone may see is the one right answer, in the form's own words.
    needs = expected(shared, name, "needs")
    pick(page, say("survey_page.question"), "need")
    assert shown(page) == needs
    assert page.evaluate(WIDE) <= 0
    taken = download_of(page, say("survey_page.download"))
    recipe = download_of(page, say("survey_page.recipe_download"))
    assert b"Decided by steering group on 2026-11-20" in taken
    assert b"555" not in taken and b"Maria" not in taken
    # The page says where both go; there Gaps finds them.
    for folder, file, content in (("releases", "ours.csv", taken), ("recipes", "f.toml", recipe)):
        assert page.get_by_text(f"folder {folder}/").first.is_visible()
        (home / key / folder).mkdir(exist_ok=True)
        (home / key / folder / file).write_bytes(content)
    published_on_gaps(page, f"{base}/gaps")
    lines = [
        line
        for line in csv.DictReader(io.StringIO(taken.decode("utf-8-sig")))
        if line["area"] == "county"
    ]
    page.get_by_test_id("stTable").nth(1).wait_for()
    gifts, asked = page.get_by_test_id("stTable").all()[-2:]
    for table, topic in ((gifts, "gifts"), (asked, "needs")):
        question = question_of(topic, [line["question"] for line in lines])
        (n,) = {int(line["n_answering"]) for line in lines if line["question"] == question}
        rows = [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]
        right = expected(shared, name, topic)
        right.pop("none", None)
        assert {id_of(row[0].strip()): row[1] for row in rows if row[1] != "0%"} == {
            answer: f"{count / n:.0%}" for answer, count in right.items()
        }, topic
    assert page.evaluate(WIDE) <= 0
