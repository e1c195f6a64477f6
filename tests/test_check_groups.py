"""`check` that a volunteer can work through: groups, names, actions, what is new."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from stand_in import StandIn

from assetmap import cli
from assetmap.community import open_community
from assetmap.community.summary import (
    example_place,
    group_problems,
    has_beds,
    kinds_without_a_list,
    next_steps,
    offered_needs,
    what_it_is,
)
from assetmap.fields import Problem

SHEET = """name,kind,cost,phone,latitude,longitude,city
North Library,library,free,910-555-0100,34.65,-79.05,Lumberton
South Library,library,lots,910-555-0101,34.66,-79.04,Lumberton
Old Mill,library,plenty,910-555-0102,34.67,-79.03,Lumberton
,library,free,,,,
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stopped:
        cli.main([str(argument) for argument in arguments])
    return int(stopped.value.code or 0), capsys.readouterr().out


def test_groups_are_worst_first_with_names_and_an_action() -> None:
    problems = [
        Problem(1, "cost", "x", "kept", "Row 1: `cost` is 'x'; use one of free, fee.", "s"),
        Problem(2, "cost", "y", "kept", "Row 2: `cost` is 'y'; use one of free, fee.", "s"),
        Problem(3, "name", "", "rejected", "Row 3: `name` is empty; give the asset a name.", "s"),
        Problem(4, "kind", "a", "guessed", "Row 4: `kind` is 'a'; guessed to be library from 'a'; "
                "write the kind if that is wrong.", "s"),
        Problem(5, "kind", "b", "guessed", "Row 5: `kind` is 'b'; guessed to be meeting from 'b'; "
                "write the kind if that is wrong.", "s"),
    ]  # fmt: skip
    names = {("s", 1): "One", ("s", 2): "Two", ("s", 4): "Four"}
    result = [
        (problem.severity, problem.count, problem.message, problem.examples, problem.do)
        for problem in group_problems(problems, names)
    ]
    assert result == [
        ("rejected", 1, "Name: give the asset a name", (), "Give the asset a name"),
        ("kept", 2, "Cost: use one of free, fee", ("One", "Two"), "Use one of free, fee"),
        ("guessed", 2, "Kind: guessed to be …", ("Four",), "Write the kind if that is wrong"),
    ]


def test_since_last_time_and_the_file_of_all_notes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.csv").write_text(SHEET)
    (tmp_path / "community.toml").write_text(
        'name = "Robeson"\ntimezone = "America/New_York"\n[[assets]]\nkey = "own"\n'
        'path = "list.csv"\n'
    )
    code, out = run(capsys, "check", tmp_path, "--json", "--csv", tmp_path / "problems.csv")
    first = json.loads(out)
    assert code == 1  # one row is not shown
    assert first["areas"] == {"count": 0, "with_people": 0, "indicators": 0, "matched": 0}
    with (tmp_path / "problems.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(first["problems"])
    assert (lines[0]["severity"], lines[0]["list"], lines[0]["row"]) == ("rejected", "own", "4")
    (tmp_path / "problems.csv").unlink()
    head, *body = SHEET.replace("lots", "fee").splitlines()
    added = "Town Hall,library,dear,,34.6,-79.0,Lumberton"
    (tmp_path / "list.csv").write_text("\n".join([head, added, *body]) + "\n")
    _, out = run(capsys, "check", tmp_path, "--json")
    assert json.loads(out)["since_last"] == {"new": 1, "gone": 1}
    code, out = run(capsys, "check", tmp_path)
    assert "Since last time: 0 new, 0 gone." in out
    assert "  1. Write in community.toml, under [contact], who answers when somebody sees a" in out


def test_a_list_that_cannot_be_read_is_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "community.toml").write_text(
        'name = "R"\n[contact]\nphone = "1"\n[[assets]]\nkey = "own"\npath = "gone.csv"\n'
    )
    code, out = run(capsys, "check", tmp_path, "--json")
    assert code == 1
    assert json.loads(out)["next"][0] == "Mend the list own, which could not be read."


