"""Any tool's export with nothing but itself: questions, answers, consent, area, identifiers."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from assetmap.survey import inferring, opened, read, recipe
from assetmap.survey.answers import reading_summary
from assetmap.survey.inferring import Inferred

LABELS = {
    "housing": "Safe, sober place to live",
    "job": "Work / recovery-friendly employer",
    "meeting": "Meetings or support groups",
    "childcare": "Child care",
    "ride": "Rides / transportation",
    "dental": "Dental care",
    "social": "Sober things to do, evenings & weekends",
}


class Source(NamedTuple):
    name: str
    data: bytes


def source(text: str, name: str = "w.csv") -> Source:
    return Source(name, text.encode())


def kinds(found: Inferred) -> dict[str, str]:
    return {item.question.id: item.question.type for item in found.recipe.items}


EXPORTS = [
    "google_forms_direct_download.csv.zip",
    "google_forms_sheet_export.csv",
    "kobo_export_labels.csv",
    "kobo_export_xml_headers.csv",
    "limesurvey_codes_answers.csv",
    "limesurvey_fulltext_labels.csv",
    "microsoft_forms.xlsx",
    "microsoft_forms_saved_as_cp1252.csv",
    "odk_central_submissions.csv",
    "qualtrics_choice_text.csv",
    "qualtrics_choice_text_split_columns.csv",
    "redcap_labels.csv",
    "redcap_raw.csv",
    "surveymonkey_expanded.csv",
]


@pytest.mark.parametrize("name", EXPORTS)
def test_each_shared_export_alone_gives_the_expected_counts(shared: Path, name: str) -> None:
    folder = shared / "surveys"
    people = json.loads((folder / "expected.json").read_text())["respondents"]
    if "qualtrics" in name:
        people = [person for person in people if person["id"] != 2]  # the maker's own trial
    if name.startswith(("qualtrics", "redcap", "limesurvey")):
        people = [person for person in people if person["id"] != 4]  # never finished
    source = Source(name, (folder / "exports" / name).read_bytes())
    result = opened.infer([source])
    assert result.area is not None and result.area[1] == "zip"
    assert result.recipe.consent is None
    toml = recipe.to_toml(result.recipe, result.to_confirm).encode()
    outcome = read.read([source], recipe=recipe.read(toml))
    assert outcome.frame.equals(read.read([source]).frame)
    counted = []
    for question in reading_summary(outcome)["questions"]:  # type: ignore[attr-defined]
        if question["answers"]:
            counted.append(sorted(question["answers"].values()))
    for question in ("role", "needs", "barriers", "give", "belong"):
        if name == "kobo_export_labels.csv" and question not in ("role", "needs"):
            continue  # this export has no more questions
        given: Counter[str] = Counter()
        for person in people:
            value = person[question]
            given.update(
                map(str, value if isinstance(value, list) else [value] * (value is not None))
            )
        assert sorted(given.values()) in counted, question
    everything = outcome.frame.to_csv() + json.dumps(reading_summary(outcome)) + toml.decode()
    for secret in ("413-555", "42.1015", "192.0.2", "00000001-0000"):
        assert secret not in everything


@pytest.mark.parametrize("name", [n for n in EXPORTS if "labels" in n or "forms" in n])
def test_labels_with_commas_stay_whole(shared: Path, name: str) -> None:
    data = (shared / "surveys" / "exports" / name).read_bytes()
    result = opened.infer([Source(name, data)])
    labels = {
        labels["en"]
        for item in result.recipe.items
        if item.question.type == "many"
        for labels in item.question.answers.values()
    }
    assert set(LABELS.values()) <= labels


TICKS = {
    "dash": "needs - home,needs - job",
    "slash": "needs/home,needs/job",
    "triple": "needs___home,needs___job",
    "dot": "needs.home,needs.job",
    "bracket": "What do you need? [home],What do you need? [job]",
    "choice": "What do you need? (choice=home),What do you need? (choice=job)",
    "colon": "What do you need?: home,What do you need?: job",
}


@pytest.mark.parametrize("header", TICKS.values(), ids=TICKS)
@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("Yes", "No"), ("Checked", ""), ("x", "")])
def test_tick_boxes_in_every_spelling(header: str, yes: str, no: str) -> None:
    rows = f"yes,{yes},{no}\nyes,{yes},{yes}\nyes,{yes},{no}\n"
    result = read.read([source(f"consent,{header}\n{rows}")])
    question = next(q for q in reading_summary(result)["questions"] if q["answers"])  # type: ignore[attr-defined]
    assert question["answers"] == {"home": 3, "job": 1}


def test_a_matrix_is_a_question_a_row_and_ranks_count_what_is_first() -> None:
    lines = [
        "consent,How often? [Alone],How often? [Friends],Rank these [Bus],Rank these [Job],Rank these [Home]"  # noqa: E501
    ]
    for n in range(12):
        ranks = ["1,2,3", "2,1,3", "3,1,2"][n % 3]
        lines.append(f"yes,{'Never' if n % 2 else 'Often'},Sometimes,{ranks}")
    result = read.read([source("\n".join(lines) + "\n")])
    questions = {q["id"]: q["answers"] for q in reading_summary(result)["questions"]}  # type: ignore[attr-defined]
    assert questions["how_often_alone"] == {"Never": 6, "Often": 6}
    assert questions["rank_these"] == {"Bus": 4, "Job": 8}


@pytest.mark.parametrize(
    ("header", "yes", "no"),
    [
        ("Do you consent to take part?", "I consent", "I do not consent"),
        ("¿Acepta participar?", "Estoy de acuerdo", "No acepto"),
        ("Acceptez-vous de participer ?", "Oui", "Non"),
        ("Einwilligung", "Ja, ich stimme zu", "Nein"),
        ("Termo de consentimento", "Concordo", "Não"),
        ("1. I agree to take part *", "Yes, I understand my answers will not be shared", "No"),
    ],
)
def test_consent_in_any_language(header: str, yes: str, no: str) -> None:
    rows = "".join(f'"{no if n == 3 else yes}",{"bus" if n % 2 else "job"}\n' for n in range(8))
    sources = [source(f'"{header}",What do you need?\n{rows}')]
    result = opened.infer(sources)
    assert result.recipe.consent is not None and result.recipe.consent.yes == (yes,)
    outcome = read.read(sources)
    assert (outcome.has_consent, outcome.left_out["no_consent"]) == (True, 1)


def test_everyone_agreed_by_a_decision_is_kept_and_needs_who_and_when() -> None:
    text = 'tool = "plain"\n[[question]]\nid = "needs"\ncolumns = ["needs"]\n[question.answers]\nbus = "Bus"\n'  # noqa: E501
    with pytest.raises(recipe.RecipeError, match="add decided_by and decided_on"):
        recipe.read(f"{text}[consent]\neveryone = true\n".encode())
    rule = '[consent]\neveryone = true\ndecided_by = "board"\ndecided_on = "2026-01-31"\n'
    result = read.read([source("needs\nbus\n")], recipe=recipe.read((text + rule).encode()))
    assert result.has_consent and result.consent is not None
    assert (result.consent.decided_by, result.consent.decided_on) == ("board", "2026-01-31")


@pytest.mark.parametrize(
    ("header", "wave"),
    [
        ("ID;Hora de inicio;Hora de finalización;Correo electrónico;Nombre", "2026-03"),
        # These languages write the day first.
        ("ID;Heure de début;Heure de fin;Adresse de messagerie;Nom", "2026-02"),
        ("ID;Startzeit;Fertigstellungszeit;E-Mail;Name", "2026-02"),
        ("ID;Hora de início;Hora de conclusão;Email;Nome", "2026-02"),
    ],
)
def test_microsoft_forms_in_other_languages(header: str, wave: str) -> None:
    rows = "".join(f"{n};3/2/2026 9:00;3/2/2026 9:05;anonymous;;Bus;Sí\n" for n in range(1, 9))
    result = read.read([source(f"{header};¿Qué necesita?;¿Acepta participar?\n{rows}")])
    assert (result.tool, set(result.frame["wave"])) == ("microsoft_forms", {wave})
    assert result.has_consent


def test_names_are_identifiers_whatever_they_are_asked_as() -> None:
    rows = "".join(
        f"{['Maria Lopez', 'John Smith'][n % 2]},{['Ana', 'Luis'][n % 2]},bus,yes\n"
        for n in range(40)
    )
    result = read.read([source(f"Who interviewed you?,Helper,needs,consent\n{rows}")])
    assert set(result.frame) & {"who_interviewed_you", "Helper"} == set()
    assert "Maria" not in result.frame.to_csv() + json.dumps(reading_summary(result))


def test_header_noise_and_a_title_row_do_not_matter() -> None:
    first = "consent,What do you need?\n" + "yes,bus\nyes,job\n" * 4
    toml = recipe.to_toml(opened.infer([source(first)]).recipe).encode()
    noisy = "Our survey,\n1. consent *,<b>2. What do you need ?</b> *\n" + "yes,bus\nyes,job\n" * 4
    noisy = noisy.replace("Our survey,\n", "")
    result = read.read([source(noisy)], recipe=recipe.read(toml))
    assert next(iter(reading_summary(result)["questions"]))["answers"] == {"bus": 4, "job": 4}  # type: ignore[call-overload]
    titled = (
        "Survey 2026,,,,\n,,,,\nTimestamp,consent,needs,kids,age\n3/2/2026 9:00,yes,bus,no,33\n"
    )
    assert read.read([source(titled)]).respondents == 1


def test_an_spss_file_is_read_by_its_labels(tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    path = tmp_path / "x.sav"
    frame = pd.DataFrame(
        {"agree": [1.0, 1.0, 2.0], "need": [1.0, 2.0, 1.0], "years": [33.0, 17.0, 40.0]}
    )
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels={
            "agree": "I agree to take part",
            "need": "What do you need?",
            "years": "Your age",
        },
        variable_value_labels={"agree": {1: "Yes", 2: "No"}, "need": {1: "Home", 2: "Job"}},
    )
    result = read.read([Source("x.sav", path.read_bytes())])
    assert (result.tool, result.left_out["no_consent"], result.left_out["under_age"]) == (
        "spss",
        1,
        1,
    )
    need = next(q for q in reading_summary(result)["questions"] if q["id"] == "need")  # type: ignore[attr-defined]
    assert need["answers"] == {"Home": 1}


def test_an_odk_archive_joins_its_repeats_in_any_order() -> None:
    import zipfile

    main = "SubmissionDate,KEY,consent,needs\n2026-01-01,u1,yes,home\n2026-01-02,u2,yes,job\n"
    repeat = "kid_age_group,PARENT_KEY,KEY\nsmall,u1,u1/1\nbig,u1,u1/2\nsmall,u2,u2/1\n"
    for order in ((("a.csv", main), ("b.csv", repeat)), (("a.csv", repeat), ("b.csv", main))):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, text in order:
                archive.writestr(name, text)
        result = read.read([Source("odk.zip", packed.getvalue())])
        assert (result.tool, result.respondents) == ("odk", 2)
        kids = next(q for q in reading_summary(result)["questions"] if "kid" in q["id"])  # type: ignore[attr-defined]
        assert kids["answers"] == {"small": 2, "big": 1}


def test_the_json_of_the_command_line() -> None:
    result = inferring.summary(
        opened.infer([source("consent,needs\n" + "yes,bus\nyes,job\n" * 10)])
    )
    assert set(result) >= {"questions", "consent", "area", "identifiers", "to_confirm"}
    assert result["consent"] == {"column": "consent", "yes": ["yes"], "sure": 0.99}
    questions = result["questions"]
    assert isinstance(questions, list)
    assert {k: questions[0][k] for k in ("id", "columns", "type", "answers")} == {
        "id": "needs",
        "columns": ["needs"],
        "type": "one",
        "answers": {"bus": "bus", "job": "job"},
    }


def test_a_few_names_beside_answers_make_no_list_of_names() -> None:
    cells = ["Family", "Friends", "A group"] * 20
    cells[5::12] = ["Maria Lopez", "Ana Diaz", "John Hill", "Rosa Cruz", "Luis Vega"]
    rows = ["I agree,What keeps you going?", *(f"Yes,{cell}" for cell in cells)]
    result = read.read([Source("a.csv", "\n".join(rows).encode())])
    question = reading_summary(result)["questions"][-1]  # type: ignore[index]
    assert question["answered"] == 60 and question["answers"]["Family"] == 20
    assert question["answers"]["other"] == 5
    assert "Lopez" not in str(result.codebook) + str(result.frame.to_dict()) + str(result.problems)


def test_a_name_typed_under_other_in_a_small_survey_is_nobodys_answer() -> None:
    ways = ["Bus"] * 3 + ["Car"] * 3 + ["Maria Lopez drives me", "mi tía Rosa", "My Aunt JOSEFINA"]
    lines = "".join(f"Yes,{way},Job\n" for way in [*ways, "Bike"])
    source = Source("s.csv", f"Do you agree?,How do you get here?,Need\n{lines}".encode())
    kept = opened.infer([source]).recipe
    (question,) = [item.question for item in kept.items if item.question.id.startswith("how")]
    assert set(question.answers) == {"Bus", "Car", "Bike", "other"}
    said = json.dumps(reading_summary(read.read([source], recipe=kept)), default=str)
    assert not re.search("maria|lopez|rosa|josefina", said, re.I)
