"""A new version of a source: looked at, then taken."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.responses import Response

from assetmap import readers
from assetmap.community import imports
from assetmap.community.recording import Recorded
from assetmap.ledger import LedgerError
from assetmap.web.desk.show import show
from assetmap.web.desk.uploads import uploaded
from assetmap.web.desk.visit import Visit, after
from assetmap.words import spoken, text


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
        name, data = uploaded(given)
        if data:
            origin = readers.Source(name or "sheet.csv", data)
    if not origin:
        raise LedgerError(text("desk.no_file"))
    if isinstance(origin, str) and not origin.startswith("https://"):
        raise LedgerError(text("desk.https"))
    taken = imports.look_at(community, origin, key, visit.who)
    sources = [(report.key, report.name, report.assets) for report in community.sources]
    names = dict(zip(community.assets["id"], community.assets["name"], strict=True))
    vanished = [
        (names.get(item.id, item.id), item.moved_to) for item in taken.comparison.vanished[:50]
    ]
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
    return after(visit, "/desk/history", Recorded(done.n, "", True))
