"""What a made-up town with two published waves shows on its Survey and Gaps pages, row by row.

Six areas in three districts, 30,000 residents each, and a seventh of 3,000. In the first wave 240
people answered, in the second 300; whoever drops a third wave's file sees the assessor's side too.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from small_town import SETTINGS
from streamlit.testing.v1 import AppTest

from assetmap.community import open_community
from assetmap.community.releases import put_out
from assetmap.files.source import Source
from assetmap.gaps import gaps, ground_of
from assetmap.report import first_kind, report
from assetmap.survey import opened, read, release
from assetmap.survey.estimates import wilson
from assetmap.web import state
from assetmap.words import say

BOOK = """question,type,answer,label_en,label_es
needs,many,,What do you need now?,¿Qué necesita ahora?
needs,many,home,A safe home,Una casa segura
needs,many,job,A job,Trabajo
barriers,many,,What got in the way?,¿Qué se lo impidió?
barriers,many,ride,No ride,Sin transporte
gifts,many,,What can you give?,¿Qué puede dar?
gifts,many,music,Music,Música
strengths,many,,What is good here?,¿Qué hay de bueno aquí?
strengths,many,people,The people,La gente
helped,text,,What helped?,¿Qué le ayudó?
quote,one,,May we quote your words?,¿Podemos citar sus palabras?
quote,one,yes,Yes,Sí
quote,one,no,No,No
"""
HEAD = "wave,area,question,answer,n_asked,n_answering,count,estimate,low,high"
# (wave, area): how many answered, and how many of them need a home, a job, said "ride", can give
# music, like the people.
COUNTS = {
    ("2025", "county"): (240, 120, 60, 100, 60, 150),
    ("2026", "county"): (300, 150, 150, 120, 90, 200),
    ("2026", "North"): (100, 70, 50, 40, 30, 70),
    ("2026", "South"): (100, 50, 50, 40, 30, 70),
    ("2026", "West"): (32, 16, 16, 15, 15, 20),
}
ANSWERS = (("needs", "home"), ("needs", "job"), ("barriers", "ride"), ("gifts", "music"),
           ("strengths", "people"))  # fmt: skip


def _survey() -> None:
    from assetmap.web import state
    from assetmap.web.survey import page

    page.show(state.current())


def _gaps() -> None:
    from assetmap.web import state
    from assetmap.web.gaps import page

    page.show(state.current())


def releases() -> dict[str, str]:
    lines: dict[str, list[str]] = {}
    for (wave, area), (n, *counts) in COUNTS.items():
        for (question, answer), count in zip(ANSWERS, counts, strict=True):
            low, high = wilson(count, n)
            lines.setdefault(wave, [HEAD]).append(
                f"{wave},{area},{question},{answer},{n},{n},{count},"
                f"{count / n:.4f},{low:.4f},{high:.4f}"
            )
    return {wave: "\n".join(told) + "\n" for wave, told in lines.items()}


def town(folder: Path, districts: bool = True) -> Path:
    """The folder of the community."""
    (folder / "releases").mkdir(parents=True)
    (folder / "community.toml").write_text(SETTINGS, "utf-8")
    (folder / "assets.csv").write_text(
        "name,kind,latitude,longitude,schedule\n"
        "Friday circle,peer_group,37.95,-88.95,Fr 19:00-20:00\n", "utf-8"
    )  # fmt: skip
    (folder / "codebook.csv").write_text(BOOK, "utf-8")
    for wave, text in releases().items() if districts else ():
        (folder / "releases" / f"{wave}.csv").write_text(text, "utf-8")
    squares = [
        {
            "type": "Feature",
            "properties": {
                "id": f"a{n}",
                "name": f"Area {n}",
                "population": 30_000 if n < 6 else 3_000,
            }
            | ({"district": ("North", "South", "West", "East")[n // 2]} if districts else {}),
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [-89 + n / 10, 37.9],
                        [-88.9 + n / 10, 37.9],
                        [-88.9 + n / 10, 38],
                        [-89 + n / 10, 38],
                        [-89 + n / 10, 37.9],
                    ]
                ],
            },
        }
        for n in range(7)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": squares})
    (folder / "areas.geojson").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town(tmp_path_factory.mktemp("town") / "town")


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[Callable[..., Any]]:
    monkeypatch.setenv("ASSETMAP_NOW", "2026-11-20T15:00")
    monkeypatch.setenv("ASSETMAP_COMMUNITY", str(folder))
    state.forget()

    def run(draw: Callable[[], None], language: str = "en", **address: str) -> Any:
        test = AppTest.from_function(draw, default_timeout=120)
        test.session_state["language"] = language
        for name, value in address.items():
            test.query_params[name] = value
        test.run()
        assert not test.exception, test.exception
        return test

    yield run
    state.forget()


def prose(test: Any) -> str:
    kinds = (test.title, test.header, test.subheader, test.markdown, test.caption, test.info)
    return "\n".join(item.value for kind in kinds for item in kind).replace("\\", "")


def keyed(elements: Any, key: str) -> Any:
    return next(element for element in elements if element.key == key)


def rows(table: Any) -> list[list[str]]:
    frame = table.value.reset_index()
    return [list(map(str, line)) for line in frame.values.tolist()]


def test_published_numbers_are_labels_with_intervals_both_denominators_and_changes(
    open_page: Callable[..., Any],
) -> None:
    test = open_page(_survey)
    assert rows(test.table[0]) == [
        ["A safe home", "50% (44%–56%)", "150"],
        ["A job", "50% (44%–56%)", "150"],
    ]
    assert len(test.table[0].value.columns) == 2  # with the answer three: a phone's width
    said = prose(test)
    assert "2026: 300 answered, of 300 who were asked. Shares are of those who answered." in said
    # 120/240 → 150/300 is nothing; 60/240 → 150/300 is 25 points, Newcombe +17 to +33.
    home, job = (line.value.replace("\\", "") for line in test.markdown if "points" in line.value)
    assert "A safe home: 50%, then 50%" in home
    assert home.endswith("There is no change that we can be sure of.")
    assert "A job: 25%, then 50%" in job and job.endswith("This is more than chance.")


def test_the_map_is_calmed_with_raw_shares_on_demand_ranks_are_ranges_and_unsteady_is_said(
    open_page: Callable[..., Any],
) -> None:
    test = open_page(_survey)
    table = rows(test.table[1])
    calmed = {line[0]: line[1] for line in table}
    assert list(calmed) == ["North", "South", "West"]
    assert calmed["North"] != "70%" and calmed["West"] != "50%"
    # 70 of 100 against 50 of 100 is surely more; 50 of 100 and 16 of 32 cannot be told apart.
    assert {line[0]: line[2] for line in table} == {"North": "1", "South": "2–3", "West": "2–3"}
    assert {line[0]: line[3] for line in table} == {
        "North": "",
        "South": "",
        "West": say("survey.unsteady"),
    }
    assert pictures(test) == 1
    assert say("survey_page.map_shade") in captions(test)
    keyed(test.toggle, "survey-map-raw").set_value(True).run()
    assert {line[0]: line[1] for line in rows(test.table[1])} == {
        "North": "70%", "South": "50%", "West": "50%",
    }  # fmt: skip
    assert say("survey_page.map_raw_shade") in captions(test)


def pictures(test: Any) -> int:
    return len(test.get("image")) + len(test.get("imgs"))


def captions(test: Any) -> str:
    return " ".join(
        str(picture.caption)
        for kind in ("image", "imgs")
        for images in test.get(kind)
        for picture in images.proto.imgs
    )


def export(people: int = 300, ids: bool = False) -> bytes:
    """Answers to the town's questions: a weight, a text, and whether it may be quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["Consent", "Area", "weight", "What do you need now?", "What got in the way?",
         "What can you give?", "What is good here?", "What helped?", "May we quote your words?"]
    )  # fmt: skip
    for n in range(people):
        writer.writerow(
            ["I agree", f"a{n % 6}", 1 + n % 2, ("A safe home", "A job")[n % 2],
             "No ride" if n % 3 else "", "Music" if n % 4 else "", "The people",
             f"My group {n}" if n < 3 else "", ("Yes", "No")[n % 2]]
        )  # fmt: skip
    return out.getvalue().encode()


