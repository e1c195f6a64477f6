"""What a reader of the table can work out, tried by listing every table that fits it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.survey import block as blocks
from assetmap.survey import protection
from assetmap.survey.block import Block, CountCell
from assetmap.survey.codebook import Question
from assetmap.survey.counts import NOWHERE, WHOLE, Tally, Wave
from assetmap.survey.rules import RULES, ReleaseRule

CMS11 = RULES["cms11"]
# The same rule with smaller numbers, so that every table that fits can be listed.
TINY = ReleaseRule("tiny", 2, 3)


def question(kind: str, answers: int, sensitive: bool = False, name: str = "q") -> Question:
    labels = {"en": name, "es": name}
    return Question(
        name, kind, labels, {f"a{n}": labels for n in range(answers)}, sensitive=sensitive
    )


def block(
    kind: str,
    n: list[int],
    counts: list[list[int]],
    rule: ReleaseRule = CMS11,
    sensitive: bool = False,
) -> Block:
    asked = question(kind, len(counts[0]), sensitive)
    people = np.array(n)
    units = tuple(f"d{number}" for number in range(len(n)))
    tally = Tally(asked, people, people, np.array(counts))
    return blocks.block(Wave("w", units, people, {"q": tally}), ["q"], rule, {})


def shown(made: Block) -> dict[tuple[str, str], int | None]:
    """The published table: (unit, answer or "" for n) → number, None where not shown."""
    return {
        (cell.unit, cell.answer): None if made.is_hidden(number) else made.truth[number]
        for number, cell in enumerate(made.cells)
        if cell.what in ("count", "answered")
    }


def lines_that_fit(
    table: dict[tuple[str, str], int | None], unit: str, kind: str, answers: int, most: int
) -> np.ndarray:
    """Every line (n, counts …) of a unit that has the shown numbers and adds up."""
    spans = []
    for answer in ["", *(f"a{x}" for x in range(answers))]:
        known = table[unit, answer]
        spans.append(range(most + 1) if known is None else [known])
    lines = np.array(list(itertools.product(*spans)))
    total = lines[:, 1:].sum(axis=1)
    if kind == "one":
        return lines[total == lines[:, 0]]
    return lines[(total >= lines[:, 0]) & (lines[:, 1:].max(axis=1) <= lines[:, 0])]


def possible_values(made: Block, kind: str, answers: int, most: int) -> dict[CountCell, set[int]]:
    """For every number not shown of two units and their county, the values some table has."""
    table = shown(made)
    left = lines_that_fit(table, "d0", kind, answers, most)
    right = lines_that_fit(table, "d1", kind, answers, most)
    sums = left[:, None, :] + right[None, :, :]
    fits = np.ones(sums.shape[:2], dtype=bool)
    for column, answer in enumerate(["", *(f"a{x}" for x in range(answers))]):
        known = table[WHOLE, answer]
        if known is not None:
            fits &= sums[:, :, column] == known
    a, b = np.nonzero(fits)
    result = {}
    for number, cell in enumerate(made.cells):
        if cell.what in ("count", "answered") and made.is_hidden(number):
            column = 0 if cell.what == "answered" else 1 + int(cell.answer[1:])
            values = {"d0": left[a, column], "d1": right[b, column], WHOLE: sums[a, b, column]}
            result[cell] = set(values[cell.unit].tolist())
    return result


@st.composite
def small_tables(draw: st.DrawFn) -> tuple[str, list[int], list[list[int]], bool]:
    kind = draw(st.sampled_from(["one", "many"]))
    sensitive = draw(st.booleans())
    counts, n = [], []
    for _ in range(2):
        line = draw(st.lists(st.integers(0, 6), min_size=3, max_size=3))
        least, most = (max(line), sum(line)) if kind == "many" else (sum(line), sum(line))
        n.append(draw(st.integers(least, most)))
        counts.append(line)
    return kind, n, counts, sensitive


@settings(max_examples=30, deadline=None)
@given(small_tables())
def test_every_number_not_shown_keeps_enough_values(
    drawn: tuple[str, list[int], list[list[int]], bool],
) -> None:
    kind, n, counts, sensitive = drawn
    result = block(kind, n, counts, TINY, sensitive)
    protection.protect(result)
    most = max(max(n) + 1, 9)
    for cell, values in possible_values(result, kind, 3, most).items():
        number = result.index[cell]
        nobody = result.truth[number] == 0 and (
            result.truth[result.answered(number)] == 0
            or (not sensitive and result.truth[result.index[cell._replace(unit=WHOLE)]] == 0)
        )
        if nobody:
            continue  # no one was there, or no one in the county said it: nothing to protect
        assert result.truth[number] in values
        assert len(values) >= TINY.values, (cell, sorted(values))
        if cell.what == "count":
            assert min(values) <= TINY.small < max(values), (cell, sorted(values))


@settings(max_examples=25, deadline=None)
@given(small_tables())
def test_small_numbers_and_small_remainders_never_stand_in_the_table(
    drawn: tuple[str, list[int], list[list[int]], bool],
) -> None:
    kind, n, counts, sensitive = drawn
    result = block(kind, n, counts, TINY, sensitive)
    protection.protect(result)
    table = shown(result)
    small = range(0 if sensitive else 1, TINY.small + 1)
    for (unit, answer), value in table.items():
        if answer and value is not None:
            assert value not in small
            people = table[unit, ""]
            assert people is not None
            assert people - value not in small


def test_one_small_count_takes_a_square_of_cells_with_it() -> None:
    # d0 said a0 five times. Its line (100 less the others) and its column (65 less 60) would give
    # it back, so both lines lose the same two cells: 5 + 30 stays 35, 60 + 20 stays 80. Alone that
    # would leave d1's a0 at 31 to 64, surely above 10, so the third cell of a line goes as well.
    result = block("one", [100, 120], [[5, 30, 65], [60, 20, 40]])
    protection.protect(result)
    hidden = {key for key, value in shown(result).items() if value is None}
    assert {("d0", "a0"), ("d1", "a0")} <= hidden
    assert not {("d0", ""), ("d1", ""), (WHOLE, ""), (WHOLE, "a0")} & hidden
    assert protection.audit(result) == []
    for cell in hidden:
        result.hidden.discard(result.index[CountCell("count", cell[0], "q", cell[1])])
        assert protection.audit(result), f"{cell} need not have been hidden"
        result.hidden.add(result.index[CountCell("count", cell[0], "q", cell[1])])


def test_nothing_small_hides_nothing() -> None:
    result = block("one", [100, 120], [[45, 30, 25], [60, 20, 40]])
    protection.protect(result)
    assert None not in shown(result).values()


def county(counts: list[int]) -> Block:
    """A question tabled for the county alone: nobody's area is known."""
    n = np.array([sum(counts)])
    tally = Tally(question("one", len(counts)), n, n, np.array([counts]))
    return blocks.block(Wave("w", (NOWHERE,), n, {"q": tally}), ["q"], CMS11, {})


