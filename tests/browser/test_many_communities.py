"""Two communities in one process under a base path: each page and link is of its own."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Visit, serve

sys.path.insert(0, str(ROOT / "tests" / "ledger"))

from town import NOW, ROWS, TOML, make

from assetmap.ledger import store_of


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("many")
    make(home / "alder")
    birch = make(home / "birch", ROWS.replace("Open Door", "Birch Door"))
    (birch / "community.toml").write_text(TOML.replace("Small Town", "Birch Town"), "utf-8")
    assert tomllib.loads(TOML)["name"] == "Small Town"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ASSETMAP_STORE", raising=False)
        for key in ("alder", "birch"):
            store_of(home / key).create()
    settings = {
        "ASSETMAP_COMMUNITIES": str(home),
        "ASSETMAP_BASE_PATH": "/map",
        "ASSETMAP_NOW": NOW,
    }
    with serve(Path(ROOT / "app.py"), settings) as base:
        yield base


def test_each_page_and_link_is_of_its_own_community(
    served: str, page_at: Callable[..., Visit]
) -> None:
    for key, name, other in (("alder", "Open Door", "Birch"), ("birch", "Birch Door", "Open Door")):
        visit = page_at(390, f"{served}/map/{key}/")
        page = visit.page
        page.wait_for_selector("#start", state="detached", timeout=40_000)
        page.get_by_text(name).first.wait_for(state="visible")
        assert page.get_by_text(other).count() == 0
        page.get_by_text(name).first.click()
        wrong = page.locator("a[href*='/suggest/']").first
        wrong.wait_for(state="attached")
        links = page.locator("a[href]").evaluate_all("all => all.map((one) => one.href)")
        ours = [link for link in links if link.startswith(served)]
        assert ours and [our for our in ours if not our.startswith(f"{served}/map/{key}/")] == []
        page.goto(wrong.evaluate("one => one.href"))
        assert name in page.locator("main").inner_text()
