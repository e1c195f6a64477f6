"""/embed: the directory for a frame in a partner's page: list, map or both, in their colours.

Who may frame it stands in community.toml ([web] embed). The address holds only how it looks;
what a visitor asks travels by POST, as on /directory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np
import shapely
from markupsafe import Markup
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from assetmap import maps, vocabulary
from assetmap.places import Plane, plane_of
from assetmap.search import search
from assetmap.web import asking, card_texts, layers
from assetmap.web.answers import per_version
from assetmap.web.bundles import style
from assetmap.web.find import listing
from assetmap.web.find.listing import counts_in_words
from assetmap.web.frame import crisis_first
from assetmap.web.plain.directory import only_the_first
from assetmap.web.plain.render import ALWAYS_ASK, answer, hashed, open_page
from assetmap.web.questions import box_hint, offers_of, where_hint
from assetmap.web.state import State
from assetmap.words import say

SHOWS = ("both", "list", "map")
# The name in the address → the custom property of plain.css.
COLOURS = {"accent": "accent", "background": "ground", "text": "text", "soft": "soft"}
MOST_DOTS = 400
FORM = "ask"
# How large the sketch is, in pixels, and how much it names.
WIDTH = 600.0
MOST_HEIGHT = 600.0
MARGIN = 18.0
MOST_TOWNS = 14
# The contrast that letters and edges need (WCAG 2.2, 1.4.3 and 1.4.11).
FOR_TEXT = 4.5
FOR_EDGES = 3.0
BLACK, WHITE = "#000000", "#ffffff"
# Where black and white can be read equally well: sqrt(1.05 × 0.05) − 0.05.
MIDDLE = 0.179
_ROOT = re.compile(r":root\{(--[^}]*)\}")
_COLOUR = re.compile(r"--(\w+):(#[0-9a-fA-F]{6})")
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
        colours = whole_palette(dict(self.colours))
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


def whole_palette(chosen: Mapping[str, str]) -> dict[str, str]:
    """Every colour of plain.css by its custom property (#hex): the chosen ones where they can be
    read.

    The page has a light and a dark palette of its own, by the visitor's phone. A chosen background
    under letters of the other palette could be read by nobody, so a page in chosen colours is the
    same on every phone, and a colour that cannot be read on the others is not used.
    """
    light, dark = own_palettes()
    ground = chosen.get("ground") or _ground_for(chosen.get("text"), light, dark)
    base = light if luminance(ground) > MIDDLE else dark
    text = _readable([chosen.get("text"), base["text"]], [ground])
    soft = next(
        colour
        for colour in (chosen.get("soft"), base["soft"], ground)
        if colour and (colour == ground or contrast(text, colour) >= FOR_TEXT)
    )
    accent = _readable([chosen.get("accent"), base["accent"], text], [ground, soft])
    line = base["line"] if contrast(base["line"], ground) >= FOR_EDGES else text
    return {
        "ground": ground,
        "soft": soft,
        "text": text,
        "accent": accent,
        "on": _readable([base["on"]], [accent]),
        "line": line,
        "faint": soft if "ground" in chosen else base["faint"],
        "warn": _readable([base["warn"], text], [ground]),
        "scheme": "light" if base is light else "dark",
    }


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2).

    >>> round(contrast("#000", "#ffffff"), 1), round(contrast("#777777", "#fff"), 2)
    (21.0, 4.48)
    """
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of #rgb or #rrggbb, 0 (black) to 1 (white; WCAG 2.2)."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def own_palettes() -> tuple[dict[str, str], dict[str, str]]:
    """The light and the dark colours of plain.css."""
    light, dark = (dict(_COLOUR.findall(rule)) for rule in _ROOT.findall(style())[:2])
    return light, dark


def _ground_for(text: str | None, light: Mapping[str, str], dark: Mapping[str, str]) -> str:
    """The background where none was chosen: the dark one only for letters that need it."""
    if text and contrast(text, light["ground"]) < FOR_TEXT <= contrast(text, dark["ground"]):
        return dark["ground"]
    return light["ground"]


def _readable(colours: Sequence[str | None], grounds: Sequence[str]) -> str:
    """The first of `colours` that can be read on all of `grounds`, else black or white."""

    def least(colour: str) -> float:
        return min(contrast(colour, ground) for ground in grounds)

    for colour in colours:
        if colour and least(colour) >= FOR_TEXT:
            return colour
    return max((BLACK, WHITE), key=least)


class Dot(NamedTuple):
    """A listing at x, y (pixels, y downwards), its colour and what it is called."""

    id: str
    name: str
    x: float
    y: float
    colour: str


class Sketch(NamedTuple):
    """Width and height in pixels, the outline as an SVG path, towns (name, x, y) and dots."""

    width: float
    height: float
    outline: str
    towns: Sequence[tuple[str, float, float]]
    dots: Sequence[Dot]


class _Ground(NamedTuple):
    plane: Plane
    outline: str = ""

    def place(self, lon: float, lat: float) -> tuple[float, float] | None:
        """Where a point lies in pixels; None for one that is not on the map."""
        spot = self.plane.flat(np.array([[lon, lat]]))[0] + MARGIN
        x, y = (round(float(value), 1) for value in spot)
        return (x, y) if 0 <= x <= self.width and 0 <= y <= self.height else None

    @property
    def width(self) -> float:
        return round(self.plane.width + 2 * MARGIN, 1)

    @property
    def height(self) -> float:
        return round(self.plane.height + 2 * MARGIN, 1)


def sketch(state: State, positions: Sequence[int]) -> Sketch:
    """A small map of the assets at `positions` of the catalog, which needs no script.

    It has the community's outline, its towns, and a dot for each listing, which links to it; what
    may show only its town has none.
    """
    ground = _ground(state)
    catalog, shown = state.catalog, layers.of(state).row_of
    kinds, groups = vocabulary.terms("kinds"), vocabulary.terms("groups")
    dots = []
    for position in positions:
        asset = str(catalog.ids[position])
        lat, lon = float(catalog.lat[position]), float(catalog.lon[position])
        row = state.rows[position]
        if asset not in shown or row["location_precision"] in ("area", "hidden"):
            continue
        spot = ground.place(lon, lat)
        if spot is not None:
            colour = groups[kinds[row["kind"]]["group"]]["colour"]
            dots.append(Dot(asset, str(row["name"]), *spot, colour))
    own = [p for p in state.community.context.places.places if p.kind in ("city", "town")]
    towns = [
        (town.name, *spot)
        for town in own[:MOST_TOWNS]
        if (spot := ground.place(town.lon, town.lat)) is not None
    ]
    return Sketch(ground.width, ground.height, ground.outline, towns, dots)


@per_version
def _ground(state: State) -> _Ground:
    areas = state.community.areas
    bounds = maps.bounds_of(areas, state.catalog.assets)
    plane = plane_of(bounds, WIDTH - 2 * MARGIN, MOST_HEIGHT - 2 * MARGIN)
    if areas is None or not len(areas):
        return _Ground(plane)
    whole = shapely.union_all(shapely.make_valid(areas.geometry.dropna().to_numpy()))
    # Two pixels are seen by nobody.
    whole = shapely.simplify(whole, 2 / plane.down)
    rings = []
    for part in shapely.get_parts(whole):
        if part.geom_type == "Polygon":
            points = plane.flat(shapely.get_coordinates(part.exterior)) + MARGIN
            path = "L".join(f"{x:.0f} {y:.0f}" for x, y in points)
            rings.append(f"M{path}Z")
    return _Ground(plane, "".join(rings))
