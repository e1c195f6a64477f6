"""Reading answers: nine tools' exports, our own form, and everything that can be wrong with it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pytest
import shapely

from assetmap.survey import codebook, read
from assetmap.survey.answers import Answers, reading_summary
from assetmap.survey.opened import TreatmentRecords
from assetmap.survey.questions import Missing
from assetmap.survey.sheet import MAX_BYTES, UnreadableSurvey

BOOK = codebook.read(
    "question,type,answer,label_en,label_es,asked_if,sensitive,identifier,link\n"
    'needs,many,home,"A safe, sober home",Una casa,,,,\n'
    "needs,many,job,A job,Trabajo,,,,\n"
    "needs,many,ride,A ride,Transporte,,,,\n"
    "when,one,day,By day,De día,needs=ride,,,\n"
    "when,one,night,At night,De noche,,,,\n"
    "words,text,,In your own words?,,,,,\n"
    "contact,text,,How can we reach you?,,,,yes,\n"
)


class Source(NamedTuple):
    name: str
    data: bytes


def reading(text: str, name: str = "wave.csv") -> Answers:
    return read.read([Source(name, text.encode())], BOOK)


def messages(made: Answers) -> list[tuple[int | None, str, str, str]]:
    return [(p.row, p.field, p.severity, p.message) for p in made.problems]


def test_our_own_form_row_by_row() -> None:
    result = reading(
        "respondent,wave,area,consent,age,guardian,needs,when,words,contact\n"
        "1,w1,north,yes,44,,home|ride,night,Call me at 413-555-0142 or a.b@example.org,555\n"
        "2,w1,north,no,30,,home,,,\n"
        "3,w1,south,yes,16,no,job,,,\n"
        "4,w1,south,yes,17,yes,job,,,\n"
        "1,w1,north,yes,44,,home,,,\n"
        "5,w1,north,yes,,,gold|job,day,n/a,\n"
        ",,,,,,,,,\n"
        "6,w1,,yes,,,,,,\n"
    )
    assert result.tool == "assetmap"
    assert result.respondents == 8
    assert result.left_out == {
        "partial": 1,
        "no_consent": 1,
        "under_age": 1,
        "preview": 0,
        "rejected": 0,
        "duplicate": 1,
        "empty": 1,
    }
    assert result.dropped == ["respondent", "age", "guardian", "contact"]
    assert "contact" not in result.frame
    assert result.frame[["wave", "area", "needs", "when", "words"]].values.tolist() == [
        [
            "w1",
            "north",
            frozenset({"home", "ride"}),
            frozenset({"night"}),
            "Call me at [removed] or [removed]",
        ],
        ["w1", "south", frozenset({"job"}), Missing.NOT_ASKED, Missing.NOT_ANSWERED],
        ["w1", "north", frozenset({"job"}), Missing.NOT_ASKED, Missing.NOT_ANSWERED],
    ]
    assert messages(result) == [
        (
            1,
            "words",
            "fixed",
            "Row 1: `words` held an e-mail address and a phone number; it was taken out.",
        ),
        (2, "", "rejected", "Row 2: `consent` is not yes; the person is left out."),
        (
            3,
            "",
            "rejected",
            "Row 3: the person is under 18 and there is no guardian's consent; left out.",
        ),
        (
            5,
            "",
            "rejected",
            "Row 5: this person is already in the file; the first answers are used.",
        ),
        (
            6,
            "needs",
            "kept",
            "`needs` has 1 answer that is not in the codebook. It is not counted (row 6).",
        ),
        (
            6,
            "when",
            "rejected",
            "`when` has 1 answer from a person who was not asked it. It is not counted (row 6).",
        ),
        (7, "", "rejected", "Row 7: it is empty."),
        (
            8,
            "",
            "rejected",
            "Row 8: it was not finished, or no question was answered; the person is left out.",
        ),
    ]


def test_not_asked_and_not_answered_have_their_own_denominators() -> None:
    result = reading(
        "respondent,wave,area,consent,needs,when\n"
        "1,w,a,yes,ride,day\n2,w,a,yes,ride,\n3,w,a,yes,home,\n4,w,a,yes,,\n"
    )
    questions = {q["id"]: q for q in reading_summary(result)["questions"]}  # type: ignore[attr-defined]
    # Nobody answered anything in row 4, so three people are counted.
    assert questions["needs"] == {
        "id": "needs",
        "asked": 3,
        "answered": 3,
        "answers": {"home": 1, "ride": 2},
    }
    assert questions["when"] == {"id": "when", "asked": 2, "answered": 1, "answers": {"day": 1}}
    assert questions["words"] == {"id": "words", "asked": 0, "answered": 0, "answers": {}}


def test_a_report_never_repeats_someones_words() -> None:
    result = reading(
        "respondent,wave,area,consent,needs\n"
        '1,w,a,yes,"job|My neighbor Maria Lopez of 14 Elm Street"\n'
    )
    assert "Maria" not in json.dumps(reading_summary(result))
    assert result.problems[0].value == ""


def test_labels_with_commas_are_read_by_the_known_choices() -> None:
    result = reading(
        "Timestamp,needs,in your own words?\n"
        '3/2/2026 9:07:42,"A safe, sober home, A ride",\n'
        '3/2/2026 9:08:42,"Trabajo, Una casa",\n'
    )
    assert result.tool == "google_forms"
    assert result.frame["needs"].tolist() == [
        frozenset({"home", "ride"}),
        frozenset({"job", "home"}),
    ]


def test_a_survey_without_consent_is_read_but_marked() -> None:
    result = reading("respondent,wave,area,needs\n1,w,a,home\n")
    assert not result.has_consent
    assert result.problems[0].message == (
        "wave.csv has no column `consent`: it can be read, but nothing of it is published until "
        "every person's consent is in it."
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "wave.csv is empty."),
        (b" \n\n", "wave.csv is empty."),
        (b"respondent,wave,area,consent,needs\n", "wave.csv has a header but no answers."),
        (
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
            "wave.csv is a PDF; export the table behind it as CSV or XLSX.",
        ),
        (
            b"PK\x03\x04broken",
            "wave.csv is a damaged archive; save or download it again.",
        ),
        (
            b"name,colour\nAnn,red\n",
            "wave.csv: no column is a question of the codebook (it has name, colour …). "
            "Give the codebook this survey was made with.",
        ),
        (
            b"\x00" * 100,
            "wave.csv is empty.",
        ),
        (
            b"a" * (MAX_BYTES + 1),
            "wave.csv is 20 MB, more than the limit of 20 MB; split it or leave out columns.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableSurvey) as caught:
        read.read([Source("wave.csv", data)], BOOK)
    assert str(caught.value) == says


def test_an_archive_that_unpacks_too_large_is_not_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 201_000_000)
    with pytest.raises(UnreadableSurvey, match="more than the limit of 300 times"):
        read.read([Source("wave.xlsx", packed.getvalue())], BOOK)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_gives_the_same_answers(encoding: str) -> None:
    text = "respondent;wave;area;consent;needs\n1;w;Peñón;sí;home|job\n"
    result = read.read([Source("w.csv", text.encode(encoding))], BOOK)
    assert result.frame["area"].tolist() == ["Peñón"]
    assert result.frame["needs"].tolist() == [frozenset({"home", "job"})]


def test_a_treatment_programs_own_records_are_refused() -> None:
    with pytest.raises(TreatmentRecords) as caught:
        reading(
            "respondent,wave,area,consent,needs,Admission date,Treatment plan\n1,w,a,yes,home,,\n"
        )
    assert str(caught.value) == (
        "wave.csv looks like a treatment program's own records (it has the column Admission date, "
        "Treatment plan); 42 CFR Part 2 does not let them be used here. "
        "Ask people directly, in a survey of your own."
    )


def test_a_codebook_can_say_that_these_are_treatment_records() -> None:
    book = codebook.read("question,type,answer,identifier\nneeds,many,home,part2\n")
    with pytest.raises(TreatmentRecords, match="its codebook says so"):
        read.read([Source("w.csv", b"respondent,wave,needs\n1,w,home\n")], book)


def test_consent_and_area_are_known_in_any_tools_form() -> None:
    book = codebook.read(
        "question,type,answer,label_en\nconsent,one,yes,I agree\nconsent,one,no,No\n"
        "home,area,north,North side\nhome,area,south,South side\nneeds,many,home,A home\n"
    )
    text = (
        '"_uuid";"_submission_time";"about/consent";"about/home";"needs"\n'
        '"u1";"2026-03-02T09:00:00";"yes";"South side";"home"\n'
        '"u2";"2026-03-02T09:00:00";"I do not agree";"north";"home"\n'
        '"u3";"2026-03-02T09:00:00";"I agree";"north";"home"\n'
    )
    result = read.read([Source("kobo.csv", text.encode())], book)
    assert (result.tool, result.has_consent, result.left_out["no_consent"]) == ("kobo", True, 1)
    assert result.frame[["wave", "area"]].values.tolist() == [
        ["2026-03", "south"],
        ["2026-03", "north"],
    ]
    assert list(result.frame) == ["wave", "area", "place", "link", "day", "weight", "needs"]


def test_coordinates_become_an_area_and_are_dropped() -> None:
    areas = gpd.GeoDataFrame(
        {"id": ["west", "east"]},
        geometry=[shapely.box(-90, 37, -89, 38), shapely.box(-89, 37, -88, 38)],
        crs=4326,
    )
    text = (
        "KEY,SubmissionDate,home-Latitude,home-Longitude,needs\n"
        "u1,2026-03-02,37.5,-88.5,home\nu2,2026-03-02,37.5,-89.5,job\nu3,2026-03-02,,,ride\n"
    )
    result = read.read([Source("odk.csv", text.encode())], BOOK, areas)
    assert result.frame["area"].tolist() == ["east", "west", None]
    assert result.dropped == ["KEY", "SubmissionDate", "home-Latitude", "home-Longitude"]
    assert "37.5" not in result.frame.to_csv()
    assert "2026-03-02" not in result.frame.to_csv()


EXPORTS = {
    "google_forms_direct_download.csv.zip": "google_forms",
    "google_forms_sheet_export.csv": "google_forms",
    "kobo_export_labels.csv": "kobo",
    "kobo_export_xml_headers.csv": "kobo",
    "limesurvey_codes_answers.csv": "limesurvey",
    "limesurvey_fulltext_labels.csv": "limesurvey",
    "microsoft_forms.xlsx": "microsoft_forms",
    "microsoft_forms_saved_as_cp1252.csv": "microsoft_forms",
    "odk_central_submissions.csv": "odk",
    "qualtrics_choice_text.csv": "qualtrics",
    "qualtrics_choice_text_split_columns.csv": "qualtrics",
    "redcap_labels.csv": "redcap",
    "redcap_raw.csv": "redcap",
    "surveymonkey_expanded.csv": "surveymonkey",
}


# Only the numbered export needs the dictionary.
@pytest.mark.parametrize(
    ("name", "with_dictionary"), [*((name, False) for name in EXPORTS), ("redcap_raw.csv", True)]
)
def test_the_same_people_give_the_same_answers_whichever_tool(
    shared: Path, name: str, with_dictionary: bool
) -> None:
    folder = shared / "surveys" / "exports"
    book = codebook.read((folder / "xlsform_strengths_needs.xlsx").read_bytes(), "form.xlsx")
    sources = [Source(name, (folder / name).read_bytes())]
    if with_dictionary:
        dictionary = folder / "redcap_data_dictionary.csv"
        sources.append(Source(dictionary.name, dictionary.read_bytes()))
    result = read.read(sources, book)
    people = json.loads((shared / "surveys" / "expected.json").read_text())["respondents"]
    if EXPORTS[name] in ("qualtrics", "redcap", "limesurvey"):
        # These tools say that the fourth person never finished.
        people = [person for person in people if person["id"] != 4]
    if EXPORTS[name] == "qualtrics":
        # Its second person is the form maker's own trial.
        people = [person for person in people if person["id"] != 2]
    assert result.tool == EXPORTS[name]
    assert result.respondents == 6
    assert result.left_out["preview"] + result.left_out["partial"] == 6 - len(people)
    asked = ["role", "needs", "barriers", "give", "belong"]
    if name == "kobo_export_labels.csv":
        asked = ["role", "needs"]  # this export has no more questions
        assert set(result.frame["give"]) == {Missing.NOT_ASKED}
    for question in asked:
        expected = []
        for person in people:
            value = person[question]
            values = value if isinstance(value, list) else [] if value is None else [str(value)]
            expected.append(frozenset(values) or Missing.NOT_ANSWERED)
        assert result.frame[question].tolist() == expected, question
    words = result.frame["worked"].tolist()
    assert words[0] == ("My home group, and the choir. Call Maria at [removed] if you need a ride!")
    assert "café y compañía" in words[1 if EXPORTS[name] == "qualtrics" else 2]
    everything = result.frame.to_csv() + json.dumps(reading_summary(result))
    for secret in ("413-555", "42.1015", "192.0.2", "00000001-0000"):
        assert secret not in everything
    guessed = any(problem.severity == "guessed" and problem.field for problem in result.problems)
    numbered = name in ("limesurvey_codes_answers.csv", "redcap_raw.csv") and not with_dictionary
    assert guessed == numbered
