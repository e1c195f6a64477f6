"""From an export alone to a table, in a real browser on a phone: a minute of confirming."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from test_pages import PAGES, WIDE, opened, settle

NEEDS = ("A safe place to live", "A job")


def export() -> bytes:
    """Sixty people of a Google Form: two needs, no codebook, no column of consent."""
    rows = [
        f"2026/03/{n % 28 + 1:02} 9:00:{n % 60:02} AM UTC-5,"
        f'"{", ".join(NEEDS) if n % 3 == 0 else NEEDS[n % 2]}",My group. Call 413-555-{n:04}'
        for n in range(60)
    ]
    header = "Timestamp,What do you need now? (select all that apply),What helped?"
    return "\n".join([header, *rows, ""]).encode()


def test_an_export_alone_becomes_a_table_on_a_phone(
    page_at: Callable[..., Any], server: str
) -> None:
    page = opened(page_at, server, *PAGES["survey"], 390)
    page.locator("input[type=file]").first.set_input_files(
        {"name": "form.csv", "mimeType": "text/csv", "buffer": export()}
    )
    page.get_by_text("These answers say nothing of consent").first.wait_for(timeout=30_000)
    page.get_by_role("combobox", name="Who says that people agreed?").click()
    page.get_by_role("option", name="Everyone in this file agreed").click()
    by = page.get_by_label("Decided by (a role)")
    by.fill("steering group")
    by.press("Enter")
    page.get_by_role("button", name="Safe tables (CSV)").wait_for(timeout=40_000)
    settle(page)
    # 20 people gave both, 20 of the others each one: 40 of 60 say either. No scrolling sideways.
    table = page.get_by_test_id("stTable").first
    cells = [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]
    assert [(row[0].strip(), row[-1].strip()) for row in cells] == [
        ("A safe place to live", "40"),
        ("A job", "40"),
    ]
    assert page.evaluate(WIDE) <= 0
    box = table.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    with page.expect_download() as download:
        page.get_by_role("button", name="Safe tables (CSV)").click()
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert "2026-03,county,what_do_you_need_now,a_job,60,60,40,0.6667" in lines[2]
    assert "steering group" in lines[2] and "555" not in "".join(lines)
