"""The published table: what is in it, what never is, and what is refused."""

from __future__ import annotations

import io
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from assetmap.survey import codebook, read, release
from assetmap.survey.answers import Answers
from assetmap.survey.geography import geography
from assetmap.survey.release import Release
from assetmap.survey.rules import NOT_SHOWN, ReleaseRefused


class Source(NamedTuple):
    name: str
    data: bytes


BOOK = codebook.read(
    "question,type,answer,label_en,label_es,asked_if,sensitive,identifier,link\n"
    "needs,one,home,A home,Una casa,,,,\n"
    "needs,one,job,A job,Trabajo,,,,\n"
    "age_group,one,young,Young,Joven,,,,\n"
    "age_group,one,old,Old,Mayor,,,,\n"
    "words,text,,In your own words?,,,,,\n"
)


def areas(residents: dict[str, int], districts: bool = True) -> gpd.GeoDataFrame:
    """Squares in a row, one per area."""
    names = list(residents)
    return gpd.GeoDataFrame(
        {
            "id": [f"a-{name}" for name in names] if districts else names,
            "name": names,
            "population": list(residents.values()),
            "district": names if districts else [None] * len(names),
        },
        geometry=[shapely.box(x, 0, x + 1, 1) for x in range(len(names))],
        crs=4326,
    )


LARGE = areas({"north": 30_000, "south": 30_000, "east": 30_000})


def answers(people: dict[str, tuple[int, int]], wave: str = "w", extra: str = "") -> Answers:
    """`people` gives (home, job) by district; all are asked and answer."""
    lines = ["respondent,wave,area,consent,needs,age_group,words,place"]
    number = 0
    for district, (home, job) in people.items():
        for need in ["home"] * home + ["job"] * job:
            number += 1
            age = "young" if number % 2 else "old"
            lines.append(f"{number},{wave},a-{district},yes,{need},{age},secret words,{extra}")
    return read.read([Source("w.csv", "\n".join(lines).encode())], BOOK)


def cells(made: Release, question: str = "needs") -> dict[tuple[str, str], tuple[str, str]]:
    inside = made.table[made.table["question"] == question]
    return {
        (row.area, row.answer): (row.n_answering, row.count_)
        for row in inside.rename(columns={"count": "count_"}).itertuples()
    }


PLENTY = {"north": (40, 60), "south": (30, 70), "east": (25, 35)}


def test_the_whole_table_when_nothing_is_small() -> None:
    result = release.release(answers(PLENTY), BOOK, LARGE)
    assert release.to_csv(result).decode() == (
        "wave,area,question,answer,n_asked,n_answering,count,estimate,low,high\n"
        "w,county,needs,home,260,260,95,0.3654,0.3092,0.4255\n"
        "w,county,needs,job,260,260,165,0.6346,0.5745,0.6908\n"
        "w,north,needs,home,100,100,40,0.4000,0.3094,0.4980\n"
        "w,north,needs,job,100,100,60,0.6000,0.5020,0.6906\n"
        "w,south,needs,home,100,100,30,0.3000,0.2189,0.3958\n"
        "w,south,needs,job,100,100,70,0.7000,0.6042,0.7811\n"
        "w,east,needs,home,60,60,25,0.4167,0.3006,0.5427\n"
        "w,east,needs,job,60,60,35,0.5833,0.4573,0.6994\n"
        "w,county,age_group,young,260,260,130,0.5000,0.4397,0.5603\n"
        "w,county,age_group,old,260,260,130,0.5000,0.4397,0.5603\n"
    )
    assert (result.cells, result.shown, result.not_shown) == (10, 10, 0)
    assert result.notes == []
    assert result.public == [
        "Counts of 1 to 10 are hidden, and so is any number that would let someone work them out."
    ]


def test_an_area_with_few_answers_is_blank_and_not_alone() -> None:
    # East has 29 answers. Alone it would be the county less the others; the smaller of the
    # others is blank too, and the county and north stay.
    result = release.release(
        answers({"north": (40, 60), "south": (30, 61), "east": (14, 15)}), BOOK, LARGE
    )
    assert cells(result) == {
        ("county", "home"): ("220", "84"),
        ("county", "job"): ("220", "136"),
        ("north", "home"): ("100", "40"),
        ("north", "job"): ("100", "60"),
        ("south", "home"): (NOT_SHOWN, NOT_SHOWN),
        ("south", "job"): (NOT_SHOWN, NOT_SHOWN),
        ("east", "home"): (NOT_SHOWN, NOT_SHOWN),
        ("east", "job"): (NOT_SHOWN, NOT_SHOWN),
    }
    hidden = result.table[result.table["count"] == NOT_SHOWN]
    assert set(hidden[["estimate", "low", "high"]].to_numpy().ravel()) == {""}
    assert result.notes[:2] == [
        "Wave w: east has fewer than 30 answers, too few for a table of its own.",
        "Wave w: south is not shown either, or the other area's numbers could be worked out. "
        "Join the two to show them.",
    ]


