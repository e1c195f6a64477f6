"""What never reaches Streamlit (foreign sockets, other hosts, closed addresses, unknown pages), and
the headers that keep every page to its own server.

Streamlit asks strangers for the server's own address when a foreign page opens a socket, on the
event loop and for every socket anew; so a foreign Origin is refused here, before it is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.path_security import is_unsafe_path_pattern

from assetmap.web.site import Site
from assetmap.words import say

# Streamlit's own figures, its script check and its interface for programs are for nobody.
CLOSED = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")
COMPONENTS = "/component/"
STREAMLITS_OWN = "/_stcore/"
POLICY_REFUSED = 1008
PERMISSIONS = "camera=(), microphone=(), payment=(), usb=(), browsing-topics=(), geolocation=(self)"

NotFoundAnswer = Callable[[Request], Response]


class Guard:
    """Refuses what is not for this site, and says on every answer who may frame it.

    `site()` is asked at each request, so that a changed community.toml counts at once. `pages`
    are the paths of Streamlit's pages; `routes` are our own. Streamlit answers any other path
    with its first page and 200: here it is `missing`, with 404.
    """

    def __init__(
        self,
        app: ASGIApp,
        site: Callable[[], Site],
        pages: Collection[str],
        routes: Sequence[BaseRoute],
        missing: NotFoundAnswer,
    ) -> None:
        self.app = app
        self.site = site
        self.pages = frozenset(pages)
        self.routes = routes
        self.missing = missing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, site = Headers(scope=scope), self.site()
        host, origin = headers.get("host", ""), headers.get("origin")
        # No browser leaves Origin out; whoever does is no page of another site.
        if site.answers(host) and (origin is None or site.own_origin(origin, host)):
            await self.app(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": POLICY_REFUSED})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        site, path = self.site(), scope["path"]
        frame = " ".join(("frame-ancestors 'self'", *site.embed))

        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                say_who_may_frame(MutableHeaders(scope=message), frame)
            await send(message)

        if not site.answers(Headers(scope=scope).get("host", "")):
            answer: Response = PlainTextResponse(say("plain.other_host") + "\n", status_code=421)
            await answer(scope, receive, framed)
        elif _is_closed(path) or _is_refused(path):
            await self.missing(Request(scope))(scope, receive, framed)
        elif path.rstrip("/") in self.pages or self._is_ours(scope):
            await self.app(scope, receive, framed)
        else:
            await self._unless_a_page(scope, receive, framed)

    def _is_ours(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is not Match.NONE for route in self.routes)

    async def _unless_a_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streamlit's files go through; its first page under a name that nobody knows does not."""
        swapped = False

        async def checked(message: Message) -> None:
            nonlocal swapped
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                kind = headers.get("content-type", "")
                # A report to take home is a page as well, sent as a file.
                file = headers.get("content-disposition", "").startswith("attachment")
                # A component's frame is a page too, and the map is one: Streamlit knows its name.
                frame_of_ours = scope["path"].startswith(COMPONENTS)
                first_page = message["status"] in (200, 304) and kind.startswith("text/html")
                swapped = first_page and not frame_of_ours and not file
                swapped = swapped or message["status"] == 404
                if swapped:
                    await self.missing(Request(scope))(scope, receive, send)
            if not swapped:
                await send(message)

        await self.app(scope, receive, checked)


def _is_closed(path: str) -> bool:
    return any(path == closed or path.startswith(f"{closed}/") for closed in CLOSED)


def _is_refused(path: str) -> bool:
    """Whether Streamlit answers `path` with an empty 400, whatever is at it: two slashes first, a
    null byte, a step up."""
    if path.startswith(STREAMLITS_OWN):
        return False
    return path.startswith(("//", "\\\\")) or is_unsafe_path_pattern(path.lstrip("/"))


def say_who_may_frame(headers: MutableHeaders, frame: str) -> None:
    """Add `frame` (a frame-ancestors directive) to the policy, unless one is stricter already."""
    policy = headers.get("content-security-policy", "")
    if "frame-ancestors" not in policy:
        headers["Content-Security-Policy"] = f"{policy}; {frame}" if policy else frame


class SafeHeaders:
    """Adds to every answer what keeps a page to its own server.

    The policy lets a page ask nobody but the server it came from, whatever data it shows.
    Streamlit, Leaflet in its frame and the result list need inline styles, eval and blob scripts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Permissions-Policy", PERMISSIONS)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("Content-Security-Policy", page_policy(host))
            await send(message)

        await self.app(scope, receive, guarded)


def page_policy(host: str) -> str:
    """The Content-Security-Policy of a page served at `host` (from the Host header)."""
    # Older Safari does not count the page's own socket as 'self'.
    known = host and all(letter.isalnum() or letter in ".-:[]" for letter in host)
    sockets = f" ws://{host} wss://{host}" if known else ""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "worker-src 'self' blob:",
            f"connect-src 'self' data: blob:{sockets}",
            "frame-src 'self' blob: data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )
