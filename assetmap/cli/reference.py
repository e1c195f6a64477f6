"""docs/commands.md, made from the commands themselves: `python -m assetmap.cli.reference`."""

from __future__ import annotations

from typing import Any

import typer

from assetmap.cli import app

HEAD = """# The command line

Made from the code by `python -m assetmap.cli.reference > docs/commands.md`; a test keeps it true.

`assetmap COMMAND` after `pip install .`, or `python -m assetmap COMMAND` in a checkout. With
`--json` exactly one JSON document goes to stdout and everything else to stderr. Exit 0: done;
1: done, but rows were rejected or nothing fits; 2: could not be done, said in one sentence.
"""


def reference() -> str:
    """Every command with its arguments and options, as Markdown."""
    group: Any = typer.main.get_command(app)
    return HEAD + "".join(_of(name, command) for name, command in _commands(group, ""))


def _commands(group: Any, before: str) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for name, command in sorted(group.commands.items()):
        full = f"{before} {name}".strip()
        if hasattr(command, "commands"):
            rows += _commands(command, full)
        else:
            rows.append((full, command))
    return rows


def _of(name: str, command: Any) -> str:
    lines = [f"\n## {name}\n", " ".join((command.help or "").split()), ""]
    for parameter in command.params:
        about = " ".join((getattr(parameter, "help", None) or "").split())
        if parameter.param_type_name == "argument":
            label = str(parameter.name).upper()
            label += "…" if parameter.nargs != 1 else ""
        else:
            label = ", ".join(parameter.opts)
        lines.append(f"- `{label}`{': ' + about if about else ''}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(reference(), end="")
