"""The desk's pages: today, inbox, listing, add, import, history, people, survey."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import segno
from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from assetmap import readers, vocabulary
from assetmap.community import imports
from assetmap.community.deciding import PLACE_FIELDS, Decider, shown_to
from assetmap.community.deciding import history as entries_of
from assetmap.community.deciding import inbox as waiting_in
from assetmap.community.recipes import keep_recipe
from assetmap.community.recording import Listing, Recorded, Recorder, listing_of, when
from assetmap.community.releases import publish, waves_of, withdraw
from assetmap.fields import FIELDS
from assetmap.ledger import Entry, LedgerError, calls, people
from assetmap.ledger.entry import ROLES
from assetmap.ledger.roles import may
from assetmap.places import fold
from assetmap.readers.human import NOT_SAID
from assetmap.survey.publish import table_of
from assetmap.web.desk.show import private, show
from assetmap.web.desk.visit import Visit, go, is_secure
from assetmap.web.plain.render import address, answer, open_page, root
from assetmap.web.state import State
from assetmap.words import say, spoken, text

MOST_CALLS = 20
MOST_ENTRIES = 200
MOST_FOUND = 30


class Line(NamedTuple):
    """One field of a listing: what is served, who said it and when, and what was before."""

    name: str
    label: str
    value: str
    said: str
    earlier: list[str]
    differs: bool


def door(
    request: Request,
    state: State,
    kind: str,
    inside: str = "",
    problem: Exception | None = None,
    status: int = 200,
) -> Response:
    """Where a link is opened; a pasted one too, for who has no script."""
    page = open_page(request, state, script="desk.js")
    title = say("desk.title" if kind == "desk" else "desk.steward_title", page.language)
    response = answer(
        replace(page, title=title),
        "desk/door.html",
        status=status,
        heading=title,
        action="/desk/enter" if kind == "desk" else "/u/enter",
        inside=inside,
        problem=spoken(problem, page.language) if problem else "",
    )
    return private(response)


# Today.


def today(visit: Visit) -> Response:
    """Twenty to call, held for this person for four hours."""
    community = visit.state.community
    applied = community.said.applied
    old = {one.asset for one in applied.reviews if one.old} if applied is not None else set()
    due = calls.due_calls(community.assets, visit.state.now(), old)
    mine = calls.lease(visit.store, due, MOST_CALLS, f"person {visit.person.id}", _now())
    language = visit.language
    kinds = vocabulary.terms("kinds")
    lines = [
        {
            "call": call,
            "why": spoken(call.why, language),
            "kind": vocabulary.label("kinds", call.kind, language),
            "ask": [_label(name, language) for name in call.ask],
            "beds": kinds[call.kind]["group"] == "home",
        }
        for call in mine
    ]
    return show(
        visit, "today.html", "desk.today", lines=lines, left=len(due), community_name=community.name
    )


def called(visit: Visit) -> Response:
    """What came of a call."""
    asset, outcome = visit.field("asset"), visit.field("outcome")
    recorder = _recorder(visit)
    done: Recorded | None = None
    if outcome == "right":
        done = recorder.confirm(asset)
        if visit.field("beds"):
            done = recorder.beds(asset, visit.field("beds"))
    elif outcome == "closed":
        done = recorder.close(asset)
    elif outcome == "do_not_list":
        done = recorder.consent(asset, False)
    calls.tell(visit.store, asset, outcome, _now())
    if outcome == "changed":
        return go(visit.request, f"/desk/listing/{address(asset)}")
    return _after(visit, "/desk/today", done)


# Inbox.


def inbox(visit: Visit) -> Response:
    """What waits, with what is served and what is proposed side by side."""
    community = visit.state.community
    sees = may(visit.person.role, "see_hidden") == "live"
    names = dict(zip(community.assets["id"], community.assets["name"], strict=True))
    items = []
    for item in waiting_in(community)[:MOST_ENTRIES]:
        seen = shown_to(item, community, sees)
        items.append(
            {
                "item": seen,
                "name": names.get(seen.asset, seen.asset),
                "what": say(f"inbox.what.{seen.what.replace(' ', '_')}", visit.language),
                "field": _label(seen.field, visit.language),
                "reason": spoken(seen.reason, visit.language),
                "day": seen.at[:10],
                "role": _role(seen.role, visit.language),
                "other": names.get(seen.value, "") if seen.what in ("duplicate", "id") else "",
            }
        )
    decides = bool(may(visit.person.role, "decide"))
    waiting = imports.waiting(community.path) if may(visit.person.role, "import") else {}
    return show(visit, "inbox.html", "desk.inbox", items=items, decides=decides, waiting=waiting)


def decide(visit: Visit) -> Response:
    """Accept or refuse one thing."""
    n = visit.field("n")
    if not (n.isascii() and n.isdigit() and len(n) < 19):
        raise LedgerError(text("inbox.nothing", n=n[:20]))
    decider = Decider(visit.state.community, visit.who, visit.field("why"))
    take = visit.field("do") == "accept"
    done = decider.accept(int(n)) if take else decider.refuse(int(n))
    return _after(visit, "/desk/inbox", done)


# Listing.


def find(visit: Visit) -> Response:
    """Listings by words of their name; what is sought is not in the address."""
    words = fold(visit.field("words")).split()
    assets = visit.state.community.assets
    found = [
        (str(asset), str(name), vocabulary.label("kinds", str(kind), visit.language))
        for asset, name, kind in zip(assets["id"], assets["name"], assets["kind"], strict=True)
        if words and all(word in fold(f"{name} {asset}") for word in words)
    ][:MOST_FOUND]
    return show(visit, "found.html", "desk.found", found=found)


def listing(visit: Visit) -> Response:
    """One asset: every field with who said it, and what can be done."""
    community = visit.state.community
    known = listing_of(community, visit.request.path_params["asset"])
    sees = may(visit.person.role, "see_hidden") == "live"
    history_ = entries_of(community, known.asset)
    lines = list(_lines(visit, known, sees, history_))
    beds = bool(known.served.get("beds_total")) or known.kind in ("recovery_home", "shelter")
    return show(
        visit,
        "listing.html",
        "desk.listing",
        known=known,
        kind=vocabulary.label("kinds", known.kind, visit.language),
        first=[line for line in lines if line.value],
        rest=[line for line in lines if not line.value],
        beds=beds,
        open=known.served.get("status", "active") == "active",
        listed=known.served.get("listed_ok") != "no",
        phone=known.served.get("phone", ""),
        entries=_told(visit, history_, sees)[:20],
        undoes=bool(may(visit.person.role, "undo")),
    )


def _lines(visit: Visit, known: Listing, sees: bool, entries: list[Entry]) -> Iterator[Line]:
    said = visit.state.community.said
    facts = said.facts.of(known.asset)
    differs = said.applied.differs if said.applied is not None else frozenset()
    for name in FIELDS:
        if name in NOT_SAID or name in ("beds_as_of", "verified_on", "verified_how"):
            continue
        secret = known.hidden and name in PLACE_FIELDS
        value = known.served.get(name, "")
        fact = facts.get(name)
        if secret and sees:
            value = fact.value if fact is not None else known.source.get(name, value)
        told = ""
        if fact is not None:
            told = say(
                "desk.said_by",
                visit.language,
                role=_role(fact.role, visit.language),
                day=fact.at[:10],
            )
        earlier = [
            f"{one.at[:10]}: {one.was}"
            for one in entries
            if one.field == name and one.was and one.what != "suggest"
        ]
        yield Line(
            name,
            _label(name, visit.language),
            value,
            told,
            [] if secret and not sees else earlier[:5],
            (known.asset, name) in differs,
        )


def record(visit: Visit) -> Response:
    """What somebody says of one asset, by the button or form that was sent."""
    asset = visit.field("asset")
    recorder = _recorder(visit)
    done = _do(recorder, visit, asset)
    return _after(visit, f"/desk/listing/{address(done.asset)}", done)


def _do(recorder: Recorder, visit: Visit, asset: str) -> Recorded:
    do = visit.field("do")
    if do == "correct":
        return recorder.correct(asset, visit.field("field"), visit.field("value"))
    if do == "confirm":
        return recorder.confirm(asset)
    if do == "beds":
        return recorder.beds(asset, visit.field("beds"))
    if do == "close":
        return recorder.close(asset)
    if do == "reopen":
        return recorder.reopen(asset)
    if do in ("listed", "withdraw"):
        return recorder.consent(asset, do == "listed")
    if do in ("same", "not_same"):
        act = recorder.merge if do == "same" else recorder.not_same
        return act(asset, visit.field("other"))
    raise LedgerError(text("record.action", action=do[:40], known="correct, confirm, beds"))


# Add.

ADDED_FIELDS = (
    *("name", "kind", "organization", "phone", "schedule", "address", "city", "postal_code"),
    *("url", "description", "description_es", "beds_total", "accepts_record", "medication_welcome"),
)


def add_form(visit: Visit) -> Response:
    """The form for something new."""
    fields = [(name, _label(name, visit.language)) for name in ADDED_FIELDS if name != "kind"]
    kinds = [
        (kind, vocabulary.label("kinds", kind, visit.language))
        for kind in vocabulary.terms("kinds")
    ]
    return show(
        visit,
        "add.html",
        "desk.add",
        fields=fields,
        kinds=sorted(kinds, key=lambda one: fold(one[1])),
        kind_label=_label("kind", visit.language),
    )


def add(visit: Visit) -> Response:
    """Something new, which waits where a mistake would do harm."""
    told = {name: visit.field(name) for name in ADDED_FIELDS}
    return _after(visit, "/desk/inbox", _recorder(visit).add(told))


# Import.


async def with_upload(form: FormData) -> FormData:
    """The form with its file as bytes, because handlers do not wait."""
    pairs: list[tuple[str, str | UploadFile]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            data = await value.read()
            _uploads[id(value)] = (value.filename or "", data)
            if len(_uploads) > 8:
                _uploads.pop(next(iter(_uploads)))
        pairs.append((name, value))
    return FormData(pairs)


_uploads: dict[int, tuple[str, bytes]] = {}


def import_form(visit: Visit) -> Response:
    """Which source gets a new version, and what waits."""
    community = visit.state.community
    sources = [(report.key, report.name, report.assets) for report in community.sources]
    waiting = imports.waiting(community.path)
    return show(
        visit, "import.html", "desk.import", sources=sources, waiting=waiting, done_dry=None
    )


def bring_in(visit: Visit) -> Response:
    """Compare a sheet or an address with what is served; nothing is taken yet."""
    community = visit.state.community
    given = visit.form.get("file")
    key = visit.field("source") or visit.field("new_source")
    origin: str | readers.Source = visit.field("address")
    if isinstance(given, UploadFile):
        name, data = _uploads.pop(id(given), ("", b""))
        if data:
            origin = readers.Source(name or "sheet.csv", data)
    if not origin:
        raise LedgerError(text("desk.no_file"))
    if isinstance(origin, str) and not origin.startswith("https://"):
        raise LedgerError(text("desk.https"))
    taken = imports.look_at(community, origin, key, visit.who)
    sources = [(report.key, report.name, report.assets) for report in community.sources]
    names = dict(zip(community.assets["id"], community.assets["name"], strict=True))
    vanished = [(names.get(one.id, one.id), one.moved_to) for one in taken.comparison.vanished[:50]]
    return show(
        visit,
        "import.html",
        "desk.import",
        sources=sources,
        waiting=imports.waiting(community.path),
        done_dry=taken.comparison,
        key=key,
        why=spoken(taken.comparison.why, visit.language),
        vanished=vanished,
    )


def take_waiting(visit: Visit) -> Response:
    """Take the version that was looked at."""
    key = visit.field("key")
    done = imports.accept_waiting(visit.state.community, key, visit.who, visit.field("why"))
    return _after(visit, "/desk/history", Recorded(done.n, "", True))


# History.


def history(visit: Visit) -> Response:
    """What was said lately, newest first, each with its undo."""
    sees = may(visit.person.role, "see_hidden") == "live"
    entries = sorted(visit.store.entries(), key=lambda one: -one.n)[:MOST_ENTRIES]
    return show(
        visit,
        "history.html",
        "desk.history",
        entries=_told(visit, entries, sees),
        undoes=bool(may(visit.person.role, "undo")),
    )


def _told(visit: Visit, entries: list[Entry], sees: bool) -> list[dict[str, object]]:
    community = visit.state.community
    names = dict(zip(community.assets["id"], community.assets["name"], strict=True))
    labels = {one.id: one.label for one in people.everybody(visit.store)}
    hidden = community.assets["location_precision"].isin(["area", "hidden"])
    open_ids = set(community.assets["id"][~hidden])
    void = community.said.facts.void
    lines = []
    for one in entries:
        secret = not sees and (one.field in PLACE_FIELDS or one.field == "")
        masked = secret and one.asset not in open_ids
        lines.append(
            {
                "entry": one,
                "what": say(f"entry.{one.what}", visit.language),
                "name": names.get(one.asset, one.asset or one.field),
                "field": _label(one.field, visit.language),
                "value": "–" if masked else one.value[:300],
                "was": "–" if masked else one.was[:300],
                "who": labels.get(one.actor or 0, _role(one.role, visit.language)),
                "undone": one.n in void,
            }
        )
    return lines


def undo(visit: Visit) -> Response:
    """Take one entry back."""
    n = visit.field("n")
    if not (n.isascii() and n.isdigit() and len(n) < 19):
        raise LedgerError(text("inbox.no_entry", n=n[:20]))
    done = imports.undo_entry(visit.state.community, visit.who, int(n), visit.field("why"))
    return _after(visit, "/desk/history", done)


# People.


def people_page(visit: Visit, made: people.Link | None = None) -> Response:
    """Everybody who may write; a fresh link is shown once."""
    link, code = "", ""
    if made is not None:
        asked = visit.request.url
        scheme = "https" if is_secure(visit.request) else asked.scheme
        link = made.address(f"{scheme}://{asked.netloc}{root(visit.request)}")
        code = segno.make(link, error="m").svg_inline(scale=4, border=2)
    roles = [(role, say(f"role.{role}", visit.language)) for role in ROLES]
    return show(
        visit,
        "people.html",
        "desk.people",
        everybody=people.everybody(visit.store),
        roles=roles,
        role_of=dict(roles),
        link=link,
        code=Markup(code),
    )


def people_change(visit: Visit) -> Response:
    """Somebody new, another link, or an end to somebody's."""
    do = visit.field("do")
    if do == "add":
        asset = visit.field("asset")
        if asset:
            asset = listing_of(visit.state.community, asset).asset
        made = people.add(visit.store, visit.field("label"), visit.field("role"), _now(), asset)
        return people_page(visit, made)
    number = visit.field("id")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise LedgerError(text("ledger.no_person", id=number[:20]))
    if do == "link":
        return people_page(visit, people.new_link(visit.store, int(number), _now()))
    people.revoke(visit.store, int(number), _now())
    return go(visit.request, "/desk/people")


