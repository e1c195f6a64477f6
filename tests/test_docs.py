"""What the documents say is what the code does."""

from __future__ import annotations

import doctest
import importlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from assetmap.cli.reference import reference

ROOT = Path(__file__).resolve().parent.parent


def test_the_command_reference_is_made_from_the_commands() -> None:
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == reference(), "run python -m assetmap.cli.reference > docs/commands.md"


def test_every_room_is_on_the_map_of_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {
        path.name.removesuffix(".py")
        for path in (ROOT / "assetmap").iterdir()
        if (path.suffix == ".py" and not path.name.startswith("__"))
        or (path / "__init__.py").is_file()
    }
    assert sorted(room for room in rooms if f"`{room}" not in text) == []


EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "assetmap").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_in_docstrings(module: str) -> None:
    done = doctest.testmod(importlib.import_module(module))
    assert done.failed == 0
    assert done.attempted, "an example in no docstring is not run"


def test_the_wheel_carries_the_demo_and_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "-q",
         "-w", str(tmp_path), str(_copy(tmp_path / "tree"))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        entry = next(name for name in names if name.endswith("entry_points.txt"))
        assert "assetmap = assetmap.cli:main" in archive.read(entry).decode()
    assert {
        "assetmap/_demo/community.toml",
        "assetmap/_demo/assets.csv",
        "assetmap/words/en.csv",
        "assetmap/vocabulary/kinds.csv",
    } <= names
    assert [name for name in names if name.endswith(".pyc")] == []


def _copy(target: Path) -> Path:
    """The files of the tree that a wheel is made of."""
    import shutil

    ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "*.nbc", "*.nbi", ".remote")
    for name in ("assetmap", "data"):
        shutil.copytree(ROOT / name, target / name, ignore=ignore)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE", "requirements.txt"):
        shutil.copy(ROOT / name, target / name)
    return target
