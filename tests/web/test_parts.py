"""What a run sends of our components, and what a page fetches of them once."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from plain_site import Answer, send
from small_town import NOW, folder
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from assetmap.web import parts, state
from assetmap.web.find import page
from assetmap.web.plain import start
from assetmap.web.routes import routes

SCRIPT = (
    "from assetmap.web import state\nfrom assetmap.web.find.page import show\nshow(state.current())"
)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[state.State]:
    monkeypatch.setenv("ASSETMAP_COMMUNITY", str(folder(tmp_path)))
    monkeypatch.setenv("ASSETMAP_NOW", NOW.strftime("%Y-%m-%dT%H:%M"))
    state.forget()
    yield state.current()
    state.forget()


def get(path: str) -> Answer:
    app = Starlette(routes=routes(state.current, state.version))
    return send(app, path, accept_encoding="gzip")


def components(block: Any) -> Iterator[Any]:
    """Every component that a run sent."""
    proto = getattr(block, "proto", None)
    if hasattr(proto, "component_name"):
        yield proto
    for child in getattr(block, "children", {}).values():
        yield from components(child)


def test_a_run_names_its_parts_and_sends_no_script_of_theirs(town: state.State) -> None:
    test = AppTest.from_string(SCRIPT, default_timeout=60).run()
    sent = [
        component
        for component in components(test._tree)
        if component.component_name.startswith("assetmap")
    ]
    assert [component.component_name for component in sent] == [
        "assetmap_questions",
        "assetmap_cards",
        "assetmap_map_due",
        "assetmap_cards",
    ]
    for component in sent:
        assert (component.html_content, component.css_content) == ("", "")
        assert len(component.js_content) < 500 and parts.file_name() in component.js_content


def test_the_map_comes_once_it_is_due(town: state.State) -> None:
    test = AppTest.from_string(SCRIPT, default_timeout=60).run()

    def frames() -> list[str]:
        names = [component.component_name for component in components(test._tree)]
        return [name for name in names if "folium" in name]

    assert frames() == []
    test.session_state[page.MAP_DUE] = True
    test.run()
    assert not test.exception and frames() == ["streamlit_folium.st_folium"]


def test_the_script_of_all_parts_is_kept_for_ever_under_a_name_of_its_content() -> None:
    answer = get(f"/assetmap/{parts.file_name()}")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert len(parts.files()[parts.file_name()].packed or b"") < 20_000
    for name in parts.PARTS:
        assert answer.plain.decode().count(f'parts["{name}"] = ') == 1
    assert "export default" not in answer.plain.decode()


def test_the_form_is_at_its_address_and_only_in_a_language_that_is_spoken(
    town: state.State,
) -> None:
    address = start.form_address(town, "es")
    answer = get(f"/{address}")
    assert answer.status == 200 and "¿Dónde?" in answer.plain.decode()
    assert answer.headers["cache-control"].endswith("immutable")
    # Asked for by the name of other content, it is not kept under that.
    other = address.rsplit("-", 1)[0] + "-0123.html"
    assert get(f"/{other}").headers["cache-control"] == "no-cache"
    assert get(f"/{address.replace('-es-', '-fr-')}").status == 404
    assert get(f"/{address.replace(town.version, 'gone')}").status == 410


def test_of_a_newer_list_the_frame_is_drawn_too(
    town: state.State, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Again(Exception):
        pass

    def again() -> None:
        raise Again

    shown: list[str] = []
    monkeypatch.setattr(page, "st", SimpleNamespace(rerun=again))
    monkeypatch.setattr(page, "_show", lambda now: shown.append(now.version))
    run = inspect.unwrap(page._page)
    run(town, "")
    assert shown == [town.version]
    with pytest.raises(Again):
        run(dataclasses.replace(town, version="older"), "")
    assert shown == [town.version]
