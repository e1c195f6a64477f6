"""What the server does once, before it answers anyone."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.concurrency import run_in_threadpool

from assetmap.community import CommunityError
from assetmap.web import bundles, layers, parts
from assetmap.web.state import State, each, folders

# A tab takes about four files; more than this helps nobody on one machine.
MOST_FILES = 65_536
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
