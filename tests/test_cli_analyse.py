"""access, rank, gaps and site as command-line.md says: whole documents, one sentence for bad input.

The small world stands on a straight line east: a degree of longitude at the equator is
6,371,008.8 × π / 180 = 111,195.08 m.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest

from assetmap.cli import main

DEGREE_M = 6_371_008.8 * math.pi / 180
NOW = "2026-11-20T15:00"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command; gives its exit code, stdout and stderr."""
    monkeypatch.setenv("ASSETMAP_NOW", NOW)

    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def line(tmp_path: Path) -> Path:
    """Areas a, b, c at 0°, 0.1° and 1° east on the equator; a home at 0°, another at 0.2°."""
    (tmp_path / "areas.csv").write_text(
        "id,lat,lon,population\na,0,0,100\nb,0,0.1,300\nc,0,1,0\n", "utf-8"
    )
    (tmp_path / "homes.csv").write_text("id,lat,lon,capacity\nh1,0,0,8\nh2,0,0.2,6\n", "utf-8")
    return tmp_path


def sentence(code: int, out: str, err: str) -> str:
    """The one sentence of something that could not be done."""
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    return err.strip()


def test_access_prints_every_area_with_its_reason(run: Any, line: Path) -> None:
    # 12 km: a reaches h1 alone, b reaches both (11.1 km each way), c nothing and has no people.
    # h1 is shared by 400 people: 8/400 = .02; h2 by the 300 of b: 6/300 = .02.
    code, out, err = run(
        "access", "--areas", line / "areas.csv", "--assets", line / "homes.csv",
        "--method", "2sfca", "--catchment", "12km", "--json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert {key: result[key] for key in ("areas", "assets", "pairs")} == {
        "areas": 3, "assets": 2, "pairs": 3,
    }  # fmt: skip
    assert result["audit"] == pytest.approx(1, abs=1e-9)
    rows = [dict(row, nearest=round(row["nearest"], 3)) for row in result["result"]]
    assert [row.pop("access") for row in rows[:2]] == pytest.approx([0.02, 0.04], abs=1e-12)
    far = round(0.8 * DEGREE_M, 3)
    assert rows == [
        {"id": "a", "nearest": 0, "nearest_unit": "m", "within": 1, "reason": None},
        {"id": "b", "nearest": round(0.1 * DEGREE_M, 3), "nearest_unit": "m", "within": 2,
         "reason": None},
        {"id": "c", "access": None, "nearest": far, "nearest_unit": "m", "within": 0,
         "reason": "nobody lives here"},
    ]  # fmt: skip


def test_access_writes_the_same_rows_to_a_file(run: Any, line: Path) -> None:
    code, out, _ = run(
        "access", "--areas", line / "areas.csv", "--assets", line / "homes.csv",
        "--method", "count", "--catchment", "12km", "-o", line / "out.csv",
    )  # fmt: skip
    assert code == 0
    assert out.splitlines()[-1] == "3 areas, 2 assets, 3 pairs."
    with (line / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["access"], row["reason"]) for row in rows] == [
        ("a", "1.0", ""),
        ("b", "2.0", ""),
        ("c", "0.0", "no asset within 12 km"),
    ]


def test_access_by_costs_is_the_published_answer(run: Any, tmp_path: Path, shared: Path) -> None:
    (tmp_path / "areas.csv").write_text("id,population\n1,100\n2,50\n3,10\n", "utf-8")
    (tmp_path / "beds.csv").write_text("id,supply\n1,15\n2,20\n3,100\n", "utf-8")
    pairs = ("1,1,1", "2,2,1", "3,3,1", "1,3,40", "2,3,40", "3,1,40", "3,2,40", "1,2,80", "2,1,80")
    (tmp_path / "costs.csv").write_text("origin,dest,cost\n" + "\n".join(pairs) + "\n", "utf-8")
    expected = json.loads((shared / "oracles" / "hospital_3tract_expected.json").read_text())["0"]
    for method, name in (("2sfca", "sfca2"), ("3sfca", "sfca3")):
        code, out, _ = run(
            "access", "--areas", tmp_path / "areas.csv", "--assets", tmp_path / "beds.csv",
            "--costs", tmp_path / "costs.csv", "--method", method, "--decay", "inverse",
            "--catchment", "61", "--json",
        )  # fmt: skip
        result = json.loads(out)
        assert code == 0
        assert [row["access"] for row in result["result"]] == pytest.approx(
            expected[name], abs=1e-9
        )
        assert [row["nearest_unit"] for row in result["result"]] == ["cost"] * 3


