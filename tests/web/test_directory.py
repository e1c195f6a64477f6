"""/directory and /at as a person without a script uses them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from plain_site import html_of, sections_of, send, site
from small_town import ROWS, state
from starlette.applications import Starlette

from assetmap.fields import FIELDS
from assetmap.web import asking
from assetmap.web.routes import routes as data_routes
from assetmap.web.state import State

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
ONLINE = {
    "id": "online",
    "name": "Online *Circle*",
    "kind": "peer_group",
    "format": "online|phone",
    "conference_url": "https://meet.example.org/j/1?pwd=letmein&from=us",
    "conference_phone": "(253) 215-8782",
    "schedule": "Fr 20:00-21:00",
    "email": "circle@example.org",
    "weekly_cost": "120",
    "intake_hours": "Mo-Fr 09:00-17:00",
}
ALL = {"shown": [f"{key}:500" for key in ("match", "ask", "near", "court", "clinical")]}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> State:
    evil = {"id": EVIL, "name": EVIL, "kind": "peer_group", "description": EVIL, "city": EVIL}
    return state(tmp_path_factory.mktemp("town"), [*ROWS, ONLINE, evil])


@pytest.fixture(scope="module")
def app(town: State) -> Starlette:
    return site(town)


def test_the_start_asks_first_and_shows_something_at_once(app: Starlette) -> None:
    answer = send(app, "/directory")
    html = html_of(answer)
    assert answer.status == 200
    assert html.index("What would help?") < html.index('name="q"') < html.index('id="results"')
    assert '<form id="ask" method="post" action="/directory#results"' in html
    assert len(sections_of(html)["match"]) == 6
    assert answer.headers["cache-control"] == "no-cache"
    assert "index" in re.findall(r'name="robots" content="(\w+)"', html)


def test_what_is_asked_comes_by_post_and_never_stands_in_an_address(app: Starlette) -> None:
    form = {"needs": ["talk"], "where": "37.9,-89.0", "within": "16093", "when": "tonight", **ALL}
    answer = send(app, "/directory", form)
    html = html_of(answer)
    assert sections_of(html) == {
        "match": ["own:group", "own:online"],
        "ask": ["own:written", f"own:{EVIL}"],
        "near": ["own:saturday"],
        "court": ["own:court"],
    }
    assert answer.headers["cache-control"] == "no-store"
    assert 'content="noindex"' in html
    # No address of the page carries what was asked.
    for address in re.findall(r'(?:href|action|formaction|src)="([^"]*)"', html):
        if address.startswith(("/", "?", "#")):
            assert "talk" not in address and "37.9" not in address and "tonight" not in address
    # Asked by address it is not asked at all.
    assert sections_of(html_of(send(app, "/directory?needs=talk"))) == sections_of(
        html_of(send(app, "/directory"))
    )


def test_the_answers_stay_in_the_form(app: Starlette) -> None:
    form = {
        "q": 'a "quiet" <b>',
        "needs": ["talk"],
        "yes": ["children_welcome"],
        "age": "40",
        "where": "Smallton",
        "when": "tonight",
        "beds": "yes",
        "not_kinds": ["outpatient_treatment"],
    }
    html = html_of(send(app, "/directory", form))
    assert 'name="q" value="a &#34;quiet&#34; &lt;b&gt;"' in html
    assert 'name="needs" value="talk" checked' in html
    assert 'name="yes" value="children_welcome" checked' in html
    assert 'name="age" min="0" max="120" value="40"' in html
    assert 'value="Smallton"' in html
    assert '<option value="tonight" selected>' in html
    assert 'name="beds" value="yes" checked' in html
    assert '<input type="hidden" name="not_kinds" value="outpatient_treatment">' in html


def test_a_card_opens_in_place_and_carries_what_is_known(app: Starlette) -> None:
    html = html_of(send(app, "/directory", {"text": "online"}))
    (line,) = re.findall(r'<li id="l-.*?</li>', html, re.S)
    assert "<details>" in line and "<summary>" in line
    for text in (
        "Tonight 8:00–9:00\u00a0pm",
        "Takes new people: Mon–Fri 9:00\u00a0am–5:00\u00a0pm",
        "$120 a week",
        'href="mailto:circle@example.org"',
        'href="tel:2532158782">Join by phone</a>',
        'href="https://meet.example.org/j/1?pwd=letmein&amp;from=us"',
    ):
        assert text in line, text


def test_passcodes_are_on_no_page_that_a_robot_reads(app: Starlette) -> None:
    for path in ("/directory", "/at/own:online"):
        html = html_of(send(app, path))
        assert "letmein" not in html
        assert "https://meet.example.org/j/1?from=us" in html
    opened = send(app, "/at/own:online", {"open": "yes"})
    assert "pwd=letmein" in html_of(opened)
    assert opened.headers["cache-control"] == "no-store"


def test_my_list_lives_in_the_form_alone(app: Starlette) -> None:
    item = html_of(send(app, "/directory", {"needs": ["talk"], "save": "own:group"}))
    assert '<input type="hidden" name="list" value="own:group">' in item
    assert "My list (1)" in item
    two = html_of(send(app, "/directory", {"list": ["own:group", "own:home"], "save": "own:nurse"}))
    assert re.findall(r'name="list" value="(.*?)"', two) == ["own:group", "own:home", "own:nurse"]
    less = html_of(send(app, "/directory", {"list": ["own:group", "own:home"], "drop": "own:home"}))
    assert re.findall(r'name="list" value="(.*?)"', less) == ["own:group"]
    none = html_of(send(app, "/directory", {"list": ["own:group"], "do": "empty"}))
    assert 'name="list"' not in none
    # Another visitor finds nothing of it.
    assert 'name="list"' not in html_of(send(app, "/directory"))
    gone = html_of(send(app, "/directory", {"list": ["own:gone", EVIL]}))
    assert 'name="list"' not in gone


def test_the_sheet_to_print_is_the_list_and_the_numbers_of_help(app: Starlette) -> None:
    html = html_of(send(app, "/directory", {"list": ["own:group", "own:home"], "do": "sheet"}))
    assert "My list from Small Town" in html
    assert "1. Friday *Circle*" in html and "2. Cedar House" in html
    assert "(618) 555-0112" in html and "988: call or text" in html
    assert "1 Secret Lane" not in html


def test_a_list_says_how_far_what_to_ask_and_nothing_that_is_true_today_only(
    app: Starlette,
) -> None:
    asked = {"list": ["own:group", "own:home"], "where": "Smallton", "yes": ["medication_welcome"]}
    sheet = html_of(send(app, "/directory", {**asked, "needs": ["talk"], "do": "sheet"}))
    first, second = re.findall(r'<section class="sheet">(.*?)</section>', sheet, re.S)
    texts = [" ".join(re.sub(r"<[^>]*>", " ", part).split()) for part in (first, second)]
    question = "Is recovery with medication welcome?"
    assert question in texts[0]
    assert "Fridays 7:00–8:00 pm 12 Foundry Avenue, Smallton" in texts[0]
    assert not re.search(r"[Tt]onight|[Tt]oday|[Tt]omorrow| in \d+ ", " ".join(texts))
    # What was not asked of a home is no question about it.
    assert question not in texts[1] and "Milltown" in texts[1]
    page = html_of(send(app, "/directory", {**asked, "needs": ["talk"]}))
    assert question in page[page.index('id="my-list"') :]


def test_language_is_the_browsers_and_can_be_changed_with_a_full_form(app: Starlette) -> None:
    spanish = html_of(send(app, "/directory", accept_language="es-MX,es;q=0.9"))
    assert '<html lang="es">' in spanish and "¿Qué le ayudaría?" in spanish
    form = {"needs": ["talk"], "language": "en", "to_language": "es"}
    changed = html_of(send(app, "/directory", form))
    assert '<html lang="es">' in changed
    assert 'name="needs" value="talk" checked' in changed
    assert '<input type="hidden" name="language" value="es">' in changed


def test_the_first_button_of_the_form_searches(app: Starlette) -> None:
    """Enter presses the first button in the page, which must not be the language."""
    html = html_of(send(app, "/directory", {"needs": ["talk"]}))
    first = re.search(r'<button[^>]*form="ask"[^>]*>', html)
    assert first is not None and 'name="do" value="search"' in first[0]


def test_an_unknown_place_is_said_and_nothing_is_shown_instead(app: Starlette) -> None:
    html = html_of(send(app, "/directory", {"needs": ["talk"], "where": "Atlantis"}))
    assert "We could not find “Atlantis”." in html
    assert '<h2 id="found">Please change the place and search again.</h2>' in html
    assert sections_of(html) == {}


def test_a_place_is_completed_while_it_is_typed_and_one_misspelled_is_asked_about(
    tmp_path: Path,
) -> None:
    places = "name,lat,lon,kind\nMilltown,38.117,-89.0,town\nLarch <Landing>,38.0,-89.1,town\n"
    (tmp_path / "places.csv").write_text(places, "utf-8")
    pages = site(state(tmp_path))
    html = html_of(send(pages, "/directory"))
    assert '<input type="text" name="where" value=""' in html and 'list="places"' in html
    options = re.findall(r'<datalist id="places">(.*?)</datalist>', html)
    assert options == ['<option value="Milltown"><option value="Larch &lt;Landing&gt;">']
    wrong = html_of(send(pages, "/directory", {"where": "Milxyzab"}))
    assert "We could not find “Milxyzab”." in wrong and "Did you mean: Milltown?" in wrong
    assert "Did you mean" not in html_of(send(pages, "/directory", {"where": "Xyz"}))


def test_no_text_of_the_data_or_a_person_becomes_markup(app: Starlette) -> None:
    fields = ("q", "where", "where_too", "text", "language", "to_language", "day", "window", "off")
    pages = [html_of(send(app, "/directory", {name: EVIL})) for name in fields]
    pages += [html_of(send(app, "/directory", {"list": [f"own:{EVIL}"], "text": "script"}))]
    pages += [html_of(send(app, "/at/" + f"own:{EVIL}"))]
    assert quote(EVIL, safe="") in pages[-2]
    for html in pages:
        assert "<script>alert" not in html and "<img" not in html
    assert "&lt;script&gt;alert(1)" in pages[-1]


def test_linked_data_cannot_end_its_script_and_holds_only_what_is_public(app: Starlette) -> None:
    html = html_of(send(app, f"/at/own:{EVIL}"))
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert "<" not in text and json.loads(text)["name"] == EVIL
    hidden = html_of(send(app, "/at/own:home"))
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', hidden, re.S)
    assert json.loads(text) == {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": "Cedar House",
        "description": "A quiet house.",
        "telephone": "(618) 555-0111",
        "address": {
            "@type": "PostalAddress",
            "addressLocality": "Milltown",
            "addressCountry": "US",
        },
    } | ({"address": json.loads(text)["address"]})
    assert "Secret" not in hidden and "38.11" not in hidden
    shown = html_of(send(app, "/at/own:group"))
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown, re.S)
    data = json.loads(text)
    assert (data["@type"], data["geo"]["latitude"]) == ("Place", 37.9145)
    assert data["address"]["streetAddress"] == "12 Foundry Avenue"


@pytest.mark.parametrize("asset", ["own:nobody", "", "own:group/x", "..%2f..%2fetc"])
def test_a_listing_that_is_not_there_is_a_calm_404(app: Starlette, asset: str) -> None:
    assert send(app, f"/at/{asset}").status == 404


def test_a_listing_names_what_is_beside_it(app: Starlette) -> None:
    html = html_of(send(app, "/at/own:group"))
    assert "At the same place" in html
    assert 'href="/at/own%3Asaturday?language=en"' in html


def test_forms_that_are_no_persons_are_refused(app: Starlette) -> None:
    assert send(app, "/directory", {"q": "x" * 200_000}).status == 413
    assert send(app, "/directory", {"yes": ["a"] * 5000}).status == 413
    many = send(app, "/directory", {"content": "x"}, content_length="nonsense")
    assert many.status == 413


def test_what_no_form_offers_is_left_out() -> None:
    pairs = [
        ("needs", "narcotic"),
        ("needs", "talk"),
        ("needs", "talk"),
        ("yes", "listed_ok"),
        ("age", "-4"),
        ("age", "999"),
        ("within", "7"),
        ("when", "someday"),
        ("day", "2026-13-01"),
        ("begin", "25:00"),
        ("nothing", "x"),
    ]
    answers = asking.read(pairs, "mi")
    assert answers == asking.FormAnswers(within=10 * 1609.344, picked={"needs": ("talk",)})
    assert asking.read([("day", "2026-11-27")], "km").when == "day"


def test_pages_are_small(app: Starlette) -> None:
    for form in (None, {"needs": ["talk", "meeting", "home"], **ALL}):
        assert len(gzip.compress(send(app, "/directory", form).plain, 6)) <= 20_000


def test_the_box_is_understood_and_a_word_can_be_taken_off(app: Starlette) -> None:
    html = html_of(send(app, "/directory", {"q": "someone to talk to tonight en español"}))
    assert re.findall(r'name="off" value="(.*?)" aria-label="(.*?)"', html) == [
        ("someone to talk to", "Take off: Someone to talk to"),
        ("tonight", "Take off: tonight"),
        ("en espanol", "Take off: Spanish"),
    ]
    assert sections_of(html)["match"] == ["own:group"]
    off = {"q": "someone to talk to tonight en español", "off": "en espanol"}
    less = html_of(send(app, "/directory", off))
    assert 'name="q" value="someone to talk to tonight"' in less
    assert sections_of(less)["match"] == ["own:group", "own:online"]


def test_danger_puts_the_right_line_first(app: Starlette) -> None:
    html = html_of(send(app, "/directory", {"q": "blue and wont wake up"}))
    alarm = '<p class="alarm"><a href="tel:911">'
    assert html.index(alarm) < html.index('name="q"')
    assert alarm not in html_of(send(app, "/directory", {"q": "overdose awareness walk"}))


def test_words_nobody_understood_are_said(app: Starlette) -> None:
    html = html_of(send(app, "/directory", {"q": "a meeting with circle"}))
    assert "circle" in re.findall(r"<p>(We also looked.*?)</p>", html)[0]


def test_small_files_beside_the_pages(app: Starlette, town: State) -> None:
    icon = send(app, "/favicon.ico")
    assert (icon.status, icon.body[:4]) == (200, b"\x00\x00\x01\x00")
    assert send(app, "/icon-192.png").body[:8] == b"\x89PNG\r\n\x1a\n"
    manifest = json.loads(send(app, "/manifest.webmanifest?language=es").body)
    assert (manifest["lang"], manifest["start_url"]) == ("es", "/directory?language=es")
    robots = send(app, "/robots.txt", host="map.example.org").body.decode()
    assert robots.endswith("Allow: /\nSitemap: http://map.example.org/sitemap.xml\n")
    evil_host = send(app, "/robots.txt", host="a<b>").body.decode()
    assert "http://localhost/sitemap.xml" in evil_host
    sitemap = send(app, "/sitemap.xml", host="map.example.org").body.decode()
    assert "<loc>http://map.example.org/at/own%3Agroup</loc>" in sitemap
    assert sitemap.count("<loc>") == len(town.catalog) + 1


def test_the_change_feed_holds_ids_and_dates_and_nothing_else(app: Starlette) -> None:
    feed = json.loads(send(app, "/changes.json").body)
    assert {name for row in feed["assets"] for name in row} == {"id", "changed"}
    assert feed["assets"][:2] == [
        {"id": "own:home", "changed": "2026-11-05"},
        {"id": "own:group", "changed": "2024-05-02"},
    ]


@pytest.mark.parametrize(
    ("since", "ids"),
    [
        ("2026-11-05", ["own:home"]),
        ("2026-11-06", []),
        ("2024-05-02", ["own:home", "own:group"]),
        ("2024-05-03", ["own:home"]),
    ],
)
def test_the_change_feed_since_a_day_holds_that_day_and_later(
    app: Starlette, since: str, ids: list[str]
) -> None:
    answer = send(app, f"/changes.json?since={since}")
    assert answer.status == 200
    assert [row["id"] for row in json.loads(answer.body)["assets"]] == ids


@pytest.mark.parametrize(
    "since",
    ["", "yesterday", "2026-02-30", "20261105", "2026-W45-4", "2026-11-5", "05/11/2026", "<b>",
     "2026-11-05T00:00", "2026-11-05&since=2026-11-06"],
)  # fmt: skip
def test_a_day_that_is_none_is_refused_in_one_sentence(app: Starlette, since: str) -> None:
    answer = send(app, f"/changes.json?since={since}")
    given = ", ".join(since.split("&since="))
    assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
    assert json.loads(answer.body) == {
        "error": f"`since` is “{given}”. Write one day as YYYY-MM-DD, such as 2026-11-20."
    }
    spanish = json.loads(send(app, f"/changes.json?since={since}", accept_language="es").body)
    assert spanish["error"].startswith(f"`since` es «{given}». Escriba un día como AAAA-MM-DD")


@pytest.mark.parametrize("path", ["/changes.json", "/sitemap.xml"])
def test_who_has_the_newest_list_of_ids_is_not_sent_it_again(app: Starlette, path: str) -> None:
    tag = send(app, path).headers["etag"]
    again = send(app, path, if_none_match=tag)
    assert (again.status, again.body) == (304, b"")
    assert send(app, path, if_none_match='"other"').status == 200


def test_what_is_gone_or_not_reviewed_is_in_no_list_for_the_public(tmp_path: Path) -> None:
    place = {"kind": "library", "city": "Smallton", "latitude": "37.9", "longitude": "-89.0"}
    rows = [
        {"id": status, "name": status, **place, "status": status}
        for status in ("active", "temporarily_closed", "candidate", "inactive")
    ]
    rows.append({"id": "unlisted", "name": "unlisted", **place, "listed_ok": "no"})
    town = state(tmp_path, rows)
    listed = ["own:active", "own:temporarily_closed"]
    data = Starlette(routes=data_routes(lambda: town, lambda version: None))
    geojson = json.loads(send(data, "/api/assets.geojson").body)["features"]
    table = send(data, "/api/assets.csv").body.decode("utf-8-sig")
    pages = site(town)
    feed = json.loads(send(pages, "/changes.json").body)["assets"]
    sitemap = send(pages, "/sitemap.xml").body.decode()
    assert [item["properties"]["id"] for item in geojson] == listed
    assert [row["id"] for row in csv.DictReader(io.StringIO(table))] == listed
    assert sorted(row["id"] for row in feed) == listed
    assert re.findall(r"/at/(.*?)</loc>", sitemap) == [quote(name, safe="") for name in listed]
    every = [f"own:{row['id']}" for row in rows]
    assert [name for name in every if send(pages, f"/at/{name}").status == 200] == listed


def event(name: str, **more: str) -> dict[str, str]:
    """A one-off evening three weeks after NOW."""
    kind = {"kind": "substance_free_social", "dates": "2026-12-11", "schedule": "Fr 19:00-21:00"}
    place = {"address": "1 Main Street", "city": "Smallton", "region": "IL"}
    return {"id": name, "name": name, **kind, **place, **more}


def test_an_event_says_how_it_is_taken_part_in_and_no_address_that_is_private(
    tmp_path: Path,
) -> None:
    spot = {"latitude": "37.9", "longitude": "-89.0"}
    rows = [
        event("hall", format="in_person", **spot),
        event("both", format="in_person|online", conference_url="https://x.org/1?pwd=s", **spot),
        event("screen", format="online", conference_url="https://x.org/1?pwd=s"),
        event("home", format="in_person", location_precision="area", **spot),
        event("put off", format="in_person", status="temporarily_closed", **spot),
    ]
    app = site(state(tmp_path, rows))
    result = {}
    for row in rows:
        html = html_of(send(app, f"/at/own:{row['id']}"))
        (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
        assert "pwd=" not in html
        data = result[row["id"]] = json.loads(text)
        assert (data["@type"], data["startDate"]) == ("Event", "2026-12-11T19:00:00-06:00")
    modes = {name: data["eventAttendanceMode"].rpartition("/")[2] for name, data in result.items()}
    assert modes == {
        "hall": "OfflineEventAttendanceMode",
        "both": "MixedEventAttendanceMode",
        "screen": "OnlineEventAttendanceMode",
        "home": "OfflineEventAttendanceMode",
        "put off": "OfflineEventAttendanceMode",
    }
    put_off = {name: data.get("eventStatus") for name, data in result.items()}
    assert put_off.pop("put off") == "https://schema.org/EventPostponed"
    assert set(put_off.values()) == {None}
    assert result["home"]["location"] == {
        "@type": "Place",
        "address": {
            "@type": "PostalAddress",
            "addressLocality": "Smallton",
            "addressRegion": "IL",
            "addressCountry": "US",
        },
    }
    assert [part["@type"] for part in result["both"]["location"]] == ["Place", "VirtualLocation"]
    assert result["screen"]["location"] == {"@type": "VirtualLocation"}
    assert "geo" in result["hall"]["location"]


def test_the_schema_names_every_public_column(app: Starlette) -> None:
    html = html_of(send(app, "/open-data"))
    public = [name for name, row in FIELDS.items() if row["public"] == "yes"]
    assert re.findall(r'<tr id="(\w+)">', html) == public
    assert "listed_ok" not in html
    # The meanings are English, and a Spanish page says so to who reads it aloud.
    spanish = html_of(send(app, "/open-data?language=es"))
    assert f'<span lang="en">{FIELDS["wants"]["meaning"]}</span>' in spanish
    assert f"<span>{FIELDS['wants']['meaning']}</span>" in html


def test_words_nobody_understands_are_said_and_do_not_empty_the_answer(app: Starlette) -> None:
    html = html_of(send(app, "/directory", {"q": "zorbing meeting"}))
    assert "No listing here has “zorbing”. You see what fits the rest." in html
    assert sections_of(html)