# Survey.


def survey(visit: Visit) -> Response:
    """Which waves are published."""
    return show(visit, "survey.html", "desk.survey", waves=waves_of(visit.state.community.path))


def survey_change(visit: Visit) -> Response:
    """Take a published wave back, publish a table, or keep the recipe of a survey."""
    community, given = visit.state.community, visit.form.get("file")
    if not isinstance(given, UploadFile):
        withdraw(community, visit.field("wave"), visit.who, visit.store)
        return go(visit.request, "/desk/survey")
    name, data = _uploads.pop(id(given), ("", b""))
    if not data:
        raise LedgerError(text("desk.no_file"))
    if name.casefold().endswith(".toml"):
        keep_recipe(community, data, name, visit.who)
    else:
        publish(community, table_of(data, name), visit.field("decision"), visit.who, visit.store)
    return go(visit.request, "/desk/survey")


# Parts.


def _recorder(visit: Visit) -> Recorder:
    seen = visit.field("seen")
    return Recorder(
        visit.state.community,
        visit.who,
        when(visit.field("at"), visit.state.community),
        visit.field("why"),
        int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None,
    )


def _after(visit: Visit, path: str, done: Recorded | None) -> Response:
    if done is None:
        return go(visit.request, path)
    how = "done" if done.applied else "held"
    return go(visit.request, f"{path}?how={how}&n={done.n}")


def _now() -> datetime:
    return datetime.now(UTC)


def _label(name: str, language: str) -> str:
    row = FIELDS.get(name)
    if row is None:
        return say("inbox.note", language) if name == "note" else name
    return row.get(f"label_{language}") or row["label_en"]


def _role(role: str, language: str) -> str:
    known = (*ROLES, "visitor", "system")
    return say(f"role.{role}", language) if role in known else role
