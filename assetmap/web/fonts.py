"""Streamlit's fonts with only what our pages can show, made ahead: `python -m
assetmap.web.fonts` writes them to static/fonts under the names that Streamlit gives them.

A whole visit otherwise loads 545 kB of fonts, most of it icons nobody sees. A Streamlit whose
fonts have other names is served with its own until this is run again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assetmap import vocabulary
from assetmap.web.packed import FOR_EVER

MEDIA = "/static/media"
FOLDER = Path(__file__).with_name("static") / "fonts"
ICONS = "MaterialSymbols-Rounded.*.woff2"
LETTERS = "SourceSansVF-Upright.*.woff2"
# Latin with all its accents, punctuation, currencies, arrows, mathematics, ticks and stars.
LETTERS_KEPT = (
    (0x20, 0x24F), (0x2B0, 0x2FF), (0x300, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x206F),
    (0x2070, 0x20BF), (0x2100, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x25A0, 0x27BF),
)  # fmt: skip
WORDS_OF_CODE = (".py", ".js", ".html", ".toml")
_WORD = re.compile(r"[\"'`:/]([a-z0-9_]{2,40})[\"'`:]")


def streamlit_file(pattern: str) -> Path:
    """The one file of Streamlit's media that `pattern` names. Raises FileNotFoundError."""
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("streamlit")
    result = sorted((Path(spec.origin).parent / "static/static/media").glob(pattern))
    if len(result) != 1:
        raise FileNotFoundError(pattern)
    return result[0]


@cache
def smaller_fonts() -> dict[str, bytes]:
    """File name → content of the fonts made ahead."""
    return {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.woff2"))}


class SmallerFonts:
    """Answers for Streamlit's fonts with those made ahead, where there are any of that name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answers = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        folder, _, name = scope.get("path", "").rpartition("/")
        font = smaller_fonts().get(name) if answers and folder == MEDIA else None
        if font is None:
            await self.app(scope, receive, send)
            return
        headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
        await Response(font, media_type="font/woff2", headers=headers)(scope, receive, send)


def icons_of_ours() -> set[str]:
    """The names of icons that the vocabularies give to kinds, groups and needs."""
    tables = (vocabulary.terms(name).values() for name in ("kinds", "groups", "needs"))
    return {row["icon"] for table in tables for row in table if row.get("icon")}


def words_of_code() -> set[str]:
    """Every word in quotes or colons of our own code and of Streamlit's scripts: an icon that
    either may show is among them."""
    own = Path(__file__).parents[1]
    script = streamlit_file(ICONS).parents[1] / "js"
    files = [path for path in own.rglob("*") if path.suffix in WORDS_OF_CODE]
    texts: Iterator[str] = (
        path.read_text("utf-8", "replace") for path in [*files, *script.glob("*.js")]
    )
    return {word for text in texts for word in _WORD.findall(text)}


def main() -> None:
    """Write the fonts."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff2", layout_closure=False, notdef_outline=True)
    icons = streamlit_file(ICONS)
    font = TTFont(icons)
    glyphs = ligatures(font)
    wanted = (icons_of_ours() | words_of_code()) & set(glyphs)
    maker = subset.Subsetter(options)
    letters = {ord(letter) for name in wanted for letter in name}
    maker.populate(glyphs=[glyphs[name] for name in wanted], unicodes=letters)
    maker.subset(font)
    subset.save_font(font, FOLDER / icons.name, options)

    source = streamlit_file(LETTERS)
    font = TTFont(source)
    options = subset.Options(flavor="woff2", layout_features=["kern", "mark", "mkmk", "ccmp"])
    maker = subset.Subsetter(options)
    maker.populate(unicodes=[code for first, last in LETTERS_KEPT for code in range(first, last)])
    maker.subset(font)
    subset.save_font(font, FOLDER / source.name, options)


def ligatures(font: object) -> dict[str, str]:
    """Icon name → glyph of an icon font (a fontTools TTFont), as its ligatures spell them."""
    letter_of = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}  # type: ignore[attr-defined]
    result = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:  # type: ignore[index]
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            if table.LookupType != 4:
                continue
            for first, all_of_it in table.ligatures.items():
                for ligature in all_of_it:
                    spelled = "".join(letter_of.get(g, "?") for g in (first, *ligature.Component))
                    result[spelled] = ligature.LigGlyph
    return result


if __name__ == "__main__":
    main()
