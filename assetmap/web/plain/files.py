"""Small files beside the pages: icon, manifest, robots, sitemap, what changed, what fields mean."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from assetmap import vocabulary
from assetmap.fields import FIELDS
from assetmap.search.understand import completions
from assetmap.web.card_texts import is_public
from assetmap.web.packed import ALWAYS_ASK, Packed, pack, respond
from assetmap.web.plain.render import address, answer, open_page, root
from assetmap.web.site import host_of, site
from assetmap.web.state import State
from assetmap.words import say

STATIC = Path(__file__).parents[1] / "static"
A_DAY = "public, max-age=86400"
ICONS = {
    "favicon.ico": "image/x-icon",
    "icon-192.png": "image/png",
    "icon-512.png": "image/png",
}
# Pages that hold a person's answers or belong to those who keep the list.
NOT_FOR_ROBOTS = ("/_stcore/", "/media/", "/component/", "/desk", "/u/", "/survey")
MOST_GIVEN = 40
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
OPEN = {"Access-Control-Allow-Origin": "*"}


class OpenDataColumn(NamedTuple):
    """A column of the open data, as the schema page shows it."""

    name: str
    label: str
    type: str
    meaning: str
    values: str


def icon(name: str) -> Route:
    """An icon at the root, where browsers and phones look for it."""
    body = (STATIC / name).read_bytes()

    async def endpoint(request: Request) -> Response:
        return Response(body, media_type=ICONS[name], headers={"Cache-Control": A_DAY})

    return Route(f"/{name}", endpoint)


def manifest(request: Request, state: State) -> Response:
    """So that a phone can keep the page like an app; nothing of a visit is stored by it."""
    page = open_page(request, state)
    base = root(request)
    start = f"{base}/directory?language={page.language}"
    content = {
        "name": say("plain.directory_title", page.language, name=state.community.name),
        "short_name": state.community.name[:30],
        "lang": page.language,
        "start_url": start,
        "id": f"{base}/directory",
        "scope": f"{base}/",
        "display": "minimal-ui",
        "background_color": "#FDFAF5",
        "theme_color": "#0F5C63",
        "icons": [
            {"src": f"{base}/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
            for size in (192, 512)
        ],
    }
    return JSONResponse(
        content, headers={"Cache-Control": A_DAY}, media_type="application/manifest+json"
    )


def robots(request: Request, state: State) -> Response:
    """What search engines may read: the directory and its listings."""
    lines = ["User-agent: *", *(f"Disallow: {root(request)}{path}" for path in NOT_FOR_ROBOTS)]
    lines += [f"Allow: {root(request)}/", f"Sitemap: {_base(request, state)}/sitemap.xml"]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": A_DAY})


def sitemap(request: Request, state: State) -> Response:
    """The address of the directory and of every public listing."""
    base = _base(request, state)
    paths = ["/directory", *(f"/at/{address(asset)}" for asset in _listed(state))]
    places = "\n".join(f"<url><loc>{escape(base + path)}</loc></url>" for path in paths)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{places}\n</urlset>\n"
    )
    return respond(request, pack(text.encode(), "application/xml"), ALWAYS_ASK)


def changes(request: Request, state: State) -> Response:
    """Ids and dates only: what a partner asks again of, the newest first.

    `?since=YYYY-MM-DD` leaves what changed on that day or later; what has no date is left out then.
    """
    asked = request.query_params.getlist("since")
    since = asked[0] if len(asked) == 1 and _is_day(asked[0]) else ""
    if asked and not since:
        language = open_page(request, state).language
        given = ", ".join(asked)[:MOST_GIVEN]
        error = say("plain.changes_since", language, given=given, day=state.day.isoformat())
        return JSONResponse({"error": error}, 400, {**OPEN, "Cache-Control": "no-store"})
    rows = []
    for asset in _listed(state):
        row = state.rows.get(asset)
        days = [
            str(row[name])[:10]
            for name in ("published_at", "verified_on")
            if row is not None and isinstance(row[name], str)
        ]
        rows.append({"id": asset, "changed": max(days) if days else None})
    if since:
        rows = [item for item in rows if (item["changed"] or "") >= since]
    rows.sort(key=lambda item: (item["changed"] or "", item["id"] or ""), reverse=True)
    content = {"version": state.version, "day": state.day.isoformat(), "assets": rows}
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return respond(request, pack(body, "application/json"), ALWAYS_ASK, OPEN)


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return _DAY.fullmatch(written) is not None


def wishes(request: Request, state: State) -> Response:
    """What people say, with what it is called here; fetched whole, so nothing typed is sent."""
    return respond(request, _wishes(open_page(request, state).language), A_DAY)


@cache
def _wishes(language: str) -> Packed:
    body = json.dumps(completions(language), ensure_ascii=False, separators=(",", ":"))
    return pack(body.encode(), "application/json")


def schema(request: Request, state: State) -> Response:
    """What the columns of the open data mean, in the words of vocabulary/fields.csv."""
    page = open_page(request, state)
    language = page.language
    fields = [
        OpenDataColumn(
            name,
            row[f"label_{language}"] or row["label_en"],
            say(f"plain.type_{row['type']}", language),
            row["meaning"],
            _values(row["vocabulary"], language),
        )
        for name, row in FIELDS.items()
        if row["public"] == "yes"
    ]
    title = say("plain.schema", language)
    return answer(
        replace(page, title=title, robots="index"),
        "schema.html",
        cache_control=ALWAYS_ASK,
        fields=fields,
        sources=state.community.sources,
    )


def _values(name: str, language: str) -> str:
    if not name or name == "yes_no":
        return ""
    labels = (
        f"{term} ({vocabulary.label(name, term, language)})" for term in vocabulary.terms(name)
    )
    return ", ".join(labels)


def _listed(state: State) -> list[str]:
    return [str(asset) for asset in state.catalog.ids if is_public(state.rows.get(str(asset)))]


def _base(request: Request, state: State) -> str:
    lines = site(state.community.config).address
    if lines:
        return lines
    host = request.headers.get("host", "")
    name = host if host_of(host) else "localhost"
    return f"{request.url.scheme}://{name}{root(request)}"


Show = Callable[[Request, State], Response]
PAGES: dict[str, Show] = {
    "/manifest.webmanifest": manifest,
    "/robots.txt": robots,
    "/sitemap.xml": sitemap,
    "/changes.json": changes,
    "/wishes.json": wishes,
    "/open-data": schema,
}
