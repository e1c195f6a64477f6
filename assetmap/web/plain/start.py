"""What the app begins with: the page that `/` shows at once, and the form it fetches.

The page is drawn once a minute for each language and kept. The form is the empty one of the plain
pages, fetched once a day and language, because with each run it would be forty kilobytes more to
send; what is asked is filled in by `static/questions.js`.
"""

from __future__ import annotations

import gzip
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date

from starlette.requests import Request

from assetmap import vocabulary
from assetmap.community import CommunityError
from assetmap.web import asking, parts
from assetmap.web.answers import per_version
from assetmap.web.packed import Packed, pack
from assetmap.web.plain.directory import Sent, title_of, values_of
from assetmap.web.plain.render import Page, draw, draw_part, open_page, root
from assetmap.web.questions import questions_of
from assetmap.web.start_page import AppFiles, Draw, StartBytes
from assetmap.web.state import State

MOST_KEPT = 32
# Filled in by the script: how many fit when this week.
WEEK = '<details id="week" class="fold" hidden><summary></summary><div></div></details>'
_log = logging.getLogger("assetmap.web")


def start_of(current: Callable[[], State]) -> Draw:
    """Draws the start of the community now served; None where none can be, or it cannot be drawn.

    What stands in it is the same for all who ask within a minute, so it is kept until then.
    """
    kept: OrderedDict[Hashable, StartBytes] = OrderedDict()
    lock = threading.Lock()

    def drawn(request: Request, files: AppFiles) -> StartBytes | None:
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
            html = start_html(replace(page, app=files, app_waits=waits), state).encode()
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

    return drawn


def start_html(page: Page, state: State) -> str:
    """The HTML of /directory with the app growing beside it (see `start_page.StartPage`)."""
    nothing_asked = asking.read([], str(state.community.config["unit"]))
    values = values_of(page, state, nothing_asked, Sent(), start=True)
    page = replace(page, title=title_of(state, page.language), robots="index")
    values["app_parts"] = f"./{parts.FOLDER}/{parts.file_name()}"
    values["app_form"] = form_address(state, page.language)
    return draw(page, "directory.html", **values)


def form_address(state: State, language: str) -> str:
    """Where the form is, seen from any page of the app; its end is told by its content alone."""
    return f"form-{state.version}-{language}-{form_of(state, language).digest}.html"


def form_of(state: State, language: str) -> Packed:
    """The form in `language`, one that the community offers."""
    forms, key = _forms(state), (language, state.now().date())
    if key not in forms:
        empty = asking.read([], str(state.community.config["unit"]))
        part = draw_part(
            "_form.html",
            language,
            questions=questions_of(state, empty, language),
            answers=empty,
            in_app=True,
            needs_first=True,
            icons={need: row["icon"] for need, row in vocabulary.terms("needs").items()},
            chips=(),
            kept=(),
            saved=(),
            shown={},
        )
        lines = "".join(line.strip() for line in part.splitlines())
        html = f'<div id="questions">{lines}{WEEK}</div>'
        forms[key] = pack(html.encode(), "text/html; charset=utf-8")
    return forms[key]


@per_version
def _forms(state: State) -> dict[tuple[str, date], Packed]:
    """By language and day: it offers the days from today on."""
    return {}