def test_eleven_values_are_enough_and_ten_are_not() -> None:
    # Two hidden counts share 5 + 7 = 12, so each may be 1 to 11: eleven values. With 5 + 6 = 11
    # each may be 1 to 10, never 11: not enough, and the third goes as well.
    enough = county([5, 7, 100])
    protection.protect(enough)
    assert shown(enough)[WHOLE, "a2"] == 100
    short = county([5, 6, 100])
    protection.protect(short)
    assert shown(short)[WHOLE, "a2"] is None


def test_a_remainder_is_hidden_like_a_count() -> None:
    # 96 of 100 say it: the four who do not are as few as a count of four.
    result = block("many", [100, 100], [[96, 50], [40, 50]])
    protection.protect(result)
    assert shown(result)["d0", "a0"] is None
    assert protection.audit(result) == []


def test_sensitive_questions_hide_nobody_and_everybody() -> None:
    plain = block("many", [60, 60], [[0, 60], [30, 30]])
    protection.protect(plain)
    assert shown(plain)["d0", "a0"] == 0
    assert shown(plain)["d0", "a1"] == 60
    sensitive = block("many", [60, 60], [[0, 60], [30, 30]], sensitive=True)
    protection.protect(sensitive)
    assert shown(sensitive)["d0", "a0"] is None
    assert shown(sensitive)["d0", "a1"] is None