def test_what_a_new_folder_is(
    tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "county.csv"
    sheet.write_text(SHEET)
    run(capsys, "new", tmp_path / "c", "--county", "37155", "--assets", sheet)
    opened = open_community(tmp_path / "c")
    lines = what_it_is(opened)
    assert lines[:2] == [
        "4 areas, 3 with people (3,500 people); 4 of 4 matched by 6 need numbers.",
        "3 assets of one kind: 3 with a point, 0 placed by address, 0 only by town, 0 without a "
        "place.",
    ]
    assert lines[2].startswith("No list yet for ") and lines[3] == "No list counts open beds."
    assert "contact" in next_steps(opened)[0]
    # The page's own words come from the community.
    assert example_place(opened) == "Lumberton"
    assert "library" not in kinds_without_a_list(opened)
    assert not has_beds(opened)
    assert set(offered_needs(opened)) and "home" not in offered_needs(opened)


def test_a_county_sheet_gives_at_most_25_lines(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = run(capsys, "check", shared / "feeds/table/county_asset_map_nc_2025.csv")
    assert len(out.splitlines()) <= 25
    assert "_" not in out.split("not shown.", 1)[1].replace("opioid_", "")


def test_what_to_do_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    from assetmap.cli.check import print_groups
    from assetmap.community.summary import ProblemGroup

    told = "Row: 24 rows hold nothing; delete them from the table"
    print_groups([ProblemGroup("rejected", "row", 1, told, (), "Delete them from the table")])
    print_groups(
        [ProblemGroup("kept", "cost", 2, "Cost: use one of free, fee", (), "Use one of free, fee")]
    )
    assert capsys.readouterr().out.splitlines() == [
        "Not shown, 1: Row: 24 rows hold nothing. Delete them from the table.",
        "Not used, 2: Cost: use one of free, fee. Use one of free, fee.",
    ]


def test_empty_rows_are_nothing_to_mend(tmp_path: Path) -> None:
    (tmp_path / "community.toml").write_text(
        'name = "A"\ncountry = "US"\ntimezone = "America/Chicago"\n[contact]\nphone = "1"\n'
        '[areas]\npath = "areas.csv"\n[[assets]]\nkey = "own"\npath = "own.csv"\n'
    )
    (tmp_path / "areas.csv").write_text("id,lat,lon,population\na,38,-89,10\n")
    (tmp_path / "own.csv").write_text("Name,Kind\nOne,library\n,\n,\n,\n")
    opened = open_community(tmp_path)
    assert opened.sources[0].rejected == 3
    assert not [step for step in next_steps(opened) if "not shown" in step]


def test_a_list_of_elsewhere_is_said_first(
    tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"Place {n},library,{33.7 + n / 100},-117.9" for n in range(6)]
    sheet = tmp_path / "far.csv"
    head, near = "Name,Kind,Latitude,Longitude", "Near,library,34.65,-79.05"
    sheet.write_text("\n".join([head, *rows, near]))
    run(capsys, "new", tmp_path / "c", "--county", "37155", "--assets", sheet)
    opened = open_community(tmp_path / "c")
    assert what_it_is(opened)[2] == "6 of 7 places on the map lie outside the areas."
    # One of seven is ours: the list is wide, and no first step.
    assert "contact" in next_steps(opened)[0]
    sheet.write_text("\n".join([head, *rows]))
    run(capsys, "new", tmp_path / "d", "--county", "37155", "--assets", sheet)
    assert next_steps(open_community(tmp_path / "d"))[0] == (
        "6 of 6 places lie outside the areas: give a list of this county, or the areas of that "
        "list."
    )
    # And nothing of another coast is counted as what this county has.
    _, out = run(capsys, "gaps", "--community", tmp_path / "c", "--kind", "library", "--json")
    assert json.loads(out)["strengths"] == [
        "Library: 1 in Robeson County, NC to build on.",
        "6 more on our lists are more than 30 miles outside and are not counted.",
    ]
