"""The page of a listing's own people: still right, beds open, something changed, take us off."""

from __future__ import annotations

from starlette.responses import Response

from assetmap import vocabulary
from assetmap.community.recording import Recorded, Recorder, listing_of
from assetmap.fields import FIELDS
from assetmap.ledger import LedgerError
from assetmap.web.desk.show import show, value_in_words
from assetmap.web.desk.visit import Visit, go
from assetmap.words import text

# What a steward is asked about first; the rest of FIELDS is for the desk.
FIELDS_SHOWN = (
    *("phone", "schedule", "name", "kind", "address", "email", "url", "description"),
    *("intake_hours", "weekly_cost", "accepts_record", "medication_welcome", "waiting_list"),
)


def listing(visit: Visit) -> Response:
    """The listing as visitors see it, with four large buttons."""
    known = listing_of(visit.state.community, visit.person.asset)
    facts = visit.state.community.said.facts.of(known.asset)
    language = visit.language
    fields = []
    for name in FIELDS_SHOWN:
        fact = facts.get(name)
        value = known.served.get(name, "")
        if name == "address":
            value = fact.value if fact is not None else known.source.get(name, value)
        label = FIELDS[name].get(f"label_{language}") or FIELDS[name]["label_en"]
        shown = value_in_words(name, value, language)
        # A kind is typed in words too.
        fields.append((name, label, shown if name == "kind" else value, shown))
    total = known.served.get("beds_total", "")
    most = min(int(total), 12) if total.isdigit() else 4
    return show(
        visit,
        "steward.html",
        "desk.steward_title",
        known=known,
        kind=vocabulary.label("kinds", known.kind, language),
        fields=fields,
        beds=list(range(most + 1)) if _has_beds(known.kind, total) else [],
        beds_open=known.served.get("beds_open", ""),
        beds_as_of=known.served.get("beds_as_of", "")[:10],
        verified=known.served.get("verified_on", ""),
        listed=known.served.get("listed_ok") != "no",
        open=known.served.get("status", "active") == "active",
    )


def _has_beds(kind: str, total: str) -> bool:
    return bool(total) or kind in vocabulary.kinds_of_need("bed_tonight")


def record(visit: Visit) -> Response:
    """What a steward says of the own listing; another one's id is refused by its role."""
    asset = visit.field("asset") or visit.person.asset
    done = _do(visit.recorder(), visit, asset)
    how = "done" if done.applied else "held"
    return go(visit.request, f"/u/listing?how={how}&n={done.n}")


def _do(recorder: Recorder, visit: Visit, asset: str) -> Recorded:
    do = visit.field("do")
    if do == "confirm":
        return recorder.confirm(asset, "provider")
    if do == "beds":
        return recorder.beds(asset, visit.field("beds"))
    if do == "correct":
        return recorder.correct(asset, visit.field("field"), visit.field("value"))
    if do in ("listed", "withdraw"):
        return recorder.consent(asset, do == "listed")
    if do in ("close", "reopen"):
        return recorder.close(asset) if do == "close" else recorder.reopen(asset)
    raise LedgerError(text("record.action", action=do[:40], known="confirm, beds, correct"))
