"""Whether earlier tables are of the same people, whatever questions and waves are called."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assetmap import cli
from assetmap.community.releases import take_back, waves_of
from assetmap.community.surveys import people_memory
from assetmap.survey.rules import ReleaseRefused

FIRST = ("Do you need a home?", "Do you need a job?")
RENAMED = ("Is housing a need?", "Is work a need?")


class Survey:
    """`survey …` on one made-up community."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ASSETMAP_NOW", "2026-11-20T18:00")
        self.folder = folder
        folder.mkdir()
        (folder / "community.toml").write_text(
            'name = "Small"\ncountry = "US"\ntimezone = "America/Chicago"\n', "utf-8"
        )

    def __call__(self, *words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli.app, ["survey", *words, "--community", str(self.folder)])
        return result.exit_code, f"{result.output}{result.exception or ''}"

    def release(
        self, wave: str, questions: tuple[str, str], people: range, ids: bool, *more: str
    ) -> tuple[int, str]:
        """Answers of `people`, of whom two thirds need a home and half a job."""
        header = ("_uuid", *questions)[0 if ids else 1 :]
        lines = [",".join(header)]
        for item in people:
            mark = hashlib.md5(str(item).encode()).hexdigest()
            cells = (mark, "Yes" if item % 3 else "No", "Yes" if item % 2 else "No")
            lines.append(",".join(cells[0 if ids else 1 :]))
        export = self.folder / f"{wave}.csv"
        export.write_text("\n".join(lines) + "\n", "utf-8")
        out = self.folder / "out.csv"
        told = ("release", str(export), "-o", str(out), "--wave", wave, "--agreed-by", "board")
        code, said = self(*told, *more)
        if code == 0:
            assert self("publish", str(out), "--by", "board")[0] == 0
        return code, said


@pytest.fixture
def survey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Survey:
    return Survey(tmp_path / "small", monkeypatch)


def test_the_same_people_under_other_names_and_in_another_number_are_refused(
    survey: Survey,
) -> None:
    assert survey.release("w1", FIRST, range(120), True)[0] == 0
    code, said = survey.release("w2", RENAMED, range(173), True)
    assert code != 0
    assert "was published of these people before" in said
    assert survey("withdraw", "w1")[0] == 0
    assert survey.release("w2", RENAMED, range(173), True)[0] != 0, "withdrawn is not forgotten"


def test_as_many_other_people_are_let_through_by_their_ids(survey: Survey) -> None:
    assert survey.release("w1", FIRST, range(120), True)[0] == 0
    assert survey.release("w2", RENAMED, range(600, 720), True)[0] == 0


def test_without_ids_a_person_decides_and_that_is_kept(survey: Survey) -> None:
    assert survey.release("w1", FIRST, range(120), False)[0] == 0
    assert survey.release("w2", RENAMED, range(600, 720), False)[0] != 0
    others = ("--other-people", "board")
    assert survey.release("w2", RENAMED, range(600, 720), False, *others)[0] == 0
    table = (survey.folder / "releases" / "w2.csv").read_text("utf-8")
    said = "These are other people than those of earlier tables. Decided by board on 2026-11-20."
    assert said in table


def test_who_says_other_people_of_the_same_ids_is_told_so(survey: Survey) -> None:
    assert survey.release("w1", FIRST, range(120), True)[0] == 0
    code, said = survey.release("w2", RENAMED, range(100), True, "--other-people", "board")
    assert code != 0
    assert "100 of these people are in the wave `w1`" in " ".join(said.split())


def test_only_salted_hashes_are_kept_and_a_damaged_memory_is_not_passed_over(
    survey: Survey,
) -> None:
    assert survey.release("w1", FIRST, range(120), True)[0] == 0
    path = survey.folder / "releases" / "people.json"
    text = path.read_text("utf-8")
    kept = json.loads(text)
    (people,) = kept["waves"].values()
    assert (len(people["ids"]), len(people["rows"]), people["every_id"]) == (120, 120, True)
    # Neither an id nor an id hashed without the community's own salt stands in it.
    for item in range(120):
        mark = hashlib.md5(str(item).encode()).hexdigest()
        assert mark not in text
        assert hashlib.blake2b(mark.encode(), digest_size=8).hexdigest() not in text
    for damaged in (text[: len(text) // 2], "[" * 5000, "null", "\x00", '{"salt": 1, "waves": []}'):
        path.write_text(damaged, "utf-8")
        with pytest.raises(ReleaseRefused, match=r"releases/people\.json"):
            people_memory(survey.folder)
    code, said = survey.release("w2", RENAMED, range(600, 780), True)
    assert code != 0
    assert "releases/people.json" in said


def test_a_folder_named_as_a_table_is_none(tmp_path: Path) -> None:
    (tmp_path / "releases" / "w1.csv").mkdir(parents=True)
    assert waves_of(tmp_path) == []
    assert take_back(tmp_path, "w1") == 0
