"""The command line: a thin edge over the functions that the pages use too.

Exactly one JSON document on stdout with `--json`; everything else goes to stderr. Exit 0: done;
1: done, but some rows were rejected or nothing fits; 2: could not be done, said in one sentence.
"""

from __future__ import annotations

import sys

import typer

from assetmap.cli import analyse, check, find, lists, new, record, serve, store, surveys, words
from assetmap.cli.edge import kept_for_documents
from assetmap.words import text

app = typer.Typer(
    name="assetmap",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A community's own assets for recovery: read, found, compared.",
)
check.register(app)
lists.register(app)
find.register(app)
analyse.register(app)
surveys.register(app)
new.register(app)
store.register(app)
record.register(app)
words.register(app)
serve.register(app)

# Newer typers carry a click of their own, so its classes are taken from typer itself.
_ClickError: type[Exception] = typer.BadParameter.__bases__[0].__bases__[0]
# Options after which several values may stand without repeating the option.
_MANY = frozenset(("--assets", "--county", "--zips", "--lists"))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; no traceback ever reaches the user."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        with kept_for_documents("--json" in given):
            code = app(_repeated(given), standalone_mode=False)
    except _ClickError as error:
        if given:
            print(" ".join(_said(error).split()), file=sys.stderr)
        else:
            error.show()  # type: ignore[attr-defined]
        sys.exit(2)
    except typer.Exit as error:
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, BrokenPipeError, typer.Abort):
        sys.exit(2)
    except (ValueError, OSError) as error:
        # The core raises subclasses of these with one plain sentence.
        print(_sentence(error), file=sys.stderr)
        sys.exit(2)
    except Exception as error:
        # A fault of ours; people still get a sentence, and the name of the fault to pass on.
        fault = type(error).__name__
        print(text("cli.our_fault", fault=fault, why=_sentence(error)), file=sys.stderr)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def _said(error: Exception) -> str:
    formatted = getattr(error, "format_message", None)
    return str(formatted() if formatted is not None else error)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        why = error.strerror or text("cli.no_reason")
        return text("cli.cannot_use", name=error.filename, why=why)
    message = " ".join(str(error).split())
    return message or text("cli.not_done", fault=type(error).__name__)


def _repeated(arguments: list[str]) -> list[str]:
    """`--assets a b` as `--assets a --assets b`."""
    result: list[str] = []
    option = ""
    fresh = False
    for argument in arguments:
        if argument.startswith("-"):
            option, fresh = (argument if argument in _MANY else ""), True
            result.append(argument)
        else:
            if option and not fresh:
                result.append(option)
            result.append(argument)
            fresh = False
    return result