def test_access_in_a_window_counts_only_what_is_on_then(run: Any, line: Path) -> None:
    (line / "groups.csv").write_text(
        "id,name,kind,latitude,longitude,schedule,format\n"
        "1,Sunday night,meeting,0.002,0.002,Su 19:00-20:00,in_person\n"
        "2,Monday noon,meeting,0.002,0.002,Mo 12:00-13:00,in_person\n"
        "3,Began before,meeting,0.002,0.002,Su 16:30-17:30,in_person\n"
        "4,Open house,library,0.002,0.002,Su 12:00-18:00,in_person\n",
        "utf-8",
    )
    code, out, err = run(
        "access", "--areas", line / "areas.csv", "--assets", line / "groups.csv",
        "--method", "count", "--catchment", "1km", "--window", "sun 17:00-21:00", "--json",
    )  # fmt: skip
    result = json.loads(out)
    # The meeting that starts in the window and the library that is open in it.
    assert (code, result["assets"], result["result"][0]["access"]) == (0, 2, 2.0)
    assert "2 assets are on in 'sun 17:00-21:00'." in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--method", "2sfca"), "2sfca needs a catchment, such as 10mi, or 20 with a cost table."),
        (
            ("--method", "2sfca", "--catchment", "14"),
            "'14' is not a length; write it like 10mi, 30km or 500m.",
        ),
        (
            ("--method", "hops", "--catchment", "1km"),
            "The method 'hops' is not known; use one of nearest, count, coverage, 2sfca, e2sfca, "
            "kd2sfca, 3sfca.",
        ),
        (
            ("--method", "2sfca", "--catchment", "1km", "--population", "heads"),
            "areas.csv has no column 'heads' for the population.",
        ),
        (
            ("--method", "2sfca", "--catchment", "1km", "--capacity", "beds"),
            "homes.csv has no column 'beds' for the capacity.",
        ),
    ],
)
def test_access_refuses_in_one_sentence(
    run: Any, line: Path, arguments: tuple[str, ...], said: str
) -> None:
    given = ("access", "--areas", line / "areas.csv", "--assets", line / "homes.csv")
    assert sentence(*run(*given, *arguments)) == said


def test_a_cost_table_wants_a_bare_number(run: Any, line: Path) -> None:
    (line / "costs.csv").write_text("origin,dest,cost\na,h1,5\n", "utf-8")
    result = run(
        "access", "--areas", line / "areas.csv", "--assets", line / "homes.csv",
        "--costs", line / "costs.csv", "--method", "count", "--catchment", "5km",
    )  # fmt: skip
    assert sentence(*result) == (
        "--catchment is '5km'; with --costs give a bare number in the table's unit."
    )


