"""Cells: each type's ways of being written, and what is said of those not understood."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap import vocabulary
from assetmap.assets import cells
from assetmap.assets.cells import Cell


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("(618) 555-0112", Cell("(618) 555-0112")),
        ("6185550112", Cell("(618) 555-0112")),
        ("+1 618.555.0112", Cell("(618) 555-0112")),
        ("988", Cell("988")),
        ("911", Cell("911")),
        ("(618) 555-0112 ext 5", Cell("(618) 555-0112 ext. 5")),
        ("+44 20 7946 0958", Cell("+44 20 7946 0958")),
        ("1-800-GET-HELP", Cell("(800) 438-4357", "fixed", "read as (800) 438-4357")),
        ("1-800-662-HELP (4357)", Cell("(800) 662-4357", "fixed", "read as (800) 662-4357")),
        (
            "call (618) 555-0112 or (618) 555-0113",
            Cell("(618) 555-0112", "fixed", "read as (618) 555-0112; the rest is kept aside"),
        ),
        (
            "ask at the desk",
            Cell(None, "kept", "not a phone number; write it like (618) 555-0112"),
        ),
    ],
)
def test_phone(raw: str, expected: Cell) -> None:
    assert cells.phone(raw, "US") == expected


NO_URL = Cell(None, "kept", "not a web address; write it like https://example.org")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("https://example.org/a?b=c#d", Cell("https://example.org/a?b=c#d")),
        ("example.org", Cell("https://example.org")),
        (
            "see https://example.org.",
            Cell(
                "https://example.org",
                "fixed",
                "read as https://example.org; the rest is kept aside",
            ),
        ),
        ("javascript:alert(1)", NO_URL),
        (
            "javascript:x='https://example.org'",
            NO_URL,
        ),
        ("on Facebook", NO_URL),
    ],
)
def test_url(raw: str, expected: Cell) -> None:
    assert cells.url(raw) == expected


@given(st.text(max_size=60))
def test_a_url_is_never_anything_but_https_or_http_without_marks_of_code(raw: str) -> None:
    value = cells.url(raw.strip()).value
    assert value is None or (
        value.lower().startswith(("https://", "http://")) and not set(value) & set("<>\"'`{}")
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-11-20", Cell("2026-11-20")),
        ("2026-11-20T09:00:00Z", Cell("2026-11-20")),
        ("20.11.2026", Cell("2026-11-20", "fixed", "read as 2026-11-20")),
        ("Nov 20, 2026", Cell("2026-11-20", "fixed", "read as 2026-11-20")),
        (
            "11/12/2026",
            Cell(
                "2026-11-12",
                "guessed",
                "read month first, as 2026-11-12; write it like 2026-11-20",
            ),
        ),
        (
            "November 2026",
            Cell(
                "2026-11-01",
                "guessed",
                "read as 2026-11-01, the first day of it; write it like 2026-11-20",
            ),
        ),
        ("2026-11-20 to 2026-12-01", Cell(None, "kept", "write it like 2026-11-20")),
        ("2026-02-30", Cell(None, "kept", "write it like 2026-11-20")),
        ("2026", Cell(None, "kept", "write it like 2026-11-20")),
        ("last week", Cell(None, "kept", "write it like 2026-11-20")),
    ],
)
def test_day(raw: str, expected: Cell) -> None:
    assert cells.day(raw) == expected


def test_moment_keeps_the_time_and_its_offset() -> None:
    assert cells.moment("2026-11-20T09:00") == Cell("2026-11-20T09:00")
    assert cells.moment("2026-11-20T09:00:30-06:00") == Cell("2026-11-20T09:00-06:00")
    assert cells.moment("2026-11-20") == Cell("2026-11-20")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("yes", True), ("Y", True), ("TRUE", True), ("1", True), ("x", True), ("Sí", True),
        ("✓", True), ("no", False), ("N", False), ("0", False), ("False", False),
        ("unknown", None), ("?", None), ("N/A", None), ("null", None), ("-", None),
    ],
)  # fmt: skip
def test_yes_no_unknown(raw: str, value: bool | None) -> None:
    assert cells.yes_no(raw) == Cell(value)


@pytest.mark.parametrize("raw", ["maybe", "yes and no", "call first", "2", "nope"])
def test_a_word_that_is_neither_is_unknown_and_said(raw: str) -> None:
    note = "write yes or no, or leave it empty when nobody knows"
    assert cells.yes_no(raw) == Cell(None, "kept", note)


def test_numbers() -> None:
    assert cells.number("$1,250.50") == Cell(1250.5)
    assert cells.whole("8") == Cell(8)
    assert cells.whole("8.0") == Cell(8)
    assert cells.whole("8.5") == Cell(None, "kept", "write a whole number")
    assert cells.number("-3") == Cell(None, "kept", "write a number of 0 or more")
    assert cells.number("8-10").severity == "kept"
    assert cells.number("1e9").severity == "kept"


def test_sets_keep_what_is_known_and_say_what_is_not() -> None:
    result = cells.terms("veterans|Women and narwhals", "populations")
    assert result.value == frozenset(("veterans", "women"))
    assert result.severity == "kept"
    assert result.note == (
        "'narwhals' is not known; use one of women, men, women_with_children, "
        "men_with_children, pregnant, couples, …"
    )
    assert cells.terms("Mujeres; Veteranos", "populations").value == {"women", "veterans"}
    assert cells.terms("ballet", "populations").value is None
    assert cells.language_set("es-MX|en").value == {"es", "en"}


def test_equal_sets_are_one_object() -> None:
    first = cells.terms("women|men", "populations").value
    assert first is cells.terms("Men, Women", "populations").value


def test_choice_reads_ids_labels_and_other_words_in_both_languages() -> None:
    assert cells.choice("recovery_home", "kinds") == Cell("recovery_home")
    assert cells.choice("Reunión de recuperación", "kinds") == Cell("meeting")
    assert cells.choice("REUNION DE RECUPERACION", "kinds") == Cell("meeting")
    assert cells.choice("narcotic", "kinds").severity == "kept"


@pytest.mark.parametrize("name", sorted(vocabulary.names()))
def test_every_id_and_label_is_read_as_its_own_term(name: str) -> None:
    looked = cells.lookup(name)
    for term in vocabulary.terms(name):
        assert looked[cells.fold(term)] == term


def test_time_zones() -> None:
    assert cells.zone("America/Chicago") == Cell("America/Chicago")
    for raw in ("Central", "../../etc/passwd", "/etc/localtime", "America", "a\x00b"):
        assert cells.zone(raw) == Cell(
            None, "kept", "not a time zone; write it like America/Chicago"
        ), raw
    assert all(cells.zone(name).value == name for name in sorted(available_timezones())[::40])


def test_text_loses_only_what_cannot_be_seen() -> None:
    assert cells.text("a  b\n\tc\x07") == Cell("a b c")
    assert cells.text("Wil\u00adlow \u200bhouse") == Cell("Willow house")
    assert cells.text("<img src=x onerror=alert(1)> ${alert(1)}") == Cell(
        "<img src=x onerror=alert(1)> ${alert(1)}"
    )
    assert cells.text("\x07") == Cell(None)


def test_email() -> None:
    assert cells.email("mailto:hello@example.org") == Cell("hello@example.org")
    for raw in (
        "hello",
        "a@b",
        "a b@example.org",
        "<x>@example.org",
        "a@example.org, b@example.org",
    ):
        assert cells.email(raw).value is None, raw


@pytest.mark.parametrize(
    "raw", ["call first", '"call first"', "whenever", "Mo 19:00-19:00", "25:00"]
)
def test_a_schedule_of_nonsense_is_unknown_never_a_time(raw: str) -> None:
    cell = cells.opening_hours(raw)
    assert cell.value is None
    assert cell.severity == "kept"
    assert cell.note.endswith("; the time is unknown until then")


@given(st.sampled_from(sorted(vocabulary.fields())), st.text(min_size=1, max_size=40))
def test_no_text_breaks_any_field(field: str, raw: str) -> None:
    raw = raw.strip()
    if vocabulary.fields()[field]["type"] == "coordinate" or not raw:
        return
    cell = cells.reader(field, "US")(raw)
    assert cell.severity in ("", "fixed", "guessed", "kept")
    assert bool(cell.severity) == bool(cell.note)
    if cell.value is None and vocabulary.fields()[field]["type"] not in ("text", "yesno"):
        assert cell.severity == "kept", "a value went away without a word"
