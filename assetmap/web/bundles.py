"""Our scripts and styles, put together of web/static: two files for the map, one sheet for plain
pages.

streamlit-folium loads scripts one after the other, so Leaflet and ours are one file: one request,
kept by the browser for ever, asked for again only when its content and so its name changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from assetmap.web.packed import Packed, pack

STATIC = Path(__file__).with_name("static")
PREFIX = "/assetmap/"
# In the order in which they need each other.
SCRIPTS = ("start.js", "clusters.js", "assets.js", "markers.js", "basemap.js", "areas.js")

# Family, file and weights, as Streamlit 1.67 names them.
FONTS = (
    ("Material Symbols Rounded", "MaterialSymbols-Rounded.*.woff2", "400"),
    ("Source Sans", "SourceSansVF-Upright.*.woff2", "200 900"),
)
# The element around the page where the app grows beside it.
START = "#start"
ROOT_PX = 16
# An at-rule with the rules in it, or one rule; a rule's selectors and what it sets.
_BLOCK = re.compile(r"(@media[^{]+)\{((?:[^{}]+\{[^{}]*\})*)\}|([^{}]+)\{([^{}]*)\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_REM = re.compile(r"(?<![\w.])([\d.]+)rem\b")


@cache
def files() -> Mapping[str, Packed]:
    """File name → content of all we serve under PREFIX."""
    leaflet = _package("js_lib_leaflet") / "static" / "js_lib_leaflet"
    script = (leaflet / "leaflet.js").read_text("utf-8").replace("//# sourceMappingURL", "// was")
    style = "\n".join([(leaflet / "leaflet.css").read_text("utf-8"), _fonts(), _static("map.css")])
    contents = (
        ("map", "js", pack(f"{script}\n{script_of_ours()}".encode(), "text/javascript")),
        ("map", "css", pack(style.encode(), "text/css")),
    )
    return MappingProxyType({f"{name}-{it.digest}.{end}": it for name, end, it in contents})


def url(end: str, root: str = "../..") -> str:
    """The address of the map's `js` or `css`, from a component's frame (two folders deep).

    Relative, so that it also holds where a proxy serves the whole site under a path.
    """
    return next(f"{root}{PREFIX}{name}" for name in files() if name.endswith(f".{end}"))


def script_of_ours() -> str:
    """Our own part of the script; its names stay inside but for `assetmap`."""
    parts = "\n".join(_static(name) for name in SCRIPTS)
    return f"(() => {{\n{parts}\n}})();\n"


def _static(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"The package {name} is missing; install requirements.txt.")
    return Path(spec.origin).parent


def _fonts() -> str:
    """Streamlit's own fonts at Streamlit's own addresses: the page has loaded them already."""
    folder = _package("streamlit") / "static" / "static" / "media"
    faces = []
    for family, pattern, weight in FONTS:
        result = sorted(folder.glob(pattern))
        if not result:
            raise FileNotFoundError(f"Streamlit's font {pattern} is not where 1.67 keeps it.")
        faces.append(
            f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-display: block; '
            f'src: url("../static/media/{result[0].name}") format("woff2"); }}'
        )
    return "\n".join(faces)


@cache
def style() -> str:
    """The one stylesheet of the plain pages."""
    return _sheet("plain.css")


@cache
def start_style() -> str:
    """The stylesheet of the page beside which the app grows."""
    return scoped(style(), START) + _sheet("start.css")


def _sheet(name: str) -> str:
    """A stylesheet of web/static without what only its reader needs."""
    text = _COMMENT.sub("", (STATIC / name).read_text("utf-8"))
    return "".join(line.strip() for line in text.splitlines())


def scoped(css: str, within: str) -> str:
    """`css` for what is inside the element `within` alone, and nothing else for that.

    Two pages in one document must not dress each other: every selector is put inside `within`
    (an id, so that it weighs more than any of Streamlit's), and what other styles say of elements
    there is reverted first. Sizes in rem become px, because Streamlit sets the root's size.
    """
    rules = []
    for media, nested, selectors, body in _BLOCK.findall(css):
        inner = [_within(item, text, within) for item, text in _RULE.findall(nested)]
        rules.append(f"{media}{{{''.join(inner)}}}" if media else _within(selectors, body, within))
    sized = _REM.sub(lambda size: f"{float(size[1]) * ROOT_PX:g}px", "".join(rules))
    return f"{within} *{{all:revert}}{sized}"


def _within(selectors: str, body: str, within: str) -> str:
    """One rule for what is inside `within`. No selector of ours has a comma in parentheses."""
    inside = []
    for selector in selectors.split(","):
        if selector in (":root", "body"):
            inside.append(within)
        else:
            inside.append(selector if selector == "html" else f"{within} {selector}")
    return f"{','.join(inside)}{{{body}}}"
