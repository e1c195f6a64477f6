"""Sources that are web addresses: fetched on a schedule, kept as files, last good copy stays.

A fetch asks only whether something changed (ETag, Last-Modified).
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from assetmap import readers
from assetmap.community.fetching import FetchError, csv_address, fetch
from assetmap.community.keeper import reason_of
from assetmap.community.settings import read_settings, reader_of
from assetmap.community.versions import compare
from assetmap.fields import JsonDict, JsonObject
from assetmap.files.atomic import write_atomic
from assetmap.words import Text, text

FOLDER = ".remote"
EVERY_HOURS = 24.0
# After a failed try a scheduled refresh waits this long before it asks again.
AGAIN = timedelta(hours=1)
EARLIER_KEPT = 3
_ENDINGS = (".csv", ".json", ".geojson", ".xlsx", ".zip")
_NO_ENDING = ".data"


class Copy(NamedTuple):
    """The last good copy of a source: its file, and when it was fetched or found unchanged."""

    path: Path
    fetched_at: datetime


def is_address(path: object) -> bool:
    """Whether a source's path is a web address."""
    return str(path).lower().startswith(("https://", "http://"))


def copy_of(folder: Path, key: str) -> Copy | None:
    """The last good copy of the source `key`, None before the first fetch.

    A note that was torn or lost falls back to the file that is there.
    """
    note = _note(folder, key)
    kept = folder / FOLDER
    path = kept / str(note.get("file", ""))
    fetched = _moment(note.get("fetched_at"))
    if fetched is not None and path.is_file():
        return Copy(path, fetched)
    files = [kept / f"{_safe(key)}{ending}" for ending in (*_ENDINGS, _NO_ENDING)]
    whole = [file for file in files if file.is_file()]
    if not whole or note.get("held_file"):
        return None
    newest = max(whole, key=lambda file: file.stat().st_mtime)
    return Copy(newest, datetime.fromtimestamp(newest.stat().st_mtime, UTC))


def _moment(value: object) -> datetime | None:
    """An aware time of a note; None for what is none."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


# Tries that could not be written down (a folder that is read-only), by folder and key.
_tried: dict[tuple[Path, str], datetime] = {}


def refresh(folder: Path, only_due: bool = False, now: datetime | None = None) -> dict[str, str]:
    """Fetch every source of the community that is an address; key → "" or what went wrong.

    `only_due` leaves those alone that were fetched within their `every_hours` (24). Whatever goes
    wrong with one source, the next is fetched all the same.
    """
    settings = read_settings(folder)
    headers: dict[str, str] = {}
    now = now or datetime.now(UTC)
    for source in settings["assets"]:
        if not is_address(source["path"]):
            continue
        key = key_of(source)
        if only_due and not _is_due(folder, key, source, now):
            continue
        _tried[folder, key] = now
        try:
            _refresh_one(folder, key, source, now)
            headers[key] = ""
        except Exception as error:  # whatever it is, the next source is not to suffer for it
            headers[key] = _failed(folder, key, error, now)
    return headers


def key_of(source: JsonObject) -> str:
    """The source's key, else the stem of its file."""
    path = str(source["path"])
    try:
        stem = PurePosixPath(urlsplit(path).path).stem if is_address(path) else Path(path).stem
    except ValueError:
        stem = ""
    return str(source.get("key") or stem or "assets")


def _is_due(folder: Path, key: str, source: JsonObject, now: datetime) -> bool:
    try:
        every = timedelta(hours=float(source.get("every_hours", EVERY_HOURS)))
    except (TypeError, ValueError, OverflowError):
        every = timedelta(hours=EVERY_HOURS)
    copy = copy_of(folder, key)
    if copy is not None and now - copy.fetched_at < every:
        return False
    tried = _moment(_note(folder, key).get("tried_at")) or _tried.get((folder, key))
    return tried is None or now - tried >= AGAIN


def _failed(folder: Path, key: str, error: Exception, now: datetime) -> str:
    """Note that the source failed, and since when; the sentence for it."""
    if isinstance(error, readers.UnreadableFile):
        message = error.args[0]
    else:
        message = text("folder.not_read", name=key, reason=reason_of(error))
    note = _note(folder, key)
    since = str(note.get("failing_since") or now.isoformat(timespec="seconds"))
    note |= {"tried_at": now.isoformat(), "failing_since": since, "failure": str(message)}
    with contextlib.suppress(OSError):
        _write_note(folder, key, note)
    return str(message)


def failing(folder: Path, key: str) -> Text | None:
    """What has to be said of a source that could not be refreshed lately; None where it could."""
    note = _note(folder, key)
    since = _moment(note.get("failing_since"))
    if since is None:
        return None
    why = str(note.get("failure") or "")
    return text("folder.failing_since", name=key, when=f"{since:%Y-%m-%d %H:%M}", why=why)


