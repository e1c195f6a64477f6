"""Where a link is opened: the desk's door and the steward's."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from assetmap.web.desk.show import private
from assetmap.web.plain.render import answer, open_page
from assetmap.web.state import State
from assetmap.words import say, spoken


def door(
    request: Request,
    state: State,
    kind: str,
    inside: str = "",
    problem: Exception | None = None,
    status: int = 200,
) -> Response:
    """Where a link is opened; a pasted one too, for who has no script."""
    page = open_page(request, state, script="desk.js")
    title = say("desk.title" if kind == "desk" else "desk.steward_title", page.language)
    response = answer(
        replace(page, title=title),
        "desk/door.html",
        status=status,
        heading=title,
        action="/desk/enter" if kind == "desk" else "/u/enter",
        inside=inside,
        problem=spoken(problem, page.language) if problem else "",
    )
    return private(response)
