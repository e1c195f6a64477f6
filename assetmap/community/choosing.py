"""What a source's settings choose of its rows: their kind, some of them, those that lie near."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from assetmap.fields import Problem, unpack_original
from assetmap.places import Gazetteer, fold
from assetmap.readers import Read
from assetmap.words import text

# The extent is a box around areas; what lies just outside is near too.
MARGIN = 0.1

Box = tuple[float, float, float, float]


def choose(
    read: Read, source: Mapping[str, object], key: str, extent: Box | None, country: str = "US"
) -> Read:
    """The rows that `kind`, `only` and `near` of a source ask for.

    `only` keeps rows by the values of columns, the source's own or fields of ours; `near =
    "extent"` keeps rows by their point, else by their ZIP code. Rows left aside are counted in a
    problem and are not rows of this source.
    """
    kind = source.get("kind")
    if isinstance(kind, str) and kind:
        guessed = [problem for problem in read.problems if problem.field != "kind"]
        read = read._replace(frame=read.frame.assign(kind=kind), problems=guessed)
    only = source.get("only")
    if isinstance(only, Mapping) and only:
        keep = np.ones(len(read.frame), dtype=bool)
        for column, wanted in only.items():
            values = wanted if isinstance(wanted, list) else [wanted]
            keep &= _holds(read.frame, str(column), {fold(str(value)) for value in values})
        shown = ", ".join(f"{column} = {wanted}" for column, wanted in only.items())
        read = _kept(read, keep, text("sources.only", n=int((~keep).sum()), only=shown), key)
    if source.get("near") == "extent" and extent is not None:
        keep = _near(read.frame, extent, country)
        read = _kept(read, keep, text("sources.near", n=int((~keep).sum())), key)
    return read


def _kept(read: Read, keep: np.ndarray, message: str, key: str) -> Read:
    gone = int((~keep).sum())
    if not gone:
        return read
    frame = read.frame[keep].reset_index(drop=True)
    rows = set(frame["row"])
    problems = [problem for problem in read.problems if problem.row is None or problem.row in rows]
    problems.append(Problem(None, "file", "", "fixed", message, key))
    return read._replace(
        frame=frame, problems=problems, rows_read=max(read.rows_read - gone, len(frame))
    )


def _holds(frame: pd.DataFrame, column: str, wanted: set[str]) -> np.ndarray:
    """Rows whose column, of the source or of ours, holds one of the values (case aside)."""
    if column in frame:
        cells = frame[column]
        result = [isinstance(item, str) and fold(item) in wanted for item in cells]
        if any(result) or "original" not in frame:
            return np.array(result, dtype=bool)
    if "original" not in frame:
        return np.zeros(len(frame), dtype=bool)
    name = fold(column)
    result = []
    for original in frame["original"]:
        kept = unpack_original(original) if isinstance(original, str) else {}
        values = [value for own, value in kept.items() if fold(str(own)) == name]
        result.append(any(fold(str(value)) in wanted for value in values))
    return np.array(result, dtype=bool)


def _near(frame: pd.DataFrame, extent: Box, country: str) -> np.ndarray:
    west, south, east, north = extent
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    lat, lon = (
        pd.to_numeric(frame[name], errors="coerce").to_numpy(float).copy()
        if name in frame
        else np.full(len(frame), np.nan)
        for name in ("latitude", "longitude")
    )
    if country == "US" and "postal_code" in frame:
        gazetteer = Gazetteer()
        for row in np.flatnonzero(np.isnan(lat) | np.isnan(lon)):
            code = frame["postal_code"].iat[row]
            place = gazetteer.find(code[:5]) if isinstance(code, str) else None
            if place is not None:
                lat[row], lon[row] = place.lat, place.lon
    with np.errstate(invalid="ignore"):
        inside = (west - wide <= lon) & (lon <= east + wide)
        inside &= (south - high <= lat) & (lat <= north + high)
    # Online and by phone, or with no place at all: nobody can say that it is elsewhere.
    nowhere = np.isnan(lat) | np.isnan(lon)
    if "city" in frame:
        nowhere &= frame["city"].isna().to_numpy(bool)
    return np.asarray(inside | nowhere)
