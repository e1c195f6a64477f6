"""The door: who may write, the links that let them in, entering by one, and leaving.

Each answer here is for the session `kind`: desk or steward.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import segno
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from assetmap.community.recording import listing_of
from assetmap.ledger import ROLES, LedgerError, StoreError, people
from assetmap.web.desk.show import private, show, told
from assetmap.web.desk.visit import (
    Visit,
    csrf_of,
    from_here,
    go,
    is_secure,
    named_by_proxy,
    proxy_name,
    ready_store,
    session_of,
    with_cookie,
)
from assetmap.web.plain.render import answer, open_page, root
from assetmap.web.site import site
from assetmap.web.state import State
from assetmap.words import say, spoken, text

# Answers a request with what its form holds; of a page that is only read it is empty.
DeskAnswer = Callable[[Request, State, FormData], Response]
HOME = {"desk": "/desk/today", "steward": "/u/listing"}


def people_page(visit: Visit, person: people.Link | None = None) -> Response:
    """Everybody who may write; a fresh link is shown once."""
    link, code = "", ""
    if person is not None:
        asked = visit.request.url
        scheme = "https" if is_secure(visit.request) else asked.scheme
        link = person.address(f"{scheme}://{asked.netloc}{root(visit.request)}")
        code = segno.make(link, error="m").svg_inline(scale=4, border=2)
    roles = [(role, say(f"role.{role}", visit.language)) for role in ROLES]
    return show(
        visit,
        "people.html",
        "desk.people",
        everybody=people.everybody(visit.store),
        roles=roles,
        role_of=dict(roles),
        link=link,
        code=Markup(code),
    )


def people_change(visit: Visit) -> Response:
    """Somebody new, another link, or an end to somebody's."""
    do = visit.field("do")
    if do == "add":
        asset = visit.field("asset")
        if asset:
            asset = listing_of(visit.state.community, asset).asset
        link = people.add(
            visit.store, visit.field("label"), visit.field("role"), datetime.now(UTC), asset
        )
        return people_page(visit, link)
    number = visit.field("id")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise LedgerError(text("ledger.no_person", id=number[:20]))
    if do == "link":
        return people_page(visit, people.new_link(visit.store, int(number), datetime.now(UTC)))
    people.revoke(visit.store, int(number), datetime.now(UTC))
    return go(visit.request, "/desk/people")


def at_door(kind: str) -> DeskAnswer:
    """Where a link leads: with a session straight on, else the door."""

    def opened(request: Request, state: State, form: FormData) -> Response:
        store = ready_store(state)
        if store is None:
            return told(request, state, "desk.no_store", 503)
        if session_of(request, store, kind) is not None and "again" not in request.query_params:
            # A steward's code on the wall may be another listing's than the one in the cookie:
            # the door's script compares nothing, it enters anew whenever a token is there.
            return _page(request, state, kind, inside=HOME[kind])
        if kind == "desk" and proxy_name(request):
            person = named_by_proxy(request, store)
            if person is None:
                unknown = LedgerError(text("desk.login_unknown"))
                return _page(request, state, kind, problem=unknown, status=403)
            session = people.session_for(store, person, datetime.now(UTC))
            return with_cookie(go(request, HOME[kind]), request, kind, session)
        return _page(request, state, kind)

    return opened


def enter(kind: str) -> DeskAnswer:
    """A session for who sends the token of a link."""

    def entered(request: Request, state: State, form: FormData) -> Response:
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
            return _page(request, state, kind, problem=error, status=403)
        own = "steward" if person.role == "steward" else "desk"
        return with_cookie(go(request, HOME[own]), request, own, session)

    return entered


def leave(kind: str) -> DeskAnswer:
    """The end of the session, and back to the door."""

    def left(request: Request, state: State, form: FormData) -> Response:
        store = ready_store(state)
        session = session_of(request, store, kind) if store is not None else None
        if store is not None and session is not None:
            here = from_here(request, site(state.community.config))
            if not here or form.get("csrf") != csrf_of(session[0]):
                return told(request, state, "desk.old_form", 403)
            people.end_session(store, session[0])
        return with_cookie(go(request, "/desk" if kind == "desk" else "/u"), request, kind, "")

    return left


def _page(
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
