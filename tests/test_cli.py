"""The command line: exit codes, one JSON document, one sentence for whatever cannot be read."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from assetmap.cli import main

ROOT = Path(__file__).resolve().parent.parent
GOOD = (
    "id,name,kind,phone,schedule,latitude,longitude,address,city,format\r\n"
    "1,Open Door,meeting,(618) 555-0112,Tu 19:00-20:00,37.9,-89,12 Oak St,Carbondale,in_person\r\n"
    "2,Books,library,,24/7,37.91,-89.01,1 Elm St,Carbondale,in_person\r\n"
)


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout; anything else beside it fails."""
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ASSETMAP_NOW", "2026-11-20T18:00")

    def call(*arguments: object) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        assert isinstance(stop.value.code, int)
        return Done(stop.value.code, printed.out, printed.err)

    return call


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_check_says_all_that_scripts_rely_on(run: Run, good: Path) -> None:
    done = run("check", good, "--json")
    assert done.code == 0
    result = done.json
    seconds = result.pop("seconds")
    assert 0 <= seconds < 60
    assert result == {
        "sanity": [],
        "reader": "table",
        "rows_read": 2,
        "assets": 2,
        "rejected": 0,
        "fixed": 0,
        "guessed": 0,
        "kept": 0,
        "sources": [
            {"source": "good", "reader": "table", "rows_read": 2, "assets": 2, "rejected": 0}
        ],
        "problems": [],
        "groups": [],
        "kinds": {"meeting": 1, "library": 1},
        "formats": {"in_person": 2, "online": 0, "phone": 0},
        "statuses": {"active": 2},
        "with_point": 2,
        "with_schedule": 2,
        "schedule_unreadable": 0,
    }


def test_check_exits_1_when_rows_are_rejected(run: Run, good: Path) -> None:
    good.write_text(GOOD + "3,,meeting,,,,,,,\r\n,,,,,,,,,\r\n", encoding="utf-8")
    done = run("check", good, "--json")
    assert done.code == 1
    result = done.json
    assert (result["rows_read"], result["assets"], result["rejected"]) == (4, 2, 2)
    rejected = [problem for problem in result["problems"] if problem["severity"] == "rejected"]
    assert [(problem["row"], problem["source"]) for problem in rejected] == [
        (4, "good"),
        (3, "good"),
    ]
    text = run("check", good)
    assert text.code == 1
    assert text.out.endswith("2 assets from 4 rows; 2 rejected, 0 fixed, 0 guessed, 0 kept aside; "
                             "2 on the map, 2 with times.\n")  # fmt: skip


def test_two_files_of_one_name_are_two_sources(run: Run, tmp_path: Path, good: Path) -> None:
    (tmp_path / "b").mkdir()
    other = tmp_path / "b" / "good.csv"
    other.write_text(GOOD, encoding="utf-8")
    result = run("check", good, other, "--json").json
    assert [source["source"] for source in result["sources"]] == ["good", "good-2"]
    assert [source["assets"] for source in result["sources"]] == [2, 2]


def test_search_groups_and_exit_codes(run: Run, good: Path) -> None:
    done = run("search", "--assets", good, "--kind", "meeting", "--json")
    assert done.code == 0
    result = done.json
    assert result["at"] == "2026-11-20T18:00-06:00"
    assert result["counts"] == {"match": 1, "ask": 0, "near_miss": 0}
    item = result["match"][0]
    assert (item["id"], item["name"], item["kind"]) == ("good:1", "Open Door", "meeting")
    assert item["next_start"] == "2026-11-24T19:00-06:00"
    assert (item["clinical"], item["court_linked"]) == (False, False)
    assert run("search", "--assets", good, "--kind", "dentist", "--json").code == 1
    near = run("search", "--assets", good, "--near", "37.9,-89", "--within", "500m", "--json").json
    assert [item["distance_m"] for item in near["match"]] == [0]
    at = run("search", "--assets", good, "--at", "2026-11-24T18:59", "--when", "now", "--json").json
    assert at["at"] == "2026-11-24T18:59-06:00"


def test_occurrences_in_both_ways_to_name_files(run: Run, good: Path) -> None:
    expected = [
        {
            "id": "good:1",
            "start": "2026-11-24T19:00-06:00",
            "end": "2026-11-24T20:00-06:00",
        }
    ]
    for given in ([good], ["--assets", good]):
        done = run("occurrences", *given, "--from", "2026-11-24", "--days", "1", "--json")
        assert done.code == 0
        assert [line for line in done.json if line["id"] == "good:1"] == expected


