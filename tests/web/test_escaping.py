"""No text of anybody's file becomes markup or script, on whatever page it is shown.

Markup is planted in every text field of every file that people write, all pages are made, and
every string that is sent to the browser is looked at.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from google.protobuf.json_format import MessageToDict
from plain_site import html_of, send, site
from small_town import NOW, ROWS, SETTINGS, Still
from streamlit.testing.v1 import AppTest

from assetmap.community import open_community
from assetmap.fields import FIELDS
from assetmap.web import state
from assetmap.web.gaps.page import QUESTIONS
from assetmap.web.main import PAGES
from assetmap.web.plain.start import form_of

WAIT_S = 60
PLANTED = (
    "<script>s9()</script> <b>b9</b> *e9* [l9](https://evil9.example) $m9$ :red[c9] `k9` {{7*7}}"
)
# Markup of Markdown that works: the same signs, not escaped by a backslash.
WORKS = re.compile(r"(?<!\\)(\*e9|\[l9|\$m9|:red\[c9|`k9)|(?<!\\)<(script>s9|b>b9)")
# Fields of Streamlit's messages that the browser shows as they are, or never.
PLAIN = {"id", "value", "default", "placeholder", "formId", "arrowData", "data", "spec", "json"}
PLAIN |= {
    "options",
    "rawValues",
    "url",
    "mediaUrl",
    "alt",
    "styler",
    "columns",
    "fragmentId",
    "icon",
}


KEPT = {"id", "source", "source_id", "country", "region", "timezone", "postal_code", "city"}


def _rows() -> list[dict[str, str]]:
    free = [name for name, row in FIELDS.items() if row["type"] == "text" and name not in KEPT]
    planted = {name: f"{name} {PLANTED}" for name in free}
    rows = []
    for number, row in enumerate(ROWS):
        rows.append(
            {**row, **planted, "id": f"{row['id']}{number}", "Their own *e9* column": PLANTED}
        )
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("planted")
    told = json.dumps(PLANTED)
    settings = SETTINGS.replace('"Small Town"', told).replace('"Our list"', told)
    settings = settings.replace('email = "fix@example.org"', f"name = {told}\nemail = {told}")
    settings += f"licence = {told}\n[about]\nen = {told}\nes = {told}\n"
    settings += (
        f'[areas]\npath = "areas.geojson"\nname = {told}\nlicence = {told}\nsource = {told}\n'
    )
    settings = settings.replace('es = "988: llame o mande un mensaje"', f"es = {told}")
    (path / "community.toml").write_text(settings, "utf-8")
    rows = _rows()
    names = list(dict.fromkeys(name for row in rows for name in row))
    with (path / "assets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    _write(
        path / "places.csv", ("name", "lat", "lon", "kind"), [(PLANTED, "37.9", "-89.0", "town")]
    )
    first = rows[1]["id"]
    lines = [(f"own:{first}", "phone", "(618) 555-0199", PLANTED, "editor", "2026-11-01")]
    _write(path / "corrections.csv", ("id", "field", "value", "reason", "role", "date"), lines)
    ring = [[-89.1, 37.8], [-88.9, 37.8], [-88.9, 38.0], [-89.1, 38.0], [-89.1, 37.8]]
    area = {"type": "Feature", "properties": {"id": "a1", "name": PLANTED, "population": 9000},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    (path / "areas.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [area]}), "utf-8"
    )
    return path


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _strings(part: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(part, Mapping):
        for key, inside in part.items():
            if key not in PLAIN:
                yield from _strings(inside, key)
    elif isinstance(part, list):
        for inside in part:
            yield from _strings(inside, name)
    elif isinstance(part, str):
        yield name, part


def _sent(block: Any) -> Iterator[tuple[str, str]]:
    """Every string of every element and block that Streamlit sends."""
    if getattr(block, "proto", None) is not None:
        yield from _strings(MessageToDict(block.proto))
    for child in getattr(block, "children", {}).values():
        yield from _sent(child)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.name)
def test_no_planted_text_works_on_a_page(
    folder: Path, entry: Any, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSETMAP_COMMUNITY", str(folder))
    monkeypatch.setenv("ASSETMAP_NOW", NOW.strftime("%Y-%m-%dT%H:%M"))
    state.forget()
    script = (
        f"from assetmap.web import state\nfrom {entry.module} import show\nshow(state.current())"
    )
    test = AppTest.from_string(script, default_timeout=WAIT_S)
    test.query_params["language"] = language
    test.run()
    # Fetched by the page: HTML of our own template, where signs of Markdown are signs.
    form = form_of(state.current(), language).body.decode()
    sent = _texts(test)
    # A question is answered with the same texts, in what was asked and in what is found.
    if entry.name == "find":
        test.session_state["ask_form"] = urlencode({"q": PLANTED, "where": PLANTED})
        assert any("e9" in text for text in _texts(test.run()))
    elif entry.name == "gaps":
        for fold in QUESTIONS:
            test.session_state[f"fold-{fold}"] = True
        assert len(_texts(test.run())) > len(sent)
    state.forget()
    assert "<script" not in form and "<b>b9" not in form
    assert "&lt;script&gt;s9()" in form
    if entry.name == "about":
        assert any("e9" in text for text in sent)  # it was planted where it shows


def _texts(test: AppTest) -> list[str]:
    """All that is sent to the browser, after a look that none of it works."""
    assert not test.exception
    sent = [text for _, text in _sent(test._tree)]
    assert sent
    assert [text for text in sent if WORKS.search(text)] == []
    return sent


def test_no_planted_text_works_on_a_plain_page(folder: Path) -> None:
    community = open_community(folder, now=NOW)
    catalog = community.catalog
    town = Still(community, catalog, catalog.version, "files", NOW.date())
    app = site(town)
    ids = [str(name) for name in community.assets["id"]]
    pages = ["/directory", "/directory?language=es", "/embed", *(f"/at/{name}" for name in ids)]
    shown = [html_of(send(app, page)) for page in pages]
    shown += [html_of(send(app, "/directory", {"q": PLANTED, "where": PLANTED}))]
    for html in shown:
        assert "e9" in unescape(html)
        assert "<script>s9" not in html
        assert "<b>b9" not in html
        assert 'href="https://evil9' not in html
