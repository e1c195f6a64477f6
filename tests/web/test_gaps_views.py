"""The Gaps page as Streamlit runs it, on the demo at a fixed clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from assetmap import vocabulary
from assetmap.community import open_community
from assetmap.community.releases import with_survey
from assetmap.gaps import gaps, ground_of
from assetmap.report import report
from assetmap.words import say

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
ZONE = ZoneInfo("America/Chicago")


def _page() -> None:
    from assetmap.web import state
    from assetmap.web.gaps import page as gaps

    gaps.show(state.current())


Open = Callable[..., Any]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the page at an address (`kind="dentist"`) and in a language."""
    monkeypatch.setenv("ASSETMAP_NOW", "2026-11-20T15:00")

    def open_page(language: str = "en", **address: str) -> Any:
        test = AppTest.from_function(_page, default_timeout=120)
        test.session_state["language"] = language
        for name, value in address.items():
            test.query_params[name] = value
        test.run()
        assert not test.exception, test.exception
        return test

    return open_page


def texts(test: Any) -> str:
    """All prose of the page, as it is read."""
    kinds = (test.title, test.header, test.subheader, test.markdown, test.caption, test.info)
    return "\n".join(item.value for kind in kinds for item in kind).replace("\\", "")


def address(test: Any) -> dict[str, str]:
    """What stands in the address, all of it after `#`."""
    assert not dict(test.query_params.items())
    return dict(test.session_state["gaps-chosen"])


def test_it_opens_as_a_briefing(page: Open) -> None:
    test = page()
    assert test.title[0].value == "Strengths and gaps"
    first = test.subheader[0].value.replace("\\", "")
    assert first.startswith("Child care: 7 of 35 areas (15,554 adults) have none")
    said = texts(test)
    assert "Next step" in said and "groups and meetings a week" in said
    assert [fold.label for fold in test.expander][1:6] == [
        "What do we have?", "What do people need?", "Where is something missing?",
        "When is something missing?", "What could help next?",
    ]  # fmt: skip
    # Everything else is folded, and not even computed.
    assert not test.dataframe or len(test.dataframe) == 2  # the method's own two tables
    assert say("gaps.places") in said


def test_names_stand_as_they_are_in_lists(page: Open) -> None:
    test = page(kind="child_care", tab="where")
    assert not [name for name in test.selectbox("gap_area").options if "\\" in name]


def test_it_opens_at_the_kind_most_people_live_below_the_mark_of(page: Open) -> None:
    assert address(page()) == {"kind": "child_care"}


def test_an_address_opens_the_same_view(page: Open) -> None:
    chosen = {
        "kind": "dentist",
        "beside": "poverty",
        "checked": "yes",
        "tab": "where",
        "map": "nearest",
    }
    test = page(**chosen)
    assert address(test) == chosen
    assert test.selectbox("gap_kind").value == "dentist"
    assert test.selectbox("beside").value == "poverty"
    assert test.selectbox("gap_map").value == "nearest"
    assert test.toggle("checked").value is True
    assert test.header[0].value == "Where they do not meet"


def test_an_address_that_makes_no_sense_opens_the_first_view(page: Open) -> None:
    test = page(kind="pub", beside="<b>", tab="nowhere")
    assert address(test) == {"kind": "child_care"}


def test_where_names_the_planted_gaps_and_ranks_them_first(page: Open) -> None:
    test = page(kind="child_care", tab="where")
    assert "7 of 35 areas" in texts(test)
    table = test.dataframe[0].value
    gap = table[table["Gap"] == "A gap"]
    assert list(gap.index) == list(range(7))
    assert set(gap["Area"]) == {
        "Prairie Ford Center", "Prairie Ford North", "Grange", "Dry Fork", "East Line",
        "Cedar Bend", "Bluff Hollow",
    }  # fmt: skip
    assert set(gap["In reach, sure"]) == {"0"}
    after = table.iloc[7]
    assert (after["Area"], after["Gap"], after["In reach, sure"]) == (
        "Sand Ridge", "Not listed yet", "not listed yet",
    )  # fmt: skip
    nobody = table.set_index("Area").loc["River Bottoms Wildlife Area"]
    assert nobody["Gap"] == "nobody lives here"
    assert nobody["Need rank (1 is most)"] == "not known"


def test_a_need_has_its_own_picker_and_matrix(page: Open) -> None:
    test = page(need="job", tab="where")
    assert address(test) == {"need": "job", "tab": "where"}
    matrix = test.dataframe[1].value
    assert list(matrix["Need"]) == ["A job"]
    assert list(matrix.columns[1:]) == [
        "Someone who listens", "Know-how", "Practical help", "A place to belong",
    ]  # fmt: skip


