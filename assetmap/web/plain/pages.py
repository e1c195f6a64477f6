"""The addresses of the plain pages."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from assetmap.community import CommunityError
from assetmap.web.plain.directory import asked, directory
from assetmap.web.plain.embed import embed, embed_asked
from assetmap.web.plain.files import ICONS, PAGES, icon
from assetmap.web.plain.listing import listing, opened
from assetmap.web.plain.render import not_open
from assetmap.web.state import State
from assetmap.words import say

Show = Callable[[Request, State], Response]
PostHandler = Callable[[Request, FormData, State], Response]
# A form of this size holds every answer and a long list; more is no person's.
MOST_BYTES = 100_000
MOST_FIELDS = 800


def plain_routes(current: Callable[[], State]) -> list[Route]:
    """The routes for app.py; `current()` gives the state now served."""
    return [
        Route("/directory", served(current, directory), methods=["GET"]),
        Route("/directory", answered(current, asked), methods=["POST"]),
        Route("/at/{asset:path}", served(current, listing), methods=["GET"]),
        Route("/at/{asset:path}", answered(current, opened), methods=["POST"]),
        Route("/embed", served(current, embed), methods=["GET"]),
        Route("/embed", answered(current, embed_asked), methods=["POST"]),
        *(Route(path, served(current, show), methods=["GET"]) for path, show in PAGES.items()),
        *(icon(name) for name in ICONS),
    ]


def served(current: Callable[[], State], show: Show) -> Callable[[Request], object]:
    """`show` as an endpoint; where no community can be opened, the page that says so."""

    async def endpoint(request: Request) -> Response:
        try:
            state = await run_in_threadpool(current)
        except CommunityError as error:
            return not_open(request, error)
        return await run_in_threadpool(show, request, state)

    return endpoint


def answered(current: Callable[[], State], show: PostHandler) -> Callable[[Request], object]:
    """`show` as the endpoint of a form. What is too large is refused before it is read."""

    async def endpoint(request: Request) -> Response:
        size = request.headers.get("content-length", "")
        if not size.isascii() or not size.isdigit() or int(size) > MOST_BYTES:
            return PlainTextResponse(say("plain.too_large") + "\n", status_code=413)
        try:
            form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        except HTTPException:
            return PlainTextResponse(say("plain.too_large") + "\n", status_code=413)
        try:
            state = await run_in_threadpool(current)
        except CommunityError as error:
            return not_open(request, error)
        return await run_in_threadpool(show, request, form, state)

    return endpoint
