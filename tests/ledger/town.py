"""A tiny community folder with a ledger, and the command line on it in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assetmap.cli import main

NOW = "2026-11-25T12:00:00-06:00"
TOML = """
name = "Small Town"
country = "US"
region = "IL"
timezone = "America/Chicago"

[[assets]]
key = "list"
path = "list.csv"
"""
HEADER = "id,name,kind,address,city,region,phone,schedule,verified_on,beds_total,listed_ok\n"
ROWS = (
    "door,Open Door,meeting,12 Main Street,Milltown,IL,(618) 555-0101,Tu 19:00-20:00,,,\n"
    "ark,The Ark,dentist,40 River Road,Milltown,IL,(618) 555-0102,Mo-Fr 09:00-17:00,2026-01-10,,\n"
    "pine,Pine House,recovery_home,7 Pine Street,Milltown,IL,(618) 555-0103,,2026-11-20,6,\n"
    "book,Book Room,library,1 Oak Street,Milltown,IL,(618) 555-0104,Mo-Sa 10:00-18:00,,,\n"
)


def make(folder: Path, rows: str = ROWS) -> Path:
    """The folder with its files, without a ledger."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "community.toml").write_text(TOML, "utf-8")
    (folder / "list.csv").write_text(HEADER + rows, "utf-8")
    (folder / "places.csv").write_text("name,lat,lon,kind\nMilltown,38.03,-89.33,town\n", "utf-8")
    return folder


class Commands:
    """`python -m assetmap …` on one folder: the exit code, the document, and stderr."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.output = ""

    def __call__(self, *arguments: str, code: int = 0) -> Any:
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--community", str(self.folder), "--json"])
        out, self.output = self.capsys.readouterr()
        assert (ended.value.code, self.output if ended.value.code != code else "") == (code, "")
        return json.loads(out) if out.strip() else None
