"""One public name, one thing: a class or type is called the same in no two rooms."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "assetmap"


def _defined(module: Path) -> list[tuple[str, str]]:
    """(name, definition) of the public classes and type aliases of a module."""
    found: list[tuple[str, str]] = []
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found.append((node.name, ast.unparse(node)))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.append((node.targets[0].id, ast.unparse(node.value)))
    return [
        (name, text)
        for name, text in found
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
