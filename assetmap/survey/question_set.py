"""Our own question set, strengths first, ready to use: an XLSForm and a form to print.

The questions are data (`vocabulary/survey_questions.csv`, in our own codebook's columns), so the
answers come back to a codebook that is known already.
"""

from __future__ import annotations

import html
import io
from collections.abc import Mapping

from assetmap import vocabulary
from assetmap.survey import codebook
from assetmap.survey.questions import Codebook, Question

LANGUAGES = {"en": "English (en)", "es": "Español (es)"}
XLS_TYPES = {"one": "select_one", "scale": "select_one", "consent": "select_one"}


def questions() -> Codebook:
    """The question set as a codebook."""
    path = vocabulary.FOLDER / "survey_questions.csv"
    return codebook.read(path.read_bytes(), path.name)


def to_xlsform(book: Codebook, title: str = "Strengths and needs") -> bytes:
    """The form for KoboToolbox or ODK, in English and Spanish, as an XLSX file."""
    import openpyxl

    labels = [f"label::{name}" for name in LANGUAGES.values()]
    form = openpyxl.Workbook()
    survey = form.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", *labels, "required", "relevant"])
    choices = form.create_sheet("choices")
    choices.append(["list_name", "name", *labels])
    consent = next((q for q in book.questions.values() if q.type == "consent"), None)
    for question in book.questions.values():
        kind = XLS_TYPES.get(question.type, "select_multiple" if question.many else "text")
        is_consent = question is consent
        survey.append(
            [
                f"{kind} {question.id}" if question.answers else kind,
                question.id,
                *_both(question.label),
                "yes" if is_consent else None,
                None if is_consent else _relevant(question, consent),
            ]
        )
        for answer, spelled in question.answers.items():
            choices.append([question.id, answer, *_both(spelled)])
    settings = form.create_sheet("settings")
    settings.append(["form_title", "form_id", "version", "default_language"])
    settings.append([title, "strengths_and_needs", "1", LANGUAGES["en"]])
    out = io.BytesIO()
    form.save(out)
    return out.getvalue()


def _both(labels: Mapping[str, str]) -> list[str]:
    return [labels.get(language, labels["en"]) for language in LANGUAGES]


def _relevant(question: Question, consent: Question | None) -> str | None:
    """Nothing is asked of who did not agree, and a follow-up only of those it concerns."""
    parts = [f"${{{consent.id}}} = 'yes'"] if consent is not None else []
    if question.asked_if is not None:
        other, answers = question.asked_if
        asked = " or ".join(f"selected(${{{other}}}, '{answer}')" for answer in sorted(answers))
        parts.append(f"({asked})")
    return " and ".join(parts) or None


def to_print(book: Codebook, language: str, title: str) -> bytes:
    """The form on paper: black on white, large type, a box to tick for every answer."""
    lines = [
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">',
        f"<title>{html.escape(title)}</title>",
        "<style>body{font:14pt/1.5 sans-serif;max-width:42em;margin:2em auto;color:#000}"
        "section{break-inside:avoid;margin:1.2em 0}ul{list-style:none;padding:0}"
        ".line{border-bottom:1px solid #000;height:2em}</style>",
        f"<h1>{html.escape(title)}</h1>",
    ]
    for number, question in enumerate(book.questions.values(), 1):
        label = question.label.get(language, question.label["en"])
        lines.append(f"<section><p><b>{number}. {html.escape(label)}</b></p>")
        if question.answers:
            spelled = [labels.get(language, labels["en"]) for labels in question.answers.values()]
            lines.append(
                "<ul>" + "".join(f"<li>☐ {html.escape(s)}</li>" for s in spelled) + "</ul>"
            )
        else:
            lines.append('<p class="line"></p>' * 4)
        lines.append("</section>")
    return "\n".join([*lines, "</html>"]).encode("utf-8")