def test_an_area_answered_by_one_house_counts_for_the_county_only() -> None:
    result = answers(PLENTY)
    east = result.frame["area"] == "a-east"
    result.frame.loc[result.frame.index[east][:31], "place"] = 7
    assert cells(release.release(result, BOOK, LARGE))["east", "home"] == (NOT_SHOWN, NOT_SHOWN)
    # 30 of 60 is half, not over half.
    result.frame.loc[result.frame.index[east][:1], "place"] = pd.NA
    assert cells(release.release(result, BOOK, LARGE))["east", "home"] == ("60", "25")


def test_too_few_residents_and_the_decision_that_lowers_the_limit() -> None:
    enough = release.release(answers(PLENTY), BOOK, areas(dict.fromkeys(PLENTY, 20_000)))
    assert cells(enough)["east", "home"] == ("60", "25")
    small = areas({"north": 30_000, "south": 30_000, "east": 19_999})
    result = release.release(answers(PLENTY), BOOK, small)
    assert cells(result)["east", "home"] == (NOT_SHOWN, NOT_SHOWN)
    decided = release.release(
        answers(PLENTY), BOOK, small, min_residents=5_000, decision="The board, 3 May 2026."
    )
    assert cells(decided)["east", "home"] == ("60", "25")
    assert decided.decision == "The board, 3 May 2026."
    assert decided.public[1] == (
        "Areas under 20,000 residents are shown by this written decision: The board, 3 May 2026."
    )
    for limit, words in ((5_000, ""), (4_999, "The board")):
        with pytest.raises(ReleaseRefused, match="need a written decision"):
            release.release(answers(PLENTY), BOOK, small, min_residents=limit, decision=words)


def test_small_areas_are_merged_with_neighbours_by_residents_alone() -> None:
    row = areas({"a": 12_000, "b": 9_000, "c": 25_000, "d": 3_000, "e": 40_000}, districts=False)
    result = geography(row, 20_000)
    # d (3,000) joins its smaller neighbour c; b (9,000) joins a.
    assert result.units == ("a+b", "c+d", "e")
    assert result.residents == {"a+b": 21_000, "c+d": 28_000, "e": 40_000}
    assert result.unit_of["d"] == "c+d"


def test_without_areas_only_the_county_is_shown() -> None:
    result = release.release(answers(PLENTY), BOOK, None)
    assert set(result.table["area"]) == {"county"}
    assert result.public[1].startswith("No areas with their number of residents are known")


def test_areas_without_residents_are_blank() -> None:
    result = release.release(answers(PLENTY), BOOK, LARGE.drop(columns="population"))
    local = result.table[result.table["area"] != "county"]
    assert set(local["count"]) == {NOT_SHOWN}
    assert cells(result)["county", "home"] == ("260", "95")


def test_people_without_an_area_count_only_when_they_are_enough() -> None:
    few = answers({**PLENTY, "elsewhere": (10, 19)})
    result = release.release(few, BOOK, LARGE)
    assert cells(result)["county", "home"] == ("260", "95")
    assert "fewer than 30 people gave no area" in result.notes[0]
    many = answers({**PLENTY, "elsewhere": (15, 15)})
    assert cells(release.release(many, BOOK, LARGE))["county", "home"] == ("290", "110")


def test_no_small_count_and_no_words_are_in_the_file() -> None:
    result = release.release(
        answers({"north": (4, 96), "south": (30, 70), "east": (25, 35)}), BOOK, LARGE
    )
    text = release.to_csv(result).decode()
    assert "secret" not in text
    assert cells(result)["north", "home"] == ("100", NOT_SHOWN)
    assert cells(result)["north", "job"] == ("100", NOT_SHOWN)
    read_back = pd.read_csv(io.StringIO(text), dtype=str)
    for column in ("n_asked", "n_answering", "count"):
        numbers = {int(value) for value in read_back[column] if value != NOT_SHOWN}
        assert not numbers & set(range(1, 11)), column
    # The true number is in the preview for the assessor, and only there.
    line = result.preview.query("area == 'north' and answer == 'home'").iloc[0]
    assert (line["count"], line["shown"]) == (4, False)


@pytest.mark.parametrize("wave", ["=1+1", "Maria Lopez", "555-0142", "HIV group", "w" * 41])
def test_no_text_of_the_upload_names_a_wave(wave: str) -> None:
    result = answers(PLENTY, wave=wave)
    line = release.to_csv(release.release(result, BOOK, LARGE)).decode().splitlines()[1]
    assert line.startswith("wave 1,county")
    assert result.problems[0].message == (
        "1 wave name held other words than wave, season or month. It is called by a number now."
    )


def test_an_area_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    people = {"=1+1": (40, 60), "south": (30, 70)}
    result = release.release(answers(people), BOOK, areas({"=1+1": 30_000, "south": 30_000}))
    assert "\nw,'=1+1,needs,home," in release.to_csv(result).decode()


