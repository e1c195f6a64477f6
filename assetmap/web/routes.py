"""Our own HTTP addresses beside Streamlit's: the map's data and files, open data, health.

None of them takes a filter: what a person needs must not stand in an address that a server,
a proxy or a browser's history keeps. A request with a query string is refused where a filter
could be meant.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from assetmap.community import CommunityError
from assetmap.community.backup import last_backup
from assetmap.community.deciding import count_waiting
from assetmap.community.imports import waiting
from assetmap.ledger import StoreError, store_of
from assetmap.web import bundles, layers, parts
from assetmap.web.card_texts import LISTED
from assetmap.web.packed import ALWAYS_ASK, FOR_EVER, Packed, pack, respond
from assetmap.web.plain.start import form_of
from assetmap.web.state import Failure, State
from assetmap.words import say

OPEN_DATA = {"geojson": "application/geo+json", "csv": "text/csv; charset=utf-8"}
# Anyone's page may read open data.
OPEN = {"Access-Control-Allow-Origin": "*"}
NO_FILTERS = say("web.no_filters") + "\n"
GONE = say("web.gone") + "\n"

Endpoint = Callable[[Request], Awaitable[Response]]


def no_upkeep(state: State) -> Mapping[str, object]:
    """Nothing is told of the upkeep."""
    return {}


def no_failure() -> Failure | None:
    """The newest files are what is served."""
    return None


def routes(
    current: Callable[[], State],
    version: Callable[[str], State | None],
    failure: Callable[[], Failure | None] = no_failure,
    upkeep: Callable[[State], Mapping[str, object]] = no_upkeep,
) -> list[Route]:
    """The routes for app.py.

    `current()` gives the state now served, `version(v)` one served until a moment ago or None,
    `failure()` why the newest files are not what is served, `upkeep(state)` what /healthz tells
    besides.
    """
    written: dict[tuple[str, Path], tuple[str, Packed]] = {}  # form, folder → version and bytes
    writing = threading.Lock()

    def kept(wanted: str) -> State | None:
        now = current()
        return now if wanted == now.version else version(wanted)

    def by_version(part: str) -> Endpoint:
        @_said_when_nothing_is_served
        async def answer(request: Request) -> Response:
            state = await run_in_threadpool(kept, request.path_params["version"])
            if state is None:
                return PlainTextResponse(GONE, status_code=410)
            content = getattr(await run_in_threadpool(layers.of, state), part)
            return respond(request, content, FOR_EVER)

        return answer

    @_said_when_nothing_is_served
    async def question_form(request: Request) -> Response:
        state = await run_in_threadpool(kept, request.path_params["version"])
        if state is None:
            return PlainTextResponse(GONE, status_code=410)
        language, digest = request.path_params["language"], request.path_params["digest"]
        if language not in state.community.config["languages"]:
            return PlainTextResponse(say("web.no_file") + "\n", status_code=404)
        content = await run_in_threadpool(form_of, state, language)
        # At midnight it may be another than the one that was meant.
        return respond(request, content, FOR_EVER if content.digest == digest else ALWAYS_ASK)

    def open_data(form: str) -> Endpoint:
        def write() -> Packed:
            state = current()
            with writing:
                # Only the newest version is asked for again.
                key = (form, state.community.path)
                if key not in written or written[key][0] != state.version:
                    written[key] = (state.version, _write(form, state))
                return written[key][1]

        @_said_when_nothing_is_served
        async def answer(request: Request) -> Response:
            if request.url.query:
                return PlainTextResponse(NO_FILTERS, status_code=400, headers=OPEN)
            name = f'attachment; filename="assets.{form}"'
            content = await run_in_threadpool(write)
            return respond(request, content, ALWAYS_ASK, {**OPEN, "Content-Disposition": name})

        return answer

    def health(request: Request) -> Response:
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        try:
            state = current()
        except CommunityError as error:
            return JSONResponse({"status": str(error)}, status_code=503, headers=headers)
        return JSONResponse({**_health(state, failure()), **upkeep(state)}, headers=headers)

    return [
        Route("/layer-{version:str}.json", by_version("layer")),
        Route("/basemap-{version:str}.json", by_version("basemap")),
        Route("/form-{version:str}-{language:str}-{digest:str}.html", question_form),
        Route(f"{bundles.PREFIX}{{name:str}}", _file),
        *(Route(f"/api/assets.{form}", open_data(form)) for form in OPEN_DATA),
        Route("/healthz", health),
    ]


def _health(state: State, failed: Failure | None) -> dict[str, object]:
    """What is served, and honestly whether it is the newest there is."""
    stale = {source.key: source.error for source in state.community.sources if source.error}
    files = state.community.good_since
    status = "ok"
    if stale or files:
        status = f"not updated: {', '.join([*stale, *sorted(files)])}"
    if failed is not None:
        status = f"not updated since {failed.since.isoformat(timespec='seconds')}"
    try:
        on_map: int | None = len(layers.of(state).rows)
    except Exception as error:  # whatever it is, the list is served without its map
        status, on_map = f"the map cannot be drawn: {error}", None
    answer: dict[str, object] = {
        "status": status,
        "version": state.version,
        "assets": len(state.catalog.assets),
        "on_map": on_map,
    }
    if failed is not None:
        answer["problem"] = failed.message
    if stale:
        answer["sources"] = stale
    if files:
        since = {name: when.isoformat(timespec="seconds") for name, when in files.items()}
        answer["files_not_updated_since"] = dict(sorted(since.items()))
    return answer


def upkeep(state: State) -> dict[str, object]:
    """What /healthz tells of the ledger, waiting lists, the sources' ages and the last backup.

    Numbers and days only: nothing of what people said, and nothing of a visitor.
    """
    community = state.community
    today = state.now().date()
    status: dict[str, object] = {
        "source_ages_days": {
            source.key: (today - source.date).days
            for source in community.sources
            if source.date is not None
        },
        "ledger": _ledger(state),
    }
    held = waiting(community.path)
    if held:
        status["held"] = held
    backup = last_backup(community.path)
    status["last_backup"] = backup.isoformat(timespec="seconds") if backup else None
    status["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    return status


def _ledger(state: State) -> dict[str, object]:
    try:
        store = store_of(state.community.path)
        if not store.exists():
            return {"status": "none"}
        newest = store.version()
    except StoreError as error:
        return {"status": str(error), "served": state.community.ledger.version}
    return {
        "status": "ok",
        "newest": newest,
        "served": state.community.ledger.version,
        "waiting": count_waiting(state.community),
    }


def _said_when_nothing_is_served(endpoint: Endpoint) -> Endpoint:
    """A community folder that cannot be opened is one sentence, not a broken server."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except CommunityError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)

    return answer


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    content = bundles.files().get(name) or parts.files().get(name)
    if content is None:
        return PlainTextResponse(say("web.no_file") + "\n", status_code=404)
    # Scripts and styles are run by the page that asked for them, not by this header's policy.
    return respond(request, content, FOR_EVER)


def _write(form: str, state: State) -> Packed:
    from assetmap import writers

    community = state.community
    about = {"name": str(community.config.get("name", ""))}
    if community.config.get("fictional"):
        about["note"] = say("frame.fictional", name=about["name"])
    for source in community.sources:
        facts = [source.name, source.licence, source.date.isoformat() if source.date else ""]
        about[f"source_{source.key}"] = ", ".join(part for part in facts if part)
    # The same rows as have a page and stand in /changes.json and the sitemap.
    assets = state.catalog.assets
    listed = assets[assets["status"].isin(LISTED)].reset_index(drop=True)
    body, _ = writers.write(form, listed, public_only=True, about=about)
    return pack(body, OPEN_DATA[form])
