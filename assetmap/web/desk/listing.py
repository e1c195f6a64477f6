"""One listing: every field with who said it, what can be said of it, and what its own people see.

Staff find any listing and may add one; a steward has the page of the own one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from starlette.responses import Response

from assetmap import vocabulary
from assetmap.community.deciding import PLACE_FIELDS, PrivateStreets
from assetmap.community.deciding import history as entries_of
from assetmap.community.recording import Listing, Recorded, Recorder, listing_of
from assetmap.fields import FIELDS
from assetmap.ledger import Entry, LedgerError
from assetmap.ledger.people import may
from assetmap.places import fold
from assetmap.readers.human import NOT_SAID
from assetmap.web.desk.show import field_label, role_label, show, value_in_words
from assetmap.web.desk.tasks import entry_lines
from assetmap.web.desk.visit import Visit, after, go
from assetmap.web.plain.render import address
from assetmap.words import say, text

MOST_FOUND = 30
ADDED_FIELDS = (
    *("name", "kind", "organization", "phone", "schedule", "address", "city", "postal_code"),
    *("url", "description", "description_es", "beds_total", "accepts_record", "medication_welcome"),
)
# What a steward is asked about first; the rest of FIELDS is for the desk.
STEWARD_FIELDS = (
    *("phone", "schedule", "name", "kind", "address", "email", "url", "description"),
    *("intake_hours", "weekly_cost", "accepts_record", "medication_welcome", "waiting_list"),
)


class FieldLine(NamedTuple):
    """One field of a listing: its value, as it is written and in words, who said it and when, and
    what was before."""

    name: str
    label: str
    value: str
    shown: str
    said: str
    earlier: list[str]
    differs: bool


def find(visit: Visit) -> Response:
    """Listings by words of their name; what is sought is not in the address."""
    words = fold(visit.field("words")).split()
    assets = visit.state.community.assets
    result = [
        (str(asset), str(name), vocabulary.label("kinds", str(kind), visit.language))
        for asset, name, kind in zip(assets["id"], assets["name"], assets["kind"], strict=True)
        if words and all(word in fold(f"{name} {asset}") for word in words)
    ][:MOST_FOUND]
    return show(visit, "found.html", "desk.found", found=result)


def listing(visit: Visit) -> Response:
    """One asset: every field with who said it, and what can be done."""
    community = visit.state.community
    known = listing_of(community, visit.request.path_params["asset"])
    sees = may(visit.person.role, "see_hidden") == "live"
    history_ = entries_of(community, known.asset)
    lines = list(_lines(visit, known, sees, history_))
    return show(
        visit,
        "listing.html",
        "desk.listing",
        known=known,
        kind=vocabulary.label("kinds", known.kind, visit.language),
        first=[line for line in lines if line.value],
        rest=[line for line in lines if not line.value],
        beds=_has_beds(known.kind, known.served.get("beds_total", "")),
        open=known.served.get("status", "active") == "active",
        listed=known.served.get("listed_ok") != "no",
        phone=known.served.get("phone", ""),
        entries=entry_lines(visit, history_, sees)[:20],
        undoes=bool(may(visit.person.role, "undo")),
    )


def _lines(visit: Visit, known: Listing, sees: bool, entries: list[Entry]) -> Iterator[FieldLine]:
    notes = visit.state.community.ledger
    facts = notes.facts.of(known.asset)
    differs = notes.applied.differs if notes.applied is not None else frozenset()
    streets = None if sees else PrivateStreets(visit.state.community, entries)

    def shown_before(entry: Entry) -> str:
        before = value_in_words(entry.field, entry.was, visit.language)
        return before if streets is None else streets.clear(before)

    for name in FIELDS:
        if name in NOT_SAID or name in ("beds_as_of", "verified_on", "verified_how"):
            continue
        secret = known.hidden and name in PLACE_FIELDS
        value = known.served.get(name, "")
        fact = facts.get(name)
        if secret and sees:
            value = fact.value if fact is not None else known.source.get(name, value)
        notice = ""
        if fact is not None:
            notice = say(
                "desk.said_by",
                visit.language,
                role=role_label(fact.role, visit.language),
                day=fact.at[:10],
            )
        earlier = [
            f"{entry.at[:10]}: {shown_before(entry)}"
            for entry in entries
            if entry.field == name and entry.was and entry.what != "suggest"
        ]
        yield FieldLine(
            name,
            field_label(name, visit.language),
            value,
            value_in_words(name, value, visit.language),
            notice,
            [] if secret and not sees else earlier[:5],
            (known.asset, name) in differs,
        )


def record(visit: Visit) -> Response:
    """What somebody says of one asset, by the button or form that was sent."""
    asset = visit.field("asset")
    recorder = visit.recorder()
    done = _do(recorder, visit, asset)
    return after(visit, f"/desk/listing/{address(done.asset)}", done)


def _do(recorder: Recorder, visit: Visit, asset: str) -> Recorded:
    do = visit.field("do")
    if do == "confirm":
        return recorder.confirm(asset)
    if do in ("same", "not_same"):
        act = recorder.merge if do == "same" else recorder.not_same
        return act(asset, visit.field("other"))
    return _say_of(recorder, visit, asset)


def _say_of(recorder: Recorder, visit: Visit, asset: str) -> Recorded:
    """What staff and a listing's own people say in the same way."""
    do = visit.field("do")
    if do == "correct":
        return recorder.correct(asset, visit.field("field"), visit.field("value"))
    if do == "beds":
        return recorder.beds(asset, visit.field("beds"))
    if do in ("close", "reopen"):
        return recorder.close(asset) if do == "close" else recorder.reopen(asset)
    if do in ("listed", "withdraw"):
        return recorder.consent(asset, do == "listed")
    raise LedgerError(text("record.action", action=do[:40], known="correct, confirm, beds"))


def add_form(visit: Visit) -> Response:
    """The form for something new."""
    fields = [(name, field_label(name, visit.language)) for name in ADDED_FIELDS if name != "kind"]
    kinds = [
        (kind, vocabulary.label("kinds", kind, visit.language))
        for kind in vocabulary.terms("kinds")
    ]
    return show(
        visit,
        "add.html",
        "desk.add",
        fields=fields,
        kinds=sorted(kinds, key=lambda option: fold(option[1])),
        kind_label=field_label("kind", visit.language),
    )


def add(visit: Visit) -> Response:
    """Something new, which waits where a mistake would do harm."""
    fields = {name: visit.field(name) for name in ADDED_FIELDS}
    return after(visit, "/desk/inbox", visit.recorder().add(fields))


def own_listing(visit: Visit) -> Response:
    """The listing as visitors see it, with four large buttons."""
    known = listing_of(visit.state.community, visit.person.asset)
    facts = visit.state.community.ledger.facts.of(known.asset)
    language = visit.language
    fields = []
    for name in STEWARD_FIELDS:
        fact = facts.get(name)
        value = known.served.get(name, "")
        if name == "address":
            value = fact.value if fact is not None else known.source.get(name, value)
        shown = value_in_words(name, value, language)
        # A kind is typed in words too.
        fields.append(
            (name, field_label(name, language), shown if name == "kind" else value, shown)
        )
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


def record_own(visit: Visit) -> Response:
    """What a steward says of the own listing; another one's id is refused by its role."""
    asset = visit.field("asset") or visit.person.asset
    recorder = visit.recorder()
    if visit.field("do") == "confirm":
        done = recorder.confirm(asset, "provider")
    else:
        done = _say_of(recorder, visit, asset)
    how = "done" if done.applied else "held"
    return go(visit.request, f"/u/listing?how={how}&n={done.n}")
