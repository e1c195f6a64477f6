"""A format that can be read: what each module of `readers` ends with."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from assetmap.readers.document import Document
from assetmap.readers.source import Read, ReadOptions


class Reader(NamedTuple):
    """A format: its name on the command line, what people call it, and how it is read.

    `sniff` says from 0 to 1 how sure it is that a document is in this format; `read` makes the
    plain frame and says what it did.
    """

    name: str
    label: str
    sniff: Callable[[Document], float]
    read: Callable[[Document, ReadOptions], Read]
