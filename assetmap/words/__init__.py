"""Every sentence a person can see, one file a language.

`en.csv` (id, text) is complete; another language may lack texts and falls back to English text by
text. Adding a language is adding its file here and, where they exist, label columns in the
vocabulary.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parent
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.csv")))


@cache
def texts(language: str) -> Mapping[str, str]:
    """The texts of `language` as id → text, in file order; empty where it has no file.

    Raises ValueError where an id stands twice.
    """
    path = FOLDER / f"{language}.csv"
    rows: dict[str, str] = {}
    if not path.is_file():
        return MappingProxyType(rows)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["id"] in rows:
                raise ValueError(f"{path.name}: the id {row['id']!r} stands twice.")
            rows[row["id"]] = row["text"]
    return MappingProxyType(rows)


def missing(language: str) -> list[str]:
    """The ids that `language` has no text for."""
    return [name for name in texts("en") if not texts(language).get(name)]


def words() -> Iterator[Mapping[str, str]]:
    """All interface texts as rows (id and a text per language), for tests that read them aloud."""
    for name, english in texts("en").items():
        yield {
            "id": name,
            "en": english,
            **{one: texts(one).get(name, "") for one in LANGUAGES if one != "en"},
        }


def say(text: str, language: str = "en", /, **values: object) -> str:
    """The interface text `text` in `language`, its {placeholders} filled from `values`.

    Falls back to English where the language has no such text. Raises KeyError for an unknown id.
    """
    template = texts(language).get(text) or texts("en")[text]
    return template.format(**values) if values else template
