"""The one table of the desk's addresses: what each is for, and the action its role must have.

A role that may not do the action is answered 403 before anything is looked at.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assetmap.community import CommunityError
from assetmap.ledger import LedgerError, StoreError
from assetmap.ledger.people import may
from assetmap.web.desk import door, listing, suggest, tasks, uploads
from assetmap.web.desk.door import DeskAnswer
from assetmap.web.desk.show import refused, told
from assetmap.web.desk.uploads import with_upload
from assetmap.web.desk.visit import (
    LARGEST_FORM,
    LARGEST_UPLOAD,
    Handler,
    Visit,
    csrf_of,
    from_here,
    go,
    ready_store,
    session_of,
    too_large,
)
from assetmap.web.plain.render import not_open
from assetmap.web.site import site
from assetmap.web.state import State
from assetmap.words import text

_log = logging.getLogger("assetmap.web")


class DeskRoute(NamedTuple):
    """One address: its method, the action of `ledger.roles` it needs, and who answers.

    `kind` is the session it takes: desk or steward.
    """

    method: str
    path: str
    action: str
    handler: Handler
    kind: str = "desk"


TABLE = (
    DeskRoute("GET", "/desk/today", "call", tasks.today),
    DeskRoute("POST", "/desk/call", "call", tasks.called),
    DeskRoute("GET", "/desk/inbox", "inbox", tasks.inbox),
    DeskRoute("POST", "/desk/decide", "decide", tasks.decide),
    DeskRoute("POST", "/desk/find", "call", listing.find),
    DeskRoute("GET", "/desk/listing/{asset:path}", "call", listing.listing),
    DeskRoute("POST", "/desk/record", "call", listing.record),
    DeskRoute("GET", "/desk/add", "add", listing.add_form),
    DeskRoute("POST", "/desk/add", "add", listing.add),
    DeskRoute("GET", "/desk/import", "import", uploads.import_form),
    DeskRoute("POST", "/desk/import", "import", uploads.bring_in),
    DeskRoute("POST", "/desk/import/take", "import", uploads.take_waiting),
    DeskRoute("GET", "/desk/history", "history", tasks.history),
    DeskRoute("POST", "/desk/undo", "undo", tasks.undo),
    DeskRoute("GET", "/desk/people", "people", door.people_page),
    DeskRoute("POST", "/desk/people", "people", door.people_change),
    DeskRoute("GET", "/desk/survey", "publish", uploads.survey),
    DeskRoute("POST", "/desk/survey", "publish", uploads.survey_change),
    DeskRoute("GET", "/u/listing", "confirm", listing.own_listing, "steward"),
    DeskRoute("POST", "/u/record", "confirm", listing.record_own, "steward"),
)
# Pages whose form may bring a file.
WITH_FILES = ("/desk/import", "/desk/survey")


def desk_routes(current: Callable[[], State], look_now: Callable[[], None]) -> list[Route]:
    """The routes for app.py. `current()` gives the state now served; `look_now()` takes up what
    was just written, so that the next page shows it."""

    def page(path: str, answer: DeskAnswer) -> Route:
        return Route(path, _endpoint(current, answer), methods=["GET"])

    def form(path: str, answer: DeskAnswer) -> Route:
        return Route(
            path,
            _endpoint(current, answer, sent=True, with_file=path in WITH_FILES),
            methods=["POST"],
        )

    routes = []
    for row in TABLE:
        route = page if row.method == "GET" else form
        routes.append(route(row.path, _guarded(row, look_now)))
    for kind, path in (("desk", "/desk"), ("steward", "/u")):
        routes += [
            page(path, door.at_door(kind)),
            form(f"{path}/enter", door.enter(kind)),
            form(f"{path}/leave", door.leave(kind)),
        ]
    routes += suggest.suggest_routes(current)
    return routes


def _endpoint(
    current: Callable[[], State], answer: DeskAnswer, sent: bool = False, with_file: bool = False
) -> Callable[[Request], object]:
    """`answer` as the endpoint of a page, or of a form that is `sent`, maybe with a file.

    Neither a community that cannot be opened nor a ledger that does not answer is more than a
    sentence.
    """

    def said_when_away(request: Request, state: State, form: FormData) -> Response:
        try:
            return answer(request, state, form)
        except StoreError as error:
            return told(request, state, error, 503)

    async def endpoint(request: Request) -> Response:
        try:
            state = await run_in_threadpool(current)
        except CommunityError as error:
            return not_open(request, error)
        form = FormData()
        if sent:
            largest = LARGEST_UPLOAD if with_file else LARGEST_FORM
            if too_large(request, largest):
                return told(request, state, "desk.too_large", 413)
            form = await request.form(max_files=1, max_fields=200, max_part_size=largest)
        if with_file:
            form = await with_upload(form)
        return await run_in_threadpool(said_when_away, request, state, form)

    return endpoint


def _guarded(row: DeskRoute, look_now: Callable[[], None]) -> DeskAnswer:
    """The handler of `row` for who has its session, may do its action and sent a form of ours."""

    def answer(request: Request, state: State, form: FormData) -> Response:
        store = ready_store(state)
        if store is None:
            return told(request, state, "desk.no_store", 503)
        session = session_of(request, store, row.kind)
        if session is None:
            return go(request, "/u" if row.kind == "steward" else "/desk")
        token, person = session
        if not may(person.role, row.action):
            return told(request, state, "desk.not_allowed", 403)
        visit = Visit(request, state, store, person, token, form)
        if row.method == "POST":
            if not from_here(request, site(state.community.config)):
                return told(request, state, "desk.other_site", 403)
            if visit.field("csrf") != csrf_of(token):
                return told(request, state, "desk.old_form", 403)
        try:
            response = row.handler(visit)
        except (LedgerError, ValueError, OSError) as error:
            return refused(visit, error)
        except Exception:
            # A fault of ours: the log has it, and whoever is at the desk gets a sentence.
            _log.exception("The desk failed at %s", row.path)
            return refused(visit, RuntimeError(text("desk.fault")))
        if row.method == "POST":
            look_now()
        return response

    return answer
