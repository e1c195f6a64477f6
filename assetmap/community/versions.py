"""Versions of a source: a new one beside the one that is served, and those kept on disk.

Compared, they say what is new, changed and gone; on disk lie those kept, the one that waits, and
the one that is served.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap.assets.cells import plain_value
from assetmap.assets.finding_again import partners
from assetmap.assets.merging import ids_of
from assetmap.community.settings import FILE
from assetmap.fields import FIELDS
from assetmap.files.atomic import write_atomic
from assetmap.ledger import LedgerError
from assetmap.ledger.applied import known_by
from assetmap.words import Text, text

# Less than this share of the last good rows, or more than this share of ids gone, is held.
LEAST_ROWS = 0.7
MOST_GONE = 0.3
_NOT_COMPARED = frozenset(("id", "source", "source_id", "original", "fetched_at"))
KEPT = ".kept"
KEEP = 3
PENDING = "waiting.json"


class Vanished(NamedTuple):
    """An id that the new version lacks, and the new id it surely became ("" for none)."""

    id: str
    moved_to: str


class Comparison(NamedTuple):
    """What a new version of a source changes. `why` says why it is held."""

    rows: int
    new: list[str]
    changed: list[str]
    vanished: list[Vanished]
    guessed: int
    held: bool
    why: Text | str

    def as_dict(self) -> dict[str, object]:
        """As the command line prints it."""
        return {
            "rows": self.rows,
            "new": len(self.new),
            "changed": len(self.changed),
            "vanished": [item._asdict() for item in self.vanished],
            "guessed": self.guessed,
            "held": self.held,
            "why": str(self.why),
        }


def compare(
    before: pd.DataFrame | None, after: pd.DataFrame, key: str, country: str, guessed: int = 0
) -> Comparison:
    """The plain columns of a source as they are served and as they would be.

    `before` is None for a source that is not there yet.
    """
    fresh = _of_source(after, key)
    new_ids = ids_of(fresh)
    if before is None:
        held, why = _held_first(len(new_ids))
        return Comparison(len(new_ids), new_ids, [], [], guessed, held, why)
    old = _of_source(before, key)
    old_ids = ids_of(old)
    gone = [item for item in known_by(old, old_ids) if item.asset not in set(new_ids)]
    came = [item for item in known_by(fresh, new_ids) if item.asset not in set(old_ids)]
    result = partners(gone, came)
    moved = {old: value.asset for old, value in result.items() if value.sure}
    vanished = [Vanished(item.asset, moved.get(item.asset, "")) for item in gone]
    new = [item.asset for item in came if item.asset not in set(moved.values())]
    changed = _changed(old, old_ids, fresh, new_ids, moved, country)
    lost = sum(not item.moved_to for item in vanished)
    held, why = _held(len(old_ids), len(new_ids), lost)
    return Comparison(len(new_ids), new, changed, vanished, guessed, held, why)


def _of_source(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    if "source" not in frame:
        return frame.assign(source=key)
    return frame.assign(source=frame["source"].fillna(key))


def _held_first(rows: int) -> tuple[bool, Text | str]:
    return (True, text("import.empty")) if rows == 0 else (False, "")


def _held(before: int, after: int, lost: int) -> tuple[bool, Text | str]:
    if after == 0:
        return True, text("import.empty")
    if after < LEAST_ROWS * before:
        return True, text("import.few_rows", now=after, before=before)
    if lost > MOST_GONE * before:
        return True, text("import.many_gone", gone=lost, before=before)
    return False, ""


def _changed(
    old: pd.DataFrame,
    old_ids: list[str],
    fresh: pd.DataFrame,
    new_ids: list[str],
    moved: dict[str, str],
    country: str,
) -> list[str]:
    """Ids of the new version whose values differ from those of the same asset before."""
    names = [
        name
        for name in FIELDS
        if name not in _NOT_COMPARED and (name in old.columns or name in fresh.columns)
    ]
    before = _texts(old, names)
    after = _texts(fresh, names)
    position = {asset: row for row, asset in reversed(list(enumerate(new_ids)))}
    changed = []
    for row, asset in enumerate(old_ids):
        other = position.get(moved.get(asset, asset))
        if other is None:
            continue
        for name in names:
            first, two = before[name][row], after[name][other]
            same = first == two or plain_value(name, first, country) == plain_value(
                name, two, country
            )
            if not same:
                changed.append(new_ids[other])
                break
    return changed


def _texts(frame: pd.DataFrame, names: list[str]) -> dict[str, np.ndarray]:
    blank = np.full(len(frame), "", dtype=object)
    result = {}
    for name in names:
        if name not in frame:
            result[name] = blank
            continue
        column = frame[name].to_numpy(dtype=object)
        result[name] = np.array(
            [value.strip() if isinstance(value, str) else "" for value in column], dtype=object
        )
    return result


def kept_as(folder: Path, key: str, path: Path) -> str:
    """The hash under which a copy of the file at `path` is kept now."""
    data = path.read_bytes()
    keep_bytes(folder, key, path.name, data)
    return hashlib.sha256(data).hexdigest()


def kept_folder(folder: Path, key: str) -> Path:
    """Where versions of the source `key` are kept."""
    return folder / KEPT / key


def ending_of(name: str) -> str:
    """The ending a file of this name is stored with; .data where it has none of use."""
    ending = PurePosixPath(name).suffix.lower()
    return ending if re.fullmatch(r"\.[a-z0-9]{1,8}", ending) else ".data"


def keep_file(folder: Path, key: str, path: Path) -> None:
    """Keep the file at `path`, where there is one."""
    if path.is_file():
        keep_bytes(folder, key, path.name, path.read_bytes())


def keep_bytes(folder: Path, key: str, name: str, data: bytes) -> None:
    """A copy by its content's hash; beyond the newest of KEEP + 1 (the served one) they go."""
    kept = kept_folder(folder, key)
    kept.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(data).hexdigest()
    write_atomic(kept / f"{digest}{ending_of(name)}", data)
    copies = sorted(
        (path for path in kept.iterdir() if re.match(r"[0-9a-f]{64}\.", path.name)),
        key=lambda path: path.stat().st_mtime_ns,
    )
    for path in copies[: -(KEEP + 1)]:
        path.unlink(missing_ok=True)


