"""What cannot be done with public sources, in one sentence."""

from __future__ import annotations


class SourcesError(ValueError):
    """A place, folder or file that cannot be used; the message is one sentence."""


class NotFetched(ValueError):
    """A public file that could not be had: why, and `do`, what a person can do about it."""

    def __init__(self, why: str, do: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.do = do
