"""What is to be done at the desk: whom to call, what to decide, what to take back."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import Response

from assetmap import vocabulary
from assetmap.community import imports
from assetmap.community.deciding import PLACE_FIELDS, Decider, PrivateStreets, shown_to
from assetmap.community.deciding import inbox as waiting_in
from assetmap.community.recording import Recorded
from assetmap.ledger import Entry, LedgerError, calls, people
from assetmap.ledger.people import may
from assetmap.web.desk.show import field_label, role_label, show, value_in_words
from assetmap.web.desk.visit import Visit, after, go, whole_number
from assetmap.web.plain.render import address
from assetmap.words import say, spoken, text

MOST_CALLS = 20
MOST_WAITING = 200
MOST_ENTRIES = 200


def today(visit: Visit) -> Response:
    """Twenty to call, held for this person for four hours."""
    community = visit.state.community
    applied = community.ledger.applied
    old = (
        {review.asset for review in applied.reviews if review.old} if applied is not None else set()
    )
    due = calls.due_calls(community.assets, visit.state.now(), old)
    mine = calls.lease(visit.store, due, MOST_CALLS, f"person {visit.person.id}", datetime.now(UTC))
    language = visit.language
    kinds = vocabulary.terms("kinds")
    lines = [
        {
            "call": call,
            "why": spoken(call.why, language),
            "kind": vocabulary.label("kinds", call.kind, language),
            "ask": [field_label(name, language) for name in call.ask],
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
    recorder = visit.recorder()
    done: Recorded | None = None
    if outcome == "right":
        done = recorder.confirm(asset)
        if visit.field("beds"):
            done = recorder.beds(asset, visit.field("beds"))
    elif outcome == "closed":
        done = recorder.close(asset)
    elif outcome == "do_not_list":
        done = recorder.consent(asset, False)
    calls.tell(visit.store, asset, outcome, datetime.now(UTC))
    if outcome == "changed":
        return go(visit.request, f"/desk/listing/{address(asset)}")
    return after(visit, "/desk/today", done)


def inbox(visit: Visit) -> Response:
    """What waits, with what is served and what is proposed side by side."""
    community = visit.state.community
    sees = may(visit.person.role, "see_hidden") == "live"
    names = dict(zip(community.assets["id"], community.assets["name"], strict=True))
    streets = None if sees else PrivateStreets(community, visit.store.entries())
    items = []
    for item in waiting_in(community)[:MOST_WAITING]:
        seen = shown_to(item, community, sees)
        if streets is not None:
            value, was = streets.clear(seen.value), streets.clear(seen.was)
            seen = seen._replace(value=value, was=was, reason=streets.cleared(seen.reason))
        items.append(
            {
                "item": seen,
                "name": names.get(seen.asset, seen.asset),
                "what": say(f"inbox.what.{seen.what.replace(' ', '_')}", visit.language),
                "field": field_label(seen.field, visit.language),
                "value": value_in_words(seen.field, seen.value, visit.language),
                "was": value_in_words(seen.field, seen.was, visit.language),
                "reason": spoken(seen.reason, visit.language),
                "day": seen.at[:10],
                "role": role_label(seen.role, visit.language),
                "other": names.get(seen.value, "") if seen.what in ("duplicate", "id") else "",
            }
        )
    decides = bool(may(visit.person.role, "decide"))
    waiting = imports.waiting(community.path) if may(visit.person.role, "import") else {}
    return show(visit, "inbox.html", "desk.inbox", items=items, decides=decides, waiting=waiting)


def decide(visit: Visit) -> Response:
    """Accept or refuse one thing."""
    n = whole_number(visit.field("n"))
    if n is None:
        raise LedgerError(text("inbox.nothing", n=visit.field("n")[:20]))
    decider = Decider(visit.state.community, visit.who, visit.field("why"))
    take = visit.field("do") == "accept"
    done = decider.accept(n) if take else decider.refuse(n)
    return after(visit, "/desk/inbox", done)


def history(visit: Visit) -> Response:
    """What was said lately, newest first, each with its undo."""
    sees = may(visit.person.role, "see_hidden") == "live"
    entries = sorted(visit.store.entries(), key=lambda option: -option.n)[:MOST_ENTRIES]
    return show(
        visit,
        "history.html",
        "desk.history",
        entries=entry_lines(visit, entries, sees),
        undoes=bool(may(visit.person.role, "undo")),
    )


def entry_lines(visit: Visit, entries: list[Entry], sees: bool) -> list[dict[str, object]]:
    """`entries` as history.html shows them; `sees` whether this person may see hidden places."""
    community = visit.state.community
    names = dict(zip(community.assets["id"], community.assets["name"], strict=True))
    labels = {item.id: item.label for item in people.everybody(visit.store)}
    hidden = community.assets["location_precision"].isin(["area", "hidden"])
    open_ids = set(community.assets["id"][~hidden])
    void = community.ledger.facts.void
    streets = None if sees else PrivateStreets(community, entries)

    def shown(written: str) -> str:
        return written if streets is None else streets.clear(written)

    def in_words(entry: Entry, value: str) -> str:
        return shown(value_in_words(entry.field, value, visit.language)[:300])

    lines = []
    for entry in entries:
        secret = not sees and (entry.field in PLACE_FIELDS or entry.field == "")
        masked = secret and entry.asset not in open_ids
        lines.append(
            {
                "entry": entry,
                "what": say(f"entry.{entry.what}", visit.language),
                "name": names.get(entry.asset, entry.asset or entry.field),
                "field": field_label(entry.field, visit.language),
                "value": "–" if masked else in_words(entry, entry.value),
                "was": "–" if masked else in_words(entry, entry.was),
                # Whatever is said of a hidden place may tell where it is.
                "reason": shown(entry.reason) if sees or entry.asset in open_ids else "",
                "who": labels.get(entry.actor or 0, role_label(entry.role, visit.language)),
                "undone": entry.n in void,
            }
        )
    return lines


def undo(visit: Visit) -> Response:
    """Take one entry back."""
    n = whole_number(visit.field("n"))
    if n is None:
        raise LedgerError(text("inbox.no_entry", n=visit.field("n")[:20]))
    done = imports.undo_entry(visit.state.community, visit.who, n, visit.field("why"))
    return after(visit, "/desk/history", done)
