"""What the manual promises to whoever adds something, done in a copy of the tree."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TABLES = Path("assetmap/vocabulary")
SEEDS = {
    "id": "seed_library", "label_en": "Seed library", "label_es": "Biblioteca de semillas",
    "group": "community", "abcd": "association", "support": "instrumental", "clinical": "no",
    "court_linked": "no", "time_kind": "hours", "gap": "choice", "address": "public",
    "protected": "no", "icon": "help", "recovery": "no", "is_bed": "no", "by_phone": "no",
    "county_total": "no",
}  # fmt: skip
NEED = {"id": "seeds", "label_en": "Seeds", "label_es": "Semillas", "kinds": "seed_library"}
METRIC = """

def _none_yet(ground: Ground, kind: str) -> np.ndarray:
    return (~kind_gaps(ground, kind, None).known.astype(bool)).astype(float)


METRICS = {**METRICS, "none_yet": Metric("none_yet", "yes_no", False, _none_yet)}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "static")
    shutil.copytree(ROOT / "assetmap", tmp_path / "assetmap", ignore=ignored)
    return tmp_path


def run(tree: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "ASSETMAP_NOW": "2026-11-20T15:00"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def add_row(table: Path, row: dict[str, str]) -> None:
    with table.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert set(row) <= set(header)
    with table.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, header, restval="", lineterminator="\n").writerow(row)


def test_a_kind_is_one_row_and_its_need_another(tree: Path) -> None:
    add_row(tree / TABLES / "kinds.csv", SEEDS)
    add_row(tree / TABLES / "needs.csv", NEED)
    (tree / "list.csv").write_text(
        "Name,Kind,City,Hours\n"
        "Grow Together,Seed library,Milltown,Mon-Fr 9am-5pm\n"
        "Grace Pantry,Food pantry,Milltown,Mon-Fri 9am-5pm\n",
        encoding="utf-8",
    )
    run(tree, "-m", "assetmap", "convert", "list.csv", "-o", "out.csv")
    with (tree / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["name"], row["kind"]) for row in csv.DictReader(file)] == [
            ("Grow Together", "seed_library"),
            ("Grace Pantry", "food"),
        ]
    result = json.loads(
        run(tree, "-m", "assetmap", "search", "--assets", "list.csv", "--need", "seeds", "--json")
    )
    assert [hit["name"] for group in ("match", "ask") for hit in result[group]] == ["Grow Together"]


def test_a_metric_is_one_function_with_its_entry(tree: Path) -> None:
    with (tree / "assetmap/gaps/metrics.py").open("a", encoding="utf-8") as file:
        file.write(METRIC)
    with (tree / "assetmap/words/en.csv").open("a", encoding="utf-8") as file:
        file.write("gaps.metric_none_yet,None yet\n")
    script = (
        "import sys\n"
        "from assetmap.community import open_community\n"
        "from assetmap.gaps import METRICS, ground_of\n"
        "from assetmap.words import say\n"
        "ground = ground_of(open_community(sys.argv[1]))\n"
        "metric, reach = METRICS['none_yet'], METRICS['reach'].compute(ground, 'child_care')\n"
        "same = (metric.compute(ground, 'child_care') == (reach == 0)).all()\n"
        "print(say(f'gaps.metric_{metric.id}', 'es'), metric.unit, same, 0 < (reach == 0).sum())\n"
    )
    # What a language does not say yet is said in English.
    shown = run(tree, "-c", script, str(ROOT / "data" / "demo"))
    assert shown == "None yet yes_no True True\n"


PAGE = '''"""A page of its own."""

import streamlit as st

from assetmap.web.state import State


def show(state: State) -> None:
    """The name of the community, and nothing else."""
    st.title(f"Books of {state.community.name}")
'''
RUN_PAGES = """
from streamlit.testing.v1 import AppTest
from assetmap.web.main import PAGES, PATHS

whole = AppTest.from_file("assetmap/web/main.py", default_timeout=120).run()
assert not whole.exception, whole.exception
entry = next(page for page in PAGES if page.name == "books")
script = f"from {entry.module} import show\\nfrom assetmap.web import state\\nshow(state.current())"
page = AppTest.from_string(script, default_timeout=60).run()
print(whole.title[0].value, page.title[0].value, "/books" in PATHS, sep="|")
"""


def test_a_page_is_one_folder_and_a_line(tree: Path) -> None:
    web = tree / "assetmap" / "web"
    shutil.copytree(ROOT / "assetmap" / "web" / "static", web / "static")
    (web / "books").mkdir()
    (web / "books" / "__init__.py").write_text("", encoding="utf-8")
    (web / "books" / "page.py").write_text(PAGE, encoding="utf-8")
    main = web / "main.py"
    line = '    PageEntry("books", "assetmap.web.books.page", ":material/book:"),\n'
    before, last, after = main.read_text("utf-8").rpartition('    PageEntry("about"')
    main.write_text(f"{before}{line}{last}{after}", encoding="utf-8")
    with (tree / "assetmap/words/en.csv").open("a", encoding="utf-8") as file:
        file.write("frame.books,Books\n")
    small = tree / "small"
    small.mkdir()
    (small / "community.toml").write_text('name = "Smallton"\n[[assets]]\npath = "a.csv"\n')
    (small / "a.csv").write_text("name,kind\nOpen Door,meeting\n")
    script = f"import os\nos.environ['ASSETMAP_COMMUNITY'] = {str(small)!r}\n{RUN_PAGES}"
    assert run(tree, "-c", script) == "What would help?|Books of Smallton|True\n"
