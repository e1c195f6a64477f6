"""Imports run one way, never sideways, and only the web knows Streamlit and HTTP.

{web, cli} → community → {report, sources, ledger} → {readers, writers, survey, gaps, siting} →
{search, areas, indicators, maps, access} → catalog → assets → {files, schedule, streets} →
{fields, places} → {vocabulary, words}.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "assetmap"
# From the edge to the ground. `assets` is one step made of several modules.
LAYERS = (
    ("web", "cli", "__main__"),
    ("community",),
    ("report", "sources", "ledger"),
    ("readers", "writers", "survey", "gaps", "siting"),
    ("search", "areas", "indicators", "maps", "access"),
    ("catalog",),
    ("assets",),
    ("files", "schedule", "streets"),
    ("fields", "places"),
    ("vocabulary", "words"),
)
PART_OF: dict[str, str] = {}
# Sideways imports that are there, each with its reason.
EXCEPTIONS = {
    ("__main__", "cli"): "python -m assetmap is the command line",
}
WEB_ONLY = frozenset(("streamlit", "streamlit_folium", "starlette", "uvicorn"))


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def noun(module: str) -> str:
    """The step of the order that `assetmap.x.y` belongs to; "" for `assetmap` itself."""
    parts = module.split(".")
    name = parts[1] if len(parts) > 1 else ""
    return PART_OF.get(name, name)


@cache
def imported(path: Path) -> frozenset[str]:
    """Full names of all modules that the file imports, inside functions too."""
    result: set[str] = set()
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            result |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                start = ".".join([*above, *filter(None, [start])])
            if start == "assetmap":
                result |= {f"assetmap.{name.name}" for name in node.names}
            else:
                result.add(start)
    return frozenset(result)


def edges() -> Iterator[tuple[Path, str, str]]:
    for path in modules():
        here = noun(
            ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        )
        for name in imported(path):
            there = noun(name) if name.split(".")[0] == "assetmap" else ""
            if there and there != here:
                yield path, here, there


def module_name(path: Path, root: Path = ROOT) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def modules_imported(path: Path, known: frozenset[str], root: Path = ROOT) -> set[str]:
    """The modules of `known` that a file imports, deferred and for type checking too."""
    result: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            result |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                full = f"{node.module}.{name.name}"
                result.add(full if full in known else node.module)
    return (result & known) - {module_name(path, root)}


def circles(root: Path, package: str) -> list[list[str]]:
    """Groups of modules that import each other in a circle, after Tarjan (1972)."""
    paths = [path for path in (root / package).rglob("*.py") if "__pycache__" not in path.parts]
    known = frozenset(module_name(path, root) for path in paths)
    arrows = {module_name(path, root): modules_imported(path, known, root) for path in paths}
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    result: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        stack.append(name)
        for other in sorted(arrows[name]):
            if other not in number:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in stack:
                lowest[name] = min(lowest[name], number[other])
        if lowest[name] == number[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                result.append(sorted(group))

    for name in sorted(arrows):
        if name not in number:
            visit(name)
    return result


def step(name: str) -> int:
    return next(at for at, names in enumerate(LAYERS) if name in names)


def test_every_module_has_its_step() -> None:
    named = {name for names in LAYERS for name in names}
    result = {noun(f"assetmap.{path.relative_to(PACKAGE).parts[0].removesuffix('.py')}")
             for path in modules()} - {"__init__"}  # fmt: skip
    assert result <= named, f"say in LAYERS where {sorted(result - named)} belong"


def test_imports_run_one_way_and_never_sideways() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {here} imports {there}"
        for path, here, there in edges()
        if here and step(here) >= step(there) and (here, there) not in EXCEPTIONS
    }
    assert sorted(wrong) == []


def test_no_circle_inside_a_room() -> None:
    assert circles(ROOT, "assetmap") == []


def test_a_deferred_circle_is_seen(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    (room / "__init__.py").write_text("from room.bed import beds\n")
    (room / "bed.py").write_text("from room import seat\n")
    (room / "seat.py").write_text("def seats():\n    from room.bed import beds\n")
    (room / "town.py").write_text("from room.bed import beds\nfrom room import seat\n")
    assert circles(tmp_path, "room") == [["room.bed", "room.seat"]]


def test_the_exceptions_are_still_needed() -> None:
    used = {(here, there) for _, here, there in edges()}
    assert [pair for pair in EXCEPTIONS if pair not in used] == []
    assert all(EXCEPTIONS.values()), "an exception without a reason is none"


def test_the_package_itself_imports_nothing() -> None:
    assert imported(PACKAGE / "__init__.py") == frozenset()


def test_only_the_web_knows_streamlit_and_http() -> None:
    allowed = {ROOT / "app.py", *(PACKAGE / "web").rglob("*.py")}
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules()
        for name in imported(path)
        if name.split(".")[0] in WEB_ONLY and path not in allowed
    ]
    assert wrong == []
    seen = {name.split(".")[0] for path in allowed for name in imported(path)}
    assert {"streamlit", "starlette"} <= seen, "the test must see the web's own imports"


def test_no_printing_and_no_logging_below_the_edge() -> None:
    wrong = []
    for path in modules():
        if noun(f"assetmap.{path.relative_to(PACKAGE).parts[0].removesuffix('.py')}") in LAYERS[0]:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id == "print":
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} prints")
        if any(name.split(".")[0] == "logging" for name in imported(path)):
            wrong.append(f"{path.relative_to(ROOT)} logs")
    assert wrong == []


@pytest.mark.parametrize("module", ["assetmap.community", "assetmap.search", "assetmap.cli"])
def test_the_core_starts_without_streamlit(module: str) -> None:
    code = (
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.split('.')[0] in {sorted(WEB_ONLY)!r}:\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        f"import {module}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
