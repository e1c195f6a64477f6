"""What a visitor sends from a card: a form that knows nothing of them, and its answer.

Nothing that is sent goes live.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assetmap.assets.cells import plain_value
from assetmap.community import CommunityError
from assetmap.community.recording import Listing, listing_of
from assetmap.ledger import LedgerError, Store, StoreError, entry
from assetmap.ledger.entry import source_hash
from assetmap.ledger.fold import NOTE
from assetmap.ledger.suggestions import Buckets, Forms, cleaned, send
from assetmap.places import fold
from assetmap.readers.human import read_human_value
from assetmap.search.understand import danger_in
from assetmap.web.desk.show import value_in_words
from assetmap.web.desk.visit import LARGEST_FORM, ready_store, too_large
from assetmap.web.plain.render import answer, not_open, open_page
from assetmap.web.state import State
from assetmap.words import say, spoken, text

# What can be wrong, and the field it is about.
WRONG = {"phone": "phone", "hours": "schedule", "closed": "status", "moved": "address", "other": ""}
_buckets = Buckets(time.monotonic)
_forms: dict[Path, Forms] = {}
_making = threading.Lock()


def suggest_routes(current: Callable[[], State]) -> list[Route]:
    """`/suggest` and a card's link give the form for an asset, `/suggest/send` takes it."""

    def route(path: str, show: Callable[[Request, State, FormData], Response]) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                state = await run_in_threadpool(current)
            except CommunityError as error:
                return not_open(request, error)
            if too_large(request, LARGEST_FORM):
                return _message(request, state, "desk.too_large", 413)
            form = await request.form(max_files=0, max_fields=20, max_part_size=LARGEST_FORM)
            return await run_in_threadpool(show, request, state, form)

        return Route(path, endpoint, methods=["POST"])

    async def linked(request: Request) -> Response:
        """The form from a card's link, which names the asset as its own page's address does."""
        try:
            state = await run_in_threadpool(current)
        except CommunityError as error:
            return not_open(request, error)
        asset = FormData({"asset": request.path_params["asset"]})
        return await run_in_threadpool(form_page, request, state, asset)

    return [
        route("/suggest", form_page),
        route("/suggest/send", sent),
        Route("/suggest/{asset:path}", linked, methods=["GET"]),
    ]


def _forms_of(state: State, store: Store) -> Forms:
    with _making:
        path = state.community.path
        if path not in _forms or _forms[path].store is not store:
            _forms[path] = Forms(store, time.time)
        return _forms[path]


def _store(state: State) -> Store | None:
    """The store where it is set up and answers."""
    try:
        return ready_store(state)
    except StoreError:
        return None


def form_page(
    request: Request, state: State, form: FormData, problem: str = "", status: int = 200
) -> Response:
    """The form about one asset, with what is shown now."""
    store = _store(state)
    if store is None:
        return _message(request, state, "suggest.no_store", 503)
    try:
        known = _shown(state, _text(form, "asset"))
    except LedgerError:
        return _message(request, state, "plain.missing_text", 404)
    try:
        token = _forms_of(state, store).token(known.asset)
    except StoreError:
        # A new store on a disk that cannot be written has no key to sign forms with.
        return _message(request, state, "suggest.no_store", 503)
    page = open_page(request, state, _text(form, "language") or None)
    title = say("suggest.title", page.language)
    seen = {
        wrong: value_in_words(field, known.served.get(field, ""), page.language)
        for wrong, field in WRONG.items()
        if field in ("phone", "schedule") or (field == "address" and not known.hidden)
    }
    return answer(
        replace(page, title=title),
        "desk/suggest.html",
        status=status,
        heading=title,
        known=known,
        wrongs=list(WRONG),
        seen=seen,
        token=token,
        chosen=_text(form, "wrong"),
        value=_text(form, "value")[:300],
        problem=problem,
    )


def _shown(state: State, asset: str) -> Listing:
    """A listing that visitors see. Raises LedgerError for any other."""
    known = listing_of(state.community, asset[:200])
    if known.asset not in set(state.community.assets["id"]):
        raise LedgerError(text("record.no_asset", asset=asset[:80]))
    return known


def sent(request: Request, state: State, form: FormData) -> Response:
    """A suggestion that came: written down to wait, or answered with why not."""
    store = _store(state)
    if store is None:
        return _message(request, state, "suggest.no_store", 503)
    page = open_page(request, state, _text(form, "language") or None)
    written = cleaned(_text(form, "value")[:2000])
    lines, _ = danger_in(fold(written))
    if _text(form, "website"):
        # Only a program fills what no person sees; it learns nothing from the answer.
        return _thanks(request, state, page.language, bool(lines))
    try:
        known = _shown(state, _text(form, "asset"))
        _forms_of(state, store).check(_text(form, "token")[:200], known.asset)
        _buckets.take(address_of(request))
        _write(state, store, known, _text(form, "wrong"), written, page.language)
    except LedgerError as error:
        if lines:
            return _thanks(request, state, page.language, True)
        return form_page(request, state, form, spoken(error, page.language), 422)
    return _thanks(request, state, page.language, bool(lines))


def address_of(request: Request) -> str:
    """Where a request comes from, for the bucket alone; it is never kept.

    Only a proxy on our own machine or network is believed about whom it speaks for: otherwise a
    sender could be somebody new each time, and behind a proxy all visitors would be one.
    """
    peer = request.client.host if request.client else ""
    try:
        ours = ipaddress.ip_address(peer).is_private
    except ValueError:
        ours = False
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded[:60] if ours and forwarded else peer


def _write(
    state: State, store: Store, known: Listing, wrong: str, written: str, language: str
) -> None:
    field = WRONG.get(wrong, "")
    note, value = written, ""
    context = state.community.context
    if field == "status":
        value = "inactive"
    elif not written:
        raise LedgerError(text("suggest.empty"))
    elif field:
        read = read_human_value(field, written, context)
        if read.refused is None and read.values.get(field):
            value = read.values[field]
            note = "" if read.note is None else written
    if not value:
        field = NOTE
    source = plain_value(field, known.source.get(field, ""), context.country)
    new_entry = entry(
        *("suggest", known.asset, field, value),
        role="visitor",
        now=state.now(),
        was=known.served.get(field, ""),
        source_hash=source_hash(source),
        # Of the version that was seen, so that it can be told what the visitor looked at.
        reason=state.version,
    )
    send(store, new_entry, note, language)


def _thanks(request: Request, state: State, language: str, crisis: bool) -> Response:
    page = open_page(request, state, language)
    title = say("suggest.thanks", language)
    return answer(
        replace(page, title=title), "desk/thanks.html", heading=title, crisis_first=crisis
    )


def _message(request: Request, state: State, text_id: str, status: int) -> Response:
    page = open_page(request, state)
    title = say("suggest.title", page.language)
    return answer(
        replace(page, title=title),
        "message.html",
        status=status,
        title=title,
        text=say(text_id, page.language),
        detail="",
        link="",
    )


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""
