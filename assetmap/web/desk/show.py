"""Drawing the desk's pages, and saying what could not be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from assetmap import vocabulary
from assetmap.fields import FIELDS
from assetmap.ledger import ROLES, Conflict, NotAllowed, StoreError
from assetmap.ledger.people import may
from assetmap.schedule import ScheduleError, describe
from assetmap.web.desk.visit import Visit, whole_number
from assetmap.web.plain.render import NEVER_KEPT, answer, open_page
from assetmap.web.state import State
from assetmap.words import formats, say, spoken

# The pages of the desk in the order of the bar, with the action that shows them.
PAGES = (
    ("today", "call"),
    ("inbox", "inbox"),
    ("add", "add"),
    ("import", "import"),
    ("history", "history"),
    ("people", "people"),
    ("survey", "publish"),
)


def show(visit: Visit, template: str, title: str, status: int = 200, **values: object) -> Response:
    """A page of the desk; `title` is the id of its text."""
    page = open_page(visit.request, visit.state, script="desk.js")
    page = replace(page, title=say(title, page.language))
    bar = [name for name, action in PAGES if may(visit.person.role, action)]
    response = answer(
        page,
        f"desk/{template}",
        status=status,
        cache_control=NEVER_KEPT,
        heading=page.title,
        bar=bar if visit.person.role != "steward" else [],
        csrf=visit.csrf,
        person=visit.person,
        role=say(f"role.{visit.person.role}", page.language),
        seen=visit.state.community.ledger.version,
        today=visit.state.community.now.date().isoformat(),
        done=_done(visit),
        **values,
    )
    return private(response)


def private(response: Response) -> Response:
    """A form of ours must be able to say that it is from here; nothing is kept anywhere."""
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _done(visit: Visit) -> str:
    """What the page before did: only numbers and fixed words travel in the address."""
    query = visit.request.query_params
    number = whole_number(query.get("n", ""))
    if number is None:
        return ""
    ids = {"held": "desk.done_held", "done": "desk.done", "kept": "desk.done_kept"}
    text_id = ids.get(query.get("how", ""), "desk.done")
    return say(text_id, visit.language, number=number)


def told(request: Request, state: State, what: str | StoreError, status: int) -> Response:
    """A page that says one thing: a text by its id, or why the ledger does not answer."""
    page = open_page(request, state)
    title = say("desk.title", page.language)
    return private(
        answer(
            replace(page, title=title),
            "message.html",
            status=status,
            title=title,
            text=say(what, page.language) if isinstance(what, str) else spoken(what, page.language),
            detail="",
            link="",
        )
    )


def refused(visit: Visit, error: Exception) -> Response:
    """What could not be done, in one sentence, with the way back."""
    status = 422
    if isinstance(error, Conflict):
        status = 409
    elif isinstance(error, NotAllowed):
        status = 403
    elif isinstance(error, (StoreError, OSError)):
        status = 503
    elif isinstance(error, RuntimeError):
        status = 500
    sentence = spoken(error, visit.language)
    if isinstance(error, OSError) and not error.args:
        sentence = say("desk.disk", visit.language)
    return show(visit, "refused.html", "desk.refused", status, sentence=sentence)


def field_label(name: str, language: str) -> str:
    """What people call a field; the name itself where nobody calls it anything."""
    row = FIELDS.get(name)
    if row is None:
        return say("inbox.note", language) if name == "note" else name
    return row.get(f"label_{language}") or row["label_en"]


def value_in_words(name: str, value: str, language: str) -> str:
    """A field's plain value as people say it; what is none of our words stays as it is written."""
    row = FIELDS.get(name)
    if row is None or not value:
        return value
    if row["type"] == "yesno" and value in ("yes", "no"):
        return say(f"report.{value}", language)
    if row["type"] in ("choice", "set") and row["vocabulary"]:
        terms = value.split("|")
        return ", ".join(vocabulary.label(row["vocabulary"], term, language) for term in terms)
    if row["type"] == "schedule":
        try:
            return describe(value, "hours", language)
        except ScheduleError:
            return value
    if row["type"] == "date":
        try:
            return formats.day(date.fromisoformat(value), language)
        except ValueError:
            return value
    return value


def role_label(role: str, language: str) -> str:
    """What people call a role; a role that is none of ours as it was written."""
    known = (*ROLES, "visitor", "system")
    return say(f"role.{role}", language) if role in known else role
