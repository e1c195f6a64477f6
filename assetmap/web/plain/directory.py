"""/directory: the whole of Find without a script. What is asked travels by POST, never in an
address; my list is kept in the form and nowhere on the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from assetmap.fields import JsonDict
from assetmap.search import Result
from assetmap.web import asking, card_texts
from assetmap.web.answers import Strip, plans_of, searched, strip_of
from assetmap.web.asking import FormAnswers
from assetmap.web.cards import Card, CardSection
from assetmap.web.find import listing
from assetmap.web.find.listing import counts_in_words
from assetmap.web.frame import crisis_first
from assetmap.web.plain.render import ALWAYS_ASK, Page, answer, open_page, same_for_all
from assetmap.web.questions import changed, kept_of, questions_of
from assetmap.web.state import State
from assetmap.words import say

LINES = 20
AT_START = 8
MOST_SAVED = 60
MOST_FIELDS = 600
FORM = "ask"


@dataclass(frozen=True)
class Sent:
    """What a form sent beside the answers: my list, the card to open, how much to show."""

    saved: Sequence[str] = ()
    opened: str = ""
    shown: Mapping[str, int] | None = None
    do: str = ""
    language: str | None = None


def directory(request: Request, state: State) -> Response:
    """The start: the questions, and what there is, soonest first."""
    page = _opened(request, state)
    return same_for_all(
        page, lambda: _show(page, state, asking.read([], _unit(state)), Sent(), start=True)
    )


def asked(request: Request, form: FormData, state: State) -> Response:
    """The answer to a sent form."""
    pairs = list(_texts(form))
    sent = _sent(pairs, state)
    page = replace(_opened(request, state, sent.language), language_form=FORM)
    answers = FormAnswers() if sent.do == "clear" else asking.read(changed(pairs), _unit(state))
    if sent.do == "sheet":
        return _sheet(page, state, sent, answers)
    return _show(page, state, answers, sent, start=False)


def _opened(request: Request, state: State, language: str | None = None) -> Page:
    """A page with the box, which fetches what people say when somebody goes into it."""
    page = open_page(request, state, language, script="wishes.js")
    return replace(page, extra={"connect-src": "'self'"})


def _show(page: Page, state: State, answers: FormAnswers, sent: Sent, start: bool) -> Response:
    return answer(
        replace(page, title=title_of(state, page.language), robots="index" if start else "noindex"),
        "directory.html",
        cache_control=ALWAYS_ASK if start else "no-store",
        **values_of(page, state, answers, sent, start),
    )


def values_of(page: Page, state: State, answers: FormAnswers, sent: Sent, start: bool) -> JsonDict:
    """What directory.html is drawn with for `answers`; the `start` shows a few lines only."""
    language = page.language
    asked_ = asking.ask(answers, state, language)
    result = searched(state, asked_.query)
    sections: Sequence[CardSection] = ()
    said_once: Sequence[str] = ()
    if not asked_.near_unknown:
        sections = listing.sections(
            state,
            result,
            language,
            saved=sent.saved,
            shown=sent.shown,
            picked=sent.opened or None,
            no_call=asked_.no_call,
        )
        if start:
            sections = only_the_first(sections)
        said_once = card_texts.say_once([card for part in sections for card in part.cards])
    nothing: Sequence[str] = ()
    if asked_.query.asked and not result.counts["match"] and not asked_.near_unknown:
        nothing = listing.empty_in_words(state, asked_.query, language)
    strip: Strip | None = None
    if asked_.query.asked and not asked_.near_unknown:
        strip = strip_of(state, asked_.query)
    return {
        "form": FORM,
        "start": start,
        "answers": answers,
        "asked": asked_,
        "counts": counts_in_words(result, language) if asked_.query.asked else "",
        "sections": sections,
        "said_once": said_once,
        "nothing": nothing,
        "strip": strip,
        "plans": [] if asked_.near_unknown else plans_of(state, asked_.query, language),
        "questions": questions_of(state, answers, language),
        "kept": kept_of(answers),
        "list_cards": _my_list(sent.saved, state, result, language),
        "saved": sent.saved,
        "shown": sent.shown or {},
        "crisis_first": crisis_first(
            asked_.lines,
            state.community.config["crisis"],
            str(state.community.config["country"]),
            language,
        ),
        "no_open_bed": listing.no_open_bed(state, result),
    }


def _sheet(page: Page, state: State, sent: Sent, answers: FormAnswers) -> Response:
    """My list for handing out: large type, what to call, what to ask and where to go."""
    today = state.now().date()
    result = searched(state, asking.ask(answers, state, page.language).query)
    return answer(
        replace(page, title=say("find.print_title", page.language, name=state.community.name)),
        "sheet.html",
        cards=_my_list(sent.saved, state, result, page.language),
        made=say(
            "find.print_made", page.language, date=card_texts.day_in_words(today, page.language)
        ),
    )


def _my_list(saved: Sequence[str], state: State, result: Result, language: str) -> list[Card]:
    """The cards of the list, with the distances and questions of what is asked now."""
    cards = (listing.card_of(state, result, asset, language) for asset in saved)
    return [card for card in cards if card]


def only_the_first(sections: Sequence[CardSection]) -> list[CardSection]:
    """What the start shows: a few lines. Anybody's robot may read them: no passcodes in them."""
    firsts = []
    for part in sections[:1]:
        cards = list(part.cards[:AT_START])
        for card in cards:
            card_texts.without_ways_in(card)
        more = part.more or LINES if len(part.cards) > AT_START else part.more
        firsts.append(part._replace(cards=cards, title="", more=more))
    return firsts


def _sent(pairs: Sequence[tuple[str, str]], state: State) -> Sent:
    known = state.rows
    saved = [value for name, value in pairs if name == "list" and known.position(value) is not None]
    shown: dict[str, int] = {}
    opened, do, language = "", "", None
    for name, value in pairs:
        if name == "save":
            saved.append(value) if known.position(value) is not None else None
        elif name == "drop":
            saved = [asset for asset in saved if asset != value]
        elif name == "open" and known.position(value) is not None:
            opened = value
        elif name == "shown":
            key, _, count = value.rpartition(":")
            if count.isascii() and count.isdigit():
                shown[key[:60]] = min(int(count), 5000)
        elif name == "do":
            do = value
        elif name in ("language", "to_language"):
            # The button stands after the field that holds the language now.
            language = value if language is None or name == "to_language" else language
    for name, value in pairs:
        if name == "more":
            shown[value[:60]] = shown.get(value[:60], 0) + LINES
    if do == "empty":
        saved = []
    unique = list(dict.fromkeys(saved))[:MOST_SAVED]
    # Another question starts another list.
    return Sent(unique, opened, shown if do != "search" else {}, do, language)


def _texts(form: FormData) -> Iterator[tuple[str, str]]:
    for name, value in form.multi_items():
        if isinstance(value, str):
            yield name, value


def _unit(state: State) -> str:
    return str(state.community.config["unit"])


def title_of(state: State, language: str) -> str:
    """The page's title."""
    return say("plain.directory_title", language, name=state.community.name)
