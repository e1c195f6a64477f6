"""Breaks named places of the code one by one and reports what no test notices.

    python tests/mutants.py [words of a path…]

Each line of mutants.csv is one fault: file, old, new, tests. `old` must stand in the file exactly
once. Works in a copy of the tree, so that nothing here is touched. Not part of CI: it takes
minutes. Exit 1 where a fault survives or cannot be made.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
LIST = Path(__file__).with_name("mutants.csv")
SECONDS = 600
LEFT_OUT = shutil.ignore_patterns(".git", "__pycache__", ".*_cache", "*.egg-info", ".venv")


class Mutant(NamedTuple):
    """A fault: `old` of `file` becomes `new`; `tests` (paths and options) should notice."""

    file: str
    old: str
    new: str
    tests: str


def mutants() -> list[Mutant]:
    """The faults of mutants.csv."""
    with LIST.open(encoding="utf-8", newline="") as lines:
        return [Mutant(row["file"], row["old"], row["new"], row["tests"])
                for row in csv.DictReader(lines)]  # fmt: skip


def outcome(mutant: Mutant, tree: Path) -> str:
    """killed, survived, or why the fault could not be made."""
    path = tree / mutant.file
    whole = path.read_text(encoding="utf-8")
    times = whole.count(mutant.old)
    if times != 1:
        return f"stands {times} times in the file"
    path.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0",
             *mutant.tests.split()],
            cwd=tree,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(tree)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "killed"  # a test that never ends is noticed
    finally:
        path.write_text(whole, encoding="utf-8")
    if done.returncode in (0, 1):
        return "survived" if done.returncode == 0 else "killed"
    return f"the tests did not run: {done.stdout.strip().splitlines()[-1]}"


def main(words: list[str]) -> int:
    """Break, test, mend, say."""
    chosen = [item for item in mutants() if not words or any(word in item.file for word in words)]
    left = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        for mutant in chosen:
            said = outcome(mutant, tree)
            left += said != "killed"
            print(f"{said:>9}  {mutant.file}: {mutant.old!r} → {mutant.new!r}", flush=True)
    print(f"{len(chosen)} faults, {left} not noticed.")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
