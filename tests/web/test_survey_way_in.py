"""The way from any tool's export to a published table, through the page as a visitor takes it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from small_town import SETTINGS
from streamlit.testing.v1 import AppTest

from assetmap.community import Community, open_community
from assetmap.community.releases import put_out
from assetmap.community.surveys import recipes_of
from assetmap.files.source import Source
from assetmap.report import gifts
from assetmap.survey import opened, publish, read, release
from assetmap.survey import recipe as recipes
from assetmap.survey.decisions import EVERYONE, Decision, decided
from assetmap.survey.need_indicators import question_of
from assetmap.survey.questions import answer_label
from assetmap.web import state
from assetmap.words import say

EXPORTS = [
    "google_forms_direct_download.csv.zip",
    "kobo_export_xml_headers.csv",
    "google_forms_sheet_export.csv",
    "limesurvey_fulltext_labels.csv",
    "microsoft_forms.xlsx",
    "odk_central_submissions.csv",
    "qualtrics_choice_text_split_columns.csv",
    "redcap_labels.csv",
    "surveymonkey_expanded.csv",
]
TIMES = 40


def _page() -> None:
    from assetmap.web import state
    from assetmap.web.survey import page

    page.show(state.current())


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    (tmp_path / "community.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "assets.csv").write_text("name,kind\nThe Friday circle,peer_group\n")
    monkeypatch.setenv("ASSETMAP_NOW", "2026-11-20T15:00")
    monkeypatch.setenv("ASSETMAP_COMMUNITY", str(tmp_path))
    state.forget()

    def run(language: str = "en") -> Any:
        test = AppTest.from_function(_page, default_timeout=180)
        test.session_state["language"] = language
        return test.run()

    yield run
    monkeypatch.undo()
    state.forget()


def uploads(test: Any, label: str) -> Any:
    return next(one for one in test.file_uploader if one.label.startswith(label))


def many(name: str, data: bytes) -> bytes:
    """The same export with every person forty times, each under an id of their own."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = archive.namelist()[0]
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as made:
                made.writestr(inside, many(inside, archive.read(inside)))
        return out.getvalue()
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(data))
        sheet = book.worksheets[0]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        for turn in range(1, TIMES):
            for row in rows[1:]:
                sheet.append([f"{row[0]}{turn:03}", *row[1:]])
        workbook = io.BytesIO()
        book.save(workbook)
        return workbook.getvalue()
    text = data.decode("utf-8-sig")
    delimiter = ";" if "kobo" in name else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    head = {"qualtrics": 3, "surveymonkey": 2}.get(name.split("_")[0], 1)
    ids = {"_uuid", "_id", "KEY", "ResponseId", "Record ID", "Respondent ID", "Response ID"}
    places = [n for n, cell in enumerate(rows[0]) if cell in ids]
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=delimiter)
    writer.writerows(rows[:head])
    for turn in range(TIMES):
        for row in rows[head:]:
            writer.writerow(
                [f"{cell}{turn:03}" if n in places else cell for n, cell in enumerate(row)]
            )
    return lines.getvalue().encode()