def test_rank_is_the_cdc_percentile(run: Any, tmp_path: Path) -> None:
    # poor: 1, 2, 2, 4 → (rank − 1) / 3; the -999 drops out of N. income descending: 9 ranks 0.
    (tmp_path / "v.csv").write_text(
        "FIPS,poor,income\n01001,1,9\n01003,2,7\n01005,2,-999\n01007,4,5\n01009,-999,3\n", "utf-8"
    )
    code, out, _ = run(
        "rank", "--values", tmp_path / "v.csv", "--id", "FIPS", "--columns", "poor,income",
        "--descending", "income", "--themes", "T1=poor,income", "--missing", "-999", "--json",
    )  # fmt: skip
    assert code == 0
    assert json.loads(out) == {
        "rows": [
            {"id": "01001", "poor": 0.0, "income": 0.0, "T1": 0.0, "overall": 0.0},
            {"id": "01003", "poor": 0.3333, "income": 0.3333, "T1": 0.5, "overall": 0.5},
            {"id": "01005", "poor": 0.3333, "income": None, "T1": None, "overall": None},
            {"id": "01007", "poor": 1.0, "income": 0.6667, "T1": 1.0, "overall": 1.0},
            {"id": "01009", "poor": None, "income": 1.0, "T1": None, "overall": None},
        ],
        "used": {"poor": 4, "income": 4, "T1": 3, "overall": 3},
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--columns", "rich"), "The table has no column rich."),
        (("--columns", ""), "Name at least one column to rank."),
        (("--columns", "poor", "--themes", "poor"),
         '--themes holds \'poor\'; write it like "T1=A,B;T2=C".'),
        (("--columns", "poor", "--themes", "T=poor;T=poor"), "--themes names T twice."),
        (("--columns", "name"), "Column name holds 'x', which is not a number."),
    ],
)  # fmt: skip
def test_rank_refuses_in_one_sentence(
    run: Any, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "v.csv").write_text("id,poor,name\n1,2,x\n", "utf-8")
    assert sentence(*run("rank", "--values", tmp_path / "v.csv", *arguments)) == said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "v.csv is empty."),
        (b"%PDF-1.7 ...", "v.csv is a PDF; export the table behind it as CSV or XLSX."),
        (b"PK\x03\x04", "v.csv is a damaged archive; save or download it again."),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    run: Any, tmp_path: Path, data: bytes, said: str
) -> None:
    (tmp_path / "v.csv").write_bytes(data)
    assert sentence(*run("rank", "--values", tmp_path / "v.csv", "--columns", "a")) == said


def test_site_covers_most_people(run: Any, line: Path) -> None:
    # Within 12 km of s1 (0.05°) live a and b, 400 people; of s2 (1°) lives nobody.
    (line / "sites.csv").write_text("NAME,lat,long\ns2,0,1\ns1,0,0.05\n", "utf-8")
    code, out, _ = run(
        "site", "--areas", line / "areas.csv", "--candidates", line / "sites.csv",
        "--catchment", "12km", "-p", "1", "--objective", "cover", "--json",
    )  # fmt: skip
    result = json.loads(out)
    assert code == 0
    names = ("sites", "value", "bound", "gap", "total", "optimal")
    assert {name: result[name] for name in names} == {
        "sites": ["s1"], "value": 400, "bound": 400, "gap": 0.0, "total": 400, "optimal": True,
    }  # fmt: skip


def test_site_counts_what_exists(run: Any, line: Path) -> None:
    # A home at 0° already covers a within 1 km; the one at b then adds its 300.
    (line / "one.csv").write_text("id,lat,lon\nh1,0,0\n", "utf-8")
    code, out, _ = run(
        "site", "--areas", line / "areas.csv", "--candidates", line / "areas.csv",
        "--assets", line / "one.csv", "--catchment", "1km", "-p", "1",
    )  # fmt: skip
    assert code == 0
    assert out == "b: 300\n400 people covered of 400 people; no other choice can do better.\n"


