"""The codebook: which questions a survey asks, and which answers each may have.

Our own form is a CSV with one row per answer:

    question, type, answer, label_en, label_es, asked_if, sensitive, identifier, link

`type` is one (choose one), many (choose all that fit), scale (one, in order), number, text, area
or consent. A row whose `answer` is empty carries the question's own wording and its flags.
`asked_if` (`needs=home` or `needs=home|bed`) says who is asked at all; `sensitive` yes hides 0 and
"everyone" as well; `identifier` yes is taken out while reading, and `part2` anywhere says that
these are a treatment program's own records, which are refused (42 CFR Part 2); `link` (`needs`,
or `<=needs`) says that each answer here was also ticked there (the top need is one of the needs).

The code books of other tools (XLSForm, REDCap data dictionary) are read into the same shape.
Our own question set, strengths first, is data (`vocabulary/survey_questions.csv`, in these
columns) and is written as an XLSForm and as a form to print, so that its answers come back to a
codebook that is known already.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from functools import reduce

from assetmap import vocabulary
from assetmap.survey.questions import (
    BOOKKEEPING,
    COLUMNS,
    SPECIAL,
    TYPE_ALIASES,
    TYPES,
    YES,
    Codebook,
    CodebookError,
    Condition,
    Question,
    all_conditions,
    by_label,
    parse_condition,
    records_of,
)
from assetmap.survey.sheet import AnswerTable, tables
from assetmap.words import Text, text

__all__ = [
    "Codebook",
    "CodebookError",
    "Question",
    "by_label",
    "from_tables",
    "is_codebook",
    "read",
    "records_of",
]
LANGUAGES = {"en": "English (en)", "es": "Español (es)"}
XLS_TYPES = {"one": "select_one", "scale": "select_one", "consent": "select_one"}


def read(data: str | bytes, name: str = "codebook.csv") -> Codebook:
    """The codebook in `data`: our own CSV, an XLSForm or a REDCap data dictionary.

    Raises CodebookError naming every fault at once, UnreadableSurvey when it is no table.
    """
    result = tables(name, data.encode("utf-8") if isinstance(data, str) else data)
    return from_tables(result, name)


def from_tables(answer_tables: list[AnswerTable], name: str = "codebook.csv") -> Codebook:
    """The codebook that stands in tables already read."""
    by_name = {table.name.casefold(): table for table in answer_tables}
    if "survey" in by_name and "choices" in by_name:
        return from_xlsform(by_name["survey"], by_name["choices"], name)
    records = records_of(answer_tables[0])
    header = list(records[0]) if records else [cell.strip() for cell in answer_tables[0].rows[0]]
    if "Variable / Field Name" in header:
        return from_redcap(records, name)
    return _from_own(records, header, name)


def is_codebook(answer_tables: list[AnswerTable]) -> bool:
    """Whether these tables are a codebook and not answers."""
    names = {table.name.casefold() for table in answer_tables}
    if {"survey", "choices"} <= names:
        return True
    header = (
        {cell.strip().casefold() for cell in answer_tables[0].rows[0]}
        if answer_tables[0].rows
        else set()
    )
    return "variable / field name" in header or {"question", "type", "answer"} <= header


def _from_own(records: list[dict[str, str]], header: list[str], name: str) -> Codebook:
    missing = [column for column in COLUMNS[:3] if column not in header]
    if missing:
        raise CodebookError(
            text(
                "survey.book_columns",
                file=name,
                missing=", ".join(missing),
                columns=", ".join(COLUMNS),
            )
        )
    if not records:
        raise CodebookError(text("survey.book_empty", file=name))
    faults: list[Text] = []
    groups: dict[str, list[dict[str, str]]] = {}
    for number, record in enumerate(records, 1):
        question = record.get("question", "")
        if not question:
            faults.append(text("survey.book_no_question", row=number))
            continue
        groups.setdefault(question, []).append(record)
    questions = {}
    for question, rows in groups.items():
        own = next((row for row in rows if not row["answer"]), {})
        # A flag may stand on the question's own row or on any of its answers.
        flags = {name: next((r[name] for r in rows if r.get(name)), "") for name in COLUMNS}
        kind = SPECIAL.get(question) or TYPE_ALIASES.get(flags["type"], flags["type"])
        if kind not in TYPES:
            faults.append(
                text(
                    "survey.book_type",
                    question=question,
                    type=flags["type"],
                    types=", ".join(TYPES),
                )
            )
        answers: dict[str, dict[str, str]] = {}
        for row in rows:
            answer = row["answer"]
            if not answer:
                continue
            if answer in answers:
                faults.append(text("survey.book_twice", question=question, answer=answer))
            if "|" in answer:
                faults.append(text("survey.book_bar", question=question, answer=answer))
            answers[answer] = _labels(row, answer)
        asked_if = _asked_if(flags["asked_if"])
        if flags["asked_if"] and asked_if is None:
            faults.append(
                text("survey.book_asked_if", question=question, asked_if=flags["asked_if"])
            )
        questions[question] = Question(
            question,
            kind,
            _labels(own, question),
            answers,
            asked_if,
            flags["sensitive"].casefold() in YES,
            flags["identifier"].casefold() in YES,
            flags["link"].removeprefix("<=").strip() or None,
        )
    faults += _contradictions(questions)
    if faults:
        raise CodebookError(text("survey.book_faults", file=name, faults=reduce(_and, faults)))
    part2 = any(record.get("identifier", "").casefold() == "part2" for record in records)
    return Codebook(questions, name, part2)


def _and(first: Text, rest: Text) -> Text:
    return text("survey.book_and", first=first, rest=rest)


def _labels(row: Mapping[str, str], fallback: str) -> dict[str, str]:
    english = row.get("label_en") or fallback
    return {"en": english, "es": row.get("label_es") or english}


def _asked_if(written: str) -> tuple[str, frozenset[str]] | None:
    match = re.fullmatch(r"([\w.]+)\s*=\s*([\w.|\- ]+)", written.strip())
    if not match:
        return None
    return match[1], frozenset(part.strip() for part in match[2].split("|") if part.strip())


def _contradictions(questions: Mapping[str, Question]) -> list[Text]:
    faults = []
    for question in questions.values():
        if question.id in BOOKKEEPING and question.type not in ("area", "consent"):
            faults.append(text("survey.book_reserved", question=question.id))
        if question.asked_if:
            other, answers = question.asked_if
            if other not in questions:
                faults.append(text("survey.book_unknown_filter", question=question.id, other=other))
            elif unknown := sorted(answers - set(questions[other].answers)):
                faults.append(
                    text(
                        "survey.book_unknown_answer",
                        question=question.id,
                        answer=unknown[0],
                        other=other,
                    )
                )
        if question.link and question.link not in questions:
            faults.append(
                text("survey.book_unknown_link", question=question.id, other=question.link)
            )
        seen = {question.id}
        step = question.asked_if
        while step and step[0] in questions:
            if step[0] in seen:
                faults.append(text("survey.book_circle", question=question.id))
                break
            seen.add(step[0])
            step = questions[step[0]].asked_if
    return faults


def from_xlsform(survey: AnswerTable, choices: AnswerTable, name: str) -> Codebook:
    """The questions of an XLSForm (sheets survey and choices); groups are only headings."""
    lists: dict[str, dict[str, dict[str, str]]] = {}
    for row in records_of(choices):
        answer = row.get("name") or row.get("value") or ""
        labels = _xls_labels(row, answer)
        lists.setdefault(row.get("list_name") or row.get("list name") or "", {})[answer] = labels
    questions = {}
    groups: list[str] = []
    for row in records_of(survey):
        words = row.get("type", "").replace("begin ", "begin_").replace("end ", "end_").split()
        question = row.get("name", "")
        if words[:1] in (["begin_group"], ["begin_repeat"]):
            groups.append(row.get("relevant", ""))
            continue
        if words[:1] in (["end_group"], ["end_repeat"]):
            groups = groups[:-1]
            continue
        if not words or not question:
            continue
        label = _xls_labels(row, question)
        asked = _asked([*groups, row.get("relevant", "")])
        if words[0] in ("select_one", "select_multiple") and len(words) > 1:
            answers = dict(lists.get(words[1], {}))
            if "or_other" in words[2:]:
                answers.setdefault("other", {"en": "Other", "es": "Otro"})
                other = f"{question}_other"
                questions[other] = Question(other, "text", {"en": other, "es": other}, {})
            questions[question] = Question(
                question,
                SPECIAL.get(question, TYPE_ALIASES[words[0]]),
                label,
                answers,
                asked[0],
                condition=asked[1],
                unread=asked[2],
            )
        elif words[0] in ("text", "integer", "decimal"):
            kind = "text" if words[0] == "text" else "number"
            questions[question] = Question(
                question, kind, label, {}, asked[0], condition=asked[1], unread=asked[2]
            )
        elif words[0] in ("geopoint", "geotrace", "geoshape", "barcode", "image", "audio"):
            questions[question] = Question(question, "text", label, {}, identifier=True)
    if not questions:
        raise CodebookError(text("survey.book_xlsform", file=name))
    return Codebook(questions, name)


def _xls_labels(row: Mapping[str, str], fallback: str) -> dict[str, str]:
    result = {}
    for column, value in row.items():
        match = re.fullmatch(r"label(?:::.*?(?:\((\w+)\))?)?", column)
        if match and value:
            result[match[1] or "en"] = value
    english = result.get("en") or next(iter(result.values()), fallback)
    return {"en": english, "es": result.get("es", english)}


def _asked(
    written: list[str],
) -> tuple[tuple[str, frozenset[str]] | None, Condition | None, str]:
    """Who is asked, by the conditions of a question and its groups: simple, any, or not read."""
    result = [(each, parse_condition(each)) for each in written if each.strip()]
    unread = "; ".join(each for each, condition in result if condition is None)
    condition = all_conditions([condition for _, condition in result if condition is not None])
    simple = condition.simple() if condition is not None else None
    return simple, None if simple else condition, unread


def from_redcap(records: list[dict[str, str]], name: str) -> Codebook:
    """The questions of a REDCap data dictionary; Identifier? = y is an identifier."""
    questions: dict[str, Question] = {}
    seen = False
    for row in records:
        question = row["Variable / Field Name"]
        kind = row.get("Field Type", "")
        label = {"en": row.get("Field Label", ""), "es": row.get("Field Label", "")}
        answers = {}
        if kind in ("radio", "dropdown", "checkbox"):
            answers = choices(row.get("Choices, Calculations, OR Slider Labels", ""))
        if kind == "yesno":
            answers = {"1": {"en": "Yes", "es": "Sí"}, "0": {"en": "No", "es": "No"}}
        if kind == "truefalse":
            answers = {"1": {"en": "True", "es": "Verdadero"}, "0": {"en": "False", "es": "Falso"}}
        if not questions and not seen and kind == "text":
            seen = True  # the first field of a project is its record id
            continue
        seen = True
        asked = _asked([row.get("Branching Logic (Show field only if...)", "")])
        questions[question] = Question(
            question,
            SPECIAL.get(question, TYPE_ALIASES.get(kind, "text")),
            label,
            answers,
            asked[0],
            identifier=row.get("Identifier?", "").casefold() in YES,
            condition=asked[1],
            unread=asked[2],
        )
    if not questions:
        raise CodebookError(text("survey.book_redcap", file=name))
    return Codebook(questions, name)


def choices(written: str) -> dict[str, dict[str, str]]:
    """REDCap's `1, A | 2, B`, with or without blanks: code → labels."""
    result: dict[str, dict[str, str]] = {}
    # A label may hold a bar or a comma; a new choice begins with a code and a comma.
    for part in re.split(r"\s*(?:\||\\n|\n)\s*(?=-?[\w.]+\s*,)", written.strip()):
        code, comma, label = part.partition(",")
        if comma:
            result[code.strip()] = {"en": label.strip(), "es": label.strip()}
    return result


def own_questions() -> Codebook:
    """The question set as a codebook."""
    path = vocabulary.FOLDER / "survey_questions.csv"
    return read(path.read_bytes(), path.name)


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