def test_a_hidden_number_is_not_shown(page: Open) -> None:
    test = page(beside="overdose_deaths", tab="needs")
    table = test.dataframe[0].value
    hidden = table[table["Value"] == "not shown (small number)"]
    assert len(hidden)
    assert set(hidden["For every 100,000 people"]) == {"not shown (small number)"}
    assert set(table.set_index("Area").loc["Sand Ridge", ["Value"]]) == {"not known"}
    assert not table.astype(str).isin(["nan", "None", "NaN"]).any().any()


def test_next_steps_call_name_and_count(page: Open) -> None:
    test = page(kind="dentist", tab="next")
    said = texts(test)
    assert "Call these 2 to find out more" in said
    calls = test.dataframe[0].value
    assert list(calls["Place"]) == ["Ferry Street Dentist", "Maple Heights Dental"]
    assert set(calls["What to ask"]) == {"recovery with medication welcome"}
    assert "Where the next one would help most" in said
    assert "No other choice of" in said
    # The list begins at the area the proposal names first, and says who gains there.
    best = test.selectbox("gap_what_if_dentist").value
    assert best is not None
    assert "more adults would live where the goal is met" in said


def test_what_if_counts_again_for_another_area(page: Open) -> None:
    test = page(kind="child_care", tab="next")
    test.selectbox("gap_what_if_child_care").set_value("cedar-bend").run()
    assert not test.exception
    assert "Child care, one more in Cedar Bend: 2,482 more adults would live" in texts(test)


def test_a_kind_of_the_county_is_not_mapped(page: Open) -> None:
    test = page(kind="recovery_home", tab="where")
    assert "is counted once for the whole county" in texts(test)
    assert not [item for item in test.selectbox if item.key == "gap_map"]


def test_the_planted_spanish_sunday_evening_shows_in_the_week(page: Open) -> None:
    test = page(kind="meeting", tab="time", only="spanish")
    week = test.table[0].value
    # Prairie Ford alone has one: 15,178 of 100,124 adults can reach it.
    assert week.loc["Sunday", "Evening"] == "15,178 (1)"
    assert "Recovery meeting (Spanish): adults with one nearby" in texts(test)


def test_counting_only_checked_places_says_what_it_changes(page: Open) -> None:
    test = page(kind="child_care", checked="yes", tab="next")
    said = texts(test)
    assert "Only places checked in the last 365 days count now." in said
    assert "What counting only checked places changes" in said


@pytest.mark.parametrize("tab", ["have", "needs", "where", "time", "next"])
@pytest.mark.parametrize("chosen", [{"kind": "meeting"}, {"need": "ride"}])
def test_every_tab_reads_in_spanish(page: Open, tab: str, chosen: dict[str, str]) -> None:
    test = page("es", tab=tab, **chosen)
    assert test.header[0].value == say(f"report.{tab}", "es")
    assert say("gaps.places", "es") in texts(test)


@pytest.mark.parametrize(
    "kind", [kind for kind, row in vocabulary.terms("kinds").items() if row["gap"] != "no"][::9]
)
def test_every_sort_of_kind_opens(page: Open, kind: str) -> None:
    for tab in ("where", "time", "next"):
        assert address(page(kind=kind, tab=tab))["kind"] == kind


@pytest.mark.parametrize("need", list(vocabulary.terms("needs"))[::6])
def test_every_sort_of_need_opens(page: Open, need: str) -> None:
    for tab in ("where", "time", "next"):
        assert address(page(need=need, tab=tab))["need"] == need


@pytest.mark.parametrize(
    ("kind", "language"), [("dentist", "en"), ("meeting", "es"), ("recovery_home", "en")]
)
def test_the_page_says_what_the_report_says(page: Open, kind: str, language: str) -> None:
    community = open_community(DEMO, now=datetime(2026, 11, 20, 15, tzinfo=ZONE))
    ground = ground_of(with_survey(community))
    paper = report(community, ground, gaps(ground, kind, language=language), kind, None, language)
    names = [section.name for section in paper.sections]
    # Of what is counted once for the county, paper has nothing to say of a next one.
    after = [] if kind == "recovery_home" else ["next"]
    assert names == ["have", "needs", "where", "time", *after, "method", "limits"]
    for section in paper.sections[:-2]:
        test = page(language, kind=kind, tab=section.name)
        words = texts(test)
        assert test.header[0].value == section.title
        for passage in section.passages:
            lines = [passage.title, *passage.texts, passage.note]
            assert [line for line in lines if line not in words] == [], passage.name
        drawn = [table.value.reset_index() for table in (*test.dataframe, *test.table)]
        cells = {str(cell) for table in drawn for cell in table.to_numpy().flat}
        for passage in section.passages:
            # Numbers of a table that can be sorted keep no marks between thousands.
            rows = passage.frame.to_numpy() if passage.form != "week" else passage.cells()
            assert {str(cell) for row in rows for cell in row} <= cells, passage.name


def test_nothing_is_said_to_be_in_reach_of_nobody_where_the_whole_county_counts(page: Open) -> None:
    words = texts(page(kind="recovery_home", tab="next"))
    assert say("report.even_undefined") not in words
    assert say("report.none_call") in words
