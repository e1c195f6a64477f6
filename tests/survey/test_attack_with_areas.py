"""An attacker written apart from the release, with areas, two waves and a recoded second table.

Tables in, whole-number programming out: the attacker has the published lines alone, what a reader
knows of the questionnaire, and the rule. Nothing of `assetmap.survey` but `read` and `release`
(which it attacks) is used.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import lil_matrix

from assetmap.survey import codebook, read, release
from assetmap.survey.answers import Answers
from assetmap.survey.rules import ReleaseRefused

AREAS = ("north", "south", "west")
FINE = ("bus", "ride", "home", "job")
ROUGH = {"bus": "transport", "ride": "transport", "home": "home", "job": "job"}
SHAPES = gpd.GeoDataFrame(
    {"id": AREAS, "population": [30_000] * 3},
    geometry=[shapely.box(n, 0, n + 1, 1) for n in range(3)],
    crs=4326,
)
MOST = 5_000.0


class Source(NamedTuple):
    name: str
    data: bytes


def people(seed: int, wave: str) -> list[str]:
    """People with an area, a need (and its grouped copy), a filter and its follow-up."""
    random = np.random.default_rng(seed)
    shares = random.dirichlet(np.full(4, 0.7))
    rows = []
    for area in AREAS:
        yes = random.uniform(0.3, 0.97)
        for _ in range(int(random.integers(32, 110))):
            need = FINE[random.choice(4, p=shares)]
            kids = "yes" if random.random() < yes else "no"
            care = random.choice(["yes", "no"]) if kids == "yes" else ""
            rows.append(f"{wave},{area},yes,{need},{ROUGH[need]},{kids},{care}")
    return rows


def book(rough: bool = True, fine: bool = True) -> codebook.Codebook:
    lines = ["question,type,answer"]
    lines += [f"need,one,{a}" for a in FINE] if fine else []
    lines += [f"rough,one,{a}" for a in dict.fromkeys(ROUGH.values())] if rough else []
    lines += ["kids,one,yes", "kids,one,no", "care,one,yes", "care,one,no"]
    return codebook.read("\n".join(lines) + "\n")


def answers(rows: list[str], codes: codebook.Codebook) -> Answers:
    lines = ["respondent,wave,area,consent,need,rough,kids,care"]
    lines += [f"{n},{row}" for n, row in enumerate(rows)]
    return read.read([Source("w.csv", "\n".join(lines).encode())], codes)


def ranges(tables: list[pd.DataFrame]) -> dict[tuple[str, ...], tuple[float, float]]:
    """The least and greatest value of every hidden count in everything published."""
    lines = pd.concat(tables).to_dict("records")
    keys: dict[tuple[str, ...], int] = {}
    low: list[float] = []
    high: list[float] = []

    def variable(key: tuple[str, ...]) -> int:
        if key not in keys:
            keys[key] = len(keys)
            low.append(0.0)
            high.append(MOST)
        return keys[key]

    def know(number: int, least: float, most: float) -> None:
        low[number], high[number] = max(low[number], least), min(high[number], most)

    waves = sorted({row["wave"] for row in lines})
    asked: dict[str, list[str]] = {row["question"]: [] for row in lines}
    for row in lines:
        if row["answer"] not in asked[row["question"]]:
            asked[row["question"]].append(row["answer"])
    places = (*AREAS, "county")
    for wave, place, question in product(waves, places, asked):
        variable((wave, place, question, "n"))
        for answer in asked[question]:
            variable((wave, place, question, answer))
    for row in lines:
        at = (row["wave"], row["area"], row["question"])
        n = str(row["n_answering"])
        if n.isdigit():
            know(keys[(*at, "n")], int(n), int(n))
        if str(row["count"]).isdigit():
            know(keys[(*at, row["answer"])], int(row["count"]), int(row["count"]))
        elif n.isdigit():
            know(keys[(*at, row["answer"])], 1, int(n))  # the rule shows a 0
    terms: list[tuple[dict[int, float], float, float]] = []
    for wave, place, question in product(waves, places, asked):
        parts = {keys[wave, place, question, a]: 1.0 for a in asked[question]}
        terms.append(({**parts, keys[wave, place, question, "n"]: -1.0}, 0, 0))
    for wave, question in product(waves, asked):
        for answer in ("n", *asked[question]):
            whole = {keys[wave, area, question, answer]: 1.0 for area in AREAS}
            terms.append(({**whole, keys[wave, "county", question, answer]: -1.0}, 0, 0))
    for wave, place in product(waves, places):
        for answer in ("home", "job"):
            if {"need", "rough"} <= set(asked):
                same = {keys[wave, place, "need", answer]: 1.0}
                terms.append(({**same, keys[wave, place, "rough", answer]: -1.0}, 0, 0))
        if {"need", "rough"} <= set(asked):
            both = {keys[wave, place, "need", a]: 1.0 for a in ("bus", "ride")}
            terms.append(({**both, keys[wave, place, "rough", "transport"]: -1.0}, 0, 0))
        if {"kids", "care"} <= set(asked):
            followed = {keys[wave, place, "care", "n"]: 1.0}
            terms.append(({**followed, keys[wave, place, "kids", "yes"]: -1.0}, 0, 0))
    matrix = lil_matrix((len(terms), len(keys)))
    for number, (row_terms, _, _) in enumerate(terms):
        for column, weight in row_terms.items():
            matrix[number, column] = weight
    constraint = LinearConstraint(
        matrix.tocsr(), [least for _, least, _ in terms], [most for _, _, most in terms]
    )
    result = {}
    for key, column in keys.items():
        if low[column] == high[column] or key[3] == "n":
            continue
        ends = []
        for sign in (1.0, -1.0):
            cost = np.zeros(len(keys))
            cost[column] = sign
            solved = milp(
                cost,
                constraints=constraint,
                bounds=(np.array(low), np.array(high)),
                integrality=np.ones(len(keys)),
            )
            assert solved.success, (key, solved.message)
            ends.append(float(np.rint(sign * solved.fun)))
        result[key] = (ends[0], ends[1])
    return result


def check(tables: list[pd.DataFrame], rows: list[str]) -> int:
    """No hidden count that is not 0 is narrowed below eleven values; how many were tried."""
    truth: dict[tuple[str, ...], int] = {}
    for row in rows:
        wave, area, _, *given = row.split(",")
        for question, answer in zip(("need", "rough", "kids", "care"), given, strict=True):
            for place in (area, "county"):
                cell = (wave, place, question, answer)
                truth[cell] = truth.get(cell, 0) + 1
    tried = 0
    for key, (least, most) in ranges(tables).items():
        number = truth.get(key, 0)
        if number:
            assert least <= number <= most
            assert most - least >= 10, (key, number, least, most)
            tried += 1
    return tried


@pytest.mark.parametrize("seed", range(2))
def test_two_waves_by_area_in_one_table(seed: int) -> None:
    rows = people(seed, "w1") + people(seed + 100, "w2")
    codes = book()
    table = release.release(answers(rows, codes), codes, SHAPES).table
    assert check([table], rows)


@pytest.mark.parametrize("seed", range(3))
def test_a_wave_published_again_with_grouped_answers_tells_nothing_new(seed: int) -> None:
    rows = people(seed + 50, "w1")
    fine, rough = book(rough=False), book(fine=False)
    first = release.release(answers(rows, fine), fine, SHAPES).table
    renamed = [row.replace("w1,", "w9,", 1) for row in rows]
    try:
        second = release.release(answers(renamed, rough), rough, SHAPES, earlier=[first]).table
    except ReleaseRefused:
        check([first], rows)  # refused: there is nothing but the first table
    else:
        check([first, second.assign(wave="w1")], rows)
