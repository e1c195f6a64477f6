"""Random questionnaires, attacked by a solver that knows nothing of the release.

Each has some of: a copy of a question under other words, its answers grouped, a branch, a branch
of a branch, tick boxes with a follow-up; and is published again with answers recoded under another
wave's name. The attacker reads the printed tables, knows the form, and asks scipy for the least and
greatest value of every number that is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from assetmap.survey import codebook, read, release
from assetmap.survey.rules import ReleaseRefused

Key = tuple[str, str]
Equation = tuple[Mapping[Key, float], float, float]
MOST = 5_000


class Source(NamedTuple):
    name: str
    data: bytes


@dataclass
class Form:
    """Answers by question and person, and what everyone knows of the questions."""

    people: int
    given: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    many: set[str] = field(default_factory=set)
    equations: list[Equation] = field(default_factory=list)

    def ask(self, name: str, answers: tuple[str, ...], given: list[str]) -> None:
        self.answers[name], self.given[name] = answers, given

    def source(self, wave: str) -> Source:
        names = list(self.given)
        lines = [",".join(["respondent", "wave", "consent", *names])]
        for person in range(self.people):
            cells = [self.given[name][person] for name in names]
            lines.append(",".join([str(person), wave, "yes", *cells]))
        return Source("wave.csv", "\n".join(lines).encode())

    def book(self) -> codebook.Codebook:
        lines = ["question,type,answer"]
        for name, answers in self.answers.items():
            kind = "many" if name in self.many else "one"
            lines += [f"{name},{kind},{answer}" for answer in answers]
        return codebook.read("\n".join(lines))


def form(seed: int) -> Form:
    """A random questionnaire with its answers."""
    random = np.random.default_rng(seed)
    result = Form(int(random.integers(70, 240)))
    size = int(random.integers(3, 6))
    plain = tuple(f"p{n}" for n in range(size))
    shares = random.dirichlet(np.full(size, 0.7))
    base = [plain[random.choice(size, p=shares)] for _ in range(result.people)]
    result.ask("base", plain, base)
    if random.random() < 0.7:
        turned = dict(zip(plain, random.permutation([f"c{n}" for n in range(size)]), strict=True))
        result.ask("copy", tuple(sorted(turned.values())), [turned[answer] for answer in base])
        result.equations += [({("base", a): 1, ("copy", b): -1}, 0, 0) for a, b in turned.items()]
    if random.random() < 0.7:
        grouped = {answer: f"g{min(n, size - 2)}" for n, answer in enumerate(plain)}
        result.ask("rough", tuple(dict.fromkeys(grouped.values())), [grouped[a] for a in base])
        for group in set(grouped.values()):
            parts = {("base", a): 1.0 for a, g in grouped.items() if g == group}
            result.equations.append(({**parts, ("rough", group): -1.0}, 0, 0))
    door = plain[int(random.integers(size))]
    if random.random() < 0.8:
        share = random.uniform(0.1, 0.9)
        inside = [
            ("" if answer != door else "yes" if random.random() < share else "no")
            for answer in base
        ]
        result.ask("branch", ("yes", "no"), inside)
        result.equations.append(({("n", "branch"): 1, ("base", door): -1}, 0, 0))
        if random.random() < 0.6:
            deeper = [
                ("" if answer != "yes" else "q" if random.random() < 0.5 else "r")
                for answer in inside
            ]
            result.ask("deeper", ("q", "r"), deeper)
            result.equations.append(({("n", "deeper"): 1, ("branch", "yes"): -1}, 0, 0))
    if random.random() < 0.7:
        boxes = ("x", "y", "z")
        likely = random.uniform(0.05, 0.9, 3)
        ticked = [
            [box for box, chance in zip(boxes, likely, strict=True) if random.random() < chance]
            for _ in range(result.people)
        ]
        result.ask("boxes", boxes, ["|".join(each) for each in ticked])
        result.many.add("boxes")
        after = [
            ("" if "x" not in each else "often" if random.random() < 0.6 else "seldom")
            for each in ticked
        ]
        result.ask("after", ("often", "seldom"), after)
        result.equations.append(({("n", "after"): 1, ("boxes", "x"): -1}, 0, 0))
    return result


def recoded(first: Form) -> Form:
    """The same people, published again with two answers of the first question as one."""
    again = Form(first.people)
    left, right, *others = first.answers["base"]
    words = {left: "joined", right: "joined", **{answer: f"o{answer}" for answer in others}}
    given = [words[answer] for answer in first.given["base"]]
    again.ask("again", tuple(dict.fromkeys(words.values())), given)
    again.equations = [
        ({("base", left): 1, ("base", right): 1, ("again", "joined"): -1}, 0, 0),
        *(({("base", a): 1, ("again", f"o{a}"): -1}, 0, 0) for a in others),
        ({("n", "base"): 1, ("n", "again"): -1}, 0, 0),
    ]
    return again


def attack(
    tables: list[pd.DataFrame], forms: list[Form], watched: list[Key]
) -> dict[Key, tuple[int, int]]:
    """The least and greatest value of every watched number that is consistent with the tables."""
    lines = {
        (str(row["question"]), str(row["answer"])): row
        for table in tables
        for row in table.to_dict("records")
    }
    questions = list(dict.fromkeys(question for question, _ in lines))
    keys: list[Key] = [*(("n", question) for question in questions), *lines]
    place = {key: number for number, key in enumerate(keys)}
    low, high = np.zeros(len(keys)), np.full(len(keys), float(MOST))
    for (question, answer), row in lines.items():
        number, n = place[question, answer], str(row["n_answering"])
        if n.isdigit():
            low[place["n", question]] = high[place["n", question]] = int(n)
        if str(row["count"]).isdigit():
            low[number] = high[number] = int(row["count"])
        elif n.isdigit():
            low[number] = 1  # the rule shows a 0
    equations = [each for outcome in forms for each in outcome.equations]
    for outcome in forms:
        for question, answers in outcome.answers.items():
            parts: dict[Key, float] = {(question, answer): 1.0 for answer in answers}
            top = MOST * len(answers) if question in outcome.many else 0
            equations.append(({**parts, ("n", question): -1.0}, 0, top))
            if question in outcome.many:
                equations += [
                    ({(question, answer): 1, ("n", question): -1}, -MOST, 0) for answer in answers
                ]
    kept = [each for each in equations if all(key in place for key in each[0])]
    matrix = np.zeros((len(kept), len(keys)))
    for number, (terms, _, _) in enumerate(kept):
        for key, weight in terms.items():
            matrix[number, place[key]] = weight
    least, most = (np.array([each[side] for each in kept], dtype=float) for side in (1, 2))
    ranges = {}
    for key in watched:
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(keys))
            aim[place[key]] = sign
            result = milp(
                aim,
                constraints=LinearConstraint(matrix, least, most),
                bounds=Bounds(low, high),
                integrality=np.ones(len(keys)),
            )
            assert result.status in (0, 3), result.message
            ends.append(round(sign * result.fun) if result.status == 0 else MOST)
        ranges[key] = (ends[0], ends[1])
    return ranges


def unseen(table: pd.DataFrame) -> list[Key]:
    return [
        (str(row["question"]), str(row["answer"]))
        for row in table.to_dict("records")
        if not str(row["count"]).isdigit()
    ]


def check(tables: list[pd.DataFrame], forms: list[Form]) -> int:
    """Assert that no hidden number is narrowed below eleven values; how many were hidden."""
    watched = [key for table in tables for key in unseen(table)]
    truth = {
        (question, answer): sum(answer in cell.split("|") for cell in result.given[question])
        for result in forms
        for question, answers in result.answers.items()
        for answer in answers
    }
    for key, (least, most) in attack(tables, forms, watched).items():
        assert least <= truth[key] <= most, (key, truth[key], least, most)
        if truth[key]:
            assert most - least >= 10, (key, truth[key], least, most)
            assert least <= 10, (key, truth[key], least, most)
    return len(watched)


@pytest.mark.parametrize("seed", range(8))
def test_a_random_questionnaire_gives_nobody_back(seed: int) -> None:
    first = form(seed)
    book = first.book()
    table = release.release(read.read([first.source("w1")], book), book, None).table
    check([table], [first])
    again = recoded(first)
    book = again.book()
    try:
        more = release.release(
            read.read([again.source("Spring")], book), book, None, earlier=[table]
        ).table
    except ReleaseRefused:
        return
    check([table, more], [first, again])


def test_two_groupings_of_hidden_answers_are_not_both_published() -> None:
    """38 = p0 + p1 and 179 = p1 + p2 of 212 people would leave p1 = 5."""
    base = ["p0"] * 33 + ["p1"] * 5 + ["p2"] * 174
    tables: list[pd.DataFrame] = []
    for name, words in (
        ("one", {"p0": "left", "p1": "left", "p2": "right"}),
        ("two", {"p0": "up", "p1": "down", "p2": "down"}),
    ):
        result = Form(len(base))
        result.ask(name, tuple(dict.fromkeys(words.values())), [words[answer] for answer in base])
        answers = read.read([result.source(f"wave {name}")], result.book())
        if name == "two":
            with pytest.raises(ReleaseRefused):
                release.release(answers, result.book(), None, earlier=tables)
        else:
            tables.append(release.release(answers, result.book(), None).table)
    assert tables[0]["count"].tolist() == ["38", "174"]


def test_the_attacker_sees() -> None:
    """A complement left beside a hidden number gives it back, and the attacker says so."""
    result = Form(40)
    result.ask("base", ("a", "b"), ["a"] * 37 + ["b"] * 3)
    lines = [("base", "a", "40", "37"), ("base", "b", "40", "not shown")]
    table = pd.DataFrame(lines, columns=["question", "answer", "n_answering", "count"])
    assert attack([table], [result], [("base", "b")]) == {("base", "b"): (3, 3)}
    with pytest.raises(AssertionError):
        check([table], [result])
