"""A private street, ZIP and point are in no output, however they were written in the input.

The planted home stands at 214 Willow Street, ZIP 62901, 37.7271, -89.2168. Every test looks for
these in everything that leaves: the frame, the problems, each writer's file, the map's layer
and what the command line prints.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import pandas as pd
import pytest
from growth import growth
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap import maps, readers, writers
from assetmap.assets import Context, check
from assetmap.assets.hiding import MARK, take_out_places, tells_place
from assetmap.cli import main
from assetmap.fields import FIELDS, Problem
from assetmap.places import Gazetteer, Place
from assetmap.streets import Street

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
TOWN = Place("Carbondale", 37.8, -89.1, "city")
CONTEXT = Context(now=NOW, places=Gazetteer([TOWN], "US", "IL"), source="t")
HOME = {
    "id": "rose",
    "name": "Rose Home",
    "kind": "recovery_home",
    "only_for": "women",
    "phone": "(618) 555-0112",
    "format": "in_person",
    "address": "214 Willow Street",
    "city": "Carbondale",
    "region": "IL",
    "postal_code": "62901",
    "latitude": "37.7271",
    "longitude": "-89.2168",
}
GROUP = {
    "id": "oak",
    "name": "Tuesday group",
    "kind": "meeting",
    "format": "in_person",
    "address": "12 Oak Avenue",
    "city": "Carbondale",
    "region": "IL",
    "schedule": "Tu 19:00-20:00",
    "latitude": "37.8512",
    "longitude": "-89.1512",
}
# The house in every spelling that must be found in the home's own texts and in other rows.
SPELLINGS = [
    "214 Willow Street", "214 Willow St", "214 WILLOW ST.", "214 Willow", "214  willow   street",
    "214-Willow-Street", "214 N Willow St", "214 west Willow St.", "Willow Street 214",
    "Willow St. No. 214", "#214 Willow Street", "214, Willow Street", "214 Willow\u00a0Street",
    "214 Wíllow Street", "２１４ Willow Street", "214 Wil\u00adlow Street", "214\u200bWillow Str",
    "214Willow Street", "214%20Willow%20Street", "214+Willow+St", "214_Willow_Street",
    "214 &nbsp;Willow Street", "214 Willow&#32;Street", "214/Willow/Street", "214‑Willow",
    "house 214 on Willow Street", "Willow Street, house 214", "214 (Willow Street)",
    "214B Willow Street", "214 1/2 Willow Street", "214 ½ Willow Street", "214 Wilow Street",
    "Willow Street, núm. 214", "calle Willow 214", "https://example.org/?q=214+Willow+St",
]  # fmt: skip


def checked(*rows: dict[str, Any], **context: Any) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    frame = pd.DataFrame([{"row": at + 1, **row} for at, row in enumerate(rows)], dtype=object)
    return check(frame, CONTEXT)


def files(
    assets: gpd.GeoDataFrame, names: Iterable[str] = writers.WRITERS
) -> Iterator[tuple[str, str]]:
    """(name, text) of the writers' files and of the map's layer."""
    for name in names:
        for public in (False, True):
            data, left_out = writers.write(name, assets, public_only=public)
            yield f"{name} left out", str(left_out)
            if data[:2] == b"PK":
                with zipfile.ZipFile(io.BytesIO(data)) as book:
                    for member in book.namelist():
                        yield f"{name} {member}", book.read(member).decode("utf-8", "replace")
            else:
                # Calendar lines are folded after 75 bytes.
                yield name, data.decode("utf-8").replace("\r\n ", "")
    yield "layer", maps.layer(assets, "1").decode()


def leaks(where: str, text: str) -> list[str]:
    """What of the planted address stands in `text`."""
    plain = unicodedata.normalize("NFKD", text).replace("\u00ad", "").lower()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    # Near its number the street tells the house; the ZIP and the point tell it alone.
    result = re.findall(r"214.{0,25}wil+ow|wil+ow.{0,25}214", plain)
    result += re.findall(r"(?<!\d)62901|37[.,]?727|89[.,]?21[67]", plain)
    return [f"{where}: {hit}" for hit in result]


def all_leaks(
    assets: gpd.GeoDataFrame,
    problems: list[Problem],
    names: Iterable[str] = (),
) -> list[str]:
    """What stands in the frame and its problems, and in the files and the map of writers `names`.

    A writer writes what the frame holds, so only the tests of the writers ask for files.
    """
    result = []
    for column in assets.columns:
        for value in assets[column]:
            result += leaks(f"frame {column}", str(value))
    for problem in problems:
        result += leaks("problem", f"{problem.field} ¦ {problem.value} ¦ {problem.message}")
    for name, text in files(assets, names) if names else ():
        result += leaks(name, text)
    return result


def test_the_tests_eyes_see() -> None:
    for text in (*SPELLINGS, "62901", "37.7271", "-89.2168", "3772710", "ZIP 62901-1234"):
        if "%" not in text and "&" not in text:
            assert leaks("here", text), text
    assert not leaks("here", "214 Oak Street is far from the Willow House, 62902, 37.8, -89.1")


def test_the_home_stands_at_its_town() -> None:
    assets, problems = checked(HOME)
    row = assets.iloc[0]
    assert (row.geometry.y, row.geometry.x) == (37.8, -89.1)
    assert row["location_precision"] == "area"
    assert row["city"] == "Carbondale"
    assert pd.isna(row["address"])
    assert pd.isna(row["postal_code"])
    assert problems == []


def test_no_writer_and_no_map_tells_it() -> None:
    told = "Ring at 214 Willow St., 62901 (37.7271, -89.2168)."
    home = {**HOME, "description": told, "original": json.dumps({"Note": told}), "url": "214willow"}
    twin = {**GROUP, "address": "214 Willow", "latitude": "37.7271", "longitude": "-89.2168"}
    assets, problems = checked(home, {**GROUP, "description": told[:22]}, twin)
    assert set(writers.WRITERS) >= {"csv", "geojson"}
    assert all_leaks(assets, problems, writers.WRITERS) == []


def test_with_its_own_yes_the_address_is_shown() -> None:
    assets, _ = checked({**HOME, "address_ok": "yes"})
    assert assets["address"][0] == "214 Willow Street"
    assert assets["postal_code"][0] == "62901"
    assert assets.geometry[0].y == 37.7271


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "meeting", "address_ok": "no"},
        {"kind": "meeting", "location_precision": "hidden"},
        {"kind": "meeting", "location_precision": "area"},
        {"kind": "domestic_violence_program"},
        {"kind": "recovery_home", "location_precision": "exact"},
        {"kind": "recovery_home", "address_ok": "maybe"},
        {"kind": "recovery_home", "status": "inactive"},
    ],
)
def test_rows_that_are_private(row: dict[str, str]) -> None:
    assets, problems = checked({**HOME, "description": "214 Willow Street", **row})
    assert all_leaks(assets, problems) == []
    assert assets["location_precision"][0] in ("area", "hidden")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_survives_in_the_homes_own_texts(spelling: str) -> None:
    value = f"We are at {spelling}. Ring twice."
    words = dict.fromkeys(("description", "name", "organization", "serves_area"), value)
    kept = json.dumps({"Notes": value, "More": [{"Way in": value}], "Zip": 62901})
    home = {**HOME, **words, "original": kept, "url": f"https://example.org/{quote(spelling)}"}
    assets, problems = checked(home, {**HOME, "id": "b", "name": "B", "city": value}, GROUP)
    assert all_leaks(assets, problems) == []
    assert len(assets) == 3
    assert assets["serves_area"][0] != value, "each text was changed, none lost"
    assert "Ring twice" in assets["description"][0]


def test_no_field_tells_it_whichever_it_is() -> None:
    """A field that is added tomorrow is cleared too: each is filled with the street once."""
    # A row's source is its folder's word, never its own.
    given = ("address_ok", "kind", "listed_ok", "status", "source")
    own = [name for name in FIELDS if name not in given]
    told = "Ask at 214 Willow Street, 62901 (37.7271, -89.2168)."
    place = ("address", "postal_code", "latitude", "longitude")
    home = {**HOME, **{name: told for name in own if name not in place}}
    # A group speaks of it; one whose address is the home's is held, and that is another test.
    words = dict.fromkeys((name for name in own if name != "address"), "At 214 Willow Street.")
    assets, problems = checked(home, {**GROUP, **words})
    assert assets["description_es"].str.contains("kept private", regex=False).tolist() == [True] * 2
    assert all_leaks(assets, problems) == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_survives_in_another_row(spelling: str) -> None:
    value = f"Meets behind {spelling}, on Tuesdays."
    words = dict.fromkeys(("description", "organization", "id"), value)
    kept = json.dumps({"Notes": value, "More": [{"Way in": value}]})
    # The other source comes first and later; neither order may matter.
    other = {**GROUP, **words, "original": kept, "source": "other"}
    for rows in ((HOME, other), (other, HOME)):
        assets, problems = checked(*rows)
        assert all_leaks(assets, problems) == []
        assert assets["address"].dropna().tolist() == ["12 Oak Avenue"], "its own address stays"


@pytest.mark.parametrize(
    "changed",
    [
        {"address": "214 Willow Street"},
        {"address": "214 willow st."},
        {"address": "214 Willow"},
        {"address": "214 Wilow Street"},
        {"address": "Rose House, 214 Willow Street, Carbondale, IL"},
        {"address": "Rear of 214 Willow Street"},
        {"address": "214 Willow St", "latitude": "", "longitude": "", "postal_code": "62901"},
        {"address": "214 Willow St", "latitude": "", "longitude": ""},
        {"address": "", "latitude": "37.7271", "longitude": "-89.2168"},
        {"address": "", "latitude": "37.72712", "longitude": "-89.21683"},
    ],
)
def test_another_row_at_the_same_door_is_held_and_hidden(changed: dict[str, str]) -> None:
    point = {"latitude": "37.7271", "longitude": "-89.2168"}
    assets, problems = checked(HOME, {**GROUP, **point, **changed})
    assert all_leaks(assets, problems) == []
    assert assets["status"].tolist() == ["active", "candidate"]
    assert assets["location_precision"][1] == "area"
    held = [problem for problem in problems if problem.field == "address"]
    assert held == [
        Problem(
            2,
            "address",
            MARK,
            "guessed",
            f"Row 2: `address` is '{MARK}'; a home whose address is private lies "
            "there, so this row is held for review; write address_ok = yes when its own address "
            "may be shown.",
            "t",
        )
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"address": "216 Willow Street"},
        {"address": "214 Willow Court"},
        {"address": "214 Oak Street"},
        {"address": "2140 Willow Street"},
        {"address": "214 Willow Street", "city": "Marion"},
        {"address": "214 Willow Street", "address_ok": "yes"},
        {"address": "Willow Park, Willow Street"},
        {"address": "", "latitude": "37.7281", "longitude": "-89.2168"},  # 111 m further
    ],
)
def test_neighbours_are_not_held(changed: dict[str, str]) -> None:
    assets, problems = checked(HOME, {**GROUP, **changed})
    assert assets["status"].tolist() == ["active", "active"]
    shown = assets["address"][1]
    assert shown == changed["address"] if changed["address"] else pd.isna(shown)
    assert [problem for problem in problems if problem.field == "address"] == []


def test_rows_that_share_a_towns_point_are_not_held() -> None:
    """A feed that puts all its rows on one point says nothing of a door."""
    others = [
        {**GROUP, "id": str(at), "address": "", "latitude": "37.7271", "longitude": "-89.2168"}
        for at in range(6)
    ]
    assets, _ = checked(HOME, *others)
    assert assets["status"].tolist() == ["active"] * 7


def test_the_same_street_in_another_town_is_that_towns_to_name() -> None:
    text = "Come to 214 Willow Street at seven."
    other = {**GROUP, "address": "214 Willow Street", "city": "Marion", "description": text}
    assets, _ = checked(HOME, other)
    assert assets["description"][1] == text
    assert assets["address"][1] == "214 Willow Street"


@pytest.mark.parametrize(
    "text",
    [
        "Find us at 37.7271, -89.2168",
        "lat=37.7271&lon=-89.2168",
        "37.72713 / -89.21684",
        "geo 37,7271 89,2168",
        "37°43'37.6\"N 89°13'0.5\"W",
        "https://maps.app.goo.gl/AbCdEf",
        "https://www.google.com/maps/@37.7271,-89.2168,17z",
        "plus code PQGM+R7 Carbondale",
        "///filled.count.soap",
        "ZIP 62901-1234",
        "Off the corner of Willow and Oak, 2nd door",
        "The yellow house on Willow.",
        "Walk along Willow Street to the end",
    ],
)
def test_other_ways_to_tell_the_place_are_taken_out_of_the_homes_texts(text: str) -> None:
    assets, problems = checked({**HOME, "description": text, "original": json.dumps({"How": text})})
    assert all_leaks(assets, problems) == []
    for kept in (assets["description"][0], assets["original"][0]):
        assert pd.isna(kept) or MARK in kept
        for telling in ("43'", "goo.gl", "PQGM", "soap", "Willow"):
            assert pd.isna(kept) or telling not in kept


def test_source_columns_named_like_places_go() -> None:
    kept = {"GeoLat": 37.7271, "Street 2": "x", "ZIPCODE": 62901, "Ward": "7", "Directions": "left"}
    assets, _ = checked({**HOME, "original": json.dumps(kept)})
    assert json.loads(assets["original"][0]) == {"Ward": "7"}
    for name in ("addr1", "Physical Address", "lat", "coordinates", "map_url", "postalCode", "zip"):
        assert tells_place(name), name
    for name in ("Ward", "platform", "relation", "notes", "flat fee", "exchange"):
        assert not tells_place(name), name


def test_number_and_street_in_two_columns_name_the_house_together() -> None:
    kept = json.dumps({"No": "214", "Where": "Willow Street", "Ward": "7"})
    assets, problems = checked({**HOME, "original": kept}, {**GROUP, "original": kept})
    assert all_leaks(assets, problems) == []


def test_problems_do_not_repeat_what_was_hidden() -> None:
    long = "x" * 70 + " 214 Willow Street, Carbondale, IL 62901"
    assets, problems = checked(
        {
            **HOME,
            "longitude": "89.2168",
            "schedule": "Mo 9-5 at 214 Willow Street",
            "phone": f"call {long}",
            "wants": "music|214 Willow Street",
            "beds_open": "at 214 Willow Street",
            "timezone": "214 Willow Street 62901",
        },
        {**GROUP, "schedule": "behind 214 Willow Street", "welcomes": "214 Willow St"},
    )
    assert len(problems) >= 8
    assert all_leaks(assets, problems) == []


def test_rejected_rows_tell_nothing_of_their_place() -> None:
    unlisted = {**HOME, "listed_ok": "no", "longitude": "89.2168", "schedule": "214 Willow Street"}
    nameless = {**HOME, "id": "x", "name": "", "longitude": "89.2168"}
    mention = {**GROUP, "description": "behind 214 Willow Street"}
    reader = Problem(2, "postal_code", "2901", "fixed", "Row 2: 62901 Willow 214", "t")
    frame = pd.DataFrame(
        [{"row": at + 1, **r} for at, r in enumerate((unlisted, nameless, mention))]
    )
    assets, problems = check(frame, CONTEXT, [reader])
    assert all_leaks(assets, problems) == []
    assert assets["name"].tolist() == ["Tuesday group"]
    assert sorted(p.row for p in problems if p.severity == "rejected" and p.row) == [1, 2]


def test_a_neighbours_gift_has_no_name_and_no_place() -> None:
    gift = {
        **HOME,
        "id": "mary-smith-7",
        "kind": "individual_gift",
        "name": "Mary Smith",
        "organization": "Alder Recovery",
        "email": "mary@example.org",
        "description": "Mary sews at 214 Willow Street. Ask for Mary Smith.",
        "original": '{"Contact": "Mary Smith"}',
    }
    assets, problems = checked(gift)
    told = " ".join(str(value) for value in assets.iloc[0]) + str(problems)
    assert "Mary" not in told
    assert "Smith" not in told
    assert "mary" not in told
    assert all_leaks(assets, problems) == []
    assert assets.geometry[0] is None
    assert assets["phone"][0] == "(618) 555-0112"


INNOCENT = [
    "12 beds at 5 pm in one court",
    "open 24 hours",
    "Open 7 PM. Walk in.",
    "7 PM Walk-In Hours",
    "12 Step Program run by peers",
    "2 Peer Coaches Walk With You",
    "We have 8 beds, 2 open. 90 days of court.",
    "Call 618-555-0112 in 3 days",
    "A 10 minute drive from town",
    "24 hour place to rest",
    "Rent 140.50 a week, 1,250 to move in",
    "Bus 7 stops near. Ask for the Willow room.",
    "30 Days sober. Court cards signed.",
    "214 people came last year",
    "1 Corinthians 13:4 at 6:30",
]


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_texts_are_not_touched(text: str) -> None:
    assets, problems = checked({**HOME, "description": text}, {**GROUP, "description": text})
    assert assets["description"].tolist() == [text, text]
    assert problems == []
    assert take_out_places(text, "62901") == text


@pytest.mark.parametrize(
    ("address", "mention"),
    [
        ("Apt 3, 214 Old Mill Rd", "214 old mill road"),
        ("214 Broadway Carbondale IL 62901", "214 Broadway, 2nd floor"),
        ("One Hope Way", "1 Hope Way"),
        ("12-14 Elm Street", "12 Elm St"),
        ("2100 US Highway 51", "2100 Hwy 51"),
        ("2100 Route 51", "2100 US-51"),
        ("214 St. Charles Ave", "214 Saint Charles Avenue"),
        ("214 Fifth Ave", "214 5th Ave"),
        ("214 Dr. Martin Luther King Jr. Drive", "214 MLK Dr"),
        ("1200 N. 5th St.", "1200 Fifth"),
        ("Calle Sol 12", "12 Calle Sol"),
        ("c/o Grace Church 214 Old Mill Rd", "214 Old Mill Rd."),
        ("77 Park Hill Road", "77 Park Hill"),
        ("N6W23001 Bluemound Rd", "N6W23001 Bluemound Road"),
    ],
)
def test_addresses_and_their_other_spellings(address: str, mention: str) -> None:
    street = Street(address, "Carbondale", "IL")
    assert street.stands_in(mention)
    assert street.take_out(f"go to {mention} now", False, "…").startswith("go to …")


@pytest.mark.parametrize(
    "address", ["Confidential", "Call for address", "Carbondale", "P.O. Box 12", "Online", "", "?"]
)
def test_an_address_that_is_none_takes_no_words_out(address: str) -> None:
    assets, _ = checked(
        {**HOME, "address": address, "description": "Call for address. Online too."}
    )
    assert assets["description"][0] == "Call for address. Online too."
    assert not Street(address).definite


names = st.text("abcdefghijklmnoprstuvwz", min_size=3, max_size=9).map(str.title)
suffixes = st.sampled_from(["Street", "Ave", "Rd.", "Lane", "Blvd", "Ct", "Drive", "Ter", "Pkwy"])
OTHER = {"Street": "st", "Ave": "Avenue", "Rd.": "ROAD", "Lane": "Ln", "Blvd": "boulevard",
         "Ct": "Court", "Drive": "Dr", "Ter": "Terrace", "Pkwy": "Parkway"}  # fmt: skip
ways = st.sampled_from(
    [
        lambda n, s, x: f"{n} {s} {x}",
        lambda n, s, x: f"{n} {s.upper()} {OTHER[x]}",
        lambda n, s, x: f"{n}, {s.lower()} {OTHER[x]}",
        lambda n, s, x: f"{n} N. {s} {x}",
        lambda n, s, x: f"{s} {x} {n}",
        lambda n, s, x: f"{n}%20{s}%20{OTHER[x]}",
        lambda n, s, x: f"{n}_{s}_{OTHER[x]}",
        lambda n, s, x: f"{n}-{s}",
        lambda n, s, x: f"{n}\u00a0{s}\u200b {x}",
        lambda n, s, x: f"{n} on {s} {x}",
    ]
)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(13, 99999), st.lists(names, min_size=1, max_size=2), suffixes, ways,
    st.sampled_from(["description", "original", "organization"]), st.booleans(),
)  # fmt: skip
def test_no_street_survives(
    number: int, words: list[str], suffix: str, way: Any, field: str, other: bool
) -> None:
    name = " ".join(words)
    address = f"{number} {name} {suffix}"
    text = f"Come in at {way(number, name, suffix)}, please."
    value = json.dumps({"note": text}) if field == "original" else text
    home = {**HOME, "address": address, "latitude": "", "longitude": ""}
    rows = (home, {**GROUP, field: value}) if other else ({**home, field: value},)
    assets, problems = checked(*rows)
    out = str(problems) + assets.to_csv()
    plain = re.sub(r"(?:%20|[^a-z0-9])+", " ", out.lower().replace("\u200b", ""))
    low = name.lower()
    assert f"{number} {low}" not in plain
    assert f"{number} n {low}" not in plain
    assert f"{number} on {low}" not in plain
    assert not re.search(rf"{low} \w+ {number}\b", plain)


def community(folder: Path) -> Path:
    """A community of two sources, one of which tells the other's home."""
    folder.mkdir()
    folder.joinpath("community.toml").write_text(
        'name = "Test County"\nregion = "IL"\n'
        '[[assets]]\nkey = "homes"\npath = "homes.csv"\n'
        '[[assets]]\nkey = "groups"\npath = "groups.geojson"\n',
        encoding="utf-8",
    )
    home = {
        **HOME,
        "description": "Women's home at 214 Willow St., 62901. Ring twice.",
        "longitude": "89.2168",
        "schedule": "whenever, 214 Willow Street",
        "Gate code": "4711 (214 Willow)",
        "Cross street": "Oak",
    }
    frame = pd.DataFrame([home])
    folder.joinpath("homes.csv").write_text(frame.to_csv(index=False), encoding="utf-8")
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {
                "id": str(lon),
                "name": "Open group",
                "kind": "meeting",
                "address": address,
                "city": "Carbondale",
                "description": "Behind 214 Willow Street",
                "note": "see 214%20Willow%20St",
            },
        }
        for lon, lat, address in (
            (-89.2168, 37.7271, "214 Willow St."),
            (-89.01, 37.81, "12 Oak Ave"),
        )
    ]
    collection = {"type": "FeatureCollection", "features": features}
    folder.joinpath("groups.geojson").write_text(json.dumps(collection), encoding="utf-8")
    return folder


