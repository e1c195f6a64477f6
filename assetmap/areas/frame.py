"""A frame of areas: what it holds, and those chosen by a table of ids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap.fields import Problem
from assetmap.words import text

COLUMNS = ("id", "name", "population", "adults", "district", "lat", "lon", "geometry")


class AreasError(ValueError):
    """The file of areas cannot be read at all; the message is one plain sentence."""


_FULL = re.compile(r"\d{3}[0-9A-Z]{0,6}US(\d+)")
_GISJOIN = re.compile(r"G(\d\d)0(\d{3})0(\d{6,7})")


class OnlyIds(AreasError):
    """A table of ids and no shapes. rows: id, name, population, adults, district."""

    def __init__(self, message: str, rows: pd.DataFrame) -> None:
        super().__init__(message)
        self.rows = rows


class Selected(NamedTuple):
    """The areas that were named, and what is said of those that are not there."""

    areas: gpd.GeoDataFrame
    problems: list[Problem]


def plain_code(ident: str) -> str:
    """An id as tables of numbers write it: no national prefix, no leading zero lost or kept."""
    written = re.sub(r"\.0$", "", ident.strip())
    full, joined = _FULL.fullmatch(written), _GISJOIN.fullmatch(written)
    code = full[1] if full else "".join(joined.groups()) if joined else written
    return code.lstrip("0") if code.isdigit() else code


def select(areas: gpd.GeoDataFrame, rows: pd.DataFrame, name: str) -> Selected:
    """The areas whose ids stand in `rows`, in the order of the shapes.

    What the rows tell of an area (name, population, adults, district) counts before what the
    file of shapes tells. Raises AreasError where none of the ids is there.
    """
    asked = pd.Index([plain_code(ident) for ident in rows["id"]])
    codes = [plain_code(ident) for ident in areas["id"]]
    place = asked.get_indexer(pd.Index(codes))
    result = areas[place >= 0].reset_index(drop=True)
    if not len(result):
        raise AreasError(text("areas.none_of_ids", file=name, id=rows["id"].iat[0]))
    selected = rows.iloc[place[place >= 0]].reset_index(drop=True)
    for column in ("name", "population", "adults", "district"):
        given = (
            selected[column]
            if column != "name"
            else selected[column].where(selected["name"] != selected["id"])
        )
        result[column] = given.where(given.notna(), result[column])
    problems = []
    missing = _missing(rows["id"], asked, set(codes))
    if missing:
        shown = ", ".join(missing[:3])
        note = text("areas.ids_missing", file=name, n=len(missing), all=len(rows), ids=shown)
        problems.append(Problem(None, "id", shown, "kept", note, name))
    return Selected(result, problems)


def _missing(written: Iterable[str], asked: pd.Index, known: set[str]) -> list[str]:
    gone = ~np.isin(asked.to_numpy(object), list(known))
    return [str(ident) for ident, lost in zip(written, gone, strict=True) if lost]
