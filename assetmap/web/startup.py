"""What the server does once, before it answers anyone."""

from __future__ import annotations

import gc
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from starlette.concurrency import run_in_threadpool

from assetmap.community import CommunityError
from assetmap.web import bundles, layers


def lifespan(current: Callable[[], Any]) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """The lifespan for app.py: the data is read and packed before the first visitor comes."""

    @asynccontextmanager
    async def span(app: Any) -> AsyncIterator[None]:
        await run_in_threadpool(warm, current)
        threading.Thread(target=warm_gaps, args=(current,), daemon=True).start()
        yield

    return span


def warm(current: Callable[[], Any]) -> None:
    """Load and pack everything, then take it out of the garbage collector's sight.

    Streamlit collects fully after every run; walking over the loaded data each time cost 60 ms
    and, with 50 sessions, five seconds. What is frozen here is kept for the process's life.
    """
    # A folder that cannot be opened is said on the page and by /healthz, where someone reads it.
    with suppress(CommunityError):
        layers.of(current())
    bundles.files()
    gc.collect()
    gc.freeze()


def warm_gaps(current: Callable[[], Any]) -> None:
    """Work out what the Gaps page opens with, beside the first visitors and not before them."""
    from assetmap.web.gaps import results as gaps_results

    # What goes wrong here is said on the page itself, to whoever opens it.
    with suppress(ValueError, OSError):
        state = current()
        gaps_results.ground(state, False)
        gaps_results.first_kind(state)
        for language in state.community.config["languages"]:
            gaps_results.county(state, language)
        gc.collect()
        gc.freeze()
