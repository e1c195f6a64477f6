"""Drawing a template as an answer: language, help lines, exit, policy, compression.

`Page` carries what every template knows. What is inline in base.html (one stylesheet, one short
script) is allowed by its hash and nothing else is, so that no text of the data could run.
Pages that only say one thing (nothing is here, nothing can be served) are drawn here too.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.environment import TemplateModule
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from assetmap.community import CommunityError
from assetmap.community.settings import CRISIS_US
from assetmap.web.answers import KeptAnswers, per_version
from assetmap.web.bundles import start_style, style
from assetmap.web.frame import EXIT_TO, CrisisLine, crisis_lines, dial
from assetmap.web.language import NAMES, preferred
from assetmap.web.packed import accepts_gzip
from assetmap.web.start_page import AppFiles
from assetmap.web.state import State
from assetmap.words import LANGUAGES, say, spoken

TEMPLATES = Path(__file__).with_name("templates")
STATIC = Path(__file__).parents[1] / "static"
NEVER_KEPT = "no-store"
ALWAYS_ASK = "no-cache"
SMALLEST_WORTH_PACKING = 500
MOST_PAGES = 200
# About 3 kB each.
MOST_PIECES = 3000
MOST_MODULES = 64
_drawing = threading.Lock()


@dataclass(frozen=True)
class Page:
    """What a template is drawn with, beside its own values.

    `state` is None where no community can be served; the help lines are shown all the same.
    `script` is a further inline script of this page, a file of web/static.
    """

    request: Request
    state: State | None
    language: str
    script: str = ""
    # Where a choice of language is made by a form of the page, the id of that form.
    language_form: str = ""
    title: str = ""
    robots: str = "noindex"
    # Where the app grows beside the page: its files, and whether it waits to be asked for.
    app: AppFiles | None = None
    app_waits: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def languages(self) -> Sequence[str]:
        """The languages that the switch offers."""
        return _offered(self.state)

    @property
    def crisis(self) -> list[CrisisLine]:
        """The help lines of the community, or the country's where none can be served."""
        lines = self.state.community.config["crisis"] if self.state else CRISIS_US
        return crisis_lines(lines, self.language)


def open_page(
    request: Request, state: State | None, chosen: str | None = None, **options: str
) -> Page:
    """The page of `request`. `chosen` is a language picked in a form; else the address's, else
    the browser's."""
    offered = _offered(state)
    wanted = chosen or request.query_params.get("language")
    language = (
        wanted
        if wanted in offered
        else preferred(request.headers.get("accept-language", ""), offered)
    )
    return Page(request, state, str(language), **options)  # type: ignore[arg-type]


def answer(
    page: Page,
    template: str,
    *,
    status: int = 200,
    cache_control: str = NEVER_KEPT,
    **values: object,
) -> Response:
    """`template` drawn for `page`, compressed where the browser takes it."""
    body = draw(page, template, **values).encode()
    headers = {
        "Content-Security-Policy": policy(page),
        "Cache-Control": cache_control,
        "Vary": "Accept-Language, Accept-Encoding",
        "Content-Language": page.language,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    packs = accepts_gzip(page.request.headers.get("accept-encoding", ""))
    if packs and len(body) >= SMALLEST_WORTH_PACKING:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 6, mtime=0)
    return Response(body, status, headers, "text/html; charset=utf-8")


def same_for_all(page: Page, make: Callable[[], Response]) -> Response:
    """A page that is the same for everybody who asks for it within a minute, drawn once a version.

    Only for answers to an address that tells nothing of who asks; what is not found is not kept.
    """
    request, state = page.request, page.state
    if state is None or request.url.query not in ("", f"language={page.language}"):
        return make()
    packs = accepts_gzip(request.headers.get("accept-encoding", ""))
    minute = state.now().replace(second=0, microsecond=0)
    key = (request.url.path, page.language, root(request), request.url.query, packs, minute)
    kept = _pages(state)

    def drawn() -> Response:
        # One at a time: fifty visitors of a new version would each draw what one of them can.
        with _drawing:
            return kept.get(key, make)

    made = kept.get(key, drawn)
    if made.status_code != 200:
        kept.forget(key)
    # A new answer each time: what is on the way to one visitor is nobody else's.
    return Response(bytes(made.body), made.status_code, dict(made.headers))


@per_version
def _pages(state: State) -> KeptAnswers:
    return KeptAnswers(MOST_PAGES)


