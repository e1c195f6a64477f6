"""Both stores for tests: SQLite in a folder, and a PostgreSQL of Debian's package in a socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


class Server:
    """A PostgreSQL that belongs to the test; it can be killed and started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.programs = BINARIES[-1].parent
        self._as("initdb", "-D", str(self.data), "-U", "assetmap", "-A", "trust", "--no-sync")
        self.start()

    @property
    def address(self) -> str:
        return f"postgresql://assetmap@/postgres?host={self.home}"

    def _as(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        if os.geteuid() == 0:
            command = [
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                *command,
            ]
        subprocess.run(command, check=True, capture_output=True, cwd=self.home, timeout=120)

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self.home}"
        log = str(self.home / "log")
        self._as("pg_ctl", "-D", str(self.data), "-o", options, "-l", log, "-w", "start")

    def stop(self, how: str = "immediate") -> None:
        self._as("pg_ctl", "-D", str(self.data), "-m", how, "-w", "stop")


@contextmanager
def postgres() -> Iterator[Server]:
    """A running server; skips with a reason where there is none, unless it is required."""
    reason = ""
    if not BINARIES:
        reason = "PostgreSQL's server programs are not installed (Debian: postgresql)"
    else:
        try:
            import psycopg  # noqa: F401
        except ImportError:
            reason = "psycopg is not installed (requirements-postgres.txt)"
    if reason and os.environ.get("ASSETMAP_REQUIRE_POSTGRES") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    home = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    server = Server(home)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
