"""Publishes the demo county's two survey waves: `python data/demo/releases/make.py`.

Each wave is released knowing what was published before it. The tables hold safe numbers only.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pandas as pd

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent
sys.path.insert(0, str(DEMO.parent.parent))

from assetmap.survey import codebook, read, release  # noqa: E402


class Source(NamedTuple):
    """A file by name and content."""

    name: str
    data: bytes


def tables() -> dict[str, bytes]:
    """The published tables by file name, waves in order."""
    book = codebook.read((DEMO / "codebook.csv").read_bytes())
    areas = gpd.read_file(DEMO / "areas.geojson")
    made: dict[str, bytes] = {}
    for path in sorted((DEMO / "survey").glob("*.csv")):
        answers = read.read([Source(path.name, path.read_bytes())], book)
        earlier = [
            pd.read_csv(io.BytesIO(table), dtype=str, keep_default_na=False)
            for table in made.values()
        ]
        made[path.name] = release.to_csv(release.release(answers, book, areas, earlier=earlier))
    return made


if __name__ == "__main__":
    for name, table in tables().items():
        (HERE / name).write_bytes(table)
        sys.stdout.write(f"{name}: {len(table):,} bytes\n")
