"""The map's scripts and styles as two files whose names change with their content.

streamlit-folium loads scripts one after the other, so Leaflet and ours are one file: one request,
kept by the browser for ever, asked for again only when its content and so its name changed.
"""

from __future__ import annotations

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
