"""What the server does once: it packs the data before it answers anyone, then visits its pages."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from typing import cast
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute
from starlette.types import Message

from assetmap.community import CommunityError
from assetmap.web import bundles, layers, parts
from assetmap.web.state import State, each, folders

# A tab takes about four files; more than this helps nobody on one machine.
MOST_FILES = 65_536
# What a page reads when it is first needed, and the start of the service does not.
LIBRARIES = ("assetmap.maps.script", "assetmap.report.pdf")
ASKED = {"q": "a meeting", "do": "search"}
_FORM = (b"content-type", b"application/x-www-form-urlencoded")
_log = logging.getLogger("assetmap.web")


def lifespan(
    current: Callable[[], State],
    after_swap: Callable[[Callable[[], None]], None],
    later: Sequence[Callable[[State], None]] = (),
) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """The lifespan for app.py: the data is read and packed before the first visitor comes.

    `after_swap` registers what is done when new data is served; `later` is made ready beside
    the first visitors and not before them.
    """

    @asynccontextmanager
    async def span(app: object) -> AsyncIterator[None]:
        allow_more_files()
        after_swap(lambda: warm(current))
        if "" in folders():
            await run_in_threadpool(warm, current)
            threading.Thread(target=warm_later, args=(current, later), daemon=True).start()
        else:
            # Many communities: the first visitors need not wait for the last of them.
            threading.Thread(target=each, args=(lambda: warm(current),), daemon=True).start()
        yield

    return span


def warm(current: Callable[[], State]) -> None:
    """Load and pack everything, then take it out of the garbage collector's sight.

    Streamlit collects fully after every run; walking over the loaded data each time cost 60 ms
    and, with 50 sessions, five seconds. What is frozen here is kept for the process's life.
    What fails here is said to whoever asks for it; it never stops the server.
    """
    try:
        layers.of(current())
    except CommunityError as error:
        _log.error("%s", error)
    except Exception:
        _log.exception("The map's layers could not be made")
    bundles.files(), parts.files()
    gc.collect()
    gc.freeze()


def warm_later(current: Callable[[], State], later: Sequence[Callable[[State], None]]) -> None:
    """Work out what pages open with, one after the other."""
    for work in later:
        try:
            work(current())
        except CommunityError:
            return
        except Exception:
            # It is said on the page itself, to whoever opens it.
            _log.exception("A page could not be made ready")
    gc.collect()
    gc.freeze()


def allow_more_files() -> int:
    """Raise the soft limit of open files to the hard one; the limit that holds then.

    Every tab holds a socket and its files. At the usual 1,024 new visitors found no answer from
    about 250 tabs on.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MOST_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft if soft != resource.RLIM_INFINITY else MOST_FILES
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        _log.warning(
            "Only %d files may be open at once, enough for about %d visitors; raise the limit "
            "(ulimit -n).",
            soft,
            soft // 4,
        )
        return soft
    return wanted


def first_visits(routes: Sequence[BaseRoute]) -> Callable[[State], None]:
    """Visits the pages in every language of the community, one after the other.

    Templates are compiled and vocabularies read when a page is first drawn: half a second, and two
    where two hundred people come at once to processes that nobody has visited yet.
    """
    pages = Starlette(routes=list(routes))

    def visit(state: State) -> None:
        for name in LIBRARIES:
            import_module(name)
        asyncio.run(_visits(pages, state))

    return visit


async def _visits(pages: Starlette, state: State) -> None:
    paths = ["/directory", "/open-data", "/api/assets.geojson", "/embed"]
    assets = state.catalog.assets
    paths += [
        f"/at/{quote(str(id), safe=':')}" for id in assets["id"][assets["status"] == "active"][:1]
    ]
    for language in state.community.config["languages"]:
        for path in paths:
            await visited(pages, path, str(language))
        await visited(pages, "/directory", str(language), urlencode(ASKED).encode())


async def visited(
    pages: Starlette, path: str, language: str, form: bytes | None = None
) -> tuple[int, bytes]:
    """Status and body that `path` answers a browser in `language` with; a form goes by POST."""
    headers = [
        (b"host", b"localhost"),
        (b"accept-encoding", b"gzip"),
        (b"accept-language", language.encode()),
    ]
    if form is not None:
        headers += [_FORM, (b"content-length", str(len(form)).encode())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET" if form is None else "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": None,
        "server": ("localhost", 80),
    }
    asked: list[Message] = [{"type": "http.request", "body": form or b"", "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        return asked.pop() if asked else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await pages(scope, receive, send)
    body = b"".join(cast(bytes, message.get("body", b"")) for message in sent)
    return int(sent[0]["status"]), body
