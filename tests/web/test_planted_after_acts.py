"""The planted street again: after each thing that people do, in every address visitors can ask."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "community"))

from plain_site import send
from test_planted_street import (
    FORMS,
    HOME,
    LEAKS,
    NOW,
    OPEN,
    STREET,
    TOLD,
    everything,
    folder,
    sheet,
)

from assetmap.community import Community, open_community
from assetmap.community.deciding import Decider, inbox, shown_to
from assetmap.community.imports import bring, undo_entry
from assetmap.community.opening import fold_again
from assetmap.community.recording import Recorder, Who
from assetmap.files.source import Source
from assetmap.ledger import LedgerError, entry, store_of
from assetmap.ledger.suggestions import send as suggest
from assetmap.web import layers
from assetmap.web.desk.suggest import suggest_routes
from assetmap.web.plain import plain_routes
from assetmap.web.routes import routes
from assetmap.web.state import State

__all__ = ["folder"]  # the fixture of the other file
DRAWN = re.compile(r"\b\d{9,11}\.[0-9a-f]{16}\.[0-9a-f]{32,64}\b|\b[0-9a-f]{16,64}\b")
OWNER, VOLUNTEER = Who("owner"), Who("volunteer")
PATHS = ("/directory", "/changes.json", "/sitemap.xml", "/open-data", "/healthz",
         "/api/assets.csv", "/api/assets.geojson", "/manifest.webmanifest")  # fmt: skip


def shown_on_the_web(county: Community) -> str:
    """What any visitor is answered, in one text of small letters."""
    state = State(county, county.catalog, "v", "f", county.now.date())
    app = Starlette(
        routes=[
            *plain_routes(lambda: state),
            *routes(lambda: state, lambda _: state),
            *suggest_routes(lambda: state),
        ]
    )
    parts = [send(app, path).plain.decode() for path in PATHS]
    for asset in county.assets["id"]:
        for path in (f"/at/{asset}?language=es", f"/suggest/{asset}"):
            parts.append(send(app, path).plain.decode())
        parts.append(send(app, f"/at/{asset}", {}).plain.decode())
    for form in ({"q": "house"}, {"q": "food", "language": "es"}, {"text": "harbor"}):
        parts.append(send(app, "/directory", form).plain.decode())
    every = {"do": "sheet", "list": list(county.assets["id"])}
    parts.append(send(app, "/directory", every).plain.decode())
    drawn = layers.of(state)
    parts += [drawn.layer.body.decode(), drawn.basemap.body.decode()]
    return "\n".join(parts).lower()


def leaks(county: Community, forms: Sequence[str] = FORMS[:-1]) -> list[str]:
    # A workbook holds the cells of the csv and takes as long as all others: it is read less often.
    told = everything(county, forms) + shown_on_the_web(county) + repr(county.connections).lower()
    told += "\n".join(repr(shown_to(item, county, False)) for item in inbox(county)).lower()
    # A form's token and a version are drawn at random: four digits of one are no house number.
    told = DRAWN.sub("", told)
    result = [told.index(word) for word in LEAKS if word in told]
    return [told[max(at - 90, 0) : at + 40] for at in result]


@pytest.fixture
def county(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Community]:
    monkeypatch.setenv("ASSETMAP_NOW", NOW.isoformat())
    monkeypatch.delenv("ASSETMAP_STORE", raising=False)
    (folder / "corrections.csv").unlink()
    store_of(folder).create()
    yield open_community(folder)


def test_the_eyes_see(folder: Path) -> None:
    agreed = {**HOME, "address_ok": "yes"}
    (folder / "ours.csv").write_text(sheet(agreed, OPEN), encoding="utf-8")
    assert "4417 quillback lane" in shown_on_the_web(open_community(folder, NOW))


def test_corrections_suggestions_an_addition_and_their_undoing(county: Community) -> None:
    assert leaks(county) == []
    written = []
    for asset, field, said in (
        ("ours:p1", "description", f"Around the corner of {TOLD}."),
        ("ours:p1", "description_es", f"Junto a {STREET}."),
        ("ours:h1", "description", f"It is at {STREET}, ring 4417."),
        ("ours:h1", "address", f"{STREET}, rear"),
        ("ours:h1", "email", "4417quillback@example.org"),
        ("ours:p1", "serves_area", STREET),
    ):
        written.append(Recorder(county, OWNER, why=TOLD).correct(asset, field, said).n)
        county = fold_again(county)
        assert leaks(county) == [], field
    new = {"name": f"Porch of {STREET}", "kind": "food", "city": "Anna", "description": TOLD}
    written.append(Recorder(county, OWNER).add(new).n)
    store = store_of(county.path)
    for asset in ("ours:h1", "ours:p1"):
        note = entry("suggest", asset, "note", "", role="visitor", now=NOW)
        suggest(store, note, "They are closed on Mondays." if asset == "ours:p1" else TOLD, "en")
    wrong = entry("suggest", "ours:h1", "address", STREET, role="visitor", now=NOW)
    suggest(store, wrong, TOLD, "en")
    county = fold_again(county)
    assert leaks(county, FORMS) == []
    for item in [element for element in inbox(county) if element.what == "suggest"][:2]:
        Decider(county, OWNER).accept(item.n)
        county = fold_again(county)
        assert leaks(county) == [], "after a suggestion was taken"
    for n in reversed(written):
        undo_entry(county, OWNER, n, why=TOLD)
        county = fold_again(county)
        assert leaks(county) == [], "after an undo"
    assert leaks(county, FORMS) == []


def test_an_import_what_it_held_and_its_undoing(county: Community) -> None:
    more = {**OPEN, "id": "p2", "name": "Grace Annex", "description": f"Behind {TOLD}."}
    at_door = {**OPEN, "id": "p3", "name": "Back door", "address": "4417 Quillback"}
    new = Source("ours.csv", sheet(HOME, OPEN, more, at_door).encode())
    taken = bring(county, new, "ours", OWNER, accept=True, why=TOLD)
    assert taken.taken
    county = open_community(county.path, previous=county)
    assert {"ours:p2", "ours:p3"} <= set(county.assets["id"])
    assert leaks(county) == []
    # Half of it gone: the new version waits, and what waits is not told either.
    bring(county, Source("ours.csv", sheet(OPEN).encode()), "ours", OWNER)
    county = open_community(county.path, previous=county)
    assert leaks(county) == []
    undone = max(item.n for item in store_of(county.path).entries() if item.what == "import")
    undo_entry(county, OWNER, undone)
    county = open_community(county.path, previous=county)
    assert "ours:p2" not in set(county.assets["id"])
    assert leaks(county) == []


def test_a_day_later_with_a_source_that_fails(county: Community) -> None:
    (county.path / "ours.csv").write_bytes(b"%PDF-1.4 " + STREET.encode())
    later = open_community(county.path, county.now + timedelta(days=1), previous=county)
    assert later.sources[0].stale
    assert leaks(later) == []


def test_a_refused_correction_does_not_repeat_it_to_a_volunteer(county: Community) -> None:
    with pytest.raises(LedgerError) as refused:
        Recorder(county, VOLUNTEER).correct("ours:h1", "phone", "no number")
    assert "quillback" not in str(refused.value).lower()
