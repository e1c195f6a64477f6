"""One question's answers of the people who stay, read column by column."""

from __future__ import annotations

from collections.abc import Sequence

from assetmap.fields import Problem
from assetmap.places import fold
from assetmap.survey.codebook import Question
from assetmap.survey.identifiers import scrub
from assetmap.survey.match import AnswerField, AnswerMatcher, ticked
from assetmap.survey.phrases import is_blank
from assetmap.survey.questions import Missing
from assetmap.survey.tools.layout import ToolSheet
from assetmap.words import Text, text

ROWS_NAMED = 5
# So many rows of one question are each told of; nobody reads ten thousand lines of one kind.
ROWS_SAID = 200


def answers_to(
    name: str,
    answer_field: AnswerField,
    kept: Sequence[int],
    sheet: ToolSheet,
    reader: AnswerMatcher,
    problems: list[Problem],
) -> list[object]:
    """One question's answers of the kept records."""
    if not answer_field.question.answers:
        return _texts(name, answer_field, kept, sheet, problems)
    result: list[object] = []
    unknown: list[int] = []
    question, separators = answer_field.question, tuple(sheet.separators)
    if question.many and "|" not in separators:
        separators = (*separators, "|")
    known: dict[str, tuple[frozenset[str], int]] = {}

    def chosen(cell: str) -> tuple[frozenset[str], int]:
        """Every spelling is looked at once a column."""
        if cell not in known:
            if _silent(cell, question, reader):
                known[cell] = (frozenset(), 0)
            elif question.many:
                known[cell] = reader.several(question, cell, separators)
            else:
                known[cell] = reader.one(question, cell)
        return known[cell]

    columns = answer_field.columns
    if not answer_field.options and len(columns) == 1 and question.type != "text":
        # Most questions stand in one column: every spelling is looked at once, the rest is lookup.
        cells = [sheet.records[number][columns[0]] for number in kept]
        verdicts = {cell: chosen(cell) for cell in dict.fromkeys(cells)}
        values = {cell: answer or Missing.NOT_ANSWERED for cell, (answer, _) in verdicts.items()}
        result = [values[cell] for cell in cells]
        missed_cells = {cell for cell, (_, missed) in verdicts.items() if missed}
        if missed_cells:
            unknown = [n for n, cell in zip(kept, cells, strict=True) if cell in missed_cells]
            _say_unknown(name, question, unknown, problems)
        return result
    for number in kept:
        record = sheet.records[number]
        given = ticked(answer_field, record) if answer_field.options else frozenset()
        if not answer_field.options:
            for column in columns:
                cell = record[column]
                answer, missed = known.get(cell) or chosen(cell)
                if missed:
                    unknown.append(number)
                # One person went through one branch; a single answer stays the first.
                if not given or question.many:
                    given = given | answer if given else answer
        result.append(given or Missing.NOT_ANSWERED)
    if unknown:
        _say_unknown(name, question, unknown, problems)
    return result


def _silent(cell: str, question: Question, reader: AnswerMatcher) -> bool:
    if not cell or cell.isspace():
        return True
    return is_blank(cell) and reader.answers[question.id].get(fold(cell)) is None


def _say_unknown(
    name: str, question: Question, unknown: Sequence[int], problems: list[Problem]
) -> None:
    rows = ", ".join(str(number + 1) for number in unknown[:ROWS_NAMED])
    more = " …" if len(unknown) > ROWS_NAMED else ""
    message = text(
        "survey.unknown_answers", n=len(unknown), question=question.id, rows=f"{rows}{more}"
    )
    problems.append(Problem(unknown[0] + 1, question.id, "", "kept", message, name))


def _texts(
    name: str,
    answer_field: AnswerField,
    kept: Sequence[int],
    sheet: ToolSheet,
    problems: list[Problem],
) -> list[object]:
    """Free text without what points at someone; numbers stay as they are written."""
    result: list[object] = []
    scrubbed: list[int] = []
    for number in kept:
        record = sheet.records[number]
        cell = next(
            (record[c].strip() for c in answer_field.columns if not _nothing(record[c])), ""
        )
        if not cell:
            result.append(Missing.NOT_ANSWERED)
            continue
        clean, taken = scrub(cell)
        if taken:
            scrubbed.append(number)
            if len(scrubbed) <= ROWS_SAID:
                message = text(
                    "survey.row_scrubbed",
                    row=number + 1,
                    question=answer_field.question.id,
                    taken=_listed(taken),
                )
                problems.append(
                    Problem(number + 1, answer_field.question.id, "", "fixed", message, name)
                )
        result.append(clean)
    if len(scrubbed) > ROWS_SAID:
        message = text(
            "survey.rows_scrubbed", n=len(scrubbed) - ROWS_SAID, question=answer_field.question.id
        )
        problems.append(Problem(None, answer_field.question.id, "", "fixed", message, name))
    return result


def _nothing(cell: str) -> bool:
    """Whether a text says nothing; long texts always say something."""
    return len(cell) < 24 and (is_blank(cell) or fold(cell) == "none")


def _listed(taken: Sequence[Text]) -> Text:
    whole = taken[0]
    for sign in taken[1:]:
        last = sign is taken[-1]
        whole = text("survey.signs_and" if last else "survey.signs", first=whole, second=sign)
    return whole
