"""The shared survey exports of nine tools, each person forty times, and their right answers."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl

EXPORTS = [
    "google_forms_direct_download.csv.zip",
    "kobo_export_xml_headers.csv",
    "google_forms_sheet_export.csv",
    "limesurvey_fulltext_labels.csv",
    "microsoft_forms.xlsx",
    "odk_central_submissions.csv",
    "qualtrics_choice_text_split_columns.csv",
    "redcap_labels.csv",
    "surveymonkey_expanded.csv",
]
TIMES = 40

FIELDS = {"needs": "needs", "barriers": "barriers", "gifts": "give"}
IDS = {
    "Safe, sober place to live": "housing",
    "Work / recovery-friendly employer": "job",
    "Meetings or support groups": "meeting",
    "Child care": "childcare",
    "Rides / transportation": "ride",
    "Dental care": "dental",
    "Sober things to do, evenings & weekends": "social",
    "Other": "other",
    "Other (please specify)": "other",
    # Typed under "Other"; forty people who say the same make it an answer like any other.
    "Grief group, for grandparents": "other",
    "Nothing stood in the way": "none",
    "No ride, or too far": "ride",
    "Cost": "cost",
    "Hours did not fit (work, family)": "hours",
    "No child care": "childcare",
    "Not in my language": "language",
    "Worried what people would think": "stigma",
    "Give rides": "drive",
    "Lead or host a group": "lead",
    "Cook / share a meal": "cook",
    "Music, arts, sport": "music",
    "Not right now": "none",
    "None of these": "none",
}


def id_of(label: str) -> str:
    """The id in expected.json of an answer as a form words it; forms without labels show ids."""
    return IDS.get(label, label)


def expected(shared: Path, name: str, topic: str) -> dict[str, int]:
    """How often each answer to needs, barriers or gifts was given in `many` of an export."""
    people = json.loads((shared / "surveys" / "expected.json").read_text())["respondents"]
    if "qualtrics" in name:
        people = [person for person in people if person["id"] != 2]  # the maker's own trial
    if name.startswith(("qualtrics", "redcap", "limesurvey")):
        people = [person for person in people if person["id"] != 4]  # never finished
    given = Counter(answer for person in people for answer in person[FIELDS[topic]])
    return {answer: TIMES * n for answer, n in given.items()}


def many(name: str, data: bytes) -> bytes:
    """The same export with every person forty times, each under an id of their own."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = archive.namelist()[0]
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as result:
                result.writestr(inside, many(inside, archive.read(inside)))
        return out.getvalue()
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(data))
        sheet = book.worksheets[0]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        for turn in range(1, TIMES):
            for row in rows[1:]:
                sheet.append([f"{row[0]}{turn:03}", *row[1:]])
        workbook = io.BytesIO()
        book.save(workbook)
        return workbook.getvalue()
    text = data.decode("utf-8-sig")
    delimiter = ";" if "kobo" in name else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    head = {"qualtrics": 3, "surveymonkey": 2}.get(name.split("_")[0], 1)
    ids = {"_uuid", "_id", "KEY", "ResponseId", "Record ID", "Respondent ID", "Response ID"}
    places = [n for n, cell in enumerate(rows[0]) if cell in ids]
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=delimiter)
    writer.writerows(rows[:head])
    for turn in range(TIMES):
        for row in rows[head:]:
            writer.writerow(
                [f"{cell}{turn:03}" if n in places else cell for n, cell in enumerate(row)]
            )
    return lines.getvalue().encode()
