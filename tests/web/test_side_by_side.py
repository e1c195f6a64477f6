"""Whatever a card, a page, a list, a calendar, a file and the desk say of one asset is the same.

One rich asset, in another zone than its community: each field's words are looked for in every
place that shows it, and what lets into its meeting is looked for everywhere else.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from asgi_client import Client
from pdf_words import pdf_text, spoken
from plain_site import html_of, send, site
from small_town import NOW, ROWS, folder, state
from starlette.applications import Starlette

from assetmap import writers
from assetmap.community import open_community
from assetmap.community.recording import listing_of
from assetmap.fields import FIELDS
from assetmap.files.source import Source
from assetmap.gaps import gaps, ground_of
from assetmap.ledger import people, store_of
from assetmap.readers import read
from assetmap.report import report, to_html, to_pdf
from assetmap.search import Query, search
from assetmap.web.card_texts import of_asset
from assetmap.web.desk import desk_routes
from assetmap.web.desk.show import value_in_words
from assetmap.web.find import listing as find_list
from assetmap.web.find import my_list
from assetmap.web.routes import routes
from assetmap.web.state import State

ID = "own:rich"
RICH = {
    "id": "rich",
    "name": "Lantern & Friends",
    "kind": "meeting",
    "organization": "Lantern House",
    "description": "Ring the bell.",
    "description_es": "Toque el timbre.",
    "program": "aa",
    "only_for": "women",
    "welcomes": "veterans",
    "age_min": "18",
    "languages": "en|es",
    "cost": "donation",
    "format": "in_person|online",
    "address": "12 Foundry Avenue",
    "city": "Smallton",
    "region": "IL",
    "postal_code": "62999",
    "latitude": "37.9145",
    "longitude": "-89.01234",
    # 7 pm in Smallton.
    "schedule": "Fr 20:00-21:00",
    "timezone": "America/New_York",
    "phone": "(618) 555-0112",
    "text_phone": "yes",
    "email": "hello@example.org",
    "url": "https://example.org/lantern",
    "conference_url": "https://meet.example.org/9?pwd=owl77",
    "conference_url_notes": "Passcode: oak55",
    "conference_phone": "+16465550100,,1234567890#,,778899#",
    "conference_phone_notes": "Then press 31.",
    "wheelchair": "no",
    "newcomers_welcome": "yes",
    "weekly_cost": "12.5",
    "capacity": "25",
    "verified_on": "2026-11-05",
    "verified_how": "phone",
}
SECRETS = ("owl77", "oak55", "778899", "press 31")
# Fields the desk shows otherwise than as a line of their own.
APART = ("id", "latitude", "longitude", "verified_on", "verified_how")
# Where each form that carries every field is written.
WHOLE = ("csv", "geojson", "hsds", "xlsx")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> State:
    return state(tmp_path_factory.mktemp("town"), [*ROWS, RICH])


def written(town: State, form: str, public_only: bool) -> bytes:
    return writers.write(form, town.catalog.assets, public_only=public_only, now=NOW)[0]


def known_fields() -> Mapping[str, str]:
    """What anybody may know of it, as our own columns say it."""
    given = {name: cell for name, cell in RICH.items() if FIELDS[name]["public"] == "yes"}
    return {
        **given,
        "id": ID,
        "conference_url": "https://meet.example.org/9",
        "conference_phone": "+16465550100,,1234567890#",
    }


def served(town: State, form: str) -> bytes:
    """What /api/assets.… answers anybody."""
    app = Starlette(routes=routes(lambda: town, lambda version: None))
    answer = Client(app).get(f"/api/assets.{form}")
    assert answer.status_code == 200
    return answer.body


@pytest.mark.parametrize("form", [*WHOLE, "/api csv", "/api geojson"])
def test_a_file_carries_every_public_field_and_no_way_in(town: State, form: str) -> None:
    over_http, form = form.startswith("/api"), form.removeprefix("/api ")
    data = served(town, form) if over_http else written(town, form, public_only=True)
    frame = read(Source(f"own{writers.WRITERS[form].suffix}", data), key="own").frame
    row = frame[frame["name"] == RICH["name"]].iloc[0]
    cells = {name: row.get(name) for name in known_fields()}
    cells["id"] = f"own:{row['source_id']}" if not row.get("id") else row["id"]
    assert {name: str(cell) for name, cell in cells.items()} == dict(known_fields())
    unknown = ["children_welcome", "waiting_list", "beds_open", "child_care"]
    assert row.reindex(unknown).isna().all(), "unknown stays unknown"
    text = data.decode("utf-8", "replace")
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        text = repr([list(sheet.values) for sheet in book])
    assert [secret for secret in SECRETS if secret in text] == []


def test_the_files_of_its_owner_keep_every_way_in(town: State) -> None:
    for form in WHOLE[:3]:
        text = written(town, form, public_only=False).decode()
        assert [secret for secret in SECRETS if secret not in text] == [], form


def test_meeting_guide_says_the_same(town: State) -> None:
    meetings = json.loads(written(town, "meeting-guide", public_only=True))
    item = next(meeting for meeting in meetings if meeting["name"] == RICH["name"])
    assert {name: item.get(name) for name in (
        "day", "time", "end_time", "timezone", "formatted_address", "conference_url",
        "conference_phone", "notes", "group", "program", "url",
    )} == {
        "day": 5, "time": "20:00", "end_time": "21:00", "timezone": "America/New_York",
        "formatted_address": "12 Foundry Avenue, Smallton, IL 62999, USA",
        "conference_url": "https://meet.example.org/9",
        "conference_phone": "+16465550100,,1234567890#", "notes": "Ring the bell.",
        "group": "Lantern House", "program": "Alcoholics Anonymous", "url": "https://example.org/lantern",
    }  # fmt: skip
    # For women, in Spanish; no code that a wheelchair gets in, because it does not.
    assert {"W", "S"} <= set(item["types"])
    assert "X" not in item["types"]


SAID = {
    # The next time is on the community's clock; the week's times name their own.
    "en": (
        "Tonight 7:00–8:00 pm", "Fridays 8:00–9:00 pm (Eastern Time)",
        "12 Foundry Avenue, Smallton",
        "by donation", "$12.50", "people 18 and older", "Women", "Veterans", "Alcoholics Anonymous",
        "Spanish", "No wheelchair access", "Ring the bell.", "November 5, 2026", "(618) 555-0112",
        "hello@example.org", "Lantern House",
    ),
    "es": (
        "Esta noche 7:00–8:00 p. m.", "Viernes 8:00–9:00 p. m. (hora oriental)",
        "12 Foundry Avenue, Smallton", "por donación", "$12.50", "personas de 18 años o más",
        "Mujeres", "Veteranas y veteranos", "Alcohólicos Anónimos", "inglés",
        "Sin acceso en silla de ruedas", "Toque el timbre.", "5 de noviembre de 2026",
        "(618) 555-0112", "hello@example.org", "Lantern House",
    ),
}  # fmt: skip


def words_of(text: str) -> str:
    """A page's or card's words, without markup and hard blanks."""
    plain = html.unescape(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", text, flags=re.S))
    return " ".join(plain.replace("\u00a0", " ").split())


def missing(language: str, text: str) -> list[str]:
    return [words for words in SAID[language] if words not in words_of(text)]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_card_and_its_pages_say_it_all(town: State, language: str) -> None:
    card = of_asset(ID, town, language)
    assert card is not None
    shown = json.dumps(card, ensure_ascii=False)
    assert missing(language, shown) == []
    # Who opened the card is told every way in.
    assert (card["join"], card["dial"]) == (RICH["conference_url"], RICH["conference_phone"])
    assert card["notes"] == ["Passcode: oak55", "Then press 31."]
    app = site(town)
    closed = html_of(send(app, f"/at/{ID}?language={language}"))
    assert missing(language, closed) == []
    assert [secret for secret in SECRETS if secret in closed] == []
    assert "https://meet.example.org/9" in closed
    assert "+16465550100,,1234567890#" in closed
    opened = html_of(send(app, f"/at/{ID}?language={language}", {}))
    assert [secret for secret in SECRETS if secret not in opened] == []
    linked = json.loads(re.search(r'ld\+json">(.*?)</script', closed, re.S)[1])  # type: ignore[index]
    assert linked["telephone"] == RICH["phone"]
    assert linked["address"]["streetAddress"] == RICH["address"]
    assert (linked["geo"]["latitude"], linked["geo"]["longitude"]) == (37.9145, -89.01234)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_line_of_the_directory_says_what_its_card_says(town: State, language: str) -> None:
    form = {"language": language, "q": "Lantern"}
    page = html_of(send(site(town), "/directory", form))
    start = page.index("Lantern &amp; Friends")
    line = page[page.rindex("<li", 0, start) : page.index("</li>", start)]
    assert missing(language, line) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_lists_to_take_along_say_the_same_times_and_no_way_in(town: State, language: str) -> None:
    row = town.rows.get(ID)
    assert row is not None
    text = my_list.as_text([row], town, language, NOW.date())
    message = my_list.as_message([row], town, language)
    sheet = html_of(
        send(site(town), "/directory", {"language": language, "list": ID, "do": "sheet"})
    )
    times = SAID[language][1]
    for name, words in (("text", text), ("message", message), ("sheet", sheet)):
        assert times in words_of(words), name
        assert "(618) 555-0112" in words, name
        assert "12 Foundry Avenue, Smallton" in words, name
        assert [secret for secret in SECRETS if secret in words] == [], name
    paper = words_of(spoken(pdf_text(my_list.as_pdf([row], town, language, NOW.date()))))
    assert times in paper
    assert "(618) 555-0112" in paper
    assert "12 Foundry Avenue" in paper
    assert [secret for secret in SECRETS if secret in paper] == []


def test_the_calendar_rings_at_the_same_moment(town: State) -> None:
    data, left_out = my_list.as_calendar(town, [ID], "en", named=True)
    assert left_out == []
    text = data.decode().replace("\r\n ", "")
    assert "DTSTART;TZID=America/New_York:20261120T200000" in text
    start = datetime(2026, 11, 20, 20, tzinfo=ZoneInfo("America/New_York"))
    assert start == datetime(2026, 11, 20, 19, tzinfo=ZoneInfo("America/Chicago"))
    assert "RRULE:FREQ=WEEKLY;BYDAY=FR" in text
    assert "LOCATION:12 Foundry Avenue\\, Smallton\\, IL" in text
    assert "(618) 555-0112" in text
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_find_lists_the_card_that_the_link_opens(town: State, language: str) -> None:
    """Asked for nothing, a card of the list is the shared one; asked, it tells the same facts."""
    alone = of_asset(ID, town, language)
    assert alone is not None
    for asked in ({}, {"languages": ("es",), "costs": ("free",)}):
        result = search(town.catalog, Query(at=NOW, **asked))  # type: ignore[arg-type]
        sections = find_list.sections(town, result, language, shown={"match": 99, "ask": 99})
        cards = [card for part in sections for card in part.cards if card["id"] == ID]
        assert len(cards) == 1
        # What is asked decides only why it fits and which of the unknown is to be asked about.
        told_apart = {name for name in alone if cards[0].get(name) != alone[name]}
        assert told_apart <= {"ask", "fits"}, told_apart
        assert asked or missing(language, json.dumps(cards[0], ensure_ascii=False)) == []
        donation = {"en": "by donation", "es": "por donación"}[language]
        assert donation in [reason.lower() for reason in cards[0]["fits"]]


SQUARE = [[-89.1, 37.85], [-88.9, 37.85], [-88.9, 38.0], [-89.1, 38.0], [-89.1, 37.85]]
AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"id": "a", "name": "Smallton", "population": 1200},
            "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
        }
    ],
}
NORMS = """
[areas]
path = "areas.geojson"
[norms.meeting]
within = "10km"
count = 9
yes = ["children_welcome"]
"""


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_report_says_it_as_its_card_does(tmp_path: Path, language: str) -> None:
    """Half past midnight on Friday in New York is late Thursday here, beside a twin of here."""
    late = {**RICH, "id": "late", "name": "Late Lantern", "schedule": "Fr 00:30-01:30"}
    twin = {**late, "id": "twin", "name": "Thursday Lantern", "schedule": "Th 23:30-00:30",
            "timezone": "America/Chicago", "latitude": "37.92"}  # fmt: skip
    (tmp_path / "areas.geojson").write_text(json.dumps(AREAS), "utf-8")
    community = open_community(folder(tmp_path, [*ROWS, RICH, late, twin], NORMS), now=NOW)
    ground = ground_of(community)
    result = report(community, ground, gaps(ground, "meeting", language=language), "meeting", None,
                  language)  # fmt: skip
    passages = [passage for part in result.sections for passage in part.passages]
    lines = [
        [str(cell) for cell in row] for passage in passages for row in passage.frame.to_numpy()
    ]
    children = {"en": "children welcome", "es": "se aceptan niños"}[language]
    # Its phone, and what is unknown of it: what nobody knows is asked, not told as a no.
    asked = next(line for line in lines if line[0] == RICH["name"])
    assert asked[1:3] == [RICH["phone"], children]
    night = {"en": "Thursday late night", "es": "jueves tarde en la noche"}[language]
    assert [line for line in lines if line[0] == "Late Lantern" and line[2] == night]
    # Three meetings with a donation, in Spanish, without access for wheelchairs, one at 7 pm.
    counts = {line[0]: line[1:4] for line in lines if len(line) == 5}
    rows = {
        "en": ("Spanish", "Free", "Wheelchair access", "Child care", "In the evening"),
        "es": ("Español", "Gratis", "Acceso para silla de ruedas", "Cuidado de niños",
               "Por la noche"),
    }[language]  # fmt: skip
    assert [counts[row] for row in rows] == [
        ["3", "0", "0"], ["3", "0", "0"], ["0", "0", "3"], ["0", "3", "0"], ["1", "0", "2"],
    ]  # fmt: skip
    for page in (words_of(to_html(result).decode()), words_of(spoken(pdf_text(to_pdf(result))))):
        assert RICH["name"] in page
        assert RICH["phone"] in page
        assert children in page
        assert [secret for secret in SECRETS if secret in page] == []


def test_the_desk_serves_the_values_that_are_shown(tmp_path: Path) -> None:
    community = open_community(folder(tmp_path, [*ROWS, RICH]), now=NOW)
    served_values = listing_of(community, ID).served
    given = {name: cell for name, cell in RICH.items() if name not in ("latitude", "longitude")}
    assert {name: served_values.get(name) for name in given} == {**given, "id": ID}


def test_the_desks_page_shows_every_field_as_it_is_served(tmp_path: Path) -> None:
    path = folder(tmp_path, [*ROWS, RICH])
    store = store_of(path)
    store.create()
    community = open_community(path, now=NOW)
    now = State(community, community.catalog, "v", "f", NOW.date())
    browser = Client(Starlette(routes=desk_routes(lambda: now, lambda: None)))
    link = people.add(store, "an editor", "editor", datetime.now(UTC), "")
    entered = browser.post(
        "/desk/enter", data={"token": link.token}, headers={"Origin": "http://testserver"}
    )
    assert entered.status_code == 303
    page = words_of(browser.get(f"/desk/listing/{ID}").text)
    # The day it was checked stands in its line of history, not among the fields.
    told = {name: cell for name, cell in RICH.items() if name not in APART}
    said = {name: value_in_words(name, cell, "en") for name, cell in told.items()}
    assert {name for name, words in said.items() if words not in page} == set()