def test_the_top_need_does_not_give_away_the_need() -> None:
    # 9 need it, so 9 is hidden; that 9 put it first would say the same, so it is hidden too.
    needs, top = question("many", 3, name="needs"), question("one", 3, name="top")
    linked = Question("top", "one", top.label, top.answers, link="needs")
    people = np.array([100, 100])
    wave = Wave(
        "w",
        ("d0", "d1"),
        people,
        {
            "needs": Tally(needs, people, people, np.array([[12, 60, 80], [70, 70, 60]])),
            "top": Tally(linked, people, people, np.array([[12, 38, 50], [30, 40, 30]])),
        },
    )
    result = blocks.block(wave, ["needs", "top"], CMS11, {})
    # Hiding the need alone leaves "at least 12", which is no doubt below 11.
    result.hidden.add(result.index[CountCell("count", "d0", "needs", "a0")])
    result.hidden.add(result.index[CountCell("count", "d1", "needs", "a0")])
    assert protection.audit(result) == [
        CountCell("count", "d0", "needs", "a0"),
        CountCell("count", "d1", "needs", "a0"),
    ]
    protection.protect(result)
    assert result.is_hidden(result.index[CountCell("count", "d0", "top", "a0")])
    assert protection.audit(result) == []


def test_a_few_who_skipped_a_follow_up_are_not_given_away() -> None:
    # 40 in d0 were asked (they gave a1), 35 answered: the five who skipped are asked less n.
    first = question("one", 2, name="first")
    then = Question(
        "then", "one", first.label, first.answers, asked_if=("first", frozenset({"a1"}))
    )
    people = np.array([100, 100])
    wave = Wave(
        "w",
        ("d0", "d1"),
        people,
        {
            "first": Tally(first, people, people, np.array([[60, 40], [50, 50]])),
            "then": Tally(
                then, np.array([40, 50]), np.array([35, 50]), np.array([[17, 18], [25, 25]])
            ),
        },
    )
    result = blocks.block(wave, ["first", "then"], CMS11, {})
    protection.hide_small(result)
    assert CountCell("skipped", "d0", "then") in protection.audit(result)
    protection.protect(result)
    table = {
        c: None if result.is_hidden(i) else result.truth[i] for i, c in enumerate(result.cells)
    }
    assert table[CountCell("answered", "d0", "then")] is None
    assert protection.audit(result) == []


def test_the_same_answers_give_the_same_table() -> None:
    counts = [[5, 30, 65, 12], [60, 20, 40, 3], [9, 41, 22, 30]]
    tables = []
    for _ in range(2):
        result = block("one", [sum(line) for line in counts], counts)
        protection.protect(result)
        tables.append(shown(result))
    assert tables[0] == tables[1]


@pytest.mark.parametrize("kind", ["one", "many"])
def test_larger_tables_end_and_pass_their_own_audit(kind: str) -> None:
    random = np.random.default_rng(7)
    share = random.dirichlet(np.ones(6))
    n = [150, 140, 130, 120, 35, 31]
    counts = [
        (
            random.multinomial(m, share) if kind == "one" else random.binomial(m, share + 0.1)
        ).tolist()
        for m in n
    ]
    result = block(kind, n, counts)
    result.hidden_rows |= {("d4", "q"), ("d5", "q")}
    protection.protect(result)
    assert protection.audit(result) == []
    assert any(value is not None for (unit, answer), value in shown(result).items() if answer)
