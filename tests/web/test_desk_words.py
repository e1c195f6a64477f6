"""The desk, a steward's page and the suggestion page say values in words, never in our codes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_desk import NOW, Person, Town

from assetmap import vocabulary
from assetmap.fields import FIELDS
from assetmap.web.desk.show import value_in_words


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setenv("ASSETMAP_NOW", NOW)
    monkeypatch.delenv("ASSETMAP_STORE", raising=False)
    yield Town(tmp_path / "town")


@pytest.mark.parametrize(
    ("field", "value", "english", "spanish"),
    [
        ("cost", "medicaid|free", "Takes Medicaid, Free", "Acepta Medicaid, Gratis"),
        ("kind", "recovery_home", "Recovery home", "Casa de recuperación"),
        (
            "schedule",
            "Mo-Fr 09:00-17:00",
            "Mon–Fri 9:00 am–5:00 pm",
            "Lun–vie 9:00 a. m.–5:00 p. m.",
        ),
        ("intake_hours", "24/7", "Any time, day or night", "A cualquier hora, de día o de noche"),
        ("schedule", "when we can", "when we can", "when we can"),
        ("wheelchair", "yes", "Yes", "Sí"),
        ("listed_ok", "no", "No", "No"),
        ("verified_on", "soon", "soon", "soon"),
        ("cost", "beads", "beads", "beads"),
        ("name", "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00"),
        ("no_such_field", "yes", "yes", "yes"),
        ("phone", "", "", ""),
    ],
)
def test_a_value_in_words(field: str, value: str, english: str, spanish: str) -> None:
    for language, right in (("en", english), ("es", spanish)):
        assert value_in_words(field, value, language) == right


def test_no_code_of_any_vocabulary_is_shown() -> None:
    for name, row in FIELDS.items():
        if row["type"] in ("choice", "set") and row["vocabulary"]:
            for term in vocabulary.terms(row["vocabulary"]):
                for language in ("en", "es"):
                    shown = value_in_words(name, f"{term}|{term}", language)
                    assert "|" not in shown and "_" not in shown, (name, term, language)


def shown_in(page: str) -> str:
    """What a page shows, without its markup and what its inputs hold."""
    bare = re.sub(r"<(style|script)\b.*?</\1>|</?b>|<[^>]*>", " ", page, flags=re.DOTALL)
    return " ".join(bare.split()).replace(" :", ":")


def test_pages_say_values_in_words(town: Town) -> None:
    editor = Person(town, "editor")
    editor.post(
        "/desk/record", asset="list:ark", do="correct", field="cost", value="medicaid, free"
    )
    editor.post("/desk/record", asset="list:ark", do="correct", field="cost", value="sliding scale")
    listing = shown_in(editor.get("/desk/listing/list:ark").text)
    assert "When: Mon–Fri 9:00 am–5:00 pm" in listing
    assert "Cost: Price depends on your income" in listing
    assert "Free, Takes Medicaid → Price depends on your income" in listing
    history = shown_in(editor.get("/desk/history").text)
    assert "Free, Takes Medicaid → Price depends on your income" in history and "|" not in history
    steward = Person(town, "steward", "list:pine")
    own = shown_in(steward.get("/u/listing").text)
    assert "Kind: Recovery home" in own
    door = shown_in(Person(town, "steward", "list:door").get("/u/listing").text)
    assert "Tu 19:00" not in door and "Tue" in door
    suggestion = shown_in(editor.get("/suggest/list:ark").text)
    assert "Mon–Fri 9:00 am–5:00 pm" in suggestion and "Mo-Fr" not in suggestion


def test_the_day_in_the_field_is_today(town: Town) -> None:
    editor = Person(town, "editor")
    assert 'name="at" placeholder="2026-11-25"' in editor.get("/desk/listing/list:ark").text
    assert 'name="at" placeholder="2026-11-25"' in editor.get("/desk/today").text


def test_whatever_may_have_a_bed_for_tonight_is_asked_for_open_beds(town: Town) -> None:
    owner = Person(town, "owner")
    assert 'name="beds"' not in owner.get("/desk/listing/list:ark").text
    for kind in ("peer_respite", "domestic_violence_program"):
        owner.post("/desk/record", asset="list:ark", do="correct", field="kind", value=kind)
        assert town.value("list:ark", "kind") == kind
        assert 'name="beds"' in owner.get("/desk/listing/list:ark").text
