"""Names say what they hold, and one public name is one thing.

A class or type is called the same in no two rooms, and no local value is called by a word of
nobody's trade ("found", "at", "one", "told", …) where the field has a noun for it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "assetmap"
VAGUE = frozenset(("found", "at", "one", "told", "said", "made", "there", "spoken"))
MOST_SLIPS = 15
MOST_ANYS = 81
# Options of commands (`--at`) and the column of the same name of an entry.
NAMED_OUTSIDE = {
    ("cli/find.py", "at"),
    ("cli/edge.py", "at"),
    ("cli/record.py", "at"),
    ("ledger/entry.py", "at"),
}


def _defined(module: Path) -> list[tuple[str, str]]:
    """(name, definition) of the public classes and type aliases of a module."""
    result: list[tuple[str, str]] = []
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            result.append((node.name, ast.unparse(node)))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            result.append((node.targets[0].id, ast.unparse(node.value)))
    return [
        (name, text)
        for name, text in result
        # A constant (MOST_BYTES) is read with its module's name; a type travels alone.
        if not name.startswith("_") and not name.isupper() and name[0].isupper()
    ]


def names_meaning_two_things(modules: list[Path]) -> dict[str, list[str]]:
    """Name → the modules that give it different definitions."""
    texts: dict[str, set[str]] = defaultdict(set)
    homes: dict[str, list[str]] = defaultdict(list)
    for module in modules:
        for name, text in _defined(module):
            texts[name].add(text)
            homes[name].append(module.stem)
    return {name: homes[name] for name, several in texts.items() if len(several) > 1}


def test_a_public_type_means_one_thing() -> None:
    assert names_meaning_two_things(sorted(PACKAGE.rglob("*.py"))) == {}


def test_two_meanings_are_noticed_and_the_same_one_twice_is_not(tmp_path: Path) -> None:
    (tmp_path / "bed.py").write_text("Json = bool\nclass Row:\n    beds: int\n", "utf-8")
    (tmp_path / "seat.py").write_text("Json = bool\nclass Row:\n    seats: int\n", "utf-8")
    modules = [tmp_path / "bed.py", tmp_path / "seat.py"]
    assert names_meaning_two_things(modules) == {"Row": ["bed", "seat"]}


def vague_locals(module: Path) -> set[str]:
    """Vague words that parameters and local values of the functions of a module are called."""
    names: set[str] = set()
    for function in ast.walk(ast.parse(module.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.arg):
                names.add(node.arg)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
    return names & VAGUE


def test_local_names_say_what_they_hold() -> None:
    vague = {
        (module.relative_to(PACKAGE).as_posix(), name)
        for module in sorted(PACKAGE.rglob("*.py"))
        for name in vague_locals(module)
    }
    # A slip in a new line is no reason to stop others' work; a habit is.
    assert len(vague - NAMED_OUTSIDE) <= MOST_SLIPS, sorted(vague - NAMED_OUTSIDE)
    assert vague >= NAMED_OUTSIDE  # what is named otherwise by now goes from the list


def test_a_vague_name_is_noticed_wherever_it_is_bound(tmp_path: Path) -> None:
    module = tmp_path / "bed.py"
    module.write_text(
        "class Bed:\n    at: str\n\n"
        "def beds(made, rows):\n    found = [one for one in rows]\n"
        "    return sorted(found, key=lambda said: said)\n",
        "utf-8",
    )
    assert vague_locals(module) == {"made", "found", "one", "said"}


def anys(package: Path) -> int:
    """How many annotations say `Any`, which tells a reader nothing."""
    return sum(
        isinstance(node, ast.Name) and node.id == "Any"
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_any_does_not_grow(tmp_path: Path) -> None:
    # Values of JSON documents are `fields.JsonObject` and `JsonDict`; a value of whatever type
    # that is only looked at is `object`. What is left comes from libraries without types.
    assert anys(PACKAGE) <= MOST_ANYS
    (tmp_path / "a.py").write_text("def f(x: Any, y: dict[str, Any]) -> str: ...\n")
    assert anys(tmp_path) == 2