def _refresh_one(folder: Path, key: str, source: JsonObject, now: datetime) -> None:
    note = _note(folder, key)
    url = csv_address(str(source["path"]))
    last = copy_of(folder, key)
    known = note if note.get("url") == url and last is not None else {}
    answer = fetch(
        url,
        etag=str(known.get("etag", "")),
        modified=str(known.get("modified", "")),
        private_ok=source.get("private_network", False),
    )
    kept = folder / FOLDER
    kept.mkdir(exist_ok=True)
    if answer.data is not None:
        name = f"{_safe(key)}{_ending(url)}"
        # Read it before it replaces the last good copy: an error page is no list of meetings.
        if answer.data.strip() in (b"", b"[]", b"{}") and last is not None:
            why: str | None = text("import.empty")
        else:
            read = _read(name, answer.data, key, source)
            why = _why_held(read, answer.data, last, key, source)
        if why is not None:
            write_atomic(kept / f"{name}.held", answer.data)
            _write_note(folder, key, {**note, "held": str(why), "held_file": name})
            raise FetchError(text("import.held", key=key, why=why))
        _keep_earlier(kept, name)
        write_atomic(kept / name, answer.data)
        note = {"file": name, "etag": answer.etag, "modified": answer.modified, "url": url}
    note["fetched_at"] = now.isoformat(timespec="seconds")
    for gone in ("tried_at", "failing_since", "failure"):
        note.pop(gone, None)
    _write_note(folder, key, note)


def _why_held(
    read: readers.Read, data: bytes, last: Copy | None, key: str, source: JsonObject
) -> str | None:
    """Why a person has to look at this version before it is served; None for a good one."""
    if not len(read.frame):
        return text("import.empty")
    if data.lstrip()[:1] in (b"[", b"{") and _is_cut_off(data):
        return text("import.cut_off", now=len(read.frame))
    if last is None:
        return None
    try:
        before = _read(last.path.name, last.path.read_bytes(), key, source)
    except (readers.UnreadableFile, OSError):
        return None
    result = compare(before.frame, read.frame, key, "US")
    return str(result.why) if result.held else None


def _is_cut_off(data: bytes) -> bool:
    """Whether JSON ends before its last bracket is closed."""
    return data.rstrip()[-1:] not in (b"]", b"}")


def _keep_earlier(kept: Path, name: str) -> None:
    """The three copies served before stay beside the new one, the latest as `.1`."""
    for number in range(EARLIER_KEPT, 0, -1):
        older = kept / (f"{name}.{number - 1}" if number > 1 else name)
        if older.is_file():
            write_atomic(kept / f"{name}.{number}", older.read_bytes())


def _read(name: str, data: bytes, key: str, source: JsonObject) -> readers.Read:
    return readers.read(
        readers.Source(name, data), reader_of(source), key=key, program=source.get("program")
    )


def held(folder: Path) -> dict[str, str]:
    """Sources whose newest version looks wrong and waits for somebody's word: key → why."""
    result = {}
    for path in sorted((folder / FOLDER).glob("*.note")):
        note = _note(folder, path.stem)
        if note.get("held") and (folder / FOLDER / f"{note.get('held_file')}.held").is_file():
            result[path.stem] = str(note["held"])
    return result


def accept(folder: Path, key: str) -> None:
    """Serve the version of `key` that waits; the last good one is kept beside it as `.before`."""
    note = _note(folder, key)
    name = str(note["held_file"])
    waiting = folder / FOLDER / f"{name}.held"
    served = folder / FOLDER / str(note.get("file", name))
    if served.is_file():
        write_atomic(folder / FOLDER / f"{name}.before", served.read_bytes())
        _keep_earlier(folder / FOLDER, served.name)
    write_atomic(folder / FOLDER / name, waiting.read_bytes())
    waiting.unlink(missing_ok=True)
    settled = ("held", "held_file", "failing_since", "failure", "tried_at")
    fresh = {name_: value for name_, value in note.items() if name_ not in settled}
    fresh |= {"file": name, "fetched_at": datetime.now(UTC).isoformat(timespec="seconds")}
    _write_note(folder, key, fresh)


def put_back(folder: Path, key: str, data: bytes) -> None:
    """Serve `data`, an earlier version of `key`, until another one is fetched."""
    copy = copy_of(folder, key)
    if copy is not None:
        write_atomic(copy.path, data)


def _write_note(folder: Path, key: str, note: JsonObject) -> None:
    kept = folder / FOLDER
    kept.mkdir(exist_ok=True)
    write_atomic(kept / f"{_safe(key)}.note", json.dumps(note).encode())


def _note(folder: Path, key: str) -> JsonDict:
    path = folder / FOLDER / f"{_safe(key)}.note"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _safe(key: str) -> str:
    return "".join(char if char.isalnum() or char in "-_" else "-" for char in key)


def _ending(url: str) -> str:
    ending = PurePosixPath(urlsplit(url).path).suffix.lower()
    return ending if ending in _ENDINGS else _NO_ENDING
