"""Numbers that are right: waves and dates, signs, ages, refusals, ticks, copies, branches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from assetmap.survey import codebook, read, release
from assetmap.survey.answers import Answers, reading_summary
from assetmap.survey.codebook import Codebook
from assetmap.survey.given import minors, under_age
from assetmap.survey.opened import TreatmentRecords
from assetmap.survey.phrases import header_is, is_ticked, is_yes, key
from assetmap.survey.questions import Missing
from assetmap.survey.waves import days, span


class Source(NamedTuple):
    name: str
    data: bytes


def source(text: str, name: str = "w.csv") -> Source:
    return Source(name, text.encode())


def book(text: str) -> Codebook:
    return codebook.read("question,type,answer,label_en\n" + text)


NEEDS = book("needs,many,home,A home\nneeds,many,bus,A bus\n")
WITH_OTHER = book("needs,many,home,A home\nneeds,many,bus,A bus\nneeds,many,other,Other\n")


def counts(made: Answers, question: str = "needs") -> dict[str, int]:
    questions = reading_summary(made)["questions"]
    assert isinstance(questions, list)
    return next(q["answers"] for q in questions if q["id"] == question)


@pytest.mark.parametrize(
    ("cells", "found", "name"),
    [
        (["3/12/2026 9:07:42", "3/2/2026"], ["2026-03-12", "2026-03-02"], "2026-03"),
        (["1/1/2026", "12/24/2026"], ["2026-01-01", "2026-12-24"], "2026-01 to 2026-12"),
        # 24/12 cannot be a month, so the whole column is day first.
        (["1/2/2026", "24/12/2026"], ["2026-02-01", "2026-12-24"], "2026-02 to 2026-12"),
        (["03.02.2026", "4.2.2026"], ["2026-02-03", "2026-02-04"], "2026-02"),
        (["2026-03-02T09:07:42.000Z", ""], ["2026-03-02", ""], "2026-03"),
        (["2026", "2026"], ["2026", "2026"], "2026"),
        (["[not completed]", "soon"], ["", ""], ""),
        (["3/2/26"], ["2026-03-02"], "2026-03"),
    ],
)
def test_dates_of_any_tool_give_one_waves_name(
    cells: list[str], found: list[str], name: str
) -> None:
    assert days(cells) == found
    assert span(found) == name


def test_where_a_form_is_not_english_a_single_day_is_read_as_it_is_written_there() -> None:
    for header, wave in (("Timestamp", "2026-02"), ("Horodateur", "2026-03"),
                         ("Carimbo de data/hora", "2026-03")):  # fmt: skip
        rows = [f"02/03/2026 9:0{n}:00,Yes,home" for n in range(5)]
        text = "\n".join([f"{header},Consent,needs", *rows, ""])
        assert set(read.read([source(text)], NEEDS).frame["wave"]) == {wave}


def test_google_rows_are_one_wave_by_first_and_last_month() -> None:
    rows = "".join(f"{month}/{month}/2026 9:07:42,Yes,home\n" for month in range(1, 13))
    result = read.read([source("Timestamp,Consent,needs\n" + rows)], NEEDS)
    assert set(result.frame["wave"]) == {"2026-01 to 2026-12"}
    named = read.read([source("Timestamp,Consent,needs\n" + rows)], NEEDS, wave="Spring 2026")
    assert set(named.frame["wave"]) == {"Spring 2026"}


def test_the_shared_google_file_is_one_wave_that_is_shown(shared: Path) -> None:
    folder = shared / "cases" / "survey"
    result = read.read([Source("google.csv", (folder / "google.csv").read_bytes())], NEEDS_SHARED)
    table = release.release(result, result.codebook, None).table
    assert set(table["wave"]) == {"2026-01 to 2026-12"}
    assert dict(zip(table["answer"], table["count"], strict=True)) == {
        "housing": "67",
        "bus": "133",
    }


NEEDS_SHARED = book("needs,one,housing,Housing\nneeds,one,bus,Bus\n")


def test_minus_one_is_not_one(shared: Path) -> None:
    folder = shared / "cases" / "survey"
    scale = codebook.read((folder / "neg_book.csv").read_bytes())
    result = read.read([Source("neg.csv", (folder / "neg.csv").read_bytes())], scale)
    assert counts(result, "rate") == {"-1": 10}


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("-1", "-1"),
        ("−1", "-1"),
        ("+1", "1"),
        ("1.0", "1"),
        ("-0.0", "0"),
        ("01", "1"),
        ("1.50", "1.5"),
    ],
)
def test_numbers_are_compared_with_their_sign(written: str, folded: str) -> None:
    assert key(written) == folded


def test_age_groups_as_codes_are_read_by_their_label(shared: Path) -> None:
    folder = shared / "cases" / "survey"
    ages = codebook.read((folder / "age_book.csv").read_bytes())
    result = read.read([Source("age.csv", (folder / "age.csv").read_bytes())], ages)
    assert result.left_out["under_age"] == 0
    assert counts(result, "age_group") == {"18-29": 5, "30+": 5}


def test_a_code_of_a_minors_group_is_left_out_and_an_unknown_one_is_asked() -> None:
    ages = book("age_group,one,a,Under 18\nage_group,one,b,18 to 30\nneeds,one,bus,\n")
    text = (
        "respondent,consent,age_group,needs\n1,yes,1,bus\n2,yes,2,bus\n3,yes,A2,bus\n4,yes,9,bus\n"
    )
    result = read.read([source(text)], ages)
    assert result.left_out["under_age"] == 1
    assert counts(result) == {"bus": 3}
    assert [p.message for p in result.problems if p.field == "age"] == [
        "w.csv: 1 person gave an age that could not be read. The person is kept; please say what "
        "the answer means."
    ]


@pytest.mark.parametrize(
    ("text", "young"),
    [
        ("17", True),
        ("18", False),
        ("18-29", False),
        ("16-24", True),
        ("Under 18", True),
        ("under 30", False),
        ("< 18", True),
        ("> 60", False),
        ("65 or older", False),
        ("menor de edad", True),
        ("B", None),
    ],
)
def test_ages(text: str, young: bool | None) -> None:
    assert under_age(text) == young


def test_a_column_of_small_numbers_is_codes_not_ages() -> None:
    assert minors(["1", "2", "7"], {}) == ([False, False, False], 3)
    assert minors(["16", "40"], {}) == ([True, False], 0)
    assert minors(["2009", "1980"], {}, birth_year=True, year=2026) == ([True, False], 0)


@pytest.mark.parametrize(
    "header",
    ["age_first_use", "At what age did you first drink?", "Age of your oldest child", "language"],
)
def test_only_the_persons_own_age_now_decides(header: str) -> None:
    assert not header_is(header, "age")
    result = read.read([source(f"respondent,consent,{header},needs\n1,yes,14,home\n")], NEEDS)
    assert result.left_out["under_age"] == 0
    assert counts(result) == {"home": 1}


def test_refusals_none_and_codes_are_answers_of_their_own_never_other() -> None:
    text = (
        "respondent,consent,needs\n1,yes,home|Prefer not to say\n2,yes,None of these\n3,yes,97\n"
        "4,yes,Prefiero no decir\n5,yes,bus|Maria Lopez\n6,yes,99\n"
    )
    result = read.read([source(text)], WITH_OTHER)
    assert counts(result) == {
        "home": 1, "bus": 1, "other": 1, "prefer_not_to_say": 2, "none": 1, "97": 1, "99": 1,
    }  # fmt: skip
    assert result.codebook.questions["needs"].answers["prefer_not_to_say"] == {
        "en": "Prefer not to say",
        "es": "Prefiere no decir",
    }
    assert "Maria" not in json.dumps(reading_summary(result))


def test_unknown_answers_are_counted_and_never_quoted() -> None:
    text = "respondent,consent,needs\n1,yes,I am HIV positive\n2,yes,SSN 123-45-6789\n3,yes,home\n"
    item = book("needs,one,home,A home\nneeds,one,bus,A bus\n")
    result = read.read([source(text)], item)
    said = json.dumps(reading_summary(result))
    assert "HIV" not in said and "6789" not in said
    assert [p.message for p in result.problems if p.field == "needs"] == [
        "`needs` has 2 answers that are not in the codebook. They are not counted (rows 1, 2)."
    ]


@pytest.mark.parametrize(
    "cell",
    [
        *("", "0", "0.0", "nan", "NaN", "NA", "n/a", "Non", "Nein", "Não", "no", "not checked"),
        *("Not Selected", "FALSE", "Unchecked", "NULL", "#N/A", "-"),
    ],
)
def test_what_is_not_ticked(cell: str) -> None:
    assert not is_ticked(cell)
    kobo = f'_uuid,_submission_time,consent,needs/home,needs/bus\n1,2026-01-01,yes,"{cell}",1\n'
    assert counts(read.read([source(kobo)], NEEDS)) == {"bus": 1}


@pytest.mark.parametrize("cell", ["1", "1.0", "yes", "Oui", "Checked", "A home", "x", "true"])
def test_what_is_ticked(cell: str) -> None:
    assert is_ticked(cell)


@pytest.mark.parametrize(
    ("cell", "agreed"),
    [
        ("I consent", True),
        ("Estoy de acuerdo", True),
        ("Yes, I understand my answers will not be shared", True),
        ("OK", True),
        ("Continue", True),
        ("Oui", True),
        ("J'accepte", True),
        ("Ja, ich stimme zu", True),
        ("By clicking continue I agree", True),
        ("I do not agree", False),
        ("No acepto", False),
        ("Ich stimme nicht zu", False),
        ("Je n'accepte pas", False),
        ("Disagree", False),
        ("No, thank you", False),
        ("maybe", None),
        ("", None),
    ],
)
def test_yes_and_no_in_any_words(cell: str, agreed: bool | None) -> None:
    assert is_yes(cell) is agreed


FILMS = ["I  The Menace", "II  The Attack", "III  The Revenge", "IV  A Hope", "V  The Return", "VI"]
SEEN = [673, 571, 550, 607, 758, 738]


def two_header_rows() -> str:
    """As SurveyMonkey writes it: 835 people, of whom each film was seen by its number."""
    people = 835
    lines = [
        "RespondentID,Have you seen any?,Which have you seen? Please select all that apply."
        + "," * 5,
        ",Response," + ",".join(f"Star Wars: {film}" for film in FILMS),
    ]
    for person in range(people):
        seen = [f"Star Wars: {f}" if person < n else "" for f, n in zip(FILMS, SEEN, strict=True)]
        lines.append(f"{3292880000 + person},Yes,{','.join(seen)}")
    lines.append("3292990000,No,,,,,,")
    return "\n".join(lines) + "\n"


def test_two_header_rows_lose_no_tick_box_and_are_no_person() -> None:
    result = read.read([source(two_header_rows())])
    assert result.respondents == 836
    which = next(q for q in result.codebook.questions.values() if q.many)
    assert list(counts(result, which.id).values()) == SEEN


def test_the_same_file_twice_counts_once() -> None:
    text = "Timestamp,Consent,needs\n3/2/2026 9:07:42,Yes,home\n3/2/2026 9:09:10,Yes,bus\n"
    again = text + "3/3/2026 8:00:00,Yes,bus\n"
    result = read.read([source(text, "a.csv"), source(again, "b.csv")], NEEDS)
    assert (counts(result), result.left_out["duplicate"]) == ({"home": 1, "bus": 2}, 2)
    # Two sites' own sheets both number from 1: these are other people.
    sites = [
        source("respondent,consent,needs\n1,yes,home\n", "north.csv"),
        source("respondent,consent,needs\n1,yes,bus\n", "south.csv"),
    ]
    assert counts(read.read(sites, NEEDS)) == {"home": 1, "bus": 1}
    # Rows without an id or a time of day may well be equal and still be two people.
    plain = [source("consent,needs\nyes,home\nyes,home\n", name) for name in ("a.csv", "b.csv")]
    assert counts(read.read(plain, NEEDS)) == {"home": 4}


def test_rejected_and_unfinished_submissions_are_left_out_with_a_count() -> None:
    kobo = (
        "_uuid,_submission_time,consent,needs,_validation_status\n"
        "1,2026-01-01,yes,home,\n2,2026-01-01,yes,bus,validation_status_not_approved\n"
        "3,2026-01-01,yes,bus,Not approved\n4,2026-01-01,yes,bus,validation_status_approved\n"
    )
    result = read.read([source(kobo)], NEEDS)
    assert (counts(result), result.left_out["rejected"]) == ({"home": 1, "bus": 1}, 2)
    odk = (
        "SubmissionDate,KEY,consent,needs,ReviewState\n"
        "2026-01-01,u1,yes,home,rejected\n2026-01-01,u2,yes,bus,hasIssues\n"
    )
    result = read.read([source(odk)], NEEDS)
    assert (counts(result), result.left_out["rejected"]) == ({"bus": 1}, 1)
    lime = "id,submitdate,lastpage,consent,needs\n1,,2,yes,home\n2,2026-01-01 10:00,3,yes,bus\n"
    result = read.read([source(lime)], NEEDS)
    assert (counts(result), result.left_out["partial"]) == ({"bus": 1}, 1)


def test_where_no_record_is_marked_finished_the_mark_is_not_used() -> None:
    text = "record_id,consent,needs,form_complete\n1,yes,home,0\n2,yes,bus,0\n"
    assert counts(read.read([source(text)], NEEDS)) == {"home": 1, "bus": 1}


def test_one_question_in_two_columns_is_joined() -> None:
    text = (
        "Timestamp,Consent,needs,Do you have kids?,needs\n"
        "3/2/2026 9:07:42,Yes,home,no,\n3/2/2026 9:08:42,Yes,,yes,bus\n"
    )
    result = read.read([source(text)], NEEDS)
    assert result.frame["needs"].tolist() == [frozenset({"home"}), frozenset({"bus"})]
    groups = (
        "_uuid,_submission_time,consent,with_kids/needs,without/needs\n"
        "1,2026-01-01,yes,home,\n2,2026-01-01,yes,,bus\n"
    )
    assert counts(read.read([source(groups)], NEEDS)) == {"home": 1, "bus": 1}


def test_columns_that_a_survey_may_ask_too_are_asked_not_refused() -> None:
    text = "respondent,consent,needs,Referral source,Level of care\n1,yes,home,a friend,none\n"
    result = read.read([source(text)], NEEDS)
    assert counts(result) == {"home": 1}
    assert result.problems[0].message == (
        "w.csv has columns that a treatment program's records have (Referral source, Level of "
        "care). If this is a survey, go on; a program's own records may not be used here."
    )
    for column in ("MRN", "Patient ID", "Discharge date"):
        with pytest.raises(TreatmentRecords):
            read.read([source(f"respondent,consent,needs,{column}\n1,yes,home,7\n")], NEEDS)


def test_nobody_who_answered_nothing_is_counted() -> None:
    result = read.read([source("respondent,consent,needs\n1,yes,NA\n2,yes,home\n")], NEEDS)
    assert result.left_out["partial"] == 1
    assert Missing.NOT_ANSWERED not in result.frame["needs"].tolist()
