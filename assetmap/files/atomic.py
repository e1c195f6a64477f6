"""Writing a file so that a crash or a full disk leaves the old one whole."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from assetmap.words import text


class UnwritableFile(OSError):
    """The file cannot be written and is as it was before; the message is one sentence."""


def write_atomic(path: Path, data: bytes, private: bool = False) -> None:
    """Replace the file at `path` by `data`: a temporary file beside it, on disk, then renamed.

    Whoever reads `path` meanwhile sees the old or the new bytes, never a part. A link is followed,
    the mode of an old file stays; a new `private` one is for its owner only. What is no plain
    file (`/dev/stdout`, a pipe) is written to as it is. Raises UnwritableFile with the file's
    name and the reason; the old file is then whole.
    """
    try:
        path = path.resolve()
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(data)
            return
        _replace(path, data, private)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        message = text("files.cannot_write", name=str(path), reason=reason)
        raise UnwritableFile(message) from None


def _replace(path: Path, data: bytes, private: bool) -> None:
    handle, name = tempfile.mkstemp(prefix=".", suffix=".new", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new_mode = 0o600 if private else 0o666 & ~_umask()
        fresh.chmod(path.stat().st_mode & 0o777 if path.exists() else new_mode)
        fresh.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
    _sync_folder(path.parent)


def _umask() -> int:
    # There is no way to read it without setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """The rename itself on disk; not every file system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