@pytest.fixture
def dropped(open_page: Callable[..., Any]) -> Any:
    """The page after the file was dropped and one decision about consent."""
    test = open_page(_survey)
    keyed(test.text_input, "wave").input("2027").run()
    keyed(test.file_uploader, "answers").upload("ours.csv", export(), "text/csv")
    test.run()
    assert not test.exception, test.exception
    return test


def test_weights_notes_and_the_rule_are_on_the_page(dropped: Any) -> None:
    said = prose(dropped)
    # Weights 1 and 2, 150 people each: (150 + 300)² / (150 + 600) = 270.
    assert "Weighted, their answers count like those of 270 people (Kish)." in said
    assert "for this room only" in said.lower()
    weighted = next(item for item in dropped.table if "weights" in str(list(item.value.columns)))
    # Each other person has twice the weight and needs a job: 300 of 450.
    assert [line[:2] for line in rows(weighted)] == [
        ["A safe home", "33% (28%–39%)"],
        ["A job", "67% (61%–72%)"],
    ]
    released = dropped.session_state["survey-release"][1].table
    assert set(released["wave"]) == {"2027"}
    assert "Counts of 1 to 10 are hidden" in said
    keyed(dropped.selectbox, "survey-rule").select("k21").run()
    assert "Counts of 1 to 20 are hidden" in prose(dropped)
    keyed(dropped.text_input, "wave").input("My neighbor Maria").run()
    assert dropped.error[0].value.replace("\\", "") == say("survey.wave_name")


