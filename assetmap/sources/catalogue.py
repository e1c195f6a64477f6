"""vocabulary/sources.csv: which public files there are, where, and what they must look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assetmap import vocabulary

_ENDINGS = {
    "shapes": (".zip",),
    "acs": (".zip", ".csv", ".json", ".dat"),
    "table": (".csv", ".zip"),
    "bmlt": (".json",),
    "findtreatment": (".json", ".csv", ".xlsx"),
}


@dataclass(frozen=True)
class PublicSource:
    """One public file. `years` newest first; `address` and `names` hold {placeholders}; `needs`
    are columns that the true file has, in lower case; `seconds` is the limit of one download."""

    key: str
    provider: str
    licence: str
    years: tuple[int, ...]
    address: str
    names: str
    format: str
    needs: tuple[str, ...]
    most_bytes: int
    seconds: float
    labels: Mapping[str, str]

    def url(self, year: int, place: Mapping[str, object]) -> str:
        """The address of the file of `year` for `place` (ss, ccc, fips, state_name …)."""
        return self.address.format(year=year, **place)

    def named(self, place: Mapping[str, object]) -> re.Pattern[str]:
        """What a browser calls the file for `place`, also with " (1)" after it."""
        pattern = self.names
        for name, value in place.items():
            pattern = pattern.replace("{" + name + "}", re.escape(str(value)))
        endings = "|".join(re.escape(ending) for ending in _ENDINGS.get(self.format, ()))
        return re.compile(rf"(?:{pattern})[^/]*(?:{endings})", re.IGNORECASE)


@cache
def catalogue() -> Mapping[str, PublicSource]:
    """All public sources by key."""
    result = {}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "sources.csv"):
        result[row["key"]] = PublicSource(
            key=row["key"],
            provider=row["provider"],
            licence=row["licence"],
            years=tuple(int(year) for year in row["years"].split("|")),
            address=row["address"],
            names=row["names"],
            format=row["format"],
            needs=tuple(name.lower() for name in vocabulary.split(row["needs"])),
            most_bytes=int(row["most_mb"]) * 2**20,
            seconds=float(row["seconds"]),
            labels={"en": row["label_en"], "es": row["label_es"]},
        )
    return result


def year_in(name: str) -> int | None:
    """The year a file's name tells (`cb_2023_37_tract_500k.zip`, `ACSDT5Y2023.B01003-…`)."""
    match = re.search(r"(?<!\d)(?:ACS[DS]T5Y)?(20\d\d)(?!\d)", Path(name).name)
    return int(match[1]) if match else None


class SourcesError(ValueError):
    """A place, folder or file that cannot be used; the message is one sentence."""


class NotFetched(ValueError):
    """A public file that could not be had: why, and `do`, what a person can do about it."""

    def __init__(self, why: str, do: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.do = do
