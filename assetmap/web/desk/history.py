"""What was said lately, each with its undo."""

from __future__ import annotations

from starlette.responses import Response

from assetmap.community import imports
from assetmap.community.deciding import PLACE_FIELDS, PrivateStreets
from assetmap.ledger import Entry, LedgerError, people
from assetmap.ledger.people import may
from assetmap.web.desk.show import field_label, role_label, show, value_in_words
from assetmap.web.desk.visit import Visit, after, whole_number
from assetmap.words import say, text

MOST_ENTRIES = 200


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
    community = visit.state.community
    names = dict(zip(community.assets["id"], community.assets["name"], strict=True))
    labels = {item.id: item.label for item in people.everybody(visit.store)}
    hidden = community.assets["location_precision"].isin(["area", "hidden"])
    open_ids = set(community.assets["id"][~hidden])
    void = community.said.facts.void
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