def kept_bytes(folder: Path, key: str, digest: str) -> tuple[str, bytes]:
    """(name, bytes) of the version of that hash. Raises LedgerError where it is gone or damaged."""
    for path in kept_folder(folder, key).glob(f"{digest}.*"):
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() == digest:
            return path.name, data
    raise LedgerError(text("import.not_kept", key=key, n=KEEP))


def put_in_place(
    folder: Path, key: str, settings: Mapping[str, object] | None, name: str, data: bytes
) -> None:
    """The bytes where community.toml says the source lies; its path follows another ending."""
    ending = ending_of(name)
    if settings is None:
        path = f"{key}{ending}"
        write_atomic(folder / path, data)
        toml = (folder / FILE).read_bytes().decode("utf-8-sig")
        write_atomic(folder / FILE, f"{toml.rstrip()}\n{_block(key, path)}".encode())
        return
    path = str(settings["path"])
    if PurePosixPath(path).suffix.lower() != ending:
        fresh = str(PurePosixPath(path).with_suffix(ending))
        toml = (folder / FILE).read_bytes().decode("utf-8-sig")
        pattern = re.compile(rf"""(?m)^(\s*path\s*=\s*)(["']){re.escape(path)}\2""")
        if len(pattern.findall(toml)) != 1:
            raise LedgerError(text("import.other_ending", key=key, file=FILE, ending=ending))
        changed = pattern.sub(lambda match: f'{match[1]}"{fresh}"', toml)
        tomllib.loads(changed)
        write_atomic(folder / fresh, data)
        write_atomic(folder / FILE, changed.encode())
        return
    write_atomic(folder / path, data)


def _block(key: str, path: str) -> str:
    return f'\n[[assets]]\nkey = "{key}"\npath = "{path}"\n'


def drop_source(folder: Path, key: str, settings: Mapping[str, object]) -> None:
    """Take a source out of community.toml that an import had put in."""
    write_atomic(folder / FILE, without_source(folder, key, settings).encode())
    (folder / str(settings["path"])).unlink(missing_ok=True)


def without_source(folder: Path, key: str, settings: Mapping[str, object]) -> str:
    """community.toml without a source that an import had put in. Raises LedgerError for others."""
    toml = (folder / FILE).read_bytes().decode("utf-8-sig")
    block = _block(key, str(settings["path"]))
    if block not in toml:
        raise LedgerError(text("import.not_ours", key=key, file=FILE))
    return toml.replace(block, "")
