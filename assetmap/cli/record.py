"""record, history, undo, inbox, accept, refuse, call: what the desk does, as commands."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assetmap.assets import cells
from assetmap.cli.edge import CommunityDir, Json, community_folder, emit
from assetmap.community import Community, open_community
from assetmap.community.deciding import Decider
from assetmap.community.deciding import history as entries_of
from assetmap.community.deciding import inbox as waiting_in
from assetmap.community.imports import undo_entry
from assetmap.community.recording import Recorded, Recorder, Who, listing_of, observe, when
from assetmap.files.atomic import write_atomic
from assetmap.ledger import ROLES, Entry, LedgerError, calls, open_store
from assetmap.ledger import people as staff
from assetmap.vocabulary import fields
from assetmap.words import text

ACTIONS = "correct, confirm, beds, close, reopen, consent, add, same or not-same"
By = Annotated[str, typer.Option(help="Who says it: owner, editor, volunteer or steward.")]
As = Annotated[int | None, typer.Option("--as", help="The number of the person who says it.")]
Why = Annotated[str, typer.Option(help="Why, in at most 300 letters.")]
SaidAt = Annotated[str | None, typer.Option("--at", help="When it was said, 2026-11-24T10:00.")]
Number = Annotated[int, typer.Argument(help="The number that inbox or history shows.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (record, history, undo, inbox, accept, refuse, call):
        app.command()(command)


def record(
    asset: Annotated[str, typer.Argument(help="The asset's id; `new` with add.")],
    action: Annotated[str, typer.Argument(help=ACTIONS)],
    values: Annotated[list[str] | None, typer.Argument(help="FIELD VALUE, N, yes, no …")] = None,
    by: By = "owner",
    person: As = None,
    at: SaidAt = None,
    why: Why = "",
    community: CommunityDir = None,
    json: Json = False,
) -> int:
    """Write down what somebody said of an asset. What cannot be read is refused."""
    opened = _opened(community)
    who = who_of(opened, by, person, asset)
    recorder = Recorder(
        opened,
        who,
        when(at, opened),
        why,
        seen=opened.ledger.version if opened.ledger.open else None,
    )
    done = _record(recorder, asset, action, list(values or ()))
    _tell(done, json)
    return 0


def _opened(community: Path | None) -> Community:
    folder = community_folder(community)
    open_store(folder)
    opened = open_community(folder)
    observe(opened)
    return opened


def who_of(opened: Community, by: str, person: int | None, asset: str = "") -> Who:
    """Who writes on the command line: a person by number, else a role. Raises LedgerError."""
    if person is not None:
        place = staff.find(open_store(opened.path), person)
        if place is None or place.disabled:
            raise LedgerError(text("ledger.no_person", id=person))
        return Who(place.role, place.id, place.asset)
    if by not in ROLES:
        raise LedgerError(text("ledger.no_role", role=by, roles=", ".join(ROLES)))
    return Who(by, None, opened.ledger.now_known_as(asset) if by == "steward" else "")


def _record(recorder: Recorder, asset: str, action: str, values: list[str]) -> Recorded:
    counts = {"correct": 2, "beds": 1, "consent": 1, "same": 1, "not-same": 1}
    wanted = counts.get(action, 0)
    fixed = action in ("confirm", "close", "reopen", *counts)
    # `confirm phone` says how it was checked.
    says_how = action == "confirm" and len(values) == 1
    if fixed and len(values) != wanted and not says_how:
        raise LedgerError(text("record.values", action=action, n=wanted))
    if action == "correct":
        return recorder.correct(asset, values[0], values[1])
    if action == "confirm":
        return recorder.confirm(asset, *values)
    if action == "beds":
        return recorder.beds(asset, values[0])
    if action == "close":
        return recorder.close(asset)
    if action == "reopen":
        return recorder.reopen(asset)
    if action == "consent":
        return recorder.consent(asset, _yes(values[0]))
    if action == "same":
        return recorder.merge(asset, values[0])
    if action == "not-same":
        return recorder.not_same(asset, values[0])
    if action == "add":
        return recorder.add(_pairs(values))
    raise LedgerError(text("record.action", action=action, known=ACTIONS))


def _yes(answer: str) -> bool:
    cell = cells.yes_no(answer.strip())
    if cell.value is None:
        raise LedgerError(text("record.yes_no", said=answer))
    return bool(cell.value)


def _pairs(values: list[str]) -> dict[str, str]:
    lines = {}
    for value in values:
        field, sign, answer = value.partition("=")
        if not sign:
            raise LedgerError(text("record.pair", said=value))
        lines[field.strip()] = answer
    return lines


def _tell(done: Recorded, json: bool) -> None:
    if json:
        emit(done.as_dict())
        return
    typer.echo(text("record.done" if done.applied else "record.held", n=done.n, asset=done.asset))
    if done.note:
        typer.echo(f"  {done.note}")


def history(
    asset: Annotated[str, typer.Argument(help="The asset's id, also an old one.")],
    community: CommunityDir = None,
    json: Json = False,
) -> int:
    """Everything that was said of an asset, newest first."""
    opened = _opened(community)
    result = entries_of(opened, asset)
    if not result:
        listing_of(opened, asset)
    if json:
        emit([_entry(item, opened) for item in result])
    else:
        void = opened.ledger.facts.void
        for item in result:
            gone = text("record.taken_back") if item.n in void else ""
            parts = [
                str(item.n),
                item.at[:10],
                item.role,
                item.what,
                item.field,
                item.value,
                item.reason,
            ]
            typer.echo("  ".join(part for part in (*parts, str(gone)) if part))
    return 0


def _entry(entry: Entry, opened: Community) -> dict[str, object]:
    return {**entry.as_dict(), "undone": entry.n in opened.ledger.facts.void}


def undo(
    n: Number, by: By = "owner", person: As = None, why: Why = "",
    community: CommunityDir = None, json: Json = False,
) -> int:  # fmt: skip
    """Take an entry back. Nothing is deleted: the undo is an entry too, and can be undone."""
    opened = _opened(community)
    _tell(undo_entry(opened, who_of(opened, by, person), n, why), json)
    return 0


def inbox(community: CommunityDir = None, json: Json = False) -> int:
    """What waits for a decision: what people sent, and what the program found."""
    opened = _opened(community)
    items = waiting_in(opened)
    if json:
        emit([item.as_dict() for item in items])
    else:
        for item in items:
            change = f"{item.was or '–'} → {item.value or '–'}"
            parts = [str(item.n), item.what, item.asset, item.field, change, str(item.reason)]
            typer.echo("  ".join(part for part in parts if part))
        typer.echo(text("inbox.count", n=len(items)))
    return 0


def accept(
    n: Number, by: By = "owner", person: As = None, why: Why = "",
    community: CommunityDir = None, json: Json = False,
) -> int:  # fmt: skip
    """Take what an item of the inbox proposes."""
    opened = _opened(community)
    _tell(Decider(opened, who_of(opened, by, person), why).accept(n), json)
    return 0


def refuse(
    n: Number, by: By = "owner", person: As = None, why: Why = "",
    community: CommunityDir = None, json: Json = False,
) -> int:  # fmt: skip
    """Leave things as they are and close an item of the inbox."""
    opened = _opened(community)
    _tell(Decider(opened, who_of(opened, by, person), why).refuse(n), json)
    return 0


def call(
    next_: Annotated[int, typer.Option("--next", min=1, max=200, help="How many.")] = 20,
    by: Annotated[str, typer.Option(help="Who calls; nobody else gets them for four hours.")] = "",
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write them as a sheet.")] = None,
    community: CommunityDir = None,
    json: Json = False,
) -> int:
    """Who to call next, and what to ask. They are yours for four hours."""
    opened = _opened(community)
    applied = opened.ledger.applied
    old = (
        {review.asset for review in applied.reviews if review.old} if applied is not None else set()
    )
    due = calls.due_calls(opened.assets, opened.now, old)
    taken = calls.lease(open_store(opened.path), due, next_, by or "command line", _clock())
    if csv_file is not None:
        write_atomic(csv_file, _sheet(taken))
    if json:
        emit([item.as_dict() for item in taken])
    elif csv_file is None:
        for item in taken:
            asks = ", ".join(fields()[name]["label_en"] for name in item.ask)
            parts = [item.name, item.phone, str(item.why), asks and text("call.ask", fields=asks)]
            typer.echo(" · ".join(part for part in parts if part))
            typer.echo(f"    {item.asset}")
    return 0


def _clock() -> datetime:
    return datetime.now(UTC)


def _sheet(taken: list[calls.Call]) -> bytes:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(("asset", "name", "phone", "due", "why", "ask", "answer"))
    for item in taken:
        asks = "|".join(item.ask)
        row = (item.asset, item.name, item.phone, item.due.isoformat(), str(item.why), asks, "")
        writer.writerow(row)
    return lines.getvalue().encode()
