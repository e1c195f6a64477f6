"""The empty form of the questions as the app fetches it: once a day and language.

With each run it would be forty kilobytes more to send. It is what the plain pages draw; what is
asked is filled in by `static/questions.js`.
"""

from __future__ import annotations

from datetime import date

from assetmap import vocabulary
from assetmap.web import asking
from assetmap.web.kept_answers import per_version
from assetmap.web.packed import Packed, pack
from assetmap.web.plain.render import draw_part
from assetmap.web.questions import questions_of
from assetmap.web.state import State

# Filled in by the script: how many fit when this week.
WEEK = '<details id="week" class="fold" hidden><summary></summary><div></div></details>'


def form_address(state: State, language: str) -> str:
    """Where the form is, seen from any page of the app; its end is told by its content alone."""
    return f"form-{state.version}-{language}-{form_of(state, language).digest}.html"


def form_of(state: State, language: str) -> Packed:
    """The form in `language`, one that the community offers."""
    forms, key = _forms(state), (language, state.now().date())
    if key not in forms:
        empty = asking.read([], str(state.community.config["unit"]))
        part = draw_part(
            "_form.html",
            language,
            questions=questions_of(state, empty, language),
            answers=empty,
            in_app=True,
            needs_first=True,
            icons={need: row["icon"] for need, row in vocabulary.terms("needs").items()},
            chips=(),
            kept=(),
            saved=(),
            shown={},
        )
        lines = "".join(line.strip() for line in part.splitlines())
        html = f'<div id="questions">{lines}{WEEK}</div>'
        forms[key] = pack(html.encode(), "text/html; charset=utf-8")
    return forms[key]


@per_version
def _forms(state: State) -> dict[tuple[str, date], Packed]:
    """By language and day: it offers the days from today on."""
    return {}
