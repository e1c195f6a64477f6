"""The addresses of the plain pages."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assetmap.community import CommunityError
from assetmap.web.plain.messages import not_open
from assetmap.web.state import State

Show = Callable[[Request, State], Response]


def plain_routes(current: Callable[[], State]) -> list[Route]:
    """The routes for app.py; `current()` gives the state now served."""
    return []


def served(current: Callable[[], State], show: Show) -> Callable[[Request], object]:
    """`show` as an endpoint; where no community can be opened, the page that says so."""

    async def endpoint(request: Request) -> Response:
        try:
            state = await run_in_threadpool(current)
        except CommunityError as error:
            return not_open(request, error)
        return await run_in_threadpool(show, request, state)

    return endpoint
