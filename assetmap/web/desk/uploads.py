"""Files that come with a form, as bytes, because handlers do not wait."""

from __future__ import annotations

from starlette.datastructures import FormData, UploadFile

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