@pytest.mark.parametrize("name", ["out.csv", "out.geojson"])
def test_convert_reads_back(run: Run, good: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    done = run("convert", good, "-o", out, "--json")
    assert done.code == 0
    assert done.json == {"written": str(out), "assets": 2, "left_out": []}
    again = run("check", out, "--json").json
    assert (again["assets"], again["rejected"], again["kinds"]) == (
        2,
        0,
        {"meeting": 1, "library": 1},
    )


def test_demo_copies_a_community_that_opens(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert run("demo", folder, "--json").json == {"written": str(folder)}
    assert (folder / "community.toml").is_file()
    again = run("demo", folder)
    assert again.code == 2
    assert again.err == f"{folder} is already there; name a new folder.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "{tmp}/none.csv"], "none.csv cannot be read: No such file or directory."),
        (["check", "{good}", "--reader", "magic"], "There is no reader 'magic'; use one of"),
        (["check", "{good}", "--recipe", "{tmp}/none.toml"], "cannot be read"),
        (["convert", "{good}", "-o", "{tmp}/o.docx"], "o.docx ends like no format"),
        (["convert", "{good}", "-o", "{tmp}/o.csv", "--to", "docx"], "There is no format 'docx'"),
        (["convert", "{good}", "-o", "{tmp}/no/o.csv"], "cannot be written (No such file"),
        (["search", "--community", "{tmp}"], "is not a community folder; it has no"),
        (["search", "--assets", "{good}", "--community", "{tmp}"], "not both."),
        (["search", "--assets", "{good}", "--near", "Atlantis"], "No place is known by 'Atlantis'"),
        (["search", "--assets", "{good}", "--near", "37.9,-89", "--within", "far"], "not a length"),
        (["search", "--assets", "{good}", "--when", "someday"], "someday"),
        (["search", "--assets", "{good}", "--at", "noon"], "--at is 'noon'; write it like"),
        (["search", "--assets", "{good}", "--kind", "dragon"], "dragon"),
        (["search", "--assets", "{good}", "--need", "dragon"], "dragon"),
        (["search", "--assets", "{good}", "--yes", "dragon"], "dragon"),
        (
            ["occurrences", "{good}", "--from", "soon"],
            "--from is 'soon'; write it like 2026-11-22.",
        ),
        (["check"], "Missing argument"),
        (["check", "{good}", "--nonsense"], "No such option"),
        (["nonsense"], "No such command"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_2(
    run: Run, good: Path, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    done = run(*[part.format(tmp=tmp_path, good=good) for part in arguments])
    assert done.code == 2
    assert done.out == ""
    assert sentence in done.err
    assert done.err.count("\n") == 1


def test_help_and_no_words_at_all(run: Run) -> None:
    assert run("--help").code == 0
    assert "check" in run("--help").out
    assert run("check", "--help").code == 0
    alone = run()
    assert alone.code in (0, 2)
    assert "check" in alone.out + alone.err


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (60 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("empty.csv", b"", "empty"),
        ("spaces.csv", b"  \n \n", "empty"),
        ("picture.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n", "PDF"),
        ("broken.xlsx", b"PK\x03\x04 this is no archive", "archive"),
        ("binary.csv", bytes(range(256)) * 40, ""),
        ("cut.json", b'[{"name": "a", "slug"', ""),
    ],
)
def test_files_that_cannot_be_read(
    run: Run, good: Path, tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    done = run("check", path, "--json")
    assert done.code == 2, done.out
    assert done.out == ""
    assert name in done.err
    assert sentence.lower() in done.err.lower()
    assert done.err.endswith(".\n")
    assert done.err.count("\n") == 1


def test_a_header_alone_is_no_error_and_is_said(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "header.csv"
    path.write_text(GOOD.splitlines()[0] + "\r\n", encoding="utf-8")
    result = run("check", path, "--json")
    assert result.code == 0
    assert (result.json["rows_read"], result.json["assets"]) == (0, 0)
    assert [problem["message"] for problem in result.json["problems"]] == [
        "The table has a header and no rows; add a row for each asset."
    ]


def test_a_file_over_the_limit_is_refused_unread_naming_the_limit(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    done = run("check", path, "--json")
    assert done.code == 2
    assert done.err == (
        "large.csv is 300 MB, more than the limit of 200 MB; split it or leave out columns.\n"
    )


def test_a_zip_bomb_renamed_to_xlsx_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(bomb())
    done = run("check", path, "--json")
    assert done.code == 2
    assert "bomb.xlsx would unpack to" in done.err
    assert "more than the limit of 300 times" in done.err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_keeps_the_accents(run: Run, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "spanish.csv"
    path.write_bytes(
        "id,name,kind,city\r\n1,Reunión Año Nuevo – José,meeting,Peña\r\n".encode(encoding)
    )
    result = run("search", "--assets", path, "--kind", "meeting", "--json").json
    names = [item["name"] for group in ("match", "ask", "near_miss") for item in result[group]]
    assert names == ["Reunión Año Nuevo – José"]


EVIL = ["<img src=x onerror=alert(1)>", "${alert(1)}", "</script><script>alert(1)</script>"]
BAD_ROWS = {
    "duplicate id": ("1,Again,meeting,,,37.9,-89,,,in_person", "fixed", "id"),
    "swapped": ("9,A,meeting,,,-89.0,37.9,,,in_person", "fixed", "latitude, longitude"),
    "zero": ("9,A,meeting,,,0,0,,,in_person", "kept", "latitude, longitude"),
    "dms": ('9,A,meeting,,,37°54\'0""N,89°0\'0""W,,,in_person', "fixed", "latitude, longitude"),
    "outside": ("9,A,meeting,,,3790,-8900,,,in_person", "kept", "latitude, longitude"),
    "nonsense schedule": (
        "9,A,meeting,,whenever Jim is in,37.9,-89,,,in_person",
        "kept",
        "schedule",
    ),
    "unknown kind": ("9,A,qwxyz,,,37.9,-89,,,in_person", "guessed", "kind"),
    "nonsense phone": ("9,A,meeting,ring twice,,37.9,-89,,,in_person", "kept", "phone"),
}


@pytest.mark.parametrize("what", BAD_ROWS)
def test_one_bad_row_is_said_once_and_the_rest_is_intact(run: Run, good: Path, what: str) -> None:
    row, severity, field = BAD_ROWS[what]
    if '""' in row:
        row = ",".join(f'"{cell}"' for cell in row.split(","))
    good.write_text(f"{GOOD}{row}\r\n", encoding="utf-8")
    done = run("check", good, "--json")
    assert done.code == 0
    result = done.json
    assert result["assets"] == 3
    said = [(p["row"], p["severity"], p["field"]) for p in result["problems"] if p["row"]]
    assert said == [(3, severity, field)]
    message = next(p["message"] for p in result["problems"] if p["row"])
    assert message.startswith("Row 3: ")
    assert message.endswith((".", "…"))


@pytest.mark.parametrize("text", [*EVIL, "=HYPERLINK(1)", "@SUM(1)", "+1+cmd|' /C calc'!A0"])
def test_texts_that_would_run_go_through_as_texts(
    run: Run, good: Path, tmp_path: Path, text: str
) -> None:
    good.write_text(f"{GOOD}3,{text},meeting,,,37.9,-89,,,in_person\r\n", encoding="utf-8")
    result = run("search", "--assets", good, "--kind", "meeting", "--json").json
    assert text in [item["name"] for group in ("match", "ask") for item in result[group]]
    out = tmp_path / "out.csv"
    assert run("convert", good, "-o", out, "--json").code == 0
    written = out.read_text(encoding="utf-8")
    if text[0] in "=@+":
        assert f",'{text}" in written or f"\"'{text}" in written
    again = run("search", "--assets", out, "--kind", "meeting", "--json").json
    assert text in [item["name"] for group in ("match", "ask") for item in again[group]]


def test_the_county_sheet(run: Run, shared: Path) -> None:
    done = run("check", shared / "feeds" / "table" / "county_asset_map_nc_2025.csv", "--json")
    assert done.code == 1
    result = done.json
    assert (result["rows_read"], result["assets"], result["rejected"]) == (157, 133, 24)
    assert len([p for p in result["problems"] if p["severity"] == "rejected"]) == 1


def test_a_fault_of_ours_is_a_sentence_too(
    run: Run, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("lat")

    monkeypatch.setattr("assetmap.cli.edge.check", broken)
    done = run("check", good, "--json")
    assert (done.code, done.out) == (2, "")
    assert done.err == "It could not be done: KeyError: 'lat'\n"


def process(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ASSETMAP_NOW": "2026-11-20T18:00"}
    return subprocess.run(
        [sys.executable, "-m", "assetmap", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_as_a_true_process(good: Path) -> None:
    done = process("check", str(good), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["assets"] == 2
    wrong = process("check", str(good.with_name("none.csv")), "--json")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.count("\n") == 1


# Every command is run with `--json`, with these options where it can do nothing without any.
_ARGUMENTS = {
    "check": ["good.csv"],
    "convert": ["good.csv", "-o", "out.geojson"],
    "search": ["--assets", "good.csv", "--kind", "meeting"],
    "occurrences": ["good.csv", "--from", "2026-11-20", "--days", "7"],
    "duplicates": ["good.csv"],
    "access": ["--areas", "areas.csv", "--assets", "good.csv", "--method", "nearest"],
    "rank": ["--values", "areas.csv", "--columns", "population"],
    "site": ["--areas", "areas.csv", "--candidates", "areas.csv", "-p", "1",
             "--objective", "worst-first"],
    "demo": ["made"],
    "understand": ["a meeting tonight"],
    "words": [],
    "recipe": ["good.csv", "-o", "recipe.toml"],
    "refresh": ["--community", "town"],
    "store init": ["--community", "town"],
    "store check": ["--community", "town"],
    "store export": ["--community", "town"],
    "store backup": ["town.zip", "--community", "town"],
    "people add": ["Ann", "--role", "owner", "--community", "town"],
    "people list": ["--community", "town"],
    "record": ["new", "add", "name=Cedar House", "kind=recovery_home", "phone=6185550123",
               "--community", "town"],
    "history": ["added:cedar-house", "--community", "town"],
    "inbox": ["--community", "town"],
    "call": ["--community", "town"],
    "gaps": ["--kind", "meeting", "--community", "town"],
    "report": ["town", "-o", "report.html", "--kind", "meeting"],
    "survey infer": ["survey.csv"],
    "survey read": ["survey.csv"],
    "survey release": ["survey.csv", "-o", "table.csv", "--agreed-by", "board",
                       "--wave", "Fall 2026", "--community", "town"],
    "survey publish": ["table.csv", "--by", "board", "--community", "town"],
    "survey withdraw": ["Fall 2026", "--community", "town"],
}  # fmt: skip
_DRIVER = """
import ctypes, json, os, sys
from assetmap.cli import app, main
for name, arguments in json.loads(sys.argv[1]).items():
    print("from a library before", flush=True)
    os.write(1, f"\x1e{name}\x1f".encode())
    try:
        main([*name.split(), *arguments, "--json"])
    except SystemExit:
        pass
    ctypes.CDLL(None).fflush(None)
    os.write(1, b"\x1f")
"""


def _with_json(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Each command that knows `--json`, by its whole name ("survey read")."""
    for name, inner in getattr(command, "commands", {}).items():
        yield from _with_json(inner, (*path, name))
    if any("--json" in option.opts for option in command.params):
        yield " ".join(path)


def test_no_library_writes_beside_the_json_document(good: Path, tmp_path: Path) -> None:
    """Real processes, whose compiled libraries write to descriptor 1: HiGHS greets there."""
    import typer.main

    from assetmap.cli import app

    areas = "id,lat,lon,population\na,37.9,-89,100\nb,38.0,-89,50\n"
    (tmp_path / "areas.csv").write_text(areas, encoding="utf-8")
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "good.csv").write_bytes(good.read_bytes())
    (tmp_path / "town" / "community.toml").write_text(
        'name = "Town"\ncountry = "US"\ntimezone = "America/Chicago"\n'
        '[[assets]]\nkey = "good"\npath = "good.csv"\n'
    )
    answers = "".join(f"{'Yes' if n % 3 else 'No'}\n" for n in range(90))
    (tmp_path / "survey.csv").write_text(f"Do you need a home?\n{answers}")
    with_json = set(_with_json(typer.main.get_command(app), ()))
    assert set(_ARGUMENTS) <= with_json
    # Those with arguments first, in their order: one makes what the next one reads.
    wanted = {**_ARGUMENTS, **{name: [] for name in sorted(with_json - set(_ARGUMENTS))}}
    done = subprocess.run(
        [sys.executable, "-c", _DRIVER, json.dumps(wanted)],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "ASSETMAP_NOW": "2026-11-20T18:00",
            "ASSETMAP_COMMUNITY": str(tmp_path / "town"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    silent = []
    for part in done.stdout.split("\x1e")[1:]:
        name, written, _ = part.split("\x1f")
        if written:
            json.loads(written)
        elif name in _ARGUMENTS:
            silent.append(name)
    assert silent == [], done.stderr


def test_what_a_library_prints_goes_to_stderr(good: Path, tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from assetmap.cli import check, main\n"
        "inner = check.check_report\n"
        "def noisy(loaded):\n"
        "    print('a warning'); os.write(1, b'a greeting')\n"
        "    return inner(loaded)\n"
        "check.check_report = noisy\n"
        "main(['check', 'good.csv', '--json'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(done.stdout)["assets"] == 2
    assert "a warning" in done.stderr and "a greeting" in done.stderr
