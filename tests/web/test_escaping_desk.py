"""No text of a list, of a suggestion or of an upload becomes markup or script at the desk."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from test_desk import Person, Town, town
from test_desk_surveys import SAFE, send
from test_escaping import PLANTED

from assetmap.ledger import people

__all__ = ["town"]  # the fixture
SHOWN = ("/desk", "/desk/today", "/desk/inbox", "/desk/listing/list:ark", "/desk/listing/list:door",
         "/desk/add", "/desk/import", "/desk/history", "/desk/people", "/desk/survey")  # fmt: skip


def refused(html: str) -> None:
    assert "<script>s9" not in html
    assert "<b>b9" not in html
    assert 'href="https://evil9' not in html


def plant(town: Town) -> None:
    """The same markup as name, description and contact of every listing."""
    rows = list(csv.DictReader(io.StringIO((town.folder / "list.csv").read_text("utf-8"))))
    names = [*rows[0], "description", "organization", "website_notes"]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval=PLANTED)
    writer.writeheader()
    writer.writerows({**row, "name": f"{row['name']} {PLANTED}"} for row in rows)
    (town.folder / "list.csv").write_text(out.getvalue(), "utf-8")
    town.files = ""  # the town looks for changes since it looked last
    town.look()


def test_no_planted_text_works_at_the_desk(town: Town) -> None:
    plant(town)
    owner = Person(town, "owner")
    steward = Person(town, "steward", "list:pine")
    people.add(town.store, PLANTED[:60], "editor", datetime.now(UTC), "")
    said = {"do": "correct", "field": "description", "value": PLANTED, "why": PLANTED}
    assert owner.post("/desk/record", asset="list:ark", **said).status_code == 303
    steward.post("/u/record", **said)
    send(owner, "out.csv", SAFE.replace("Fall 2026", "<b>b9").encode(), decision=PLANTED)
    send(owner, f"{PLANTED[:30]}.csv", PLANTED.encode())
    town.look()
    planted = 0
    for path in SHOWN:
        html = owner.get(path).text
        refused(html)
        planted += "e9" in unescape(html)
    html = steward.get("/u/listing").text
    refused(html)
    assert "e9" in unescape(html)
    assert planted >= 4  # it was planted where it shows


@pytest.mark.parametrize("wave", ["<b>b9</b>", "<script>s9()</script>"])
def test_a_wave_of_a_published_file_is_text_at_the_desk(town: Town, wave: str) -> None:
    """The file is a person's own, written into the folder by hand."""
    releases = Path(town.folder) / "releases"
    releases.mkdir()
    (releases / "own.csv").write_text(SAFE.replace("Fall 2026", wave), "utf-8")
    html = Person(town, "owner").get("/desk/survey").text
    refused(html)
    assert wave in unescape(html)
