"""Today: twenty to call, and what came of a call."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import Response

from assetmap import vocabulary
from assetmap.community.recording import Recorded
from assetmap.ledger import calls
from assetmap.web.desk.show import field_label, show
from assetmap.web.desk.visit import Visit, after, go
from assetmap.web.plain.render import address
from assetmap.words import spoken

MOST_CALLS = 20


def today(visit: Visit) -> Response:
    """Twenty to call, held for this person for four hours."""
    community = visit.state.community
    applied = community.said.applied
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
