"""The pages as Streamlit runs them: each with its title, and Find with what it asks and answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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


def found(test: AppTest) -> str:
    return test.header[0].value


def test_the_script_starts_on_find(town: None) -> None:
    test = AppTest.from_file(str(MAIN), default_timeout=WAIT_S).run()
    assert not test.exception
    assert [one.value for one in test.title] == ["What would help?"]


def test_a_link_may_choose_the_language(town: None) -> None:
    test = AppTest.from_file(str(MAIN), default_timeout=WAIT_S)
    test.query_params["language"] = "es"
    test.run()
    assert not test.exception
    assert [one.value for one in test.title] == ["¿Qué le ayudaría?"]


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
    test.button_group(key="ask_needs").set_value(["talk"]).run()
    test.button_group(key="ask_when").set_value("tonight").run()
    # Friday's circle fits; Bob's hours and the annex are to be asked; Saturday's is close.
    assert found(test) == "1 fits · 2 may fit, ask first · 1 almost fits"
    test.button[0].click().run()
    assert found(test) == "Choose above, or look around"
    assert not test.exception


def test_under_18_is_said_plainly(town: None) -> None:
    test = page("find")
    test.button_group(key="ask_needs").set_value(["bed_tonight"]).run()
    test.number_input(key="ask_age").set_value(16).run()
    told = "Adults-only places are left out. If we do not know an age limit, ask first."
    assert told in [one.value for one in test.caption]
    assert not test.exception


def test_a_place_nobody_knows_is_said_as_text(town: None) -> None:
    test = page("find")
    test.text_input(key="ask_where").set_value("Nowhere **at** all").run()
    assert [one.value for one in test.warning] == [
        r"We could not find “Nowhere \*\*at\*\* all”\. Try a ZIP code or a town\."
    ]
    assert not test.exception


def test_my_list_can_be_taken_along(town: None) -> None:
    test = page("find")
    test.session_state["my_list"] = ["own:group", "own:nurse", "own:gone"]
    test.run()
    assert not test.exception
    assert [one.label for one in test.expander][1:] == ["My list (2)"]
    lines = [one.value for one in test.expander[1].markdown]
    assert lines[0] == (
        r"**Friday \*Circle\*** · Peer support group · Fridays 7\:00–8\:00 pm · "
        r"12 Foundry Avenue, Smallton · \(618\) 555\-0112 · https\://example\.org/circle"
    )
    left_out = "Not in the calendar, because we do not know when they meet: Nurse Line."
    assert left_out in [one.value for one in test.expander[1].caption]


def test_nothing_asked_stands_in_the_address(town: None) -> None:
    test = AppTest.from_file(str(MAIN), default_timeout=WAIT_S).run()
    test.button_group(key="ask_needs").set_value(["talk"]).run()
    test.text_input(key="ask_where").set_value("62999").run()
    assert dict(test.query_params) == {}