def test_words_are_quoted_only_with_consent_and_two_reviewers(dropped: Any) -> None:
    assert not downloads(dropped, "survey_page.quotes_download")
    for number, role in ((1, "board"), (2, "peer leader")):
        keyed(dropped.text_input, f"survey-reviewer-{number}").input(role)
    dropped.run()
    quoted = [item.value for item in dropped.markdown if item.value.startswith(">")]
    assert quoted == ["> My group 0", "> My group 2"]  # the second person said no
    (button,) = downloads(dropped, "survey_page.quotes_download")
    assert button.proto.disabled
    keyed(dropped.checkbox, "survey-quote-0-0").check()
    dropped.run()
    assert downloads(dropped, "survey_page.quotes_download")[0].proto.disabled
    keyed(dropped.checkbox, "survey-quote-0-1").check()
    dropped.run()
    assert not downloads(dropped, "survey_page.quotes_download")[0].proto.disabled


def downloads(test: Any, label: str) -> list[Any]:
    return [item for item in test.get("download_button") if item.proto.label == say(label)]


def test_notes_can_be_taken_home(open_page: Callable[..., Any]) -> None:
    test = open_page(_survey)
    assert not downloads(test, "survey_page.notes_download")
    answers = export() + b"I agree,a1,1,A castle,,,,,Yes\n"
    keyed(test.file_uploader, "answers").upload("ours.csv", answers, "text/csv")
    test.run()
    assert downloads(test, "survey_page.notes_download")
    assert "castle" not in str([item.value for item in test.dataframe if "message" in item.value])


def test_two_maps_stand_beside_each_other_before_anything_is_blanked(
    open_page: Callable[..., Any], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town(tmp_path / "town", districts=False)
    monkeypatch.setenv("ASSETMAP_COMMUNITY", str(tmp_path / "town"))
    test = open_page(_survey)
    keyed(test.file_uploader, "answers").upload("ours.csv", export(), "text/csv")
    test.run()
    assert not test.error, [item.value for item in test.error]
    assert pictures(test) == 2
    assert "7 of 7" in captions(test) and "6 of 7" in captions(test)
    units = set(test.session_state["survey-release"][1].table["area"])
    assert "a5+a6" in units and "a6" not in units
    keyed(test.radio, "survey-small").set_value("hide").run()
    units = set(test.session_state["survey-release"][1].table["area"])
    assert "a5+a6" not in units


def test_people_who_look_the_same_need_somebody_who_says_they_are_others(
    open_page: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "community.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "assets.csv").write_text("name,kind\nFriday circle,peer_group\n", "utf-8")
    monkeypatch.setenv("ASSETMAP_COMMUNITY", str(tmp_path))

    def answers(*questions: str) -> bytes:
        lines = [f"I agree,{('No', 'Yes')[n % 3 > 0]},{('No', 'Yes')[n % 2]}" for n in range(120)]
        return "\n".join([",".join(["Consent", *questions]), *lines, ""]).encode()

    first = answers("Do you need a home?", "Do you need a job?")
    source = [Source("w1.csv", first)]
    known = read.read(source, None, None, "w1", opened.infer(source).recipe)
    put_out(tmp_path, release.release(known, known.codebook, None).table, "board", "2026", "cms11")
    test = open_page(_survey)
    keyed(test.text_input, "wave").input("w2")
    again = answers("Is housing a need?", "Is work a need?")
    keyed(test.file_uploader, "answers").upload("w2.csv", again, "text/csv")
    test.run()
    assert "was published of these people before" in test.error[0].value.replace("\\", "")
    assert "survey-release" not in test.session_state
    keyed(test.text_input, "survey-other-people").input("board").run()
    assert not test.error and not test.exception
    table = release.to_csv(test.session_state["survey-release"][1]).decode("utf-8-sig")
    decided = "These are other people than those of earlier tables. Decided by board on 2026-11-20."
    assert decided in table.splitlines()[1]


def test_a_need_is_an_indicator_on_gaps_with_its_uncertainty(open_page: Callable[..., Any]) -> None:
    test = open_page(_gaps, tab="needs")
    beside = keyed(test.selectbox, "beside")
    assert beside.options == [
        "All need indicators together, ranked",
        "Asked for: A safe home",
        "Asked for: A job",
        "In the way: No ride",
    ]
    beside.select(beside.options[1]).run()
    table = test.dataframe[0].value
    # z₀.₉₀ · √(.7 · .3 / 100) would be 7.5; half of Wilson's interval, brought to 90%, is 8.
    assert table.iloc[0].tolist() == ["Area 0", "70.0%", "± 8", "2026", "1 to 3"]
    assert table["Value"].tolist() == ["70.0%"] * 2 + ["50.0%"] * 4 + ["not known"]
    assert table.iloc[4].tolist()[2:] == ["± 13.7", "2026", "2 to 6"]


def test_gifts_stand_with_what_could_come_next_and_strengths_open_the_report(
    open_page: Callable[..., Any], folder: Path
) -> None:
    test = open_page(_gaps, tab="next")
    assert say("report.gifts") in prose(test)
    assert rows(test.table[0])[0] == ["Music", "30%", "25%", "35%"]
    community = open_community(folder)
    ground = ground_of(community)
    chosen = first_kind(ground)
    sections = report(community, ground, gaps(ground, chosen), chosen).sections
    assert sections[0].title == say("report.have")
    tables = [passage.title for passage in sections[0].passages if len(passage.frame)]
    assert (tables[0], tables[-1]) == (say("report.good_here"), say("report.gifts"))
