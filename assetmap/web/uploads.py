"""How much may be uploaded: by one visit, by all visits together; freed when a visit is over.

Streamlit limits one file only, and keeps a closed tab's files and answers for as long as it likes.
What is over a limit is refused before it is read; what a closed tab leaves is freed after a short
while, in which a tab that lost its line may come back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import Runtime, get_instance

from assetmap.survey.opened import MOST_BYTES
from assetmap.words import say

UPLOADS = "/_stcore/upload_file/"
MOST_OF_A_VISIT = MOST_BYTES
MOST_OF_ALL = 6 * MOST_OF_A_VISIT
"""Bytes that all visits together may hold: read tables take some ten times as much."""
GRACE_S = 30.0
_TOO_LARGE = 413


class Visits(Protocol):
    """What the limits have to know of Streamlit's visits; sizes in bytes."""

    def held(self) -> Mapping[str, int]:
        """Each visit that holds files → the size of all of them."""

    def is_open(self, visit: str) -> bool:
        """Whether its tab is open."""

    def close(self, visit: str) -> None:
        """Forget the visit, its files and its answers."""


class StreamlitVisits:
    """The visits of the one Streamlit runtime of this process."""

    def held(self) -> Mapping[str, int]:
        files = getattr(_runtime().uploaded_file_mgr, "file_storage", {})
        return {
            visit: sum(len(record.data) for record in list(records.values()))
            for visit, records in list(files.items())
        }

    def is_open(self, visit: str) -> bool:
        return bool(_runtime().is_active_session(visit))

    def close(self, visit: str) -> None:
        runtime = _runtime()
        runtime.close_session(visit)
        runtime.uploaded_file_mgr.remove_session_files(visit)


def _runtime() -> Runtime:
    return get_instance()


class UploadLimits:
    """Refuses uploads over the limits and frees what closed tabs leave after `grace` seconds."""

    def __init__(
        self,
        app: ASGIApp,
        visits: Callable[[], Visits] = StreamlitVisits,
        grace: float = GRACE_S,
    ) -> None:
        self.app = app
        self.visits = visits
        self.grace = grace
        self._coming: dict[tuple[str, int], int] = {}
        self._ticket = 0
        self._freeing: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            try:
                await self.app(scope, receive, send)
            finally:
                task = asyncio.get_running_loop().create_task(self._free_closed())
                self._freeing.add(task)
                task.add_done_callback(self._freeing.discard)
        elif scope["type"] == "http" and scope["method"] == "PUT" and UPLOADS in scope["path"]:
            await self._upload(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = scope["path"].partition(UPLOADS)[2].partition("/")[0]
        lines = Headers(scope=scope).get("content-length", "")
        self._ticket += 1
        ticket = (visit, self._ticket)
        self._coming[ticket] = int(lines) if lines.isdigit() else 0
        try:
            if not self._fits(visit):
                await _refused()(scope, receive, send)
                return
            read = 0

            async def counted() -> Message:
                # A length that is not told, or a false one, counts as it comes.
                nonlocal read
                message = await receive()
                read += len(message.get("body", b""))
                self._coming[ticket] = max(self._coming[ticket], read)
                if not self._fits(visit):
                    raise _OverLimitError
                return message

            try:
                await self.app(scope, counted, send)
            except _OverLimitError:
                await _refused()(scope, receive, send)
        finally:
            del self._coming[ticket]

    def _fits(self, visit: str) -> bool:
        held = self.visits().held()
        own = sum(size for (name, _), size in self._coming.items() if name == visit)
        return (
            held.get(visit, 0) + own <= MOST_OF_A_VISIT
            and sum(held.values()) + sum(self._coming.values()) <= MOST_OF_ALL
        )

    async def _free_closed(self) -> None:
        """Close the visits that hold files and whose tab is gone."""
        await asyncio.sleep(self.grace)
        visits = self.visits()
        for visit in visits.held():
            if not visits.is_open(visit):
                visits.close(visit)


class _OverLimitError(Exception):
    """The file that is coming in is more than may be held."""


def _refused() -> PlainTextResponse:
    return PlainTextResponse(say("survey_page.uploads_full") + "\n", status_code=_TOO_LARGE)
