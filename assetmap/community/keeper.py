"""The last good copy of every file beside the sources: one bad byte never takes the rest down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from assetmap.assets.draft import whole_letters
from assetmap.fields import Problem
from assetmap.words import Text, text

T = TypeVar("T")


def reason_of(error: BaseException) -> str:
    """Why something failed, short and on one line, without a word of a traceback."""
    if isinstance(error, RecursionError):
        return text("folder.too_deep")
    if isinstance(error, UnicodeDecodeError):
        return text("folder.not_utf8")
    message = error.args[0] if error.args and isinstance(error.args[0], Text) else None
    if message is not None:
        return message
    strerror = getattr(error, "strerror", None)
    reason = strerror if isinstance(strerror, str) else " ".join(str(error).split())
    return whole_letters(reason[:160]).rstrip(".") or type(error).__name__


class Keeper:
    """Reads files one by one; what fails is one problem, and what was read before stays served.

    `good_since` tells for each file that failed when its copy was last read well.
    """

    def __init__(
        self, problems: list[Problem], now: datetime, before: Mapping[str, datetime] | None
    ) -> None:
        self.problems = problems
        self.now = now
        # None where nothing was read before; else when each stale copy was good last.
        self._before = before
        self.good_since: dict[str, datetime] = {}

    def read(
        self,
        name: str,
        read: Callable[[list[Problem]], T],
        empty: T,
        last: T | None,
        since: datetime,
    ) -> T:
        """What `read` gives, else `last` (read well at `since`), else `empty`.

        `read` gets a list for its problems; a rejection of the whole file counts as a failure.
        """
        problems: list[Problem] = []
        try:
            value = read(problems)
        except Exception as error:  # whatever a damaged file makes a library stumble over
            message = text("folder.not_read", name=name, reason=reason_of(error))
            problems = [Problem(None, "file", name, "rejected", message, name.partition(".")[0])]
            value = empty
        failed = [
            position
            for position, item in enumerate(problems)
            if item.row is None and item.severity == "rejected"
        ]
        if failed and self._before is not None and last is not None:
            when = self._before.get(name, since)
            self.good_since[name] = when
            for position in failed:
                kept = text(
                    "folder.kept_since",
                    what=problems[position].message,
                    when=f"{when:%Y-%m-%d %H:%M}",
                )
                problems[position] = problems[position]._replace(message=kept)
            value = last
        self.problems += problems
        return value