def check(table: pd.DataFrame, folder: Path, name: str) -> None:
    """Needs, barriers and gifts of the county are right, and the table may be published."""
    people = json.loads((folder / "expected.json").read_text())["respondents"]
    if "qualtrics" in name:
        people = [person for person in people if person["id"] != 2]
    if name.startswith(("qualtrics", "redcap", "limesurvey")):
        people = [person for person in people if person["id"] != 4]
    county = table[table["area"] == "county"]
    topics = [("needs", "needs"), ("barriers", "barriers"), ("gifts", "give")]
    for topic, field in topics[: 1 if "qualtrics" in name else 3]:
        question = question_of(topic, county["question"])
        expected = Counter(answer for person in people for answer in person[field])
        lines = county[county["question"] == question]
        shown = Counter(int(count) for count in lines["count"] if count not in ("not shown", "0"))
        assert shown and not shown - Counter(TIMES * n for n in expected.values()), topic
    file, _ = publish.publish(table, "board", "2026-11-20")
    assert file.endswith(".csv")


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_alone_and_one_decision_give_a_table_that_gaps_shows(
    shared: Path, name: str, tmp_path: Path
) -> None:
    folder = shared / "surveys"
    (tmp_path / "community.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "assets.csv").write_text("name,kind\nThe Friday circle,peer_group\n")
    sources = [Source(name, many(name, (folder / "exports" / name).read_bytes()))]
    agreed = Decision("consent", EVERYONE, "board", "2026-11-20")
    recipe = decided(opened.infer(sources).recipe, [agreed])
    answers = read.read(sources, None, None, "Fall 2026", recipe)
    table = release.release(answers, answers.codebook, None).table
    check(table, folder, name)
    # The next export of the form opens with the recipe that was kept.
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "ours.toml").write_text(recipes.to_toml(recipe), "utf-8")
    kept = recipes_of(tmp_path)
    assert opened.fitting(sources, kept) == "ours.toml"
    again = read.read(sources, None, None, "Fall 2026", kept["ours.toml"])
    assert again.frame.equals(answers.frame)
    # Published, its numbers stand beside the gaps in the form's own words.
    put_out(tmp_path, table, "board", "2026-11-20", "cms11")
    community = open_community(tmp_path)
    seen_on_gaps(community, table, folder, name)


def seen_on_gaps(community: Community, table: pd.DataFrame, folder: Path, name: str) -> None:
    """What Gaps says of needs and gifts is what was published, and so what was answered."""
    county = table[table["area"] == "county"]
    for topic in (gifts.ASKED, gifts.GIFTS):
        lines = county[county["question"] == question_of(topic, county["question"])]
        told = {
            (
                answer_label(community.survey_book, line["question"], line["answer"], "en"),
                f"{int(line['count']) / int(line['n_answering']):.0%}",
            )
            for line in lines.to_dict("records")
            if line["count"].isdigit()
        }
        told = {pair for pair in told if pair[0] not in ("none", "Not right now")}
        wave, shown = gifts.published(community, topic)
        if not told:
            continue
        assert wave == "Fall 2026"
        assert shown is not None
        pairs = set(zip(shown["Answer"], shown["Share"], strict=True))
        assert pairs == told, topic


def test_the_whole_way_on_the_page(shared: Path, open_page: Callable[[], Any]) -> None:
    name, folder = "kobo_export_xml_headers.csv", shared / "surveys"
    test = open_page()
    uploads(test, "Answers").upload(
        name, many(name, (folder / "exports" / name).read_bytes()), "text/csv"
    )
    test.run()
    assert not test.exception, test.exception
    # Nobody said that people agreed, so nothing may be published yet.
    assert "nothing of consent" in test.error[0].value
    keyed(test.selectbox, "survey-consent").select("*").run()
    keyed(test.text_input, "survey-decided-by").input("board").run()
    assert not test.exception and not test.error, [one.value for one in test.error]
    check(test.session_state["survey-release"][1].table, folder, name)
    # A decision about a question goes on the list, and its button takes it back.
    keyed(test.selectbox, "survey-question").select("barriers").run()
    keyed(test.text_input, "survey-barriers-hours").input("The hours")
    next(one for one in test.button if one.label == "Decide").click().run()
    assert (
        "The hours"
        in test.session_state["survey-answers"][1]
        .codebook.questions["barriers"]
        .answers["hours"]
        .values()
    )
    keyed(test.button, "survey-undo-0").click().run()
    assert test.session_state["survey-decisions"] == []
    # Another language is only other words: neither the answers nor their reading change.
    kept = [test.session_state[f"survey-{name}"][1] for name in ("answers", "release")]
    test.session_state["language"] = "es"
    test.run()
    again = [test.session_state[f"survey-{name}"][1] for name in ("answers", "release")]
    assert all(one is other for one, other in zip(kept, again, strict=True))
    assert test.title[0].value == say("survey_page.title", "es")


def keyed(elements: Any, key: str) -> Any:
    return next(one for one in elements if one.key == key)
