"""`report`: the briefing as a file, made without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pdf_words import pdf_text, spoken

from assetmap.cli import main
from assetmap.words import say

DEMO = Path(__file__).parents[1] / "data" / "demo"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main([str(part) for part in arguments])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSETMAP_NOW", "2026-11-20T15:00")


def test_a_page_says_what_the_briefing_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "briefing.html"
    code, told, _ = run(capsys, "report", DEMO, "-o", out, "--kind", "child_care", "--json")
    assert code == 0
    assert json.loads(told) == {
        "written": str(out), "bytes": out.stat().st_size, "kind": "child_care", "need": None
    }  # fmt: skip
    page = out.read_text("utf-8")
    assert "Child care: 7 of 35 areas (15,554 adults) have none" in page
    assert "made up" in page  # the demo says that it is
    assert "<script" not in page


def test_a_pdf_opens_at_the_kind_most_people_live_short_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "briefing.pdf"
    code, told, _ = run(capsys, "report", DEMO, "-o", out, "--language", "es", "--json")
    assert (code, json.loads(told)["kind"]) == (0, "child_care")
    assert out.read_bytes().startswith(b"%PDF-")
    # The briefing is the first page: all of it, and nothing else.
    first, second, *_ = re.split(r"Página \d+ de +\d+", spoken(pdf_text(out.read_bytes())))
    assert first.rstrip().endswith("32 buscan su ayuda")
    assert say("report.have", "es") in second
    # A name on a map is written twice, its white edge and itself: read aloud it is no chant.
    assert first.count("Sallow Creek") <= 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("-o", "b.docx"), "b.docx"),
        (("-o", "b.pdf", "--language", "fr"), "fr"),
        (("-o", "b.pdf", "--kind", "narcotic"), "narcotic"),
        (("-o", "b.pdf", "--need", "gold"), "gold"),
    ],
)
def test_what_cannot_be_made_is_one_sentence(
    arguments: tuple[str, ...],
    sentence: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "report", DEMO, *arguments)
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
    assert sentence in err and "Traceback" not in err
    assert not list(tmp_path.iterdir())