def test_the_weaker_rule_shows_more() -> None:
    people = {"north": (7, 93), "south": (30, 70), "east": (25, 35)}
    result = release.release(answers(people), BOOK, LARGE, rule="k5")
    assert cells(result)["north", "home"] == ("100", "7")
    with pytest.raises(ReleaseRefused, match="There is no rule 'none'"):
        release.release(answers(people), BOOK, LARGE, rule="none")


def test_no_consent_no_release() -> None:
    text = "respondent,wave,area,needs\n1,w,a-north,home\n"
    result = read.read([Source("w.csv", text.encode())], BOOK)
    with pytest.raises(ReleaseRefused, match="say nothing of consent"):
        release.release(result, BOOK, LARGE)


def earlier(made: Release) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(release.to_csv(made)), dtype=str, keep_default_na=False)


def test_the_same_wave_again_is_the_same_table() -> None:
    first = release.release(answers(PLENTY), BOOK, LARGE)
    again = release.release(answers(PLENTY), BOOK, LARGE, earlier=[earlier(first)])
    assert release.to_csv(again) == release.to_csv(first)


@pytest.mark.parametrize("more", [1, 10])
def test_a_wave_with_a_few_more_answers_is_not_published_again(more: int) -> None:
    first = earlier(release.release(answers(PLENTY), BOOK, LARGE))
    late = {**PLENTY, "north": (40 + more, 60)}
    with pytest.raises(ReleaseRefused) as caught:
        release.release(answers(late), BOOK, LARGE, earlier=[first])
    assert str(caught.value) == (
        "needs in county: its number of answers changed by 1 to 10, so the wave is not published "
        "again; the difference would show a few people's answers. Keep the table you already "
        "published."
    )


def test_late_answers_are_hidden_by_each_other() -> None:
    first = earlier(release.release(answers(PLENTY), BOOK, LARGE))
    late = {**PLENTY, "north": (44, 90)}
    result = release.release(answers(late), BOOK, LARGE, earlier=[first])
    # 34 came late, four of them "home": 44 less the published 40 would say so.
    assert cells(result)["north", "home"][1] == NOT_SHOWN
    assert cells(result)["county", "home"][1] == NOT_SHOWN


def test_edited_answers_are_not_published_over_the_old_ones() -> None:
    first = earlier(release.release(answers(PLENTY), BOOK, LARGE))
    edited = {**PLENTY, "north": (41, 59)}
    with pytest.raises(ReleaseRefused, match="its numbers are not the ones published before"):
        release.release(answers(edited), BOOK, LARGE, earlier=[first])
    with pytest.raises(ReleaseRefused, match="fewer answers than were published before"):
        release.release(answers({"north": (40, 60)}), BOOK, LARGE, earlier=[first])


def test_every_wave_needs_the_same_areas() -> None:
    first = earlier(release.release(answers(PLENTY), BOOK, LARGE))
    other = areas({"north": 30_000, "rest": 60_000})
    with pytest.raises(ReleaseRefused, match=r"published for other areas \(east, south\)"):
        release.release(answers(PLENTY), BOOK, other, earlier=[first])


def several(people: dict[str, tuple[int, int]]) -> tuple[Answers, codebook.Codebook]:
    """`people` gives, of 100 in each district, how many said `music` and how many `rides`."""
    book = codebook.read(
        "question,type,answer\ngifts,many,music\ngifts,many,rides\ngifts,many,time\n"
    )
    lines = ["respondent,wave,area,consent,gifts"]
    for district, (music, rides) in people.items():
        for number in range(100):
            given = ["time"] + ["music"] * (number < music) + ["rides"] * (number < rides)
            lines.append(f"{district}{number},w,a-{district},yes,{'|'.join(given)}")
    return read.read([Source("w.csv", "\n".join(lines).encode())], book), book


def test_what_was_shown_once_is_known_for_good() -> None:
    # North's 5 hide beside south's 12. Had an earlier table shown the 12, the 5 would follow from
    # the county's 57; so now east's 40 is hidden instead.
    result, book = several({"north": (5, 50), "south": (12, 50), "east": (40, 50)})
    first = release.release(result, book, LARGE)
    hidden = {key for key, (_, number) in cells(first, "gifts").items() if number == NOT_SHOWN}
    assert hidden == {("north", "music"), ("south", "music")}
    before = earlier(first).query("area in ('south', 'county') and answer == 'music'").copy()
    before.loc[before["area"] == "south", "count"] = "12"
    again = release.release(result, book, LARGE, earlier=[before])
    assert cells(again, "gifts")["east", "music"] == ("100", NOT_SHOWN)
    # When east's was shown too, the five are out already, and nothing more is published.
    both = pd.concat([before, earlier(first).query("area == 'east'")])
    with pytest.raises(ReleaseRefused, match="published before, no table of it is safe"):
        release.release(result, book, LARGE, earlier=[both])


def test_the_command_lines_words() -> None:
    result = release.release(answers(PLENTY), BOOK, LARGE)
    said = release.summary(result, "out.csv")
    assert {key: said[key] for key in ("cells", "shown", "not_shown", "out")} == {
        "cells": 10,
        "shown": 10,
        "not_shown": 0,
        "out": "out.csv",
    }
