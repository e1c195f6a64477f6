"""Taking in a new version of a source: compared first, kept three deep, taken back whole.

The files stay the truth for what is imported. Earlier versions lie in `.kept/KEY/`; a version
that looks wrong (few rows, many ids gone) waits there and the last good one goes on being served
until somebody accepts it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from assetmap import readers
from assetmap.community import remote
from assetmap.community.deciding import Decider
from assetmap.community.folder import Community, clock
from assetmap.community.ledger_facts import ledger_of
from assetmap.community.opening import open_community
from assetmap.community.recording import Recorded, Who, observe
from assetmap.community.remote import key_of
from assetmap.community.settings import READER_NAMES
from assetmap.community.versions import (
    KEPT,
    PENDING,
    Comparison,
    compare,
    drop_source,
    ending_of,
    keep_bytes,
    keep_file,
    kept_as,
    kept_bytes,
    kept_folder,
    put_in_place,
    without_source,
)
from assetmap.files.atomic import write_atomic
from assetmap.ledger import Entry, LedgerError, NotAllowed, entry
from assetmap.ledger.people import MANY_ROWS, allowed
from assetmap.ledger.store import append_in
from assetmap.words import text


class Taken(NamedTuple):
    """What came of an import: the comparison, whether it is served now, its entry's number."""

    comparison: Comparison
    taken: bool
    n: int = 0

    def as_dict(self) -> dict[str, object]:
        """As the command line prints it."""
        document = self.comparison.as_dict()
        if self.n:
            document["n"] = self.n
        document["taken"] = self.taken
        return document


class _New(NamedTuple):
    """A new version: its bytes, the ending its file should have, and how it reads."""

    name: str
    data: bytes
    read: readers.Read


def bring(
    community: Community,
    origin: str | readers.Source,
    key: str,
    who: Who,
    *,
    dry_run: bool = False,
    accept: bool = False,
    why: str = "",
) -> Taken:
    """Compare a new version of source `key` (a path, an https address, or an upload) and take it.

    A held one is kept waiting unless `accept`. Raises LedgerError or UnreadableFile with one
    sentence; nothing has changed then.
    """
    allowed(who.role, "import")
    _refuse_key(key)
    settings = _settings(community, key)
    new = _read(community, origin, key, settings)
    before = community.reads.get(key)
    guessed = sum(problem.severity == "guessed" for problem in new.read.problems)
    comparison = compare(
        before.frame if before is not None else None,
        new.read.frame,
        key,
        str(community.config["country"]),
        guessed,
    )
    if dry_run:
        return Taken(comparison, False)
    if settings is not None and remote.is_address(settings["path"]):
        raise LedgerError(text("import.is_address", key=key))
    if comparison.held and not accept:
        _wait(community.path, key, new, comparison, who)
        return Taken(comparison, False)
    return Taken(comparison, True, _take(community, key, settings, new, comparison, who, why))


def look_at(community: Community, origin: str | readers.Source, key: str, who: Who) -> Taken:
    """Compare a new version of `key` and keep it waiting until `accept_waiting` takes it."""
    allowed(who.role, "import")
    _refuse_key(key)
    settings = _settings(community, key)
    new = _read(community, origin, key, settings)
    done = bring(community, readers.Source(new.name, new.data), key, who, dry_run=True)
    why = done.comparison.why or text("import.looked_at")
    _wait(community.path, key, new, done.comparison._replace(why=why), who)
    return done


def waiting(folder: Path) -> dict[str, str]:
    """Sources with a version that waits for somebody's word: key → why."""
    result = {}
    for note in sorted((folder / KEPT).glob(f"*/{PENDING}")):
        try:
            document = json.loads(note.read_text("utf-8"))
            result[str(document["key"])] = str(document["why"])
        except (OSError, ValueError, KeyError):
            continue
    return {**result, **remote.held(folder)}


def accept_waiting(community: Community, key: str, who: Who, why: str = "") -> Taken:
    """Take the version of `key` that waits. Raises LedgerError where none does."""
    allowed(who.role, "import")
    folder = kept_folder(community.path, key)
    note = folder / PENDING
    if key in remote.held(community.path):
        return _accept_fetched(community, key, who, why)
    if not note.is_file():
        raise LedgerError(text("import.nothing_waits", key=key))
    document = json.loads(note.read_text("utf-8"))
    many = int(document.get("touched") or 0) > MANY_ROWS
    if many and who.actor is not None and document.get("by") == who.actor:
        raise NotAllowed(text("import.second_eyes", n=MANY_ROWS))
    data = (folder / str(document["file"])).read_bytes()
    source = readers.Source(str(document["name"]), data)
    return bring(community, source, key, who, accept=True, why=why)


def _accept_fetched(community: Community, key: str, who: Who, why: str) -> Taken:
    """Take the fetched version that waits; both versions are kept, so that it can be undone."""
    folder = community.path
    store = ledger_of(folder)
    if store is not None:
        # Nothing is served that could not be written down.
        with store.writing():
            pass
    last = remote.copy_of(folder, key)
    was = kept_as(folder, key, last.path) if last is not None else ""
    remote.accept(folder, key)
    taken = remote.copy_of(folder, key)
    digest = kept_as(folder, key, taken.path) if taken is not None else ""
    opened = open_community(folder)
    before, after = community.reads.get(key), opened.reads[key]
    country = str(opened.config["country"])
    comparison = compare(before.frame if before else None, after.frame, key, country)
    comparison = comparison._replace(held=False)
    observe(opened)
    n = _note_import(community, key, digest, was, comparison, who, why)
    return Taken(comparison, True, n)


def undo_entry(community: Community, who: Who, n: int, why: str = "") -> Recorded:
    """Take entry `n` back; of an import the files too, so that the version before is served."""
    decider = Decider(community, who, why)
    known = decider.store.entry(n)
    of_import = known
    back = True
    while of_import is not None and of_import.what == "undo":
        of_import = decider.store.entry(of_import.about or 0)
        back = not back
    if of_import is None or of_import.what != "import" or not of_import.value:
        return decider.undo(n)
    allowed(who.role, "undo")
    key = of_import.field
    wanted = of_import.was if back else of_import.value
    content = kept_bytes(community.path, key, wanted) if wanted else None
    settings = _settings(community, key)
    if content is None and settings is not None:
        without_source(community.path, key, settings)
    done = decider.undo(n)
    if content is None:
        if settings is not None:
            keep_file(community.path, key, community.path / str(settings["path"]))
            drop_source(community.path, key, settings)
    elif settings is not None and remote.is_address(settings["path"]):
        remote.put_back(community.path, key, content[1])
    else:
        name, data = content
        put_in_place(community.path, key, settings, name, data)
    observe(open_community(community.path))
    return done


def broken_off(community: Community) -> list[tuple[int, str]]:
    """Imports (number, source) that were written down and whose file was never put in place.

    Taking such a version once more finishes it.
    """
    store = ledger_of(community.path)
    latest: dict[str, Entry] = {}
    for value in store.entries() if store is not None else []:
        if value.what == "import" and value.n not in community.ledger.facts.void:
            latest[value.field] = value
    result = []
    for key, value in latest.items():
        settings = _settings(community, key)
        path = community.path / str(settings["path"]) if settings is not None else None
        if path is None:
            broken = value.was == ""
        else:
            broken = path.is_file() and value.was == hashlib.sha256(path.read_bytes()).hexdigest()
        if broken and value.value:
            result.append((value.n, key))
    return result


def _refuse_key(key: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", key) or key == "added":
        raise LedgerError(text("import.key", key=key))


def _settings(community: Community, key: str) -> Mapping[str, object] | None:
    return next((item for item in community.config["assets"] if key_of(item) == key), None)


def _read(
    community: Community,
    origin: str | readers.Source,
    key: str,
    settings: Mapping[str, object] | None,
) -> _New:
    source: readers.Source | readers.Package
    if isinstance(origin, readers.Source):
        source = origin
    elif remote.is_address(origin):
        name = PurePosixPath(urlsplit(origin).path).name or f"{key}.data"
        answer = remote.fetch(origin)
        source = readers.Source(name, answer.data or b"")
    else:
        source = readers.open_path(Path(origin))
    if not isinstance(source, readers.Source):
        raise LedgerError(text("import.one_file"))
    reader = None
    recipe = None
    program = None
    if settings is not None:
        named = settings.get("reader")
        reader = READER_NAMES.get(str(named), str(named)) if named else None
        program = settings.get("program")
        if settings.get("recipe"):
            result = readers.open_path(community.path / str(settings["recipe"]))
            recipe = result if isinstance(result, readers.Source) else None
    read = readers.read(
        source,
        reader,
        recipe,
        key,
        program=str(program) if program else None,
        country=str(community.config["country"]),
    )
    return _New(source.name, source.data, read)


def _take(
    community: Community,
    key: str,
    settings: Mapping[str, object] | None,
    new: _New,
    comparison: Comparison,
    who: Who,
    why: str,
) -> int:
    """Put the new version in the old one's place and write it down; gives the entry's number."""
    folder = community.path
    digest = hashlib.sha256(new.data).hexdigest()
    was = ""
    if settings is not None:
        old = folder / str(settings["path"])
        if old.is_file():
            was = hashlib.sha256(old.read_bytes()).hexdigest()
            if was == digest:
                raise LedgerError(text("import.same", key=key))
            keep_file(folder, key, old)
    keep_bytes(folder, key, new.name, new.data)
    # Written down first: an import that nobody can take back must not be served.
    n = _note_import(community, key, digest, was, comparison, who, why)
    put_in_place(folder, key, settings, new.name, new.data)
    for name in (PENDING, *(path.name for path in kept_folder(folder, key).glob("waiting.*"))):
        (kept_folder(folder, key) / name).unlink(missing_ok=True)
    observe(open_community(folder))
    return n


def _note_import(
    community: Community,
    key: str,
    digest: str,
    was: str,
    comparison: Comparison,
    who: Who,
    why: str,
) -> int:
    store = ledger_of(community.path)
    if store is None:
        return 0
    new_entry = entry(
        *("import", "", key, digest),
        role=who.role,
        now=clock(community.timezone),
        actor=who.actor,
        was=was,
        reason=why,
    )
    with store.writing() as run:
        n = append_in(run, [new_entry])[0].n
        run(
            "INSERT INTO source_import VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(n, key, digest, comparison.rows, len(comparison.new)),
                *(len(comparison.changed), len(comparison.vanished), who.role),
            ),
        )
    return n


def _wait(folder: Path, key: str, new: _New, comparison: Comparison, who: Who) -> None:
    kept = kept_folder(folder, key)
    kept.mkdir(parents=True, exist_ok=True)
    file = f"waiting{ending_of(new.name)}"
    write_atomic(kept / file, new.data)
    touched = len(comparison.new) + len(comparison.changed) + len(comparison.vanished)
    document = {
        **{"key": key, "name": new.name, "file": file, "why": str(comparison.why)},
        **{"by": who.actor, "touched": touched},
    }
    write_atomic(kept / PENDING, json.dumps(document, ensure_ascii=False).encode())
