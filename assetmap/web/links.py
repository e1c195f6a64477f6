"""What a link carries after `#`: a card, a list or the answers to the questions of Find.

Browsers do not send that part of an address, so it is in no server's log. It comes from
strangers all the same: whatever is not an answer that the form itself offers is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from assetmap import vocabulary
from assetmap.web.asking import FormAnswers

MOST_FIELDS = 200
MOST_CHARACTERS = 8000
LONGEST_TEXT = 300
WHENS = ("any", "now", "today", "tonight", "tomorrow", "weekend", "day")
PARTS = ("any", "morning", "afternoon", "evening")
DAYS_AHEAD = 28
# What somebody may want to keep away from.
NOT_WHERE = (
    "worship_required",
    "id_required",
    "law_enforcement_on_site",
    "referral_needed",
    "waiting_list",
)
TEXTS = ("q", "where", "where_too", "text")
FLAGS = ("beds", "no_call")
COSTS = ("free", "medicaid", "insurance", "sliding")
_HOURS = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)
# Questions that the form of /directory calls otherwise.
RENAMED = {"format": "formats", "populations": "welcomes", "medications_ok": "medications"}
# The answers of several choices, and the vocabulary they are of.
MANY = {
    "costs": "costs",
    "wants": "wants",
    "format": "format",
    "populations": "populations",
    "medications_ok": "medications_ok",
    "concerns": "concerns",
    "programs": "programs",
    "pathways": "pathways",
    "not_pathways": "pathways",
}


class Shared(NamedTuple):
    """What a link hands on; what it does not carry is empty. `own` says that nobody shared it:
    the visitor filled in the start page."""

    answers: Mapping[str, Any]
    card: str = ""
    ids: Sequence[str] = ()
    own: bool = False


def of_answers(answers: Mapping[str, Any]) -> str:
    """The fragment of a search: every answer given, by the name of its question."""
    pairs: list[tuple[str, str]] = []
    for name, value in answers.items():
        if name == "within":
            pairs.append((name, "any" if value is None else f"{value:.0f}"))
        elif name == "also":
            pairs += [(name, f"{terms}:{term}") for terms, term in value]
        elif isinstance(value, (list, tuple)):
            pairs += [(name, str(item)) for item in value]
        elif value not in (None, "", False):
            pairs.append((name, "yes" if value is True else str(value)))
    return "find&" + urlencode(pairs)


def of_ids(ids: Sequence[str]) -> str:
    """The fragment of a list."""
    return urlencode([("list", item) for item in ids])


def read(
    fragment: str, today: date, distances: Collection[float], languages: Collection[str]
) -> Shared | None:
    """What `fragment` hands on; None when it is none of ours.

    `distances` (metres) and `languages` are those the form offers.
    """
    if len(fragment) > MOST_CHARACTERS:
        return None
    try:
        pairs = parse_qsl(fragment.removeprefix("find&"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    if fragment.startswith("card="):
        return Shared({}, card=pairs[0][1]) if pairs else None
    if fragment.startswith("list="):
        return Shared({}, ids=[value for name, value in pairs if name == "list"])
    if not fragment.startswith("find&"):
        return None
    answers: dict[str, Any] = {}
    for name, value in pairs:
        _take(answers, name, value, today, distances, languages)
    return Shared(answers)


def _take(
    answers: dict[str, Any],
    name: str,
    value: str,
    today: date,
    distances: Collection[float],
    languages: Collection[str],
) -> None:
    if name in TEXTS:
        answers[name] = value[:LONGEST_TEXT]
    elif name == "free":  # older links
        if value == "yes":
            answers["costs"] = ["free"]
    elif name in FLAGS:
        answers[name] = value == "yes"
    elif name == "age" and value.isascii() and value.isdigit() and int(value) <= 120:
        answers[name] = int(value)
    elif name == "within":
        near = [metres for metres in distances if f"{metres:.0f}" == value]
        if near or value == "any":
            answers[name] = near[0] if near else None
    elif name == "day":
        ahead = {(today + timedelta(days=n)).isoformat(): n for n in range(DAYS_AHEAD)}
        if value in ahead:
            answers[name] = today + timedelta(days=ahead[value])
    elif name == "also":
        terms, _, term = value.partition(":")
        if terms in ("needs", "kinds") and term in vocabulary.terms(terms):
            answers.setdefault(name, []).append((terms, term))
    elif name in ("when", "part"):
        if value in {"when": WHENS, "part": PARTS}[name] or (name == "part" and hours_of(value)):
            answers[name] = value
    elif value in (
        languages if name == "languages" else _offered(name)
    ) and value not in answers.get(name, ()):
        answers.setdefault(name, []).append(value)


def of_form(filled: FormAnswers, today: date, languages: Collection[str]) -> Shared:
    """The answers of the form of /directory as this page's own questions hold them."""
    first = first_needs()
    needs, kinds = filled.of("needs"), filled.of("kinds")
    also = [("needs", need) for need in needs if need not in first]
    also += [("kinds", kind) for kind in kinds]
    asked: dict[str, Any] = {
        **{name: getattr(filled, name) for name in TEXTS},
        "needs": [need for need in needs if need in first],
        "also": also,
        "age": filled.age,
        "beds": filled.beds,
        "no_call": filled.no_call,
        "yes": [item for item in filled.of("yes") if item in yes_choices()],
        "no": [item for item in filled.of("no") if item in NOT_WHERE],
        "languages": [tag for tag in filled.of("languages") if tag in languages],
    }
    for name in MANY:
        given = filled.of(RENAMED.get(name, name))
        asked[name] = [item for item in given if item in _offered(name)]
    answers = {name: value for name, value in asked.items() if value not in (None, "", [], False)}
    answers["within"] = filled.within
    if filled.when != "any":
        answers["when"] = filled.when
    hours = f"{filled.begin}-{filled.end}" if filled.begin and filled.end else ""
    if filled.when == "day" or hours:
        answers["when"] = "day" if filled.when in ("any", "day") else filled.when
    if answers.get("when") == "day":
        day = date.fromisoformat(filled.day) if filled.day else today
        if today <= day < today + timedelta(days=DAYS_AHEAD):
            answers["day"] = day
        if hours:
            answers["part"] = hours
    return Shared(answers, own=True)


def hours_of(part: str) -> tuple[str, str] | None:
    """Begin and end of a part of a day given in hours ("18:00-20:30"); None for any other."""
    match = _HOURS.fullmatch(part)
    return (match[1], match[2]) if match else None


def first_needs() -> list[str]:
    """The needs that stand on the first screen."""
    return [need for need, row in vocabulary.terms("needs").items() if row["screen"] == "1"]


def yes_choices() -> list[str]:
    """The yes/no fields that are asked for."""
    return [name for name, row in vocabulary.terms("yes_no").items() if row["filter"] == "yes"]


def _offered(name: str) -> Collection[str]:
    if name == "needs":
        return first_needs()
    if name == "yes":
        return yes_choices()
    if name == "no":
        return NOT_WHERE
    if name == "costs":
        return COSTS
    return vocabulary.terms(MANY[name]) if name in MANY else ()
