"""How long a large survey takes: `python tests/benchmarks/survey.py`.

Goals (CPU seconds): 10,000 people × 120 columns read and freed of identifiers in 5; a release with
its proof for 40 areas × 30 questions in 10; a million columns refused in 1. Exits 1 on a missed
goal.
"""

from __future__ import annotations

import sys
import time
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from assetmap.survey import codebook, read, release
from assetmap.survey.sheet import UnreadableSurvey


class Source(NamedTuple):
    """A file by name and content."""

    name: str
    data: bytes


def survey(people: int, questions: int, texts: int, areas: int) -> tuple[bytes, str]:
    """A made-up wave and its codebook: mostly one answer of five, a few free texts."""
    random = np.random.default_rng(7)
    names = [f"q{n}" for n in range(questions)]
    header = ["respondent", "wave", "area", "consent", *names, *(f"t{n}" for n in range(texts))]
    area = random.integers(0, areas, people)
    answers = np.array(["a", "b", "c", "d", "e"])
    given = answers[
        np.column_stack(
            [random.choice(5, people, p=random.dirichlet(np.full(5, 4.0))) for _ in names]
        )
    ]
    lines = [",".join(header)]
    for person in range(people):
        words = [f"My group helped me, call 413-555-{person % 10000:04}" for _ in range(texts)]
        cells = [str(person), "w1", f"area{area[person]}", "yes", *given[person]]
        lines.append(",".join([*cells, *(f'"{word}"' for word in words)]))
    rows = ["question,type,answer", *(f"{n},one,{a}" for n in names for a in answers)]
    rows += [f"t{n},text," for n in range(texts)]
    return "\n".join(lines).encode(), "\n".join(rows)


def timed(what: str, goal: float, work: object) -> bool:
    """Run `work`, say its CPU seconds, and whether the goal was met."""
    start = time.process_time()
    work()  # type: ignore[operator]
    seconds = time.process_time() - start
    sys.stdout.write(f"{what}: {seconds:.1f} s (goal {goal:.0f} s)\n")
    return seconds <= goal


def main() -> int:
    """All three measurements."""
    data, book_text = survey(10_000, 110, 6, 40)
    book = codebook.read(book_text)
    met = [timed("read 10,000 × 120", 5, lambda: read.read([Source("w.csv", data)], book))]
    met.append(timed("infer and read 10,000 × 120", 10, lambda: read.read([Source("w.csv", data)])))
    data, book_text = survey(6_000, 30, 0, 40)
    book = codebook.read(book_text)
    answers = read.read([Source("w.csv", data)], book)
    shapes = gpd.GeoDataFrame(
        {"id": [f"area{n}" for n in range(40)], "population": [30_000] * 40},
        geometry=[shapely.box(n, 0, n + 1, 1) for n in range(40)],
        crs=4326,
    )
    met.append(
        timed("release 40 areas × 30 questions", 10, lambda: release.release(answers, book, shapes))
    )
    wide = ("a," * 1_000_000 + "b\n" + "1," * 1_000_000 + "2\n").encode()

    def refused() -> None:
        try:
            read.read([Source("wide.csv", wide)], book)
        except UnreadableSurvey as error:
            sys.stdout.write(f"  {error}\n")
        else:
            raise SystemExit("a million columns were not refused")

    met.append(timed("a million columns", 1, refused))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
