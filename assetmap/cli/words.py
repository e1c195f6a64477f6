"""`words`: what each language lacks."""

from __future__ import annotations

import typer

from assetmap import vocabulary, words
from assetmap.cli.edge import Json, emit
from assetmap.words import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("words")(lacking)


def lacking(json: Json = False) -> int:
    """Which texts and labels each language has no words for yet; English stands in for them."""
    labels = vocabulary.labels()
    of = len(words.texts("en")) + len(labels)
    missing = {
        language: [
            *words.missing(language),
            *(name for name, row in labels.items() if not row.get(f"label_{language}")),
        ]
        for language in words.LANGUAGES
        if language != "en"
    }
    if json:
        emit({language: {"missing": ids, "of": of} for language, ids in missing.items()})
        return 0
    for language, ids in missing.items():
        typer.echo(say("words.lacks", "en", tag=language, n=len(ids), of=of))
        for name in ids:
            typer.echo(f"  {name}")
    return 0
