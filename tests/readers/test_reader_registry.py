"""One sample for every reader in READERS, told apart by content alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from assetmap import vocabulary
from assetmap.assets import Context, check
from assetmap.files.source import Source, UnreadableFile
from assetmap.readers import READERS, own_columns, read
from assetmap.readers.kinds import guess_kind
from assetmap.readers.values import fields, meaning

DATA = Path(__file__).resolve().parents[1] / "data"
# What the first row of each sample is: name, kind, schedule.
FIRST = {
    "meeting_guide": ("Tuesday Open Door", "meeting", "Tu 19:00-20:15"),
    "bmlt": ("Just for Sunday", "meeting", "Su 13:00-14:00"),
    "findtreatment": ("Alder House", "outpatient_treatment", None),
    "hsds": ("Alder Food Pantry", "food", "Sa[1] 10:00-12:00"),
    "geojson": ("Mill Trail", "park_or_trail", None),
    "table": ("Alder Church", "food", "Sa 10:00-12:00"),
}


def sample(name: str) -> Path:
    (path,) = DATA.glob(f"{name}.*")
    return path


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("called", ["list.txt", "no-ending", "list.json", "list.csv"])
def test_a_format_is_known_by_its_content(name: str, called: str) -> None:
    result = read(Source(called, sample(name).read_bytes()), key="x")
    assert result.reader == name
    assert result.rows_read == len(result.frame) + result.rejected


@pytest.mark.parametrize("name", READERS)
def test_the_first_row_of_each_sample(name: str) -> None:
    result = read(Source(sample(name).name, sample(name).read_bytes()), key="x")
    assets, _ = check(result.frame, Context(), result.problems)
    row = assets.iloc[0]
    when = row["schedule"] if isinstance(row["schedule"], str) else None
    assert (row["name"], row["kind"], when) == FIRST[name]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", READERS)
def test_the_wrong_reader_never_crashes(reader: str, name: str) -> None:
    try:
        result = read(Source("x", sample(name).read_bytes()), reader=reader, key="x")
    except UnreadableFile as refused:
        assert str(refused).endswith(".")
    else:
        assert result.rows_read + result.expanded >= len(result.frame)


def rows(name: str) -> list[dict[str, str]]:
    return vocabulary.read_rows(vocabulary.FOLDER / f"{name}.csv")


@pytest.mark.parametrize("name", ["meeting_types", "bmlt_formats", "findtreatment_codes"])
def test_code_tables_set_only_what_there_is(name: str) -> None:
    for row in rows(name):
        for pair in filter(None, row["sets"].split(";")):
            field, values = pair.split("=", 1)
            known = vocabulary.fields()[field]
            if known["type"] in ("choice", "set"):
                terms = vocabulary.terms(known["vocabulary"])
                assert set(vocabulary.split(values)) <= set(terms), row
            else:
                assert values in ("yes", "no") or values.isdigit(), row


def test_word_tables_name_only_what_there_is() -> None:
    kinds = set(vocabulary.terms("kinds"))
    assert {row["kind"] for row in rows("kind_words")} <= kinds
    assert {row["kind"] for row in rows("taxonomy_kinds")} <= kinds
    phrases = [row["phrase"] for row in rows("kind_words")]
    assert len(phrases) == len(set(phrases))
    for field in fields():
        name = vocabulary.fields()[field]["vocabulary"]
        terms = set(vocabulary.terms(name)) if name != "yes_no" else {"yes", "no"}
        for row in rows("value_words"):
            if row["field"] == field:
                assert set(vocabulary.split(row["values"])) <= terms
    aliases = [row["alias"] for row in rows("aliases")]
    assert len(aliases) == len(set(aliases))


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (("Alder Cathedral", "", "", ""), "faith_organization"),
        (("Open Table", "Food pantries", "", ""), "food"),
        (("Alder Inc", "", "A food pantry.", "Crisis Services"), "crisis_care"),
        (("Alder Inc", "", "A food pantry.", ""), "food"),
        (("Portage Park Clinic", "", "", ""), "health_clinic"),
        (("Portage Park Dental", "", "Near the college", ""), "dentist"),
        (("College Hill Pantry", "", "", ""), "food"),
        (("Hillcrest Elementary", "", "", "Meetings"), "meeting"),
        (("Lincoln Park", "", "", ""), "park_or_trail"),
        (("Church of the Valley", "", "", ""), "faith_organization"),
        (("Church Street Group", "", "", ""), None),
        (("Alder Inc", "", "By the park, next to the church", ""), None),
        (("Alder Inc", "", "", "Crisis Services"), "crisis_care"),
        (("Police Athletic Club", "Youth services", "", ""), "law_enforcement_program"),
        (("Iglesia de Alder", "", "", ""), "faith_organization"),
        (("Gam-Anon, for families of Gamblers Anonymous", "", "", ""), "family_group"),
        (("Disaster Recovery Coalition", "", "", ""), "resource_connecting"),
        (("Alder Inc", "", "", ""), None),
    ],
)
def test_kinds_from_words(texts: tuple[str, ...], kind: str | None) -> None:
    guess = guess_kind(*texts)
    assert (guess.kind if guess else None) == kind


def test_words_with_a_no_near_them_are_left_alone() -> None:
    assert meaning("cost", "not free") is None
    assert meaning("cost", "No insurance, no fee") is None
    result = meaning("format", "Hybrid")
    assert result is not None and result.values == "in_person|online"


def test_the_owners_columns_and_our_fields() -> None:
    columns = own_columns(Source("table.csv", sample("table").read_bytes()))
    assert columns == {
        "Agency": "name",
        "Service Type": "kind",
        "Address": "address",
        "Hours": "schedule",
        "Cost/Payment": "cost",
    }


def test_the_docs_have_a_line_for_every_format() -> None:
    lines = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    for reader in READERS.values():
        assert f"| {reader.label.split(' (')[0]}".casefold() in lines.casefold()
