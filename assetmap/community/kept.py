"""Versions of a source on disk: those kept, the one that waits, and the one that is served."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from assetmap.community.settings import FILE
from assetmap.files.atomic import write_atomic
from assetmap.ledger import LedgerError
from assetmap.words import text

KEPT = ".kept"
KEEP = 3
PENDING = "waiting.json"


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
