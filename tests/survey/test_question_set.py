"""Our own question set: a form other tools accept, whose answers we read."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from assetmap.survey import codebook, read


class Source(NamedTuple):
    name: str
    data: bytes


def test_pyxform_accepts_the_form(tmp_path: Path) -> None:
    xls2xform = pytest.importorskip("pyxform.xls2xform")
    path = tmp_path / "form.xlsx"
    path.write_bytes(codebook.to_xlsform(codebook.own_questions()))
    result = xls2xform.convert(path).xform
    assert "Español (es)" in result and "¿Qué le ayudaría ahora?" in result


def test_the_form_is_a_codebook_and_its_answers_are_read() -> None:
    book = codebook.own_questions()
    assert list(book.questions)[:2] == ["consent", "strengths"]
    again = codebook.read(codebook.to_xlsform(book), "form.xlsx")
    assert {q: tuple(x.answers) for q, x in again.questions.items()} == {
        q: tuple(x.answers) for q, x in book.questions.items()
    }
    kobo = "_uuid,_submission_time,consent,strengths,needs\nu1,2026-01-01,yes,people faith,ride\n"
    result = read.read([Source("kobo.csv", kobo.encode())], again)
    assert result.frame["strengths"].tolist() == [frozenset({"people", "faith"})]


def test_the_paper_form_has_every_answer_in_spanish() -> None:
    book = codebook.own_questions()
    page = codebook.to_print(book, "es", "Encuesta").decode()
    for question in book.questions.values():
        assert all(labels["es"] in page for labels in question.answers.values())
