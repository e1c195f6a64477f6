"""Uploads have a sum limit for a visit and for the server, and go when the tab is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.types import Message, Receive, Scope, Send

from assetmap.web import uploads
from assetmap.web.uploads import MOST_OF_A_VISIT, MOST_OF_ALL, UPLOADS, UploadLimits

MB = 2**20


class Memory:
    """Visits with files, as Streamlit holds them."""

    def __init__(self) -> None:
        self.files: dict[str, int] = {}
        self.open: set[str] = set()

    def held(self) -> Mapping[str, int]:
        return dict(self.files)

    def is_open(self, visit: str) -> bool:
        return visit in self.open

    def close(self, visit: str) -> None:
        del self.files[visit]


def limits(memory: Memory, grace: float = 0.0) -> UploadLimits:
    async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
        """Keeps what comes in, whole."""
        if scope["type"] == "websocket":
            return
        size, more = 0, True
        while more:
            message = await receive()
            size += len(message["body"])
            more = message.get("more_body", False)
        visit = scope["path"].split("/")[-2]
        memory.files[visit] = memory.files.get(visit, 0) + size
        await send({"type": "http.response.start", "status": 204, "headers": []})

    return UploadLimits(streamlit, lambda: memory, grace)


def put(app: UploadLimits, visit: str, size: int, told: bool = True) -> int:
    """The status of an upload of `size` bytes in pieces of a megabyte."""
    statuses: list[int] = []
    left = [size]

    async def receive() -> Message:
        piece = min(left[0], MB)
        left[0] -= piece
        return {"type": "http.request", "body": bytes(piece), "more_body": left[0] > 0}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(b"content-length", str(size).encode())] if told else []
    scope = {"type": "http", "method": "PUT", "path": f"{UPLOADS}{visit}/f", "headers": headers}
    asyncio.run(app(scope, receive, send))
    (status,) = statuses
    return status


def test_a_visit_has_a_sum() -> None:
    memory = Memory()
    app = limits(memory)
    assert [put(app, "a", 20 * MB) for _ in range(4)] == [204, 204, 204, 413]
    assert memory.files == {"a": MOST_OF_A_VISIT}
    assert put(app, "b", 20 * MB) == 204


def test_a_length_that_is_not_told_counts_as_it_comes() -> None:
    memory = Memory()
    app = limits(memory)
    assert put(app, "a", MOST_OF_A_VISIT + MB, told=False) == 413
    assert memory.files == {}
    assert put(app, "a", 5 * MB, told=False) == 204


def test_the_server_has_a_sum() -> None:
    memory = Memory()
    app = limits(memory)
    memory.files = {f"v{number}": MOST_OF_A_VISIT for number in range(6)}
    assert sum(memory.files.values()) == MOST_OF_ALL
    assert put(app, "new", 1) == 413
    del memory.files["v0"]
    assert put(app, "new", MB) == 204


def test_a_closed_tab_leaves_nothing() -> None:
    memory = Memory()
    app = limits(memory)
    memory.files, memory.open = {"gone": 5, "here": 5}, {"here"}

    async def visit() -> None:
        await app({"type": "websocket", "path": "/_stcore/stream"}, None, None)  # type: ignore[arg-type]
        await asyncio.gather(*app._freeing)

    asyncio.run(visit())
    assert memory.files == {"here": 5}


def test_streamlits_own_memory_is_what_is_counted() -> None:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.uploaded_file_manager import UploadedFileRec

    files = MemoryUploadedFileManager("/_stcore/upload_file")
    files.add_file("a", UploadedFileRec("1", "x.csv", "text/csv", b"12345"))
    files.add_file("a", UploadedFileRec("2", "y.csv", "text/csv", b"12"))

    class Runtime:
        uploaded_file_mgr = files

        def __init__(self) -> None:
            self.closed: list[str] = []

        def is_active_session(self, visit: str) -> bool:
            return False

        def close_session(self, visit: str) -> None:
            self.closed.append(visit)

    runtime = Runtime()
    before, uploads.get_instance = uploads.get_instance, lambda: runtime  # type: ignore
    try:
        visits = uploads.StreamlitVisits()
        assert visits.held() == {"a": 7}
        visits.close("a")
        assert (visits.held(), runtime.closed, visits.is_open("a")) == ({}, ["a"], False)
    finally:
        uploads.get_instance = before
