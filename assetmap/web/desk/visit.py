"""Who is at the desk, and whether a form that came is their own.

The session is a cookie that no script reads and no other site sends. Every form carries a token
made from the session, and its Origin must be this site's.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from assetmap.community.recording import Recorded, Recorder, Who, when
from assetmap.ledger import Store, people, store_of
from assetmap.ledger.people import SESSION_LASTS, Person
from assetmap.web.plain.render import open_page, root
from assetmap.web.site import Site
from assetmap.web.state import State

COOKIES = {"desk": "/desk", "steward": "/u"}
# The header in which a proxy in front names who signed in there. Only whoever runs the server sets
# it, and only where nobody reaches the server but through that proxy.
SIGN_IN_HEADER = "ASSETMAP_SIGN_IN_HEADER"
LARGEST_FORM = 64 * 1024
LARGEST_UPLOAD = 25 * 2**20


@dataclass(frozen=True)
class Visit:
    """One request of somebody who has a session: `form` is empty for a page that is only read."""

    request: Request
    state: State
    store: Store
    person: Person
    token: str
    form: FormData

    @property
    def who(self) -> Who:
        """Who writes."""
        return Who(self.person.role, self.person.id, self.person.asset)

    @property
    def csrf(self) -> str:
        """What every form of this session carries."""
        return csrf_of(self.token)

    @property
    def language(self) -> str:
        """The language this visit is answered in."""
        return open_page(self.request, self.state).language

    def recorder(self) -> Recorder:
        """What writes down what this form says, as of the version that was seen."""
        return Recorder(
            self.state.community,
            self.who,
            when(self.field("at"), self.state.community),
            self.field("why"),
            whole_number(self.field("seen")),
        )

    def field(self, name: str) -> str:
        """A text of the form; "" where it is missing."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""


def whole_number(written: str) -> int | None:
    """The number that a form or address names; None for what is none that a store could hold."""
    fits = written.isascii() and written.isdigit() and len(written) < 19
    return int(written) if fits else None


def csrf_of(token: str) -> str:
    """The form token of a session: nobody can make it without the session itself."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def ready_store(state: State) -> Store | None:
    """The community's store where it is set up. Raises StoreError where it does not answer."""
    store = store_of(state.community.path)
    if not store.exists():
        return None
    store.check_version()
    return store


def session_of(request: Request, store: Store, kind: str) -> tuple[str, Person] | None:
    """The session's token and its person; None without a session that holds."""
    token = request.cookies.get(kind, "")
    person = people.of_session(store, token, datetime.now(UTC))
    if person is None or (person.role == "steward") != (kind == "steward"):
        return None
    if kind == "desk":
        named = named_by_proxy(request, store)
        if named is not None and named.id != person.id:
            # Somebody else signed in at the same computer since.
            return None
    return token, person


def proxy_name(request: Request) -> str:
    """The name that the proxy in front says has signed in; "" where none is trusted, or says so."""
    header = os.environ.get(SIGN_IN_HEADER, "").strip()
    names = request.headers.getlist(header) if header else []
    # Two of one name: one of them is the visitor's own.
    return names[0].strip()[:200] if len(names) == 1 else ""


def named_by_proxy(request: Request, store: Store) -> Person | None:
    """Whom of the desk's people the proxy in front let in. A steward comes by their link only."""
    person = people.of_contact(store, proxy_name(request))
    return None if person is None or person.role == "steward" else person


def from_here(request: Request, site: Site) -> bool:
    """Whether a form was sent from a page of this site. A browser always says where from."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") == "same-origin"
    return site.own_origin(origin, request.headers.get("host", ""))


def is_secure(request: Request) -> bool:
    """Whether the visitor's browser came by https."""
    forwarded = request.headers.get("x-forwarded-proto", "").split(",")[0].strip()
    return (forwarded or request.url.scheme) == "https"


def with_cookie(response: Response, request: Request, kind: str, token: str) -> Response:
    """The answer with the session's cookie; an empty token ends it."""
    response.set_cookie(
        kind,
        token,
        max_age=int(SESSION_LASTS.total_seconds()) if token else 0,
        path=f"{root(request)}{COOKIES[kind]}",
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )
    return response


def go(request: Request, path: str) -> Response:
    """On to another page of ours, read and not sent."""
    return RedirectResponse(f"{root(request)}{path}", status_code=303)


def after(visit: Visit, path: str, done: Recorded | None) -> Response:
    """On to `path`, which says what was written and whether it waits."""
    if done is None:
        return go(visit.request, path)
    how = "done" if done.applied else "held"
    return go(visit.request, f"{path}?how={how}&n={done.n}")


def too_large(request: Request, largest: int) -> bool:
    """Whether a form says that it is larger than may be, or does not say how large it is."""
    length = request.headers.get("content-length", "")
    return not (length.isascii() and length.isdigit()) or int(length) > largest


Handler = Callable[[Visit], Response]