SEARCH = ("search", "--community", "{folder}")


@pytest.mark.parametrize(
    "command",
    [
        ["check", "{folder}", "--json"],
        ["check", "{folder}"],
        ["check", "{folder}/homes.csv", "{folder}/groups.geojson", "--json"],
        [*SEARCH, "--near", "37.72,-89.21", "--within", "60mi", "--json"],
        [*SEARCH, "--kind", "recovery_home", "--json"],
        [*SEARCH, "--kind", "recovery_home", "--near", "Carbondale, IL"],
        [*SEARCH, "--text", "willow", "--json"],
        [*SEARCH, "--text", "62901", "--json"],
        ["convert", "{folder}", "-o", "{folder}/out.csv", "--json"],
        ["convert", "{folder}", "-o", "{folder}/out.geojson", "--json"],
        ["occurrences", "{folder}", "--from", "2026-11-22", "--days", "7", "--json"],
    ],
)  # fmt: skip
def test_the_command_line_tells_no_private_address(
    command: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASSETMAP_NOW", "2026-11-20T18:00")
    folder = community(tmp_path / "c")
    with pytest.raises(SystemExit) as stop:
        main([part.format(folder=folder) for part in command])
    assert stop.value.code in (0, 1)
    printed = capsys.readouterr()
    assert printed.out
    text = printed.out.replace("37.72,-89.21", "")
    assert leaks(" ".join(command), text + printed.err) == []
    for out in folder.glob("out.*"):
        assert leaks(out.name, out.read_text(encoding="utf-8")) == []


# Texts that made looking through them slow: each sign may begin a number, a code or a word.
ENDLESS = ["0", "9,", "²", "1 ", "a.", "x@", "214 Willow ", "Mo 10:00-12:00; ", "&#32;"]


@pytest.mark.parametrize("piece", ENDLESS)
def test_a_million_letters_in_a_private_row(piece: str) -> None:
    def endless(size: int) -> tuple[pd.DataFrame, list[Problem]]:
        return checked({**HOME, "description": piece * (size // len(piece))}, GROUP)

    checked(HOME)  # tables that are read once
    assert growth(endless, 100_000, 1_000_000) < 30
    assets, problems = endless(1_000_000)
    assert all_leaks(assets, problems) == []
    (cut,) = [p for p in problems if p.field == "description" and "longer than" in p.message]
    assert "longer than 10000 letters, so only its beginning is kept" in cut.message


def test_a_million_letters_in_every_text_of_a_private_row() -> None:
    names = [
        name
        for name, row in FIELDS.items()
        if row["type"] in ("text", "url", "email", "phone", "dial", "schedule", "json")
        and name not in ("city", "source", "source_id", "address", "timezone")
    ]

    def endless(size: int) -> tuple[pd.DataFrame, list[Problem]]:
        texts = dict.fromkeys(names, "a." * (size // 2))
        return checked({**HOME, **texts, "a column of theirs": "1 " * (size // 2)}, GROUP)

    checked(HOME)
    assert growth(endless, 100_000, 1_000_000) < 30
    assets, problems = endless(1_000_000)
    assert all_leaks(assets, problems) == []


@pytest.mark.parametrize("column", ["description", "address", "hours", "city", "phone"])
def test_a_reader_looks_no_longer_than_the_gate(column: str) -> None:
    row = {"name": "Rose", "kind": "recovery_home", "address": "214 Willow Street"}

    def endless(size: int) -> readers.Read:
        cells = {**row, column: "9," * (size // 2)}
        head, line = ",".join(cells), ",".join(f'"{cell}"' for cell in cells.values())
        return readers.read(readers.Source("list.csv", f"{head}\n{line}\n".encode()))

    endless(10)
    assert growth(endless, 90_000, 900_000) < 30
    assert len(endless(900_000).frame) == 1


def test_endless_texts_of_a_feed_are_cut_too() -> None:
    row = {"name": "Night owl", "slug": "n1", "day": 1, "time": "20:00", "types": ["O"]}

    def endless(size: int) -> readers.Read:
        more = {"notes": "0" * size, "location": "\\" + '"x' * size, "region": "9," * size}
        return readers.read(readers.Source("feed.json", json.dumps([{**row, **more}]).encode()))

    endless(10)
    assert growth(endless, 30_000, 300_000) < 30
    result = endless(300_000)
    assert len(result.frame) == 1
    assert max(len(str(value)) for value in result.frame.iloc[0]) < 40_000


@pytest.mark.parametrize(
    "spelling",
    [
        "2 1 4 Willow Street", "21-4 Willow Street", "2.1.4, Willow St", "Willow Street 2 1 4",
        "W i l l o w  214", "214 W.i.l.l.o.w", "214 W-i-l-l-o-w Street", "2 1 4  w i l l o w",
    ],
)  # fmt: skip
def test_signs_that_stand_apart_are_the_same_house(spelling: str) -> None:
    assets, problems = checked(
        {**HOME, "description": f"Come to {spelling}. Welcome", "x": spelling}
    )
    kept = f"{assets['description'][0]} {assets['original'][0]} {problems}"
    assert not re.search(r"2\W?1\W?4|w\W?i\W?l\W?l\W?o\W?w", kept, re.IGNORECASE), kept
    assert assets["description"][0].endswith("Welcome")


@pytest.mark.parametrize(
    "comment",
    ["37,72710 / -89,21680", "21-4 Willow", "214willow", "2 1 4 Willow Street", "37.7271 -89.2168"],
)
def test_no_word_of_an_unread_time_is_quoted_when_it_tells_the_house(comment: str) -> None:
    row = {**HOME, "schedule": f"Mon 9-5 ({comment})"}
    _assets, problems = checked(row)
    text = " ".join(f"{problem.value} {problem.message}" for problem in problems)
    assert "is not understood" in text or "private" in text
    assert not re.search(r"21-4|214|2 1 4|willow|37[.,]727|89[.,]216", text, re.IGNORECASE), text


def test_scores_and_dates_beside_no_street_stay() -> None:
    words = "We won 2 1 4 times, and 21-4 last year; call 618-555-0112."
    assets, _ = checked({**HOME, "description": words})
    assert assets["description"][0] == words
