"""community.toml: what a community says of itself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from assetmap import vocabulary, words

FILE = "community.toml"
READER_NAMES = {"csv": "table", "xlsx": "table", "excel": "table"}
DEFAULTS: dict[str, Any] = {
    "name": "Our community",
    "fictional": False,
    "country": "US",
    "region": "",
    "timezone": "America/Chicago",
    "languages": ["en"],
    "unit": "mi",
    "complete": {},
    "norms": {},
    "coverage": {},
    "basemap": {},
    "release": {"rule": "cms11", "by": "district", "codebook": "codebook.csv"},
    "crisis": [],
    "contact": {},
    "about": {},
    "streets": {},
    "web": {},
    "assets": [],
}
# Real numbers for the United States, used where a community names none of its own.
CRISIS_US: list[dict[str, Any]] = [
    {
        "id": "overdose",
        "phone": "911",
        "en": "Not breathing, won't wake up? Call 911, give naloxone",
        "es": "¿No respira, no despierta? Llame al 911, dé naloxona",
    },
    {
        "id": "988",
        "phone": "988",
        "text": True,
        "en": "988: call or text",
        "es": "988: llame o mande un mensaje",
    },
    {
        "id": "partner_violence",
        "phone": "1-800-799-7233",
        "en": "Hurt by a partner? 1-800-799-7233",
        "es": "¿Su pareja le hace daño? 1-800-799-7233",
    },
]


class CommunityError(ValueError):
    """The folder cannot be opened as a community; the message is one sentence."""


def read_settings(folder: Path) -> dict[str, Any]:
    """community.toml of `folder` with defaults filled in.

    Raises CommunityError where it is missing, not TOML, or names what does not exist.
    """
    path = folder / FILE
    if not folder.is_dir():
        raise CommunityError(f"There is no community folder {folder}.")
    if not path.is_file():
        raise CommunityError(f"{folder} has no {FILE}; copy the one of the demo and change it.")
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommunityError(f"{path} is not valid TOML: {error}.") from None
    settings = {**DEFAULTS, **found}
    _refuse_nonsense(settings, path)
    if not settings["crisis"] and settings["country"] == "US":
        settings["crisis"] = CRISIS_US
    return settings


_WHAT = {
    str: "a text in quotation marks",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


def _refuse_other_types(settings: dict[str, Any], path: Path) -> None:
    for name, default in DEFAULTS.items():
        value = settings[name]
        if name == "basemap" and isinstance(value, str):
            continue
        if not isinstance(value, type(default)):
            written = f"[[{name}]]" if name in ("assets", "crisis") else name
            raise CommunityError(
                f"{path}: {name} = {value!r}; {written} must be {_WHAT[type(default)]}."
            )
    for name in ("assets", "crisis"):
        if not all(isinstance(item, dict) for item in settings[name]):
            raise CommunityError(f"{path}: write each entry under its own [[{name}]].")


def _refuse_nonsense(settings: dict[str, Any], path: Path) -> None:
    _refuse_other_types(settings, path)
    try:
        ZoneInfo(settings["timezone"])
    except (KeyError, ValueError, OSError, TypeError):
        raise CommunityError(
            f"{path}: timezone = {settings['timezone']!r} is not a time zone; "
            "write it like America/Chicago."
        ) from None
    if settings["unit"] not in ("mi", "km"):
        raise CommunityError(f"{path}: unit = {settings['unit']!r}; write mi or km.")
    unknown = [tag for tag in settings["languages"] if tag not in words.LANGUAGES]
    if unknown or not settings["languages"]:
        raise CommunityError(
            f"{path}: languages = {settings['languages']!r}; "
            f"use one or more of {', '.join(words.LANGUAGES)}."
        )
    for kind in (*settings["complete"], *settings["norms"]):
        if kind not in vocabulary.terms("kinds"):
            raise CommunityError(f"{path}: {kind!r} is not a kind; see kinds.csv.")
    keys = [source.get("key") for source in settings["assets"]]
    for key in keys:
        if key is not None and keys.count(key) > 1:
            raise CommunityError(f"{path}: two sources have the key {key!r}; each needs its own.")
    for source in settings["assets"]:
        if not source.get("path"):
            raise CommunityError(f"{path}: a source under [[assets]] has no path.")


def reader_of(source: Mapping[str, Any]) -> str | None:
    """The reader a source names, by its own name or by what people call a table."""
    name = source.get("reader")
    return READER_NAMES.get(str(name), str(name)) if name else None


def shift(settings: dict[str, Any], now: datetime) -> timedelta:
    """How far a demo's dates are moved so that they stand to `now` as they stood to its day."""
    day = settings.get("demo_day")
    if day is None:
        return timedelta(0)
    if isinstance(day, datetime):
        day = day.date()
    if not isinstance(day, date):
        raise CommunityError("demo_day in community.toml must be a date like 2026-11-20.")
    return now.astimezone(ZoneInfo(settings["timezone"])).date() - day


def as_date(value: object, moved: timedelta) -> date | None:
    """A date of community.toml, moved with the demo; None where there is none."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return None
    return value + moved if isinstance(value, date) else None
