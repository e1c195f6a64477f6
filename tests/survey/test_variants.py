"""Exports of the same tools as others really have them: languages, events, repeats, old layouts."""

from __future__ import annotations

import io
import zipfile

import pytest

from assetmap.files.source import Source
from assetmap.survey import opened, read
from assetmap.survey.answers import reading_summary
from assetmap.survey.sheet import UnreadableSurvey

PEOPLE = 12
Counts = dict[str, dict[str, int]]


def counted(text: str, *books: str) -> tuple[dict[str, object], Counts]:
    sources = [Source("export.csv", text.encode())]
    sources += [Source("dictionary.csv", book.encode()) for book in books]
    summary = reading_summary(read.read(sources))
    questions: list[dict[str, object]] = summary["questions"]  # type: ignore[assignment]
    return summary, {str(q["id"]): q["answers"] for q in questions if q["answers"]}  # type: ignore[misc]


def lines(header: str, *templates: str) -> str:
    """Two people by turns from two templates; {n} counts from 1."""
    rows = [templates[n % len(templates)].format(n=n + 1) for n in range(PEOPLE)]
    return "\n".join([header, *rows]) + "\n"


@pytest.mark.parametrize(
    ("header", "one", "two", "many"),
    [
        (
            "Marca temporal,¿Acepta participar?,¿Qué necesita? (marque todas),¿Cuántos años tiene?",
            '{n}/03/2026 9:00:00,"Sí, acepto","Vivienda, Trabajo",35',
            '{n}/03/2026 9:00:00,"Sí, acepto",Trabajo,41',
            {"Vivienda": 6, "Trabajo": 12},
        ),
        (
            "Horodateur,Acceptez-vous de participer ?,De quoi avez-vous besoin ? (cochez toutes)",
            '2026/03/{n:02} 9:00:00 AM UTC−5,Oui,"Logement, Travail"',
            "2026/03/{n:02} 9:00:00 AM UTC−5,Oui,Travail",
            {"Logement": 6, "Travail": 12},
        ),
        (
            "Zeitstempel,Einwilligung,Was brauchen Sie? (Mehrfachauswahl)",
            "{n:02}.03.2026 14:00:00,Ja,Wohnung;Arbeit",
            "{n:02}.03.2026 14:00:00,Ja,Arbeit",
            {"Wohnung": 6, "Arbeit": 12},
        ),
        (
            "Carimbo de data/hora,Você aceita participar?,Do que você precisa? (selecione todas)",
            '{n:02}/03/2026 14:00:00,Sim,"Moradia, Trabalho"',
            "{n:02}/03/2026 14:00:00,Sim,Trabalho",
            {"Moradia": 6, "Trabalho": 12},
        ),
    ],
    ids=["es", "fr", "de", "pt"],
)
def test_google_forms_in_other_languages(
    header: str, one: str, two: str, many: dict[str, int]
) -> None:
    summary, counts = counted(lines(header, one, two))
    assert summary["tool"] == "google_forms" and summary["waves"] == ["2026-03"]
    assert many in counts.values()


REDCAP = (
    "study_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,consent,"
    "needs___1,needs___2,needs___98,survey_complete"
)
DICTIONARY = (
    '"Variable / Field Name","Form Name","Field Type","Field Label",'
    '"Choices, Calculations, OR Slider Labels",Identifier?\n'
    "study_id,survey,text,Study ID,,\n"
    'consent,survey,radio,Consent to take part,"1,Yes|0,No",\n'
    'needs,survey,checkbox,Needs,"1, A home|2,A job|98,Other",\n'
)


@pytest.mark.parametrize("books", [(), (DICTIONARY,)], ids=["alone", "dictionary without blanks"])
def test_redcap_with_a_study_id_and_events(books: tuple[str, ...]) -> None:
    text = lines(REDCAP, "{n},baseline_arm_1,,,1,1,1,0,2", "{n},followup_arm_1,,,1,0,1,0,2")
    summary, counts = counted(text, *books)
    assert summary["tool"] == "redcap" and summary["respondents"] == PEOPLE
    assert summary["waves"] == ["baseline_arm_1", "followup_arm_1"]
    assert counts["needs"] == {"1": 6, "2": 12}


