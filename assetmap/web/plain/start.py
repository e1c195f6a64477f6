"""The page that `/` shows at once, drawn once a minute for each language and kept."""

from __future__ import annotations

import gzip
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace

from starlette.requests import Request

from assetmap.community import CommunityError
from assetmap.web.plain.directory import start_page
from assetmap.web.plain.render import open_page, root
from assetmap.web.start_page import AppFiles, Draw, StartBytes
from assetmap.web.state import State

MOST_KEPT = 32
_log = logging.getLogger("assetmap.web")


def start_of(current: Callable[[], State]) -> Draw:
    """Draws the start of the community now served; None where none can be, or it cannot be drawn.

    What stands in it is the same for all who ask within a minute, so it is kept until then.
    """
    kept: OrderedDict[Hashable, StartBytes] = OrderedDict()
    lock = threading.Lock()

    def draw(request: Request, files: AppFiles) -> StartBytes | None:
        try:
            state = current()
        except CommunityError:
            return None
        page = open_page(request, state)
        waits = request.headers.get("save-data", "").lower() == "on"
        minute = state.now().replace(second=0, microsecond=0)
        key = (state.community.path, state.version, page.language, root(request), waits, minute)
        with lock:
            if key in kept:
                return kept[key]
        try:
            html = start_page(replace(page, app=files, app_waits=waits), state).encode()
        except Exception:
            # The app itself may still be shown.
            _log.exception("The start page could not be drawn")
            return None
        start_bytes = StartBytes(html, gzip.compress(html, 9, mtime=0), page.language)
        with lock:
            kept[key] = start_bytes
            while len(kept) > MOST_KEPT:
                kept.popitem(last=False)
        return start_bytes

    return draw
