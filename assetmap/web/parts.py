"""Our own components on Streamlit's pages: one script for all of them, fetched once by its address.

Streamlit sends a component's script, style and HTML with every run: a hundred kilobytes a press,
uncompressed. Here a run names the part and hands over its data; what draws it is a file whose name
changes with its content, packed and kept by the browser.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from assetmap.fields import JsonDict
from assetmap.web.bundles import scoped, style
from assetmap.web.packed import Packed, pack

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

# A part that stands below another one in its place: its name and data.
Beside = tuple[str, JsonDict]
STATIC = Path(__file__).with_name("static")
FOLDER = "assetmap"
_DEFAULT = "export default function"
_SHARE = (
    "<div class='share'><button type='button' hidden></button><a hidden></a>"
    "<output aria-live='polite'></output></div>"
)
_GO = (
    "<button type='button' class='far' hidden></button>"
    "<nav hidden><button type='button'></button><button type='button'></button></nav>"
)


class PagePart(NamedTuple):
    """The files of web/static that draw a component, the HTML it begins with, its stylesheets.

    The last of `scripts` exports the function that Streamlit calls, as a component of its own
    would; those before it define what it uses.
    """

    scripts: tuple[str, ...]
    html: str = ""
    sheets: tuple[str, ...] = ()


PARTS: Mapping[str, PagePart] = {
    "bar": PagePart(("bar.js",), "<section class='bar'></section>", ("bar.css",)),
    "cards": PagePart(("address.js", "cards.js"), "", ("cards.css",)),
    "gaps_address": PagePart(("choices.js",)),
    "go": PagePart(("go.js",), _GO, ("go.css",)),
    "link": PagePart(("link.js",)),
    "map_due": PagePart(("map_due.js",)),
    "notes": PagePart(("notes.js",), "<p></p>", ("notes.css",)),
    "questions": PagePart(("wishes.js", "questions.js"), "", ("questions.css",)),
    "save": PagePart(("save.js",), "<div class='share'></div>", ("share.css",)),
    "share": PagePart(("address.js", "share.js"), _SHARE, ("share.css",)),
    "skip": PagePart(("skip.js",), "<button type='button' hidden></button>", ("skip.css",)),
}


@cache
def component(name: str) -> ComponentRenderer:
    """The component that draws the part `name`; data may be given as the bytes of its JSON."""
    address = json.dumps(f"{FOLDER}/{file_name()}")
    return st.components.v2.component(
        f"assetmap_{name}",
        js=f"{_LOAD % address}export default (await load(0)).part({json.dumps(name)});\n",
    )


# A lost connection is no reason for a page without its list: asked again, under another address,
# because a browser remembers that a module failed.
_LOAD = """const from = new URL(%s, document.baseURI).href;
const load = (turn) => import(turn ? `${from}?${turn}` : from).catch((fault) => {
  if (turn > 3) throw fault;
  return new Promise((go) => setTimeout(go, 1000 * 2 ** turn)).then(() => load(turn + 1));
});
"""


def files() -> Mapping[str, Packed]:
    """The script of all parts by its name."""
    return {file_name(): _packed()}


@cache
def file_name() -> str:
    """The name under which the script is served; it changes with the content."""
    return f"parts-{_packed().digest}.js"


@cache
def _packed() -> Packed:
    shown = "".join(_shown(name, part) for name, part in PARTS.items())
    script = f"const parts = {{}};\n{shown}{_text('parts.js')}"
    return pack(script.encode(), "text/javascript")


def _shown(name: str, part: PagePart) -> str:
    """One part as an entry of `parts`; its names stay inside."""
    code = "\n".join(_text(script) for script in part.scripts)
    # One function is exported, neither none nor two.
    used, shown = code.split(_DEFAULT)
    code = f"{used}const show = function{shown}"
    css = "\n".join(_text(sheet) for sheet in part.sheets)
    if name == "questions":
        # The form of the plain pages looks as it does there.
        css = scoped(style(), "#questions") + css
    made = f"{{ show, style: {json.dumps(css)}, html: {json.dumps(part.html)} }}"
    return f"parts[{json.dumps(name)}] = (() => {{\n{code}\nreturn {made};\n}})();\n"


def _text(name: str) -> str:
    return (STATIC / name).read_text("utf-8")