def test_redcap_repeats_are_no_people() -> None:
    header = (
        "record_id,redcap_repeat_instrument,redcap_repeat_instance,consent,needs___1,needs___2,"
    )
    header += "visit_type,survey_complete,visit_complete"
    person = "{n},,,1,1,0,,2,\n{n},visit,1,,,,office,,2\n{n},visit,2,,,,home,,2"
    summary, counts = counted(lines(header, person))
    assert summary["respondents"] == PEOPLE
    assert counts["needs"] == {"1": PEOPLE}


def test_the_oldest_qualtrics_layout() -> None:
    header = "V1,V2,V3,V8,V9,V10,Q1,Q2_1,Q2_2\n"
    header += "ResponseID,ResponseSet,Name,StartDate,EndDate,Finished,Do you agree to take part?,"
    header += "What do you need?-A home,What do you need?-A job"
    day = "R_{n},Default Response Set,Anonymous,2026-03-01 10:00:00,2026-03-01 10:05:00"
    summary, counts = counted(lines(header, day + ",1,1,1,", day + ",1,1,1,1"))
    assert summary["tool"] == "qualtrics"
    assert counts["what_do_you_need"] == {"a_home": 12, "a_job": 6}


def test_surveymonkey_with_one_header_row() -> None:
    header = "Respondent ID,Collector ID,Start Date,End Date,IP Address,Do you agree to take part?,"
    header += "What do you need? (Select all that apply)"
    row = "11{n},99,03/01/2026 10:00:00 AM,03/01/2026 10:05:00 AM,192.0.2.1,Yes,"
    summary, counts = counted(lines(header, row + '"A home, A job"', row + "A job"))
    assert summary["tool"] == "surveymonkey"
    assert counts["what_do_you_need"] == {"a_job": 12, "a_home": 6}


