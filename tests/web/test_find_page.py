"""The pages as Streamlit runs them: each with its title, and Find with what it asks and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from small_town import NOW, folder
from streamlit.testing.v1 import AppTest

from assetmap.web import state

MAIN = Path(__file__).resolve().parents[2] / "assetmap" / "web" / "main.py"
WAIT_S = 60


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ASSETMAP_COMMUNITY", str(folder(tmp_path)))
    monkeypatch.setenv("ASSETMAP_NOW", NOW.strftime("%Y-%m-%dT%H:%M"))
    state.forget()
    yield
    state.forget()


def page(name: str) -> AppTest:
    """The page function `name` at rest, without the frame: AppTest cannot follow navigation."""
    module = "about" if name == "about" else f"{name}.page"
    script = f"""
from assetmap.web import state
from assetmap.web.{module} import show
show(state.current())
"""
    return AppTest.from_string(script, default_timeout=WAIT_S).run()


def ask(test: AppTest, **answers: str) -> AppTest:
    """The page after its form was sent with `answers`; AppTest cannot press what is in it."""
    test.session_state["ask_form"] = urlencode(answers)
    return test.run()


def form(test: AppTest) -> dict[str, Any]:
    """What the form's component is handed."""
    element = next(
        item
        for item in test.main
        if getattr(item.proto, "component_name", "").startswith("assetmap_questions")
    )
    handed: dict[str, Any] = json.loads(element.proto.bytes)
    return handed


def found(test: AppTest) -> str:
    return test.header[0].value


def test_the_script_starts_on_find(town: None) -> None:
    test = AppTest.from_file(str(MAIN), default_timeout=WAIT_S).run()
    assert not test.exception
    assert [item.value for item in test.title] == ["What would help?"]


def test_a_link_may_choose_the_language(town: None) -> None:
    test = AppTest.from_file(str(MAIN), default_timeout=WAIT_S)
    test.query_params["language"] = "es"
    test.run()
    assert not test.exception
    assert [item.value for item in test.title] == ["¿Qué le ayudaría?"]


@pytest.mark.parametrize(
    ("name", "title"),
    [("find", "What would help?"), ("about", "About Small Town"), ("survey", "Survey")],
)
def test_each_page_runs_and_has_its_title(town: None, name: str, title: str) -> None:
    test = page(name)
    assert not test.exception
    assert test.title[0].value.startswith(title)


def test_a_need_and_a_time_are_counted_and_start_over_forgets_them(town: None) -> None:
    test = page("find")
    assert found(test) == "Choose above, or look around"
    ask(test, needs="talk", when="tonight")
    # Friday's circle fits; Bob's hours and the annex are to be asked; Saturday's is close.
    assert found(test) == "1 fits · 2 may fit, ask first · 1 almost fits"
    ask(test, needs="talk", when="tonight", do="clear")
    assert found(test) == "Choose above, or look around"
    assert not test.exception


def test_under_18_is_said_plainly(town: None) -> None:
    test = page("find")
    ask(test, needs="bed_tonight", age="16")
    told = "Adults-only places are left out. If we do not know an age limit, ask first."
    assert told in [item.value for item in test.caption]
    assert not test.exception


def test_a_place_nobody_knows_is_said_as_text(town: None) -> None:
    test = page("find")
    ask(test, where="Nowhere **at** all")
    assert [item.value for item in test.warning] == [
        r"We could not find “Nowhere \*\*at\*\* all”\. Try a ZIP code or a town\."
    ]
    assert not test.exception


def test_my_list_can_be_taken_along(town: None) -> None:
    test = page("find")
    test.session_state["my_list"] = ["own:group", "own:nurse", "own:gone"]
    test.run()
    assert not test.exception
    assert [item.label for item in test.expander] == ["My list (2)"]
    lines = [item.value for item in test.expander[0].markdown]
    assert lines[0].split("  \n") == [
        r"**Friday \*Circle\***",
        r"Peer support group · Tonight 7\:00–8\:00 pm, in 4 hours · Fridays 7\:00–8\:00 pm",
        "12 Foundry Avenue, Smallton",
        r"\(618\) 555\-0112 · https\://example\.org/circle",
    ]
    left_out = "Not in the calendar, because we do not know when they meet: Nurse Line."
    assert left_out in [item.value for item in test.expander[0].caption]


def test_my_list_says_how_far_and_what_to_ask(town: None) -> None:
    test = page("find")
    test.session_state["my_list"] = ["own:group"]
    ask(test, needs="talk", where="37.9,-89.0", yes="walk_in")
    lines = test.expander[0].markdown[0].value.split("  \n")
    assert lines[2:4] == [
        r"1\.0 mi north · 12 Foundry Avenue, Smallton",
        r"Ask first\: Can I just walk in?",
    ]


def test_nothing_asked_stands_in_the_address(town: None) -> None:
    test = AppTest.from_file(str(MAIN), default_timeout=WAIT_S).run()
    ask(test, needs="talk", where="62999")
    assert dict(test.query_params) == {}


def test_the_form_is_handed_its_answers_and_what_was_understood(town: None) -> None:
    test = ask(page("find"), q="talk to someone tonight", needs="job", here="37.9,-89.1")
    handed = form(test)
    assert handed["pairs"] == [
        ["q", "talk to someone tonight"],
        ["within", "16093"],
        ["needs", "job"],
    ]
    assert [chip[:2] for chip in handed["chips"]] == [
        ["talk to someone", "Someone to talk to"],
        ["tonight", "tonight"],
    ]
    # The phone's own place holds until a place is typed, and is taken back by a press.
    assert (handed["here"], handed["any"], handed["strip"]) == ("37.900,-89.100", True, "")
    assert form(ask(test, here="37.9,-89.1", where="62999"))["here"] == ""
    assert form(ask(test, here="37.9,-89.1", do="not_here"))["here"] == ""
    off = form(ask(test, q="talk to someone tonight", off="tonight"))
    assert off["pairs"][0] == ["q", "talk to someone"]


def test_the_week_is_counted_once_it_is_opened_and_asks_for_its_hours(town: None) -> None:
    test = ask(page("find"), needs="talk", week="yes")
    handed = form(test)
    assert handed["week"] and f"{NOW.date()} 17:00-" in handed["strip"]
    assert form(page("find"))["week"] == ""
    window = form(ask(test, needs="talk", window="2026-11-28 12:00-17:00"))
    assert ["day", "2026-11-28"] in window["pairs"] and ["begin", "12:00"] in window["pairs"]


@pytest.mark.parametrize("sent", [None, 7, {"sent": "x"}, {"sent": 9, "pairs": 4}, "needs=talk"])
def test_what_no_form_of_ours_sends_asks_nothing(town: None, sent: object) -> None:
    from assetmap.web.find import form as find_form

    script = f"""
import streamlit as st
from assetmap.web.find import form
kept = {{form.KEY: {{"form": {sent!r}}}}}
st.session_state, real = kept, st.session_state
try:
    pairs = form._pairs()
finally:
    st.session_state = real
st.text(repr(pairs))
"""
    assert find_form.KEY == "questions"
    assert AppTest.from_string(script, default_timeout=WAIT_S).run().text[0].value == "[]"