def draw(page: Page, template: str, **values: object) -> str:
    """The HTML of `template`; every value is escaped unless a template says otherwise."""
    state = page.state
    return (
        environment()
        .get_template(template)
        .render(
            **_said_in(page.language, root(page.request)),
            page=page,
            names=NAMES,
            exit_to=EXIT_TO,
            community=state.community.name if state else "",
            fictional=bool(state and state.community.fictional),
            style=Markup(start_style() if page.app else style()),
            scripts=[Markup(text) for text in _scripts(page)],
            **values,
        )
    )


def draw_part(template: str, language: str, **values: object) -> str:
    """The HTML of a template that is no whole page, for the app; every value is escaped."""
    values = {**_said_in(language, ""), "form": "ask", **values}
    return environment().get_template(template).render(**values)


def _said_in(language: str, base: str) -> dict[str, object]:
    """What every template knows: the words of `language`, the base path, and what is kept."""
    return {
        "say": partial(_say, language),
        "root": base,
        "language": language,
        "drawn_once": partial(_kept_piece, language, base),
    }


def _say(language: str, text_id: str, /, **filled: object) -> str:
    return say(text_id, language, **filled)


# Lines and questions of many pages are the same, and drawing them is most of a page's time.
_pieces = KeptAnswers(MOST_PIECES)


def _kept_piece(language: str, base: str, template: str, name: str, /, *values: object) -> Markup:
    """What the macro `name` of `template` draws of `values`, which tell all that it draws."""

    def make() -> Markup:
        macro = getattr(_macros(template, language, base), name)
        return Markup(macro(*values))

    return _pieces.get((language, base, template, name, repr(values)), make)


@lru_cache(maxsize=MOST_MODULES)
def _macros(template: str, language: str, base: str) -> TemplateModule:
    return environment().get_template(template).make_module(_said_in(language, base))


@cache
def environment() -> Environment:
    """The templates of all plain pages; a missing value is an error, never an empty text."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    jinja.filters.update(dial=dial, address=address, anchor=anchor, from_root=from_root)
    return jinja


def root(request: Request) -> str:
    """The base path that a proxy or `serve` puts before every address of ours; "" for none."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def from_root(link: str, base: str) -> str:
    """A link as a card carries it: what is ours (`suggest/…`) counts from the base path."""
    return f"{base}/{link}" if link.startswith("suggest/") else link


def address(asset: str) -> str:
    """An asset's id as one part of a path."""
    return quote(asset, safe="")


def anchor(asset: str) -> str:
    """A name for the place of an asset in a page: letters and digits only."""
    return hashlib.sha256(asset.encode()).hexdigest()[:10]


@cache
def script(name: str) -> str:
    """An inline script of web/static, by its file's name."""
    lines = (STATIC / name).read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("//"))


def _scripts(page: Page) -> list[str]:
    names = ["plain.js", *([page.script] if page.script else [])]
    if page.app:
        names.append("change_over.js")
    return [script(name) for name in names]


def policy(page: Page) -> str:
    """The Content-Security-Policy of `page`: its own style and scripts by hash, nothing else."""
    scripts = " ".join(hashed(text) for text in _scripts(page))
    parts = {
        "default-src": "'none'",
        "style-src": hashed(style()),
        "script-src": scripts,
        "img-src": "'self' data:",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        **page.extra,
    }
    # Who may frame a page is added to every answer by web.guard.
    return "; ".join(f"{name} {value}" for name, value in parts.items())


@cache
def hashed(text: str) -> str:
    """`text` of an inline style or script as a policy names it."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _offered(state: State | None) -> Sequence[str]:
    return list(state.community.config["languages"]) if state else sorted(LANGUAGES)


def missing(request: Request, state: State | None) -> Response:
    """404: calm, with the lines of help and the way to the directory."""
    page = open_page(request, state)
    title = say("plain.missing", page.language)
    return answer(
        replace(page, title=title),
        "message.html",
        status=404,
        title=title,
        text=say("plain.missing_text", page.language),
        detail="",
        link="/directory" if state else "",
    )


def not_open(request: Request, error: CommunityError) -> Response:
    """503: the lines of help stay, and what is wrong is said in one sentence."""
    page = open_page(request, None)
    title = say("plain.not_open", page.language)
    return answer(
        replace(page, title=title),
        "message.html",
        status=503,
        title=title,
        text=say("plain.not_open_text", page.language),
        detail=spoken(error, page.language),
        link="",
    )


def missing_page(current: Callable[[], State]) -> Callable[[Request], Response]:
    """`missing` for the middleware, which knows no state."""

    def page(request: Request) -> Response:
        try:
            state: State | None = current()
        except CommunityError:
            state = None
        return missing(request, state)

    return page