def test_files_that_are_too_large_together_are_refused_in_a_sentence() -> None:
    half = Source("half.csv", b"a" * (opened.MOST_BYTES // 2))
    with pytest.raises(UnreadableSurvey, match="These 3 files are together larger than 60 MB"):
        opened.infer([half, half, half])


def kobo_rows(mark: str, people: int = 40) -> str:
    """A form with groups, named by its codes; person 7 is under 18, names are all different."""
    head = ["consent", *(f"about{mark}{name}" for name in ("role", "age_group", "zip", "name"))]
    rows = [";".join([*head, "_id", "_uuid", "_submission_time"])]
    for n in range(1, people + 1):
        age = "under_18" if n == 7 else ("18_to_24", "25_to_44")[n % 2]
        role = ("in_recovery", "family")[n % 2]
        name = f"Zoltan Q{n}"
        rows.append(f"yes;{role};{age};01101;{name};{n};u{n};2026-03-0{n % 9 + 1}T10:00:00")
    return "\n".join(rows)


@pytest.mark.parametrize("mark", ["/", "."])
def test_kobos_groups_hide_no_name_and_no_age(mark: str) -> None:
    result = read.read([Source("kobo.csv", kobo_rows(mark).encode())])
    assert (len(result.frame), result.left_out["under_age"]) == (39, 1)
    told = reading_summary(result)
    assert [question["id"] for question in told["questions"]] == ["role", "age_group"]  # type: ignore
    assert f"about{mark}name" in result.dropped and f"about{mark}zip" not in told["questions"]
    assert "Zoltan" not in str(result.frame.to_dict()) + str(result.problems)


def test_an_odk_archives_children_are_no_answers_and_groups_hide_no_age() -> None:
    rows = ["SubmissionDate,consent,about-role,about-age_group,meta-instanceID,KEY"]
    kids = ["child_name,child_school,PARENT_KEY,KEY"]
    for n in range(1, 41):
        age = "under_18" if n == 7 else ("18_to_24", "25_to_44")[n % 2]
        role = ("in_recovery", "family")[n % 2]
        rows.append(f"2026-03-01T10:00:00Z,yes,{role},{age},u{n},u{n}")
        kids.append(f"Zoltan,{('yes', 'no')[n % 2]},u{n},u{n}/kids[1]")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("form-kids.csv", "\n".join(kids))
        archive.writestr("form.csv", "\n".join(rows))
    result = read.read([Source("odk.zip", packed.getvalue())])
    assert (len(result.frame), result.left_out["under_age"]) == (39, 1)
    assert "child_name" in result.dropped
    assert "Zoltan" not in str(result.frame.to_dict()) + str(result.codebook)


def test_codes_of_age_groups_without_a_dictionary_leave_nobody_out() -> None:
    rows = ["record_id,redcap_event_name,consent,role,age_group,survey_complete"]
    rows += [f"{n},baseline_arm_1,1,{n % 2 + 1},{n % 5 + 1},2" for n in range(1, 41)]
    result = read.read([Source("redcap.csv", "\n".join(rows).encode())])
    assert (len(result.frame), result.left_out["under_age"]) == (40, 0)
    assert any("40" in problem.message for problem in result.problems if problem.field == "age")


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Where are you?", ("42.1 -72.6 0 0",)),
        ("place", ("42.10512 -72.60001 31.0 4.8", "42.2 -72.7 0 0", "42.3 -72.8 0 0")),
        ("How do we reach you?", ("ana@example.org", "lee@example.org")),
        ("Adresse e-mail", ("anonymous",)),
        ("Correo electrónico", ("anonymous",)),
        ("net", ("10.0.0.7", "10.0.0.8", "")),
    ],
)
def test_few_values_that_tell_who_or_where_are_no_question(
    header: str, values: tuple[str, ...]
) -> None:
    """However few, so that no point and no address of mail becomes the name of an answer."""
    lines = [f"id,{header},What do you need?"]
    lines += [f"{n},{values[n % len(values)]},{('Home', 'Job')[n % 2]}" for n in range(60)]
    inferred = opened.infer([Source("x.csv", "\n".join(lines).encode())])
    assert [item.question.id for item in inferred.recipe.items] == ["what_do_you_need"]
    assert header in (*inferred.recipe.identifiers, *inferred.recipe.roles.values())


def test_a_column_that_numbers_the_rows_is_no_question() -> None:
    lines = ["#,What do you need?", *(f"{n},{('Home', 'Job')[n % 2]}" for n in range(60))]
    inferred = opened.infer([Source("x.csv", "\n".join(lines).encode())])
    assert [item.question.id for item in inferred.recipe.items] == ["what_do_you_need"]


@pytest.mark.parametrize(
    ("header", "yes"),
    [
        ("consent_yn", "1"),
        ("consent", "A1"),
        ("Do you agree?", "I agree"),
        ("¿Está de acuerdo?", "Sí"),
        ("¿Acepta?", "Acepto"),
    ],
)
def test_consent_in_codes_is_seen(header: str, yes: str) -> None:
    other = {"1": "0", "A1": "A2", "I agree": "I do not agree"}.get(yes, "No")
    lines = [f"id,{header},What do you need?"]
    lines += [f"{n},{yes if n % 9 else other},{('Home', 'Job')[n % 2]}" for n in range(60)]
    inferred = opened.infer([Source("x.csv", "\n".join(lines).encode())])
    assert inferred.recipe.consent is not None
    assert inferred.recipe.consent.column == header
    assert [item.question.id for item in inferred.recipe.items] == ["what_do_you_need"]


AGREED = "Do you agree to take part?"


@pytest.mark.parametrize(
    ("tool", "header", "one", "two"),
    [
        (
            "surveymonkey",
            "ID del encuestado,ID del recopilador,Fecha de inicio,Fecha de finalización,"
            "Dirección IP,¿Acepta participar?,¿Qué le ayudaría?,\n,,,,,Respuesta,Casa,Trabajo",
            "11{n},9,03/01/2026 10:00,03/01/2026 10:05,192.0.2.{n},Sí,Casa,Trabajo",
            "11{n},9,03/01/2026 10:00,03/01/2026 10:05,192.0.2.{n},Sí,,Trabajo",
        ),
        (
            "surveymonkey",
            f"Respondent ID,Collector ID,End Date,{AGREED},What would help?,,\n,,,Response,Casa,"
            "Trabajo,None of these",
            "11{n},9,03/01/2026 10:05,Yes,1,2,",
            "11{n},9,03/01/2026 10:05,Yes,,2,",
        ),
        (
            "limesurvey",
            '"id. Response ID","submitdate. Date submitted","lastpage. Last page",'
            f'"C1. {AGREED}","Q2[SQ001]. What do you need? [Casa]",'
            '"Q2[SQ002]. What do you need? [Trabajo]"',
            "{n},2026-03-01 10:00:00,3,Yes,Yes,Yes",
            "{n},2026-03-01 10:00:00,3,Yes,No,Yes",
        ),
        (
            "limesurvey",
            '"Antwort ID","Datum Abgeschickt","Letzte Seite","Start-Sprache",'
            '"Sind Sie einverstanden?","Was brauchen Sie? [Casa]","Was brauchen Sie? [Trabajo]"',
            "{n},2026-03-01 10:00:00,3,de,Ja,Ja,Ja",
            "{n},2026-03-01 10:00:00,3,de,Ja,Nicht Gewählt,Ja",
        ),
        (
            "limesurvey",
            '"ID de respuesta","Fecha de envío","Última página","Lenguaje inicial",'
            '"¿Acepta participar?","¿Qué necesita? [Casa]","¿Qué necesita? [Trabajo]"',
            "{n},2026-03-01 10:00:00,3,es,Sí,Sí,Sí",
            "{n},2026-03-01 10:00:00,3,es,Sí,No,Sí",
        ),
    ],
    ids=["Spanish", "numbers", "code and text", "German", "Spanish answers"],
)
def test_a_tool_in_another_language_or_in_numbers(
    tool: str, header: str, one: str, two: str
) -> None:
    summary, counts = counted(lines(header, one, two))
    assert (summary["tool"], summary["respondents"], summary["waves"]) == (tool, 12, ["2026-03"])
    assert list(counts.values()) == [{"Casa": 6, "Trabajo": 12}]
    assert opened.infer([Source("a.csv", lines(header, one, two).encode())]).recipe.consent


@pytest.mark.parametrize(
    ("cells", "left_out"),
    [(("A2", "A3"), 0), (("age_1", "age_4"), 0), (("opt 2", "opt 3"), 0), (("under18", "25"), 6)],
)
def test_codes_of_age_groups_that_a_label_repeats_leave_nobody_out(
    cells: tuple[str, str], left_out: int
) -> None:
    text = lines("id,consent,Your age,Need", *(f"{{n}},yes,{cell},Casa" for cell in cells))
    reading = read.read([Source("a.csv", text.encode())])
    assert reading.left_out["under_age"] == left_out


def test_a_sheet_made_by_hand_may_have_two_header_rows() -> None:
    header = "No.,Agreed to take part,What do you need?,,Age\n,,Casa,Trabajo,"
    summary, counts = counted(lines(header, "{n},yes,x,x,34", "{n},yes,,X,41"))
    assert summary["respondents"] == PEOPLE
    assert counts == {"what_do_you_need": {"Casa": 6, "Trabajo": 12}}


def test_a_short_text_said_twice_is_no_list_of_codes() -> None:
    header = "consent;needs;Please say what else;_uuid;_submission_time"
    rows = ("yes;home job;;u{n};2026-03-01T10:00", "yes;job;a dog;u{n};2026-03-01T10:00")
    _, counts = counted(lines(header, *rows))
    assert counts["needs"] == {"home": 6, "job": 12}
    assert counts["please_say_what_else"] == {"a_dog": 6}
