"""Texts that can be said in any language later, plural forms, and what a language lacks."""

from __future__ import annotations

import ast
import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest

from assetmap import words
from assetmap.words import say, spoken, text

ROOT = Path(__file__).resolve().parent.parent


def test_a_text_is_english_and_can_still_be_said_in_spanish() -> None:
    inner = text("files.is_pdf")
    message = text("files.not_text", name="list.csv", what=inner)
    assert message == "list.csv is a PDF; export the table behind it as CSV or XLSX."
    spanish = "list.csv es un PDF; exporte como CSV o XLSX la tabla que tiene detrás."
    assert spoken(message, "es") == spanish
    assert spoken(ValueError(message), "es") == spanish
    assert spoken("as it is", "es") == "as it is"
    again = pickle.loads(pickle.dumps(message))
    assert (again, spoken(again, "es")) == (message, spanish)


def test_values_of_a_text_can_be_freed_of_what_is_private() -> None:
    message = text("files.cannot_open", name="12 Oak St.csv", why="gone")
    freed = message.with_values(lambda value: value.replace("12 Oak St", "…"))
    assert freed == "….csv cannot be read: gone."
    assert spoken(freed, "es") == "….csv no se puede leer: gone."


@pytest.mark.parametrize(
    ("n", "english", "spanish"),
    [
        (1, "es: 1 of 9 texts and labels is missing; English is shown for it.",
         "es: falta 1 de 9 textos y nombres; se muestra en inglés."),
        (0, "es: 0 of 9 texts and labels are missing; English is shown for them.",
         "es: faltan 0 de 9 textos y nombres; se muestran en inglés."),
    ],
)  # fmt: skip
def test_plural_forms(n: int, english: str, spanish: str) -> None:
    assert say("words.lacks", "en", tag="es", n=n, of=9) == english
    assert say("words.lacks", "es", tag="es", n=n, of=9) == spanish


def test_spanish_lacks_nothing() -> None:
    assert words.missing("es") == []


def test_a_language_is_one_file(tmp_path: Path) -> None:
    """A third language with two texts: said where it has them, English elsewhere, counted."""
    tree = tmp_path / "tree"
    ignore = shutil.ignore_patterns("__pycache__", "*.nbc", "*.nbi")
    shutil.copytree(ROOT / "assetmap", tree / "assetmap", ignore=ignore)
    (tree / "assetmap" / "words" / "ht.csv").write_text("id,text\ncards.call,Rele {phone}\n")
    code = (
        "from assetmap.words import say; from assetmap import vocabulary\n"
        "print(say('cards.call', 'ht', phone='988')); print(say('files.empty', 'ht', name='a'))\n"
        "print(vocabulary.label('kinds', 'meeting', 'ht'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tree, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["Rele 988", "a is empty.", "Recovery meeting"], done.stderr
    done = subprocess.run(
        [sys.executable, "-m", "assetmap", "words", "--json"],
        cwd=tree, capture_output=True, text=True, check=False,
    )  # fmt: skip
    document = json.loads(done.stdout)
    assert document["es"]["missing"] == []
    assert "cards.call" not in document["ht"]["missing"]
    assert "files.empty" in document["ht"]["missing"]
    assert document["ht"]["of"] == document["es"]["of"] > 1_000


def test_every_sentence_gets_the_values_it_asks_for() -> None:
    """A text that is said with another value's name fails in front of a person."""
    wrong = []
    for path in sorted((ROOT / "assetmap").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            first, name = node.args[0], node.func
            called = name.id if isinstance(name, ast.Name) else getattr(name, "attr", "")
            if called not in ("say", "text") or not isinstance(first, ast.Constant):
                continue
            given = {keyword.arg for keyword in node.keywords}
            for language in words.LANGUAGES:
                for row in (first.value, f"{first.value}[one]"):
                    sentence = words.texts(language).get(str(row), "")
                    asked = {field for _, field, _, _ in Formatter().parse(sentence) if field}
                    if None not in given and not asked <= given:
                        wrong.append(f"{path.name}:{node.lineno}: {row} lacks {asked - given}")
    assert wrong == []
