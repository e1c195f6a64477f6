"""No sentence that a person can see is made in code: all come from words/, in every language.

One test reads the code for exceptions, problems and printed lines that are made of a literal; the
other reads broken lists and says what was said of them in Spanish, part by part.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assetmap import schedule
from assetmap.assets import Context, check
from assetmap.assets.hiding import MARK
from assetmap.fields import Problem
from assetmap.files.source import Source, UnreadableFile
from assetmap.readers import read
from assetmap.readers.hours.read import read_hours
from assetmap.words import Text, clause_of, joined, spoken, text

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "assetmap"
# What only a programmer can bring about or see: a broken call, a broken installation.
OF_PROGRAMMERS = {
    "maps/script.py": ("The classes", "A square legend"),
    "schedule/windows.py": ("`now` needs", "every weekday comes"),
    "search/query.py": ("The clock `at`",),
    "survey/estimates.py": ("{} of {}: a share", "Each count must", "Weights must"),
    "web/bundles.py": ("The package {}", "Streamlit's font"),
    "words/__init__.py": ("{}: the id {}",),
}
PRINTED = {"echo", "note", "say", "Problem", "file_problem", "reject", "count", "print"}
PRINTED |= {"PlainTextResponse", "sentence"}
SENTENCE = re.compile(r"[a-z]{2,} [a-z]{2,}", re.IGNORECASE)


def _literal(node: ast.AST) -> str | None:
    """The text of a literal with {} for what is filled in; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
    if isinstance(node, ast.BinOp):
        sides = (_literal(node.left), _literal(node.right))
        return None if sides == (None, None) else "".join(side or "{}" for side in sides)
    if isinstance(node, ast.IfExp):
        return _literal(node.body) or _literal(node.orelse)
    return None


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def sentences_in_code(module: Path) -> Iterator[str]:
    """Literal sentences that are raised, reported or printed."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        call = node.exc if isinstance(node, ast.Raise) else node
        if not isinstance(call, ast.Call):
            continue
        if not isinstance(node, ast.Raise) and _called(call) not in PRINTED:
            continue
        for part in (*call.args, *(keyword.value for keyword in call.keywords)):
            literal = _literal(part)
            if literal is not None and SENTENCE.search(literal):
                yield literal


def test_no_sentence_is_raised_reported_or_printed_from_a_literal() -> None:
    made_in_code = [
        (str(module.relative_to(PACKAGE)), sentence)
        for module in sorted(PACKAGE.rglob("*.py"))
        for sentence in sentences_in_code(module)
    ]
    beyond = [
        (module, sentence)
        for module, sentence in made_in_code
        if not sentence.startswith(OF_PROGRAMMERS.get(module, ("\0",)))
    ]
    assert beyond == []
    # An exception that nothing needs any more goes from the list.
    for module, beginnings in OF_PROGRAMMERS.items():
        for beginning in beginnings:
            assert any(m == module and s.startswith(beginning) for m, s in made_in_code), beginning


def test_a_literal_sentence_is_noticed_however_it_is_built(tmp_path: Path) -> None:
    module = tmp_path / "new.py"
    module.write_text(
        'def f(a, b):\n    raise ValueError(f"The list {a} is empty.")\n'
        'def g(a):\n    note("not read: " + a + " is gone")\n    say("find.nothing", a)\n'
        'def h(a):\n    raise ValueError("is empty" if a else text("files.empty"))\n',
        "utf-8",
    )
    assert sorted(sentences_in_code(module)) == [
        "The list {} is empty.",
        "is empty",
        "not read: {} is gone",
    ]


def _english_inside(message: Text, given: str) -> Iterator[str]:
    """Values of a text that are words of ours (not of the list) and cannot be said otherwise."""
    for name, value in message.values.items():
        if isinstance(value, Text):
            yield from _english_inside(value, given)
        elif name != "value" and isinstance(value, str) and SENTENCE.search(value):
            shown = value.strip("…' ").casefold()
            yield from () if shown in given or MARK in value else (value,)


def _assert_said_in_both(problems: list[Problem], given: str) -> None:
    given = " ".join(given.casefold().split())
    for problem in problems:
        message = problem.message
        assert isinstance(message, Text), message
        assert spoken(message, "es") != message, message
        assert list(_english_inside(message, given)) == [], message


CONTEXT = Context(now=datetime(2026, 11, 20, 12, tzinfo=UTC))
# ruff: noqa: E501
HEADER = (
    "name,kind,address,city,region,postal_code,latitude,longitude,phone,email,url,hours,beds_total,"
    "beds_open,beds_as_of,age_min,age_max,child_care,children_welcome,dates,timezone,cost,"
    "verified_on,listed_ok,address_ok,languages,format,id\n"
)
ROWS = [
    ",meeting,,,,,,,,,,,,,,,,,,,,,,,,,,",
    "A,pub quiz,1 Oak St,Cairo,IL,62914,37.0,89.2,555,me@,javascript:x,Mo 9-5ish,x,9,,,,,,,,,,,,,,",
    "B,meeting,1 Oak St,Cairo,IL,62914,-37.0,-89.2,(618) 555-0112 or 0113,a b,see www.a.org now,"
    "Fri,3.5,1,2027-01-01,30,18,yes,no,2026-11-27;x,Mars/Base,a lot,2027-05-05,maybe,,xx,paper,a",
    "C,meeting,2 Elm St,Cairo,IL,62914,999,0,,,,Mon 7pm or so,-2,5,2026-11-01,,,,,,,,13/14/2026,,,,,",
    "D,meeting,2 Elm St,Cairo,IL,62914,0,0,,,,Mon 9-5 and 10pm,2,5,2026-11-01,,,,,,,,05/06/2026,no,,,,",
    "E,recovery_home,9 Pine St,Cairo,IL,62914,37.0057,-89.1766,,,,24/7 Mondays,4,2,,,,,,,,,May 2026,,"
    "no,,,d",
    'F at 9 Pine St,clinic,9 Pine St,Cairo,IL,62914,50.0,10.0,,,,"closed; no, open",,,,,,,,,,,,,,,,e',
    "G,individual_gift,1 Oak St,Cairo,IL,62914,37W,89N,618-555-0199,,,daily except,,,,,,,,,,,,,,,,f",
]  # fmt: skip


def test_everything_said_of_a_broken_table_is_said_in_spanish_too() -> None:
    table = HEADER + "\n".join([*ROWS, ROWS[1]]) + "\n"
    done = read(Source("list.csv", table.encode()), key="list")
    _, problems = check(done.frame, CONTEXT, done.problems)
    assert len(problems) > 30
    _assert_said_in_both(problems, table)


@pytest.mark.parametrize("name", ["meeting_guide", "bmlt", "findtreatment", "hsds", "geojson"])
def test_everything_said_of_a_broken_feed_is_said_in_spanish_too(name: str) -> None:
    """Each text of the sample made odd in turn, all of them in one feed."""
    sample = json.loads((ROOT / "tests" / "data" / f"{name}.json").read_bytes())
    odd = _odd(sample)
    data = json.dumps(odd)
    try:
        done = read(Source("feed.json", data.encode()), reader=name, key="feed")
    except UnreadableFile as refused:
        assert isinstance(refused.args[0], Text)
        assert spoken(refused, "es") != str(refused)
        return
    _, problems = check(done.frame, CONTEXT, done.problems)
    _assert_said_in_both(problems, data)


def _odd(value: object, seed: int = 0) -> object:
    """The same document with every third text and number one that nobody understands."""
    odd = ("25:99", "7:00 PMish", "no such", "1 of these", 10**30, "-999", "13/14/2026")
    counter = iter(range(seed, 10**6))

    def change(part: object) -> object:
        if isinstance(part, Mapping):
            return {key: change(inside) for key, inside in part.items()}
        if isinstance(part, list):
            return [change(inside) for inside in part]
        number = next(counter)
        return odd[number % len(odd)] if number % 3 == 0 and part is not None else part

    return change(value)


@pytest.mark.parametrize(
    "hours",
    ["Mon", "9-5", "Mo-Fr 9-5; Sa", "noonish", "Fri 7pm-7pm", "Tue 25:99", "first of the month",
     "closed", "by appointment Mon 9am-5pm or call", "every", "MTWF 9-5", "Mon 5pm to",
     "x" * 501],
)  # fmt: skip
def test_hours_are_refused_in_both_languages(hours: str) -> None:
    refused = read_hours(hours)
    assert refused.schedule is None
    assert isinstance(refused.note, Text)
    assert spoken(refused.note, "es").startswith("No se leyó el horario")
    assert spoken(refused.why, "es") != refused.why


@pytest.mark.parametrize(
    "written",
    ["", "Mo 9:00-17:00", 'Mo 09:00-10:00 "call"', "Mo 09:00-10:00 || x", "easter", "sunrise",
     "Mo 09:00+", "open", "Mo 9am", "PH 09:00-10:00", "Mo off", "Mo", "Mo 10:00-11:00; Tu 09:00",
     "Mo 09:00-10:00; xx off", "Mo[9] 09:00-10:00", "Mo 24:00-25:00", "Mo 10:00-10:00",
     "Mo 09:00-49:00", "Mo 09:00-09:99", "2026 Dec 20-Jan 10 Mo 09:00-10:00",
     "Feb 30 09:00-10:00", "Dec 24-Dec 20 09:00-10:00"],
)  # fmt: skip
def test_schedules_are_refused_in_both_languages(written: str) -> None:
    with pytest.raises(schedule.ScheduleError) as refused:
        schedule.parse(written)
    assert isinstance(refused.value.args[0], Text)
    assert spoken(refused.value, "es").startswith("El horario")
    assert str(refused.value).endswith(".")


def test_a_sentence_inside_another_has_no_full_stop_in_any_language() -> None:
    inside = clause_of(ValueError(text("files.empty", name="a.csv")))
    whole = text("files.cannot_open", name="b.csv", why=inside)
    assert whole == "b.csv cannot be read: a.csv is empty."
    assert spoken(whole, "es") == "b.csv no se puede leer: a.csv está vacío."
    assert clause_of(ValueError("It is late.")) == "It is late"


def test_sentences_after_one_another_stay_sayable() -> None:
    both = joined([text("files.empty", name="a.csv"), text("files.empty", name="b.csv")])
    assert both == "a.csv is empty. b.csv is empty."
    assert spoken(both, "es") == "a.csv está vacío. b.csv está vacío."
    assert joined([]) == ""
