"""Files handed to the desk: lists to take in and surveys to publish."""

from __future__ import annotations

from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from assetmap import readers
from assetmap.community import imports
from assetmap.community.recording import Recorded
from assetmap.community.releases import keep_recipe, publish, waves_of, withdraw
from assetmap.ledger import LedgerError
from assetmap.survey.release import table_of
from assetmap.web.desk.show import show
from assetmap.web.desk.visit import Visit, after, go
from assetmap.words import spoken, text

_uploads: dict[int, tuple[str, bytes]] = {}


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


def uploaded(given: UploadFile) -> tuple[str, bytes]:
    """The name and bytes of a file of the form, once; nothing where it was taken before."""
    return _uploads.pop(id(given), ("", b""))


def survey(visit: Visit) -> Response:
    """Which waves are published."""
    return show(visit, "survey.html", "desk.survey", waves=waves_of(visit.state.community.path))


def survey_change(visit: Visit) -> Response:
    """Take a published wave back, publish a table, or keep the recipe of a survey."""
    community, given = visit.state.community, visit.form.get("file")
    if not isinstance(given, UploadFile):
        withdraw(community, visit.field("wave"), visit.who, visit.store)
        return go(visit.request, "/desk/survey")
    name, data = uploaded(given)
    if not data:
        raise LedgerError(text("desk.no_file"))
    if name.casefold().endswith(".toml"):
        keep_recipe(community, data, name, visit.who)
    else:
        publish(community, table_of(data, name), visit.field("decision"), visit.who, visit.store)
    return go(visit.request, "/desk/survey")


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
