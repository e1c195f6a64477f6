"""/embed: the directory for a frame in a partner's page: list, map or both, in their colours.

Who may frame it stands in community.toml ([web] embed). The address holds only how it looks;
what a visitor asks travels by POST, as on /directory.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from assetmap.search import search
from assetmap.web import asking, card_texts
from assetmap.web.crisis import crisis_first
from assetmap.web.find import listing
from assetmap.web.find.listing import counts_in_words
from assetmap.web.plain.directory import only_the_first
from assetmap.web.plain.palette import whole
from assetmap.web.plain.render import ALWAYS_ASK, answer, hashed, open_page
from assetmap.web.plain.sketch import sketch
from assetmap.web.questions import box_hint, offers_of, where_hint
from assetmap.web.sheets import style
from assetmap.web.state import State
from assetmap.words import say

SHOWS = ("both", "list", "map")
# The name in the address → the custom property of plain.css.
COLOURS = {"accent": "accent", "background": "ground", "text": "text", "soft": "soft"}
MOST_DOTS = 400
FORM = "ask"
_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


class EmbedLook(NamedTuple):
    """What the partner chose: what is shown, and colours as (property, #hex)."""

    show: str
    colours: tuple[tuple[str, str], ...]

    @property
    def query(self) -> str:
        """The look as the query of an address."""
        names = {prop: name for name, prop in COLOURS.items()}
        pairs = [("show", self.show)] if self.show != SHOWS[0] else []
        return urlencode([*pairs, *((names[prop], code[1:]) for prop, code in self.colours)])

    @property
    def style(self) -> str:
        """The stylesheet that sets every colour; "" where none was chosen."""
        if not self.colours:
            return ""
        colours = whole(dict(self.colours))
        scheme = colours.pop("scheme")
        rules = "".join(f"--{prop}:{code};" for prop, code in colours.items())
        return f":root{{color-scheme:{scheme};{rules}}}"


def look_of(query: QueryParams) -> EmbedLook:
    """The look that an address asks for; what is no colour is left out."""
    show = query.get("show", "")
    colours = []
    for name, prop in COLOURS.items():
        match = _HEX.fullmatch(query.get(name, ""))
        if match:
            colours.append((prop, f"#{match[1]}"))
    return EmbedLook(show if show in SHOWS else SHOWS[0], tuple(colours))


def embed(request: Request, state: State) -> Response:
    """What there is, soonest first, before anything is asked."""
    return _show(request, state, [], start=True)


def embed_asked(request: Request, form: FormData, state: State) -> Response:
    """The answer to what was typed."""
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return _show(request, state, pairs, start=False)


def _show(request: Request, state: State, pairs: list[tuple[str, str]], start: bool) -> Response:
    look = look_of(request.query_params)
    named = dict(pairs)
    chosen = named.get("to_language") or named.get("language")
    page = replace(open_page(request, state, chosen), language_form=FORM)
    language = page.language
    answers = asking.read(pairs, str(state.community.config["unit"]))
    asked = asking.ask(answers, state, language)
    result = search(state.catalog, asked.query)
    known = not asked.near_unknown
    sections = listing.sections(state, result, language, no_call=False) if known else []
    if start:
        sections = only_the_first(sections)
    said_once = card_texts.say_once([card for part in sections for card in part.cards])
    positions = [*result.match.tolist(), *result.ask.tolist()][:MOST_DOTS] if known else []
    extra = {}
    if look.style:
        extra["style-src"] = f"{hashed(style())} {hashed(look.style)}"
    title = say("embed.title", language, name=state.community.name)
    offers = offers_of(state)
    return answer(
        replace(page, title=title, extra=extra),
        "embed.html",
        cache_control=ALWAYS_ASK if start else "no-store",
        form=FORM,
        look=look,
        colours=Markup(look.style),
        title=title,
        answers=answers,
        asked=asked,
        counts="" if start else counts_in_words(result, language),
        sections=sections if look.show != "map" else (),
        said_once=said_once,
        map=sketch(state, positions) if look.show != "list" else None,
        box_hint=box_hint(offers, language),
        where_hint=where_hint(offers, language),
        crisis_first=crisis_first(
            asked.lines,
            state.community.config["crisis"],
            str(state.community.config["country"]),
            language,
        ),
    )
