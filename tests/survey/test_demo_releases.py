"""The demo's published tables: made by the rule from its answers, and true to its story."""

from __future__ import annotations

import runpy
from pathlib import Path

import pandas as pd
import pytest

from assetmap.survey import estimates
from assetmap.survey.rules import NOT_SHOWN

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
SMALL, ONE_HOUSE = "Cedar Bend Hills", "Prairie Ford and the Southeast"


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {
        path.stem: pd.read_csv(path, dtype=str, keep_default_na=False)
        for path in sorted((DEMO / "releases").glob("*.csv"))
    }


def test_the_tables_are_what_the_rule_makes_of_the_answers() -> None:
    result = runpy.run_path(str(DEMO / "releases" / "make.py"))["tables"]()
    assert sorted(result) == ["wave1.csv", "wave2.csv"]
    for name, table in result.items():
        assert (DEMO / "releases" / name).read_bytes() == table, f"run make.py again for {name}"


def test_no_number_of_one_to_ten_stands_anywhere(tables: dict[str, pd.DataFrame]) -> None:
    for table in tables.values():
        for column in ("n_asked", "n_answering", "count"):
            shown = table.loc[table[column] != NOT_SHOWN, column].astype(int)
            assert not shown.between(1, 10).any()
        shown = table[table["count"] != NOT_SHOWN]
        rest = shown["n_answering"].astype(int) - shown["count"].astype(int)
        assert not rest.between(1, 10).any()


def test_the_small_district_and_the_one_house_are_not_shown(
    tables: dict[str, pd.DataFrame],
) -> None:
    for wave, table in tables.items():
        hidden = table[table["area"].isin([SMALL, ONE_HOUSE])]
        assert set(hidden["count"]) == {NOT_SHOWN}, wave
        assert set(hidden["n_answering"]) == {NOT_SHOWN}, wave
        others = table[~table["area"].isin([SMALL, ONE_HOUSE, "county"])]
        assert others["area"].nunique() == 4
        assert (others["count"] != NOT_SHOWN).mean() > 0.75, wave
        assert set(table.loc[table["question"] == "age_group", "area"]) == {"county"}


def test_one_change_is_noise_and_one_is_real(tables: dict[str, pd.DataFrame]) -> None:
    def county(wave: str, answer: str) -> tuple[int, int]:
        table = tables[wave]
        line = table.query("area == 'county' and question == 'needs' and answer == @answer")
        return int(line["count"].iloc[0]), int(line["n_answering"].iloc[0])

    ride = estimates.change(county("wave1", "ride"), county("wave2", "ride"))
    home = estimates.change(county("wave1", "home"), county("wave2", "home"))
    assert ride.within_noise
    assert not home.within_noise
    assert home.difference > 0.1


def test_words_and_contacts_of_the_answers_are_in_no_table() -> None:
    published = b"".join(p.read_bytes() for p in (DEMO / "releases").glob("*.csv")).decode()
    for path in (DEMO / "survey").glob("*.csv"):
        answers = pd.read_csv(path, dtype=str, keep_default_na=False)
        secrets = {*answers["respondent"], *answers["own_words"], *answers["contact"]}
        secrets |= {*answers["place"], *answers["day"]} - {""}
        assert not [secret for secret in secrets - {""} if secret in published]
