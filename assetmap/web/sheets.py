"""The plain pages' stylesheet, also for their parts inside a page of Streamlit's."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).with_name("static")
# The element around the page where the app grows beside it.
START = "#start"
ROOT_PX = 16


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


# An at-rule with the rules in it, or one rule; a rule's selectors and what it sets.
_BLOCK = re.compile(r"(@media[^{]+)\{((?:[^{}]+\{[^{}]*\})*)\}|([^{}]+)\{([^{}]*)\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_REM = re.compile(r"(?<![\w.])([\d.]+)rem\b")


def _within(selectors: str, body: str, within: str) -> str:
    """One rule for what is inside `within`. No selector of ours has a comma in parentheses."""
    inside = []
    for selector in selectors.split(","):
        if selector in (":root", "body"):
            inside.append(within)
        else:
            inside.append(selector if selector == "html" else f"{within} {selector}")
    return f"{','.join(inside)}{{{body}}}"
