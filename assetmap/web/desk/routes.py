"""The one table of the desk's addresses: what each is for, and the action its role must have.

A role that may not do the action is answered 403 before anything is looked at.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assetmap.community import CommunityError
from assetmap.ledger import LedgerError, StoreError, people
from assetmap.ledger.people import may
from assetmap.web.desk import history, inbox, listing, staff, steward, suggest, today, uploads
from assetmap.web.desk.show import door, refused, told
from assetmap.web.desk.uploads import with_upload
from assetmap.web.desk.visit import (
    LARGEST_FORM,
    LARGEST_UPLOAD,
    Handler,
    Visit,
    csrf_of,
    from_here,
    go,
    named_by_proxy,
    proxy_name,
    ready_store,
    session_of,
    too_large,
    with_cookie,
)
from assetmap.web.plain.messages import not_open
from assetmap.web.site import site
from assetmap.web.state import State
from assetmap.words import text

_log = logging.getLogger("assetmap.web")


class DeskRoute(NamedTuple):
    """One address: its method, the action of `ledger.people` it needs, and who answers.

    `kind` is the session it takes: desk or steward.
    """

    method: str
    path: str
    action: str
    handler: Handler
    kind: str = "desk"


TABLE = (
    DeskRoute("GET", "/desk/today", "call", today.today),
    DeskRoute("POST", "/desk/call", "call", today.called),
    DeskRoute("GET", "/desk/inbox", "inbox", inbox.inbox),
    DeskRoute("POST", "/desk/decide", "decide", inbox.decide),
    DeskRoute("POST", "/desk/find", "call", listing.find),
    DeskRoute("GET", "/desk/listing/{asset:path}", "call", listing.listing),
    DeskRoute("POST", "/desk/record", "call", listing.record),
    DeskRoute("GET", "/desk/add", "add", listing.add_form),
    DeskRoute("POST", "/desk/add", "add", listing.add),
    DeskRoute("GET", "/desk/import", "import", uploads.import_form),
    DeskRoute("POST", "/desk/import", "import", uploads.bring_in),
    DeskRoute("POST", "/desk/import/take", "import", uploads.take_waiting),
    DeskRoute("GET", "/desk/history", "history", history.history),
    DeskRoute("POST", "/desk/undo", "undo", history.undo),
    DeskRoute("GET", "/desk/people", "people", staff.people_page),
    DeskRoute("POST", "/desk/people", "people", staff.people_change),
    DeskRoute("GET", "/desk/survey", "publish", uploads.survey),
    DeskRoute("POST", "/desk/survey", "publish", uploads.survey_change),
    DeskRoute("GET", "/u/listing", "confirm", steward.listing, "steward"),
    DeskRoute("POST", "/u/record", "confirm", steward.record, "steward"),
)
_HOME = {"desk": "/desk/today", "steward": "/u/listing"}
# Pages whose form may bring a file.
WITH_FILES = ("/desk/import", "/desk/survey")


def desk_routes(current: Callable[[], State], look_now: Callable[[], None]) -> list[Route]:
    """The routes for app.py. `current()` gives the state now served; `look_now()` takes up what
    was just written, so that the next page shows it."""
    routes = [
        Route(row.path, _guarded(row, current, look_now), methods=[row.method]) for row in TABLE
    ]
    for kind, path in (("desk", "/desk"), ("steward", "/u")):
        routes += [
            Route(path, _door(kind, current), methods=["GET"]),
            Route(f"{path}/enter", _enter(kind, current), methods=["POST"]),
            Route(f"{path}/leave", _leave(kind, current), methods=["POST"]),
        ]
    routes += suggest.suggest_routes(current)
    return routes


async def _form(request: Request, largest: int = LARGEST_FORM) -> FormData | None:
    """The form that was sent; None where it is too large."""
    if too_large(request, largest):
        return None
    return await request.form(max_files=1, max_fields=200, max_part_size=largest)


def _said_when_away(answer: Callable[..., Response]) -> Callable[..., Response]:
    """A ledger that does not answer is said in one sentence, whatever was asked of the desk."""

    @wraps(answer)
    def said(request: Request, state: State, *form: FormData) -> Response:
        try:
            return answer(request, state, *form)
        except StoreError as error:
            return told(request, state, error, 503)

    return said


def _guarded(
    row: DeskRoute, current: Callable[[], State], look_now: Callable[[], None]
) -> Callable[[Request], object]:
    @_said_when_away
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

    async def endpoint(request: Request) -> Response:
        try:
            state = await run_in_threadpool(current)
        except CommunityError as error:
            return not_open(request, error)
        form: FormData | None = FormData()
        if row.method == "POST":
            largest = LARGEST_UPLOAD if row.path in WITH_FILES else LARGEST_FORM
            form = await _form(request, largest)
            if form is None:
                return told(request, state, "desk.too_large", 413)
            if row.path in WITH_FILES:
                form = await with_upload(form)
        return await run_in_threadpool(answer, request, state, form)

    return endpoint


def _door(kind: str, current: Callable[[], State]) -> Callable[[Request], object]:
    """Where a link leads: with a session straight on, else the door."""

    @_said_when_away
    def answer(request: Request, state: State) -> Response:
        store = ready_store(state)
        if store is None:
            return told(request, state, "desk.no_store", 503)
        if session_of(request, store, kind) is not None and "again" not in request.query_params:
            # A steward's code on the wall may be another listing's than the one in the cookie:
            # the door's script compares nothing, it enters anew whenever a token is there.
            return door(request, state, kind, inside=_HOME[kind])
        if kind == "desk" and proxy_name(request):
            person = named_by_proxy(request, store)
            if person is None:
                return door(
                    request,
                    state,
                    kind,
                    problem=LedgerError(text("desk.login_unknown")),
                    status=403,
                )
            session = people.session_for(store, person, datetime.now(UTC))
            return with_cookie(go(request, _HOME[kind]), request, kind, session)
        return door(request, state, kind)

    async def endpoint(request: Request) -> Response:
        try:
            state = await run_in_threadpool(current)
        except CommunityError as error:
            return not_open(request, error)
        return await run_in_threadpool(answer, request, state)

    return endpoint


def _enter(kind: str, current: Callable[[], State]) -> Callable[[Request], object]:
    @_said_when_away
    def answer(request: Request, state: State, form: FormData) -> Response:
        store = ready_store(state)
        if store is None:
            return told(request, state, "desk.no_store", 503)
        if not from_here(request, site(state.community.config)):
            return told(request, state, "desk.other_site", 403)
        given = form.get("token")
        token = given.strip().rpartition("#")[2] if isinstance(given, str) else ""
        try:
            session, person = people.open_session(store, token[:200], datetime.now(UTC))
        except StoreError:
            raise
        except LedgerError as error:
            return door(request, state, kind, problem=error, status=403)
        own = "steward" if person.role == "steward" else "desk"
        return with_cookie(go(request, _HOME[own]), request, own, session)

    async def endpoint(request: Request) -> Response:
        try:
            state = await run_in_threadpool(current)
        except CommunityError as error:
            return not_open(request, error)
        form = await _form(request)
        if form is None:
            return told(request, state, "desk.too_large", 413)
        return await run_in_threadpool(answer, request, state, form)

    return endpoint


def _leave(kind: str, current: Callable[[], State]) -> Callable[[Request], object]:
    @_said_when_away
    def answer(request: Request, state: State, form: FormData) -> Response:
        store = ready_store(state)
        session = session_of(request, store, kind) if store is not None else None
        if store is not None and session is not None:
            here = from_here(request, site(state.community.config))
            if not here or form.get("csrf") != csrf_of(session[0]):
                return told(request, state, "desk.old_form", 403)
            people.end_session(store, session[0])
        door = "/desk" if kind == "desk" else "/u"
        return with_cookie(go(request, door), request, kind, "")

    async def endpoint(request: Request) -> Response:
        try:
            state = await run_in_threadpool(current)
        except CommunityError as error:
            return not_open(request, error)
        form = await _form(request)
        return await run_in_threadpool(answer, request, state, form or FormData())

    return endpoint
