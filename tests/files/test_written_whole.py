"""Whatever a command writes with -o is written whole or not at all."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import assetmap
from assetmap.cli import main

LIST = "id,name,kind,city\n1,Open Door,meeting,Anna\n"
COMMANDS = (
    ("convert", "list.csv", "--to", "csv", "-o", "out.csv"),
    ("convert", "list.csv", "-o", "out.csv"),
    ("recipe", "list.csv", "-o", "out.csv"),
    ("survey", "infer", "answers.csv", "-o", "out.csv"),
    ("check", "list.csv", "--csv", "out.csv"),
    ("rank", "--values", "ranked.csv", "--id", "id", "--columns", "a", "-o", "out.csv"),
    ("access", "--areas", "places.csv", "--assets", "list.csv", "--method", "nearest",
     "-o", "out.csv"),
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_full_disk_keeps_the_old_file_and_names_it(
    command: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.csv").write_text(LIST)
    Path("answers.csv").write_text("q1,q2\n1,yes\n2,no\n3,yes\n")
    Path("ranked.csv").write_text("id,a\n1,2\n2,3\n")
    Path("places.csv").write_text("id,lat,lon,population\n1,37.9,-89.1,100\n")
    Path("out.csv").write_text("old")
    before = sorted(path.name for path in tmp_path.iterdir())

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(SystemExit) as stopped:
            main(list(command))
    assert stopped.value.code == 2
    assert Path("out.csv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said == (
        f"{tmp_path / 'out.csv'} cannot be written (No space left on device); "
        "what was there before is as it was."
    )
    with pytest.raises(SystemExit) as stopped:
        main(list(command))
    assert stopped.value.code in (0, 1)
    assert Path("out.csv").read_text() != "old"


def test_nothing_writes_a_file_in_another_way() -> None:
    """A command or a room added tomorrow too."""
    torn = re.compile(
        r'\.write_(?:bytes|text)\(|open\([^)]*"[wax]b?\+?"|to_csv\((?:path|self|folder)'
    )
    result = [
        f"{path.name}: {line.strip()}"
        for path in sorted(Path(assetmap.__file__).parent.rglob("*.py"))
        for line in path.read_text().splitlines()
        # `edge` opens the real stdout, `atomic` writes to pipes, `release` into memory.
        if torn.search(line) and path.name not in ("edge.py", "atomic.py", "release.py")
    ]
    assert result == []
