"""A format is one file with READER at its end: a made-up XML one, in a copy of the tree."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KML = '''"""KML placemarks."""

from xml.etree import ElementTree

from assetmap.readers.document import Document
from assetmap.readers.feed import Feed
from assetmap.readers.document import Reader
from assetmap.readers.source import Read, ReadOptions


def sniff(document: Document) -> float:
    return 1.0 if document.is_markup and "<kml" in document.text else 0.0


def read(document: Document, options: ReadOptions) -> Read:
    marks = list(ElementTree.fromstring(document.text).iter("Placemark"))
    feed = Feed(document, options, len(marks))
    for row, mark in enumerate(marks, 1):
        lon, lat = (mark.findtext("point") or ",").split(",")
        feed.records.append(
            {"row": row, "name": mark.findtext("name"), "latitude": lat, "longitude": lon}
        )
    return feed.finish("kml", len(marks))


READER = Reader("kml", "KML", sniff, read)
'''
LINES = '''"""One name a line."""

from assetmap.writers.texts import Writer, WriteOptions, Written


def write(assets, options: WriteOptions) -> Written:
    return Written("\\n".join(assets["name"]).encode(), [])


WRITER = Writer("lines", "names", ".lines", "text/plain", frozenset(("name",)), write)
'''


def test_a_format_is_one_file(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "assetmap",
        tmp_path / "assetmap",
        ignore=shutil.ignore_patterns("__pycache__", "static", "web"),
    )
    (tmp_path / "assetmap/readers/kml.py").write_text(KML)
    (tmp_path / "assetmap/writers/lines.py").write_text(LINES)
    mark = "<Placemark><name>Alder Church</name><point>-89.0,37.9</point></Placemark>"
    (tmp_path / "list.kml").write_text(f"<?xml version='1.0'?><kml>{mark}</kml>")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "assetmap", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    report = json.loads(run("check", "list.kml", "--json"))
    assert (report["reader"], report["assets"], report["with_point"]) == ("kml", 1, 1)
    run("convert", "list.kml", "-o", "out.lines", "--to", "lines")
    assert (tmp_path / "out.lines").read_text() == "Alder Church"
