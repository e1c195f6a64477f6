"""What waits for a decision, and deciding it."""

from __future__ import annotations

from starlette.responses import Response

from assetmap.community import imports
from assetmap.community.deciding import Decider, PrivateStreets, shown_to
from assetmap.community.deciding import inbox as waiting_in
from assetmap.ledger import LedgerError
from assetmap.ledger.people import may
from assetmap.web.desk.show import field_label, role_label, show, value_in_words
from assetmap.web.desk.visit import Visit, after, whole_number
from assetmap.words import say, spoken, text

MOST_WAITING = 200


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
