"""What goes to stdout: under `--json` one document, and nothing of any library's own.

A solver's greeting or a warning that somebody prints would make the document no JSON. While a
command runs with `--json`, stdout is therefore stderr, for Python and for compiled libraries
alike, and only `emit` writes to the real one.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

_documents: list[TextIO] = []  # the real stdout while it is kept for `emit`


def emit(document: Any) -> None:
    """The one JSON document on stdout."""
    stream = _documents[-1] if _documents else sys.stdout
    stream.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")
    stream.flush()


@contextlib.contextmanager
def kept_for_documents(json_wanted: bool) -> Iterator[None]:
    """Keep stdout for `emit` alone while this lasts, when `json_wanted`."""
    if not json_wanted:
        yield
        return
    with _real_stdout() as stream, contextlib.redirect_stdout(sys.stderr):
        _documents.append(stream)
        try:
            yield
        finally:
            _documents.pop()


@contextlib.contextmanager
def _real_stdout() -> Iterator[TextIO]:
    """Where stdout leads now; the process's own descriptor 1 leads to stderr meanwhile."""
    ours = sys.__stdout__
    if ours is None or sys.stdout is not ours:  # a caller has put something else in its place
        yield sys.stdout
        return
    try:
        ours.flush()
        number, kept = ours.fileno(), os.dup(ours.fileno())
        os.dup2(sys.stderr.fileno(), number)
    except (OSError, ValueError):  # no descriptor, as when it was closed
        yield ours
        return
    with open(kept, "w", encoding="utf-8", errors=ours.errors) as stream:  # noqa: PTH123
        try:
            yield stream
        finally:
            stream.flush()
            _flush_compiled()
            os.dup2(kept, number)


def _flush_compiled() -> None:
    """What compiled libraries have printed but not yet written belongs to stderr too."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).fflush(None)
