"""Writers: assets in the formats that others read.

Each format is one module here whose last line is `WRITER = Writer(…)`; WRITERS collects them. A
writer carries some fields unchanged (`carries`), and says which assets its format cannot hold.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import geopandas as gpd

from assetmap.fields import FIELDS
from assetmap.writers.texts import LeftOut, WriteOptions, Writer, Written

__all__ = ["WRITERS", "LeftOut", "WriteOptions", "Writer", "Written", "write"]


def _collected() -> Mapping[str, Writer]:
    """The WRITER of every module here that has one, the general formats first."""
    modules = (
        importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)
    )
    result = [writer for m in modules if isinstance(writer := getattr(m, "WRITER", None), Writer)]
    result.sort(key=lambda writer: (writer.carries != frozenset(FIELDS), writer.name))
    return MappingProxyType({writer.name: writer for writer in result})


WRITERS: Mapping[str, Writer] = _collected()


def write(
    name: str, assets: gpd.GeoDataFrame, **options: Any
) -> tuple[bytes, list[dict[str, str]]]:
    """(bytes of the file, [{id, why} of each asset left out]) in the format `name`.

    `options` are those of `WriteOptions`. Raises KeyError for a format there is not.
    """
    written = WRITERS[name].write(assets, WriteOptions(**options))
    return written.data, [left._asdict() for left in written.left_out]
