"""Codebooks: our own CSV, an XLSForm, a REDCap dictionary, and faults said all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from assetmap.survey import codebook
from assetmap.survey.codebook import CodebookError
from assetmap.survey.sheet import UnreadableSurvey
from assetmap.words import spoken

HEADER = "question,type,answer,label_en,label_es,asked_if,sensitive,identifier,link\n"
SMALL = HEADER + (
    "needs,many,,What is needed?,¿Qué falta?,,,,\n"
    "needs,many,home,A home,Una casa,,,,\n"
    "needs,many,job,A job,Trabajo,,,,\n"
    "top,one,,Which first?,¿Cuál primero?,,,,<=needs\n"
    "top,one,home,A home,Una casa,,,,\n"
    "top,one,job,A job,Trabajo,,,,\n"
    "when,one,,When?,¿Cuándo?,needs=home|job,,,\n"
    "when,one,now,Now,Ahora,,,,\n"
    "record,one,,Has a record stopped you?,,,yes,,\n"
    "record,one,yes,Yes,Sí,,,,\n"
    "age_group,one,18-29,18 to 29,,,,,\n"
    "contact,text,,How can we reach you?,,,,yes,\n"
)


def test_our_own_form() -> None:
    book = codebook.read(SMALL)
    assert list(book.questions) == ["needs", "top", "when", "record", "age_group", "contact"]
    needs = book.questions["needs"]
    assert (needs.type, needs.many, needs.label["es"]) == ("many", True, "¿Qué falta?")
    assert dict(needs.answers) == {
        "home": {"en": "A home", "es": "Una casa"},
        "job": {"en": "A job", "es": "Trabajo"},
    }
    assert book.questions["top"].link == "needs"
    assert book.questions["when"].asked_if == ("needs", frozenset({"home", "job"}))
    assert book.questions["record"].sensitive
    assert book.questions["age_group"].county_only
    assert book.questions["contact"].identifier
    assert [q.id for q in book.tabled()] == ["needs", "top", "when", "record", "age_group"]


def test_all_faults_are_said_in_one_sentence() -> None:
    with pytest.raises(CodebookError) as caught:
        codebook.read(
            HEADER
            + "a,several,x,,,,,,\na,several,x,,,,,,\nb,one,y,,,c=1,,,nowhere\n,one,z,,,,,,\n"
            + "d,one,v,,,d=v,,,\n",
            "book.csv",
        )
    assert str(caught.value) == (
        "book.csv: row 4 names no question; "
        "a: type is 'several'; use one of one, many, scale, number, text, area, consent; "
        "a: the answer 'x' is there twice; "
        "b: asked_if names 'c', which is not a question; "
        "b: link names 'nowhere', which is not a question; "
        "d: asked_if leads back to itself."
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "codebook.csv is empty"),
        (HEADER, "has a header but no questions"),
        ("q,kind\n1,2\n", "has no column question, type, answer"),
    ],
)
def test_what_is_no_codebook(text: str, says: str) -> None:
    with pytest.raises(UnreadableSurvey, match=says):
        codebook.read(text)


def test_an_xlsform_and_a_redcap_dictionary_say_the_same(shared: Path) -> None:
    exports = shared / "surveys" / "exports"
    form = codebook.read((exports / "xlsform_strengths_needs.xlsx").read_bytes(), "form.xlsx")
    redcap = codebook.read((exports / "redcap_data_dictionary.csv").read_bytes(), "dictionary.csv")
    for name in ("role", "needs", "barriers", "give", "belong"):
        ours, theirs = form.questions[name], redcap.questions[name]
        assert ours.type == theirs.type
        assert [a["en"] for a in ours.answers.values()] == [
            a["en"] for a in theirs.answers.values()
        ]
    assert form.questions["needs"].label["es"] == "¿Qué necesita ahora?"
    assert form.questions["home"].identifier
    assert redcap.questions["zip"].identifier


def test_the_faults_are_said_in_spanish_too() -> None:
    with pytest.raises(CodebookError) as refused:
        codebook.read("question,type,answer\nneeds,one,a|b\nneeds,one,a|b\n", "libro.csv")
    assert spoken(refused.value, "es") == (
        "libro.csv: needs: la respuesta 'a|b' no puede tener '|'; needs: la respuesta 'a|b' está "
        "dos veces; needs: la respuesta 'a|b' no puede tener '|'."
    )
