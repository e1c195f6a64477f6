"""An attacker written apart from the release: table in, whole-number programming out.

It knows the rule, the questionnaire (which answer leads to the follow-up, which question repeats
or groups another) and the published table, and asks for the least and greatest value of every
count that is not shown.
"""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np
import pandas as pd
import pytest

from assetmap.survey import codebook, read, release

FINE = ("a", "b", "c", "d")
ROUGH = {"a": "ab", "b": "ab", "c": "c", "d": "d"}


class Source(NamedTuple):
    name: str
    data: bytes


def questionnaire(seed: int) -> tuple[list[str], str]:
    """People with a question, its grouped copy, a yes/no filter and a follow-up without a rule."""
    random = np.random.default_rng(seed)
    people = int(random.integers(60, 220))
    shares = random.dirichlet(np.full(4, 0.8))
    yes = random.uniform(0.5, 0.98)
    rows = []
    for _ in range(people):
        fine = FINE[random.choice(4, p=shares)]
        kids = "yes" if random.random() < yes else "no"
        care = ("yes" if random.random() < 0.5 else "no") if kids == "yes" else ""
        rows.append(f"{fine},{ROUGH[fine]},{kids},{care}")
    book = "".join(f"fine,one,{a}\n" for a in FINE)
    book += "".join(f"rough,one,{a}\n" for a in ("ab", "c", "d"))
    book += "kids,one,yes\nkids,one,no\ncare,one,yes\ncare,one,no\n"
    return rows, book


def ranges(table: pd.DataFrame) -> dict[tuple[str, str], tuple[float, float]]:
    """The least and greatest value of every hidden count, by integer programming."""
    names = {(r["question"], r["answer"]): r for r in table.to_dict("records")}
    questions = list(dict.fromkeys(table["question"]))
    keys = [("n", q) for q in questions] + list(names)
    place = {key: number for number, key in enumerate(keys)}
    low, high = np.zeros(len(keys)), np.full(len(keys), 10_000.0)
    for (question, answer), row in names.items():
        n = row["n_answering"]
        if n.isdigit():
            low[place["n", question]] = high[place["n", question]] = int(n)
        if row["count"].isdigit():
            low[place[question, answer]] = high[place[question, answer]] = int(row["count"])
        elif n.isdigit():
            low[place[question, answer]] = 1  # the rule shows a 0
    rows: list[tuple[dict[int, float], float, float]] = []
    for question in questions:
        parts = {place[key]: 1.0 for key in names if key[0] == question}
        rows.append(({**parts, place["n", question]: -1.0}, 0, 0))

    def tie(terms: dict[tuple[str, str], float], least: float, most: float) -> None:
        if all(key in place for key in terms):
            rows.append(({place[key]: weight for key, weight in terms.items()}, least, most))

    tie({("fine", "a"): 1, ("fine", "b"): 1, ("rough", "ab"): -1}, 0, 0)
    tie({("fine", "c"): 1, ("rough", "c"): -1}, 0, 0)
    tie({("fine", "d"): 1, ("rough", "d"): -1}, 0, 0)
    tie({("n", "care"): 1, ("kids", "yes"): -1}, 0, 0)
    result = {}
    for key, row in names.items():
        if row["count"].isdigit():
            continue
        ends = []
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            model = highspy.Highs()
            model.setOptionValue("output_flag", False)
            for number in range(len(keys)):
                model.addVar(low[number], high[number])
                model.changeColIntegrality(number, highspy.HighsVarType.kInteger)
            for terms, least, most in rows:
                model.addRow(
                    least, most, len(terms), np.array(list(terms), dtype=np.int32),
                    np.array(list(terms.values()), dtype=float),
                )  # fmt: skip
            model.changeObjectiveSense(sense)
            model.changeColCost(place[key], 1.0)
            model.run()
            ends.append(float(model.getSolution().col_value[place[key]]))
        result[key] = (ends[0], ends[1])
    return result


@pytest.mark.parametrize("seed", range(12))
def test_no_hidden_count_is_narrowed_below_eleven_values(seed: int) -> None:
    rows, book = questionnaire(seed)
    lines = ["respondent,wave,consent,fine,rough,kids,care"]
    lines += [f"{n},w1,yes,{row}" for n, row in enumerate(rows)]
    codes = codebook.read("question,type,answer\n" + book)
    result = read.read([Source("w.csv", "\n".join(lines).encode())], codes)
    table = release.release(result, codes, None).table
    counts = {
        (question, answer): sum(
            isinstance(value, frozenset) and answer in value for value in result.frame[question]
        )
        for question, answer in zip(table["question"], table["answer"], strict=True)
    }
    for key, (least, most) in ranges(table).items():
        if counts[key]:
            assert least <= counts[key] <= most
            assert most - least >= 10, (key, least, most)
