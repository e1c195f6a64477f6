"""Publishing a safe table and taking it back, by the command line's own words."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from assetmap import cli
from assetmap.community.releases import ever_published
from assetmap.files.source import Source
from assetmap.survey import opened, read, recipe, release
from assetmap.survey import release as publishing
from assetmap.survey.rules import ReleaseRefused

HEADER = "wave,area,question,answer,n_asked,n_answering,count,estimate,low,high\n"
SAFE = HEADER + (
    "w1,county,needs,home,100,100,40,0.4000,0.3094,0.4980\n"
    "w1,county,needs,job,100,100,60,0.6000,0.5020,0.6906\n"
)


def community(folder: Path) -> Path:
    folder.mkdir()
    (folder / "community.toml").write_text(
        'name = "Small"\ncountry = "US"\ntimezone = "America/Chicago"\n', encoding="utf-8"
    )
    return folder


def test_one_file_says_wave_rule_method_date_counts_and_who(tmp_path: Path) -> None:
    name, data = publishing.publish(
        publishing.table_of(SAFE.encode(), "out.csv"), "steering group", "2026-11-20"
    )
    assert name == "w1.csv"
    row = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False).iloc[0].to_dict()
    assert {key: row[key] for key in ("wave", "count", *publishing.ABOUT)} == {
        "wave": "w1",
        "count": "40",
        "rule": "cms11",
        "method": publishing.METHOD,
        "published_on": "2026-11-20",
        "decided_by": "steering group",
        "decision": "",
        "counts": "2 of 2 shown",
    }


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("w1,county,needs,home,100,100,7,,,\n", "Row 1 shows a number that the rule cms11 hides"),
        ("w1,county,needs,home,100,100,95,,,\n", "Row 1 shows a number that the rule cms11 hides"),
        ("w1,county,needs,home,100,94,40,,,\n", "Row 1 shows a number that the rule cms11 hides"),
        ("w1,county,needs,home,100,100,not shown,0.05,,\n", "Row 1 shows a number"),
        ("w1,county,needs,home,100,100,few,,,\n", "`count` is neither a number nor"),
        ("Maria 555-0142,county,needs,home,100,100,40,,,\n", "A wave's name may have letters"),
    ],
)
def test_what_a_rule_hides_is_not_published(line: str, says: str) -> None:
    with pytest.raises(ReleaseRefused, match=says):
        publishing.publish(
            publishing.table_of((HEADER + line).encode(), "out.csv"), "board", "2026-11-20"
        )


def test_publish_and_withdraw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSETMAP_NOW", "2026-11-20T18:00")
    folder = community(tmp_path / "small")
    table = tmp_path / "out.csv"
    table.write_text(SAFE, encoding="utf-8")

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli.app, ["survey", *words, "--community", str(folder)])
        return result.exit_code, result.stdout

    code, said = run("publish", str(table), "--by", "board", "--json")
    assert (code, json.loads(said)["waves"]) == (0, ["w1"])
    assert (folder / "releases" / "w1.csv").is_file()
    assert run("publish", str(table), "--by", "board")[0] != 0  # it is out already
    assert run("publish", str(table))[0] != 0  # nobody decided
    code, said = run("withdraw", "w1", "--json")
    assert (code, json.loads(said)) == (0, {"withdrawn": "w1", "cells": 2})
    assert not (folder / "releases" / "w1.csv").exists()
    assert (folder / "releases" / "withdrawn" / "w1.csv").is_file()
    assert run("withdraw", "w1")[0] != 0


def test_what_was_withdrawn_is_remembered_and_what_cannot_be_read_is_not_passed_over(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "town"
    (folder / "releases" / "withdrawn").mkdir(parents=True)
    (folder / "releases" / "w2.csv").write_text(SAFE.replace("w1", "w2"), encoding="utf-8")
    (folder / "releases" / "withdrawn" / "w1.csv").write_text(SAFE, encoding="utf-8")
    assert [set(t["wave"]) for t in ever_published(folder)] == [{"w2"}, {"w1"}]
    (folder / "releases" / "withdrawn" / "w0.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReleaseRefused, match=r"w0\.csv in the releases folder cannot be read"):
        ever_published(folder)


def test_who_decided_that_everyone_agreed_is_kept_with_the_table() -> None:
    rows = "".join(f"{'Yes' if n % 2 else 'No'},2026-03-0{n % 9 + 1}\n" for n in range(60))
    source = Source("s.csv", ("Do you have a car?,Date\n" + rows).encode())
    result = opened.infer([source]).recipe
    agreed = recipe.ConsentRule(everyone=True, decided_by="the board", decided_on="2026-03-01")
    answers = read.read([source], None, None, "w1", replace(result, consent=agreed))
    outcome = release.release(answers, answers.codebook, None)
    table = publishing.table_of(release.to_csv(outcome), "")
    _, data = publishing.publish(table, "board", "2026-11-20")
    said = "Everyone in this file agreed before the first question. "
    said += "Decided by the board on 2026-03-01."
    assert set(pd.read_csv(io.BytesIO(data))["decision"]) == {said}
    assert said in outcome.public
