"""The way from any tool's export to a published table, through the page as a visitor takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_town import SETTINGS
from streamlit.testing.v1 import AppTest
from survey_exports import EXPORTS, expected, id_of, many

from assetmap.community import Community, open_community
from assetmap.community.releases import put_out
from assetmap.community.surveys import recipes_of
from assetmap.files.source import Source
from assetmap.report import gifts
from assetmap.survey import opened, read, release
from assetmap.survey import recipe as recipes
from assetmap.survey.decisions import EVERYONE, Decision, decided
from assetmap.survey.need_indicators import question_of
from assetmap.survey.questions import answer_label
from assetmap.web import state
from assetmap.words import say


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
    return next(item for item in test.file_uploader if item.label.startswith(label))


def check(table: pd.DataFrame, shared: Path, name: str, book: Any) -> None:
    """Needs, barriers and gifts of the county are right, and the table may be published."""
    county = table[table["area"] == "county"]
    for topic in ("needs", "barriers", "gifts"):
        question = question_of(topic, county["question"])
        lines = county[county["question"] == question]
        shown = {
            id_of(answer_label(book, str(question), line["answer"], "en")): int(line["count"])
            for line in lines.to_dict("records")
            if line["count"] not in ("not shown", "0")
        }
        assert shown == expected(shared, name, topic), topic
    file, _ = release.publish(table, "board", "2026-11-20")
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
    check(table, shared, name, answers.codebook)
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
    assert not test.exception and not test.error, [item.value for item in test.error]
    check(
        test.session_state["survey-release"][1].table,
        shared,
        name,
        test.session_state["survey-answers"][1].codebook,
    )
    # A decision about a question goes on the list, and its button takes it back.
    keyed(test.selectbox, "survey-question").select("barriers").run()
    keyed(test.text_input, "survey-barriers-hours").input("The hours")
    next(item for item in test.button if item.label == "Decide").click().run()
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
    assert all(item is other for item, other in zip(kept, again, strict=True))
    assert test.title[0].value == say("survey_page.title", "es")


def keyed(elements: Any, key: str) -> Any:
    return next(element for element in elements if element.key == key)