def test_site_is_the_published_answer(run: Any, tmp_path: Path, shared: Path) -> None:
    folder = shared / "oracles" / "spopt"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    with next(folder.glob("SF_network*")).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [f"{row['DestinationName']},{row['name']},{row['distance']}" for row in rows]
    (tmp_path / "costs.csv").write_text("origin,dest,cost\n" + "\n".join(lines) + "\n", "utf-8")
    with next(folder.glob("SF_demand*")).open(encoding="utf-8", newline="") as file:
        tracts = list(csv.DictReader(file))
    lines = [f"{row['NAME']},{row['POP2000']}" for row in tracts]
    (tmp_path / "areas.csv").write_text("id,population\n" + "\n".join(lines) + "\n", "utf-8")
    code, out, _ = run(
        "site", "--areas", tmp_path / "areas.csv", "--candidates",
        next(folder.glob("SF_store*")), "--costs", tmp_path / "costs.csv", "-p", "4",
        "--catchment", "5000", "--json",
    )  # fmt: skip
    result = json.loads(out)
    assert code == 0
    assert sorted(result["sites"]) == expected["mclp_sel"]
    assert (result["value"], result["bound"], result["total"], result["optimal"]) == (
        875247, 875247, 955113, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-p", "4", "--catchment", "1km"),
         "There are 3 candidates and 4 sites were asked for; choose at most 3."),
        (("-p", "1"), "To cover people, give a catchment above 0, such as 10mi."),
        (("-p", "1", "--objective", "best"),
         "The objective 'best' is not known; use cover, median, worst-first."),
    ],
)  # fmt: skip
def test_site_refuses_in_one_sentence(
    run: Any, line: Path, arguments: tuple[str, ...], said: str
) -> None:
    given = ("site", "--areas", line / "areas.csv", "--candidates", line / "areas.csv")
    assert sentence(*run(*given, *arguments)) == said


def test_gaps_of_the_demo_name_the_planted_dentist_gap(run: Any) -> None:
    code, out, _ = run("gaps", "--kind", "dentist", "--json")
    result = json.loads(out)
    assert code == 0
    shape = {"strengths", "summary", "areas", "matrix", "time", "equity", "parameters"}
    assert shape <= set(result)
    by_gap: dict[str, set[str]] = {}
    for row in result["areas"]:
        by_gap.setdefault(row["gap"], set()).add(row["id"])
    assert by_gap["yes"] == {"harwin-center", "cedar-bend"}
    assert by_gap["call"] == {"milltown-old-town", "milltown-east", "larch-landing", "river-bluffs"}
    row = next(row for row in result["areas"] if row["id"] == "harwin-center")
    low, high = row["need_rank"]
    assert 1 <= low <= high <= 34
    assert (row["name"], row["reach_known"], row["reach_possible"]) == ("Harwin Center", 0, 0)
    assert row["quadrant"] == "more need, less reach"
    assert isinstance(row["robust"], bool)
    assert set(result["equity"]) >= {"gini", "concentration"}
    for cell in result["matrix"]:
        assert set(cell) == {"need", "support", "level", "assets"}


def test_gaps_in_time_have_one_line_a_slot(run: Any) -> None:
    _, out, _ = run("gaps", "--kind", "meeting", "--json")
    slots = json.loads(out)["time"]
    assert len(slots) == 7 * 4
    assert set(slots[0]) == {"kind", "day", "part", "people_in_reach", "assets"}
    assert {slot["day"] for slot in slots} == {"mo", "tu", "we", "th", "fr", "sa", "su"}
    assert {slot["part"] for slot in slots} == {"morning", "afternoon", "evening", "night"}


def test_gaps_say_strengths_before_gaps(run: Any) -> None:
    code, out, _ = run("gaps", "--kind", "child_care")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "Child care: 9 in Alder County to build on."
    assert "This is about places. It does not say who there needs help." in lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--kind", "pub"), "There is no kind 'pub'; use one of kinds.csv, such as meeting."),
        (("--need", "joy"), "There is no need 'joy'; use one of needs.csv, such as job."),
        (("--kind", "meeting", "--need", "job"), "Give a kind or a need, not both."),
        (("--community", "/nowhere"),
         "/nowhere is not a community folder; it has no community.toml."),
    ],
)  # fmt: skip
def test_gaps_refuse_in_one_sentence(run: Any, arguments: tuple[str, ...], said: str) -> None:
    assert sentence(*run("gaps", *arguments)) == said
