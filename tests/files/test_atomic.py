"""A file is replaced whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assetmap.files.atomic import UnwritableFile, write_atomic


def test_the_new_bytes_and_the_old_mode(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_atomic(path, b"one")
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()
    path.chmod(0o640)
    write_atomic(path, b"two")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two", 0o640)
    assert [file.name for file in tmp_path.iterdir()] == ["list.csv"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"one")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write_atomic(tmp_path / "link.csv", b"two")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"two"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnwritableFile) as caught:
        write_atomic(path, b"new")
    assert str(caught.value) == (
        f"{path} cannot be written (No space left on device); what was there before is as it was."
    )
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["list.csv"]


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile, match="No such file or directory"):
        write_atomic(tmp_path / "none" / "list.csv", b"x")
    with pytest.raises(UnwritableFile):
        write_atomic(tmp_path, b"x")


def test_killed_at_any_moment_the_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    whole = [bytes([letter]) * 300_000 for letter in b"ab"]
    program = (
        "import sys; from pathlib import Path; from assetmap.files.atomic import write_atomic\n"
        "print('on', flush=True)\n"
        "while True:\n"
        "    for letter in b'ab': write_atomic(Path(sys.argv[1]), bytes([letter]) * 300_000)"
    )
    for wait in range(4):
        child = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        while not path.exists():
            pass
        for _ in range(wait * 7):
            path.read_bytes()
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert path.read_bytes() in whole


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
