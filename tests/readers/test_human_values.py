"""What a person says of one value: read as a sheet is read, or refused with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap import vocabulary
from assetmap.assets import Context, cells
from assetmap.readers.human import field_named, human_problem, read_human_value
from assetmap.words import spoken

HERE = Context()


@pytest.mark.parametrize(
    ("field", "said", "values"),
    [
        ("phone", "618-555-0112", {"phone": "(618) 555-0112"}),
        ("Phone", "618 555 0112 ask for the house", {"phone": "(618) 555-0112"}),
        ("Teléfono", "(618) 555-0112", {"phone": "(618) 555-0112"}),
        ("phone", " ", {"phone": ""}),
        ("status", "closed", {"status": "inactive"}),
        ("Status", "temporarily closed", {"status": "temporarily_closed"}),
        ("kind", "sober living", {"kind": "recovery_home"}),
        ("Kind", "Recovery home", {"kind": "recovery_home"}),
        ("schedule", "Sundays at 6pm", {"schedule": "Su 18:00-19:00", "time_kind": "sessions"}),
        ("Hours", "Mo-Fr 09:00-17:00", {"schedule": "Mo-Fr 09:00-17:00"}),
        ("cost", "Sliding scale", {"cost": "sliding"}),
        ("languages", "Spanish, English", {"languages": "en|es"}),
        ("wheelchair", "sí", {"wheelchair": "yes"}),
        ("beds open", "2", {"beds_open": "2"}),
        ("Run by", "Alder Recovery", {"organization": "Alder Recovery"}),
        ("name", "Open Door", {"name": "Open Door"}),
        ("coordinates", "37.9, -89.04", {"latitude": "37.9", "longitude": "-89.04"}),
        ("latitude", "37.9", {"latitude": "37.9"}),
        (
            "address",
            "714 Oak St, Carbondale, IL 62901",
            {"address": "714 Oak St", "city": "Carbondale", "region": "IL", "postal_code": "62901"},
        ),
    ],
)
def test_a_value_is_read_as_in_a_sheet(field: str, said: str, values: dict[str, str]) -> None:
    read = read_human_value(field, said, HERE)
    assert (dict(read.values), read.refused) == (values, None)


@pytest.mark.parametrize(
    ("field", "said", "sentence"),
    [
        (
            "phone",
            "call me",
            "Row 4: `phone` is 'call me'; not a phone number; write it like (618) 555-0112.",
        ),
        (
            "languages",
            "en|Klingon",
            "Row 4: `languages` is 'en|Klingon'; 'Klingon' is not known; use one of en, es, ase, "
            "fr, pt, pl, …",
        ),
        (
            "kind",
            "call me",
            "Row 4: `kind` is 'call me'; use one of meeting, peer_group, family_group, "
            "grief_group, peer_education, recovery_community_center, …",
        ),
        (
            "wheelchair",
            "maybe",
            "Row 4: `wheelchair` is 'maybe'; write yes or no, or leave it empty when nobody knows.",
        ),
        ("latitude", "95", "Row 4: `latitude` is '95'; it could not be read."),
        (
            "fone",
            "x",
            "Row 4: `fone` is 'x'; there is no such field; write one of fields.csv, such as phone.",
        ),
        (
            "contact person",
            "Bob",
            "Row 4: `contact person` is 'Bob'; it says something about a person, which is never "
            "listed.",
        ),
        ("id", "3", "Row 4: `id` is '3'; the source gives it and nobody corrects it here."),
    ],
)
def test_what_cannot_be_read_sets_nothing_and_says_why(
    field: str, said: str, sentence: str
) -> None:
    read = read_human_value(field, said, HERE)
    assert not read.values
    problem = human_problem(field, said, 4, read)
    assert problem == sentence
    assert spoken(problem, "es").startswith("Fila 4: ")


@given(st.sampled_from(list(vocabulary.fields())), st.text(max_size=40))
def test_whatever_is_set_is_read_back_as_it_is(field: str, said: str) -> None:
    read = read_human_value(field, said, HERE)
    assert bool(read.refused) != bool(read.values)
    for name, value in read.values.items():
        if value and name not in ("latitude", "longitude"):
            cell = cells.reader(name, HERE.country)(value)
            assert (cells.written(cell.value), cell.severity) == (value, "")


def test_every_field_is_known_by_its_name() -> None:
    assert [name for name in vocabulary.fields() if field_named(name) != name] == []


@pytest.mark.parametrize("field", ["name", "description", "phone", "kind", "address", "notes"])
@pytest.mark.parametrize(
    "said", ["Total", "total: 5", "name", "Food pantries", "=1+1", "#", '"', "0", "a,b;c|d", "x"]
)
def test_what_a_sheet_would_take_for_a_heading_or_a_sum_is_read_or_refused(
    field: str, said: str
) -> None:
    read = read_human_value(field, said, HERE)
    assert (read.refused is None) == bool(read.values)


@pytest.mark.parametrize("field", ["name", "description", "organization"])
def test_free_text_says_nothing_of_other_fields(field: str) -> None:
    said = "Women's AA meeting at the Dental Clinic Library"
    assert read_human_value(field, said, HERE).values == {field: said}
