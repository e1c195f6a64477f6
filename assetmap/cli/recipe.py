"""recipe: a reader's guesses about a table's columns, as a file to correct."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer

from assetmap import readers
from assetmap.cli.loading import emit
from assetmap.files.atomic import write_atomic
from assetmap.files.source import Source
from assetmap.words import say

MOST_SAMPLES = 3


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command()(recipe)


def recipe(
    file: Annotated[Path, typer.Argument(help="A table: CSV or XLSX.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The recipe to write.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> int:
    """Which of the table's columns is taken for which field: write it down and correct it."""
    source = readers.open_path(file)
    columns = _columns(source)
    if not columns:
        raise ValueError(say("recipe.no_table", file=file))
    samples = _samples(source, columns)
    content = recipe_text(file.name, columns, samples)
    if out is not None:
        write_atomic(out, content.encode())
    if json:
        emit({"written": str(out) if out else None, "columns": columns})
    elif out is None:
        typer.echo(content, nl=False)
    else:
        typer.echo(say("recipe.written", file=out))
    return 0


def _columns(source: Source | readers.Package) -> dict[str, str]:
    """Each column and what it is taken for: a field, `private`, or "" for nothing of ours."""
    from assetmap.readers.document import Document
    from assetmap.readers.header import PRIVATE, match

    table = Document(source).table if isinstance(source, Source) else None
    if table is None:
        return {}
    matched, _ = match(table.header)
    result = dict.fromkeys(table.header, "")
    for field, index in matched.first.items():
        result[table.header[index]] = field
    for field, indexes in matched.joined.items():
        result |= {table.header[index]: field for index in indexes}
    return result | {table.header[index]: PRIVATE for index in matched.private}


def recipe_text(name: str, columns: dict[str, str], samples: dict[str, list[str]]) -> str:
    """TOML with a line for each column, its field or "original", and what stands in it."""
    lines = [f"# {say('recipe.head', file=name)}", f"# {say('recipe.how')}", "[columns]"]
    for column, field in columns.items():
        shown = " · ".join(samples.get(column, ()))
        line = f"{_quoted(column)} = {_quoted(field or 'original')}"
        lines.append(f"{line}  # {shown}" if shown else line)
    lines += ["", f"# {say('recipe.fill')}", "[fill]", '# region = "NC"', ""]
    return "\n".join(lines)


def _samples(source: Source | readers.Package, columns: dict[str, str]) -> dict[str, list[str]]:
    """Up to three different cells of each column, shortened; none of columns about a person."""
    from assetmap.readers.document import Document

    table = Document(source).table if isinstance(source, Source) else None
    if table is None:
        return {}
    result: dict[str, list[str]] = {}
    for index, column in enumerate(table.header):
        if columns.get(column) == "private":
            continue
        cells = (row[index].strip() for row in table.rows[:200] if index < len(row))
        kept = dict.fromkeys(" ".join(cell.split())[:30] for cell in cells if cell)
        result[column] = list(kept)[:MOST_SAMPLES]
    return result


def _quoted(value: str) -> str:
    return jsonlib.dumps(value, ensure_ascii=False)
