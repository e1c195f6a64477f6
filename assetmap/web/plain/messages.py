"""Pages that only say one thing: nothing is at this address, or nothing can be served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from assetmap.community import CommunityError
from assetmap.web.plain.render import answer, open_page
from assetmap.web.state import State
from assetmap.words import say, spoken


def missing(request: Request, state: State | None) -> Response:
    """404: calm, with the lines of help and the way to the directory."""
    page = open_page(request, state)
    title = say("plain.missing", page.language)
    return answer(
        replace(page, title=title),
        "message.html",
        status=404,
        title=title,
        text=say("plain.missing_text", page.language),
        detail="",
        link="/directory" if state else "",
    )


def not_open(request: Request, error: CommunityError) -> Response:
    """503: the lines of help stay, and what is wrong is said in one sentence."""
    page = open_page(request, None)
    title = say("plain.not_open", page.language)
    return answer(
        replace(page, title=title),
        "message.html",
        status=503,
        title=title,
        text=say("plain.not_open_text", page.language),
        detail=spoken(error, page.language),
        link="",
    )


def missing_page(current: Callable[[], State]) -> Callable[[Request], Response]:
    """`missing` for the middleware, which knows no state."""

    def page(request: Request) -> Response:
        try:
            state: State | None = current()
        except CommunityError:
            state = None
        return missing(request, state)

    return page
