"""community.toml: what a community says of itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from assetmap import vocabulary, words
from assetmap.fields import JsonDict, JsonObject, Problem
from assetmap.places import fold, metres
from assetmap.words import text

FILE = "community.toml"
# Names a folder of communities, and what each of their folders may be called.
MANY = "ASSETMAP_COMMUNITIES"
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,62}")
READER_NAMES = {"csv": "table", "xlsx": "table", "excel": "table"}
DEFAULTS: JsonDict = {
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
CRISIS_US: list[JsonDict] = [
    {
        "id": "overdose",
        "phone": "911",
        "en": "Not breathing or won't wake up? Call 911 and give naloxone (Narcan)",
        "es": "¿No respira o no despierta? Llame al 911 y dé naloxona (Narcan)",
    },
    {
        "id": "988",
        "phone": "988",
        "text": True,
        "en": "988: call or text, free, day or night",
        "es": "988: llame y oprima 2, o mande AYUDA por texto al 988",
    },
    {
        "id": "partner_violence",
        "phone": "1-800-799-7233",
        "en": "Hurt by a partner? 1-800-799-7233",
        "es": "¿Su pareja le hace daño? 1-800-799-7233",
    },
]
_WHAT = {
    str: text("settings.a_text"),
    bool: text("settings.a_bool"),
    list: text("settings.a_list"),
    dict: text("settings.a_table"),
}
# Keys that have no default, and what may stand in the tables.
_MORE_KEYS = ("centre", "zoom", "demo_day", "areas", "sample", "reach", "travel")
_TABLE_KEYS: Mapping[str, tuple[str, ...]] = {
    "contact": ("name", "email", "phone", "url"),
    "areas": ("path", "shapes", "name", "date", "licence", "source"),
    "basemap": (
        *("roads", "water", "places", "tiles", "attribution", "name"),
        *("provider", "url", "prefetch", "native_zoom", "outline", "key"),
    ),
    "streets": ("path",),
    "reach": ("setting", "drive", "walk", "urban", "rural"),
    "travel": ("path", "mode", "unit", "within"),
    "release": ("rule", "by", "codebook"),
    "coverage": ("no_data",),
    "about": tuple(words.LANGUAGES),
}
_NORM_KEYS = ("within", "minutes", "count", "days", "yes", *words.LANGUAGES)
_CRISIS_KEYS = ("id", "phone", "text", "url", *words.LANGUAGES)
_SOURCE_KEYS = (
    *("key", "path", "reader", "name", "licence", "license", "date", "program", "recipe", "demo"),
    *("every_hours", "private_network", "kind", "only", "near", "timezone", "url"),
)
NO_SHIFT = timedelta(0)
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
# A site as Content-Security-Policy names one: scheme, host with or without *., port.
_HOST = rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*"
_SITE = re.compile(rf"(https?://)?({_HOST})(?::([0-9]{{1,5}}|\*))?/?", re.ASCII)
HIGHEST_PORT = 65535


class CommunityError(ValueError):
    """The folder cannot be opened as a community; the message is one sentence."""


def read_settings(folder: Path) -> JsonDict:
    """community.toml of `folder` with defaults filled in.

    Raises CommunityError where it is missing, not TOML, or names what does not exist.
    """
    path = folder / FILE
    if not folder.is_dir():
        raise CommunityError(text("settings.no_folder", folder=folder))
    if not path.is_file():
        raise CommunityError(text("settings.no_file", folder=folder, file=FILE))
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise CommunityError(text("settings.no_toml", path=path, why=why)) from None
    except OSError as error:
        raise CommunityError(text("settings.unread", path=path, why=error.strerror)) from None
    settings = {**DEFAULTS, **document}
    if not document:
        settings["empty"] = True
    _refuse_nonsense(settings, path)
    if not settings["crisis"] and settings["country"] == "US":
        settings["crisis"] = CRISIS_US
    return settings


def _refuse_other_types(settings: JsonDict, path: Path) -> None:
    for name, default in DEFAULTS.items():
        value = settings[name]
        if name == "basemap" and isinstance(value, str):
            continue
        if not isinstance(value, type(default)):
            written = f"[[{name}]]" if name in ("assets", "crisis") else name
            given = {"path": path, "name": name, "value": value, "written": written}
            raise CommunityError(text("settings.must_be", what=_WHAT[type(default)], **given))
    for name in ("assets", "crisis"):
        if not all(isinstance(item, dict) for item in settings[name]):
            raise CommunityError(text("settings.own_entry", path=path, name=name))


def _refuse_nonsense(settings: JsonDict, path: Path) -> None:
    _refuse_other_types(settings, path)
    try:
        ZoneInfo(settings["timezone"])
    except (KeyError, ValueError, OSError, TypeError):
        message = text("settings.bad_zone", path=path, value=settings["timezone"])
        raise CommunityError(message) from None
    if settings["unit"] not in ("mi", "km"):
        raise CommunityError(text("settings.bad_unit", path=path, value=settings["unit"]))
    unknown = [tag for tag in settings["languages"] if str(tag) not in words.LANGUAGES]
    if unknown or not settings["languages"]:
        some = ", ".join(words.LANGUAGES)
        value = settings["languages"]
        raise CommunityError(text("settings.bad_languages", path=path, value=value, some=some))
    for kind in (*settings["complete"], *settings["norms"]):
        if kind not in vocabulary.terms("kinds"):
            raise CommunityError(text("settings.no_kind", path=path, kind=kind))
    keys = [str(source.get("key")) for source in settings["assets"] if source.get("key")]
    for key in keys:
        if keys.count(key) > 1:
            raise CommunityError(text("settings.key_twice", path=path, key=key))
    for source in settings["assets"]:
        if not source.get("path"):
            raise CommunityError(text("settings.no_path", path=path))


def settings_problems(settings: JsonObject) -> list[Problem]:
    """Settings that mean nothing, each with the known key that is most like it.

    What they were meant to do is not done, so it is said by `check`.
    """
    result = [problem for problem in _unknown(settings, (*DEFAULTS, *_MORE_KEYS), "") if problem]
    for name, keys in _TABLE_KEYS.items():
        value = settings.get(name)
        if isinstance(value, Mapping):
            result += _unknown(value, keys, f"[{name}]")
    for kind, norm in settings["norms"].items():
        if isinstance(norm, Mapping):
            result += _unknown(norm, _NORM_KEYS, f"[norms.{kind}]")
            result += _bad_lengths(norm, f"[norms.{kind}]")
        else:
            result.append(_says("table", f"norms.{kind}", norm))
    for kind, day in settings["complete"].items():
        if as_date(day, timedelta(0)) is None:
            result.append(_says("date", f"complete.{kind}", day))
    for number, line in enumerate(settings["crisis"], start=1):
        result += _unknown(line, _CRISIS_KEYS, f"[[crisis]] {number}")
    for source in settings["assets"]:
        where = f"[[assets]] {source.get('key') or source['path']}"[:80]
        result += _unknown(source, _SOURCE_KEYS, where)
        result += _bad_source(source, where)
    result += [_says("site", "[web] embed", site) for site in unknown_sites(settings)]
    areas = settings.get("areas")
    if isinstance(areas, Mapping) and "date" in areas and as_date(areas["date"], NO_SHIFT) is None:
        result.append(_says("date", "[areas] date", areas["date"]))
    if settings.get("empty"):
        result = [_problem(text("settings.empty", file=FILE), FILE)]
    return result


def _problem(message: str, value: str) -> Problem:
    return Problem(None, "setting", value, "kept", message, FILE)


def _says(asked: str, name: str, value: object) -> Problem:
    message = text(f"settings.no_{asked}", name=name, value=str(value)[:80])
    return _problem(message, name)


def _unknown(table: JsonObject, known: Sequence[str], where: str) -> list[Problem]:
    result = []
    for name in table:
        if name in known or name == "empty":
            continue
        near = process.extractOne(str(name), known, scorer=fuzz.ratio, score_cutoff=50)
        listed = near[0] if near else ", ".join(known[:8])
        which = "unknown_in" if where else "unknown"
        result.append(
            _problem(text(f"settings.{which}", name=name, where=where, near=listed), str(name))
        )
    return result


def _bad_lengths(norm: JsonObject, where: str) -> list[Problem]:
    result = []
    if "within" in norm:
        try:
            metres(str(norm["within"]))
        except ValueError:
            result.append(_says("length", f"{where} within", norm["within"]))
    for name in ("count", "days"):
        value = norm.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            result.append(_says("number", f"{where} {name}", value))
    return result


def _bad_source(source: JsonObject, where: str) -> list[Problem]:
    result = []
    if "date" in source and as_date(source["date"], NO_SHIFT) is None:
        result.append(_says("date", f"{where} date", source["date"]))
    for name in ("key", "path", "reader", "name", "program", "recipe", "kind"):
        if name in source and not isinstance(source[name], str):
            result.append(_says("text", f"{where} {name}", source[name]))
    for name in ("demo", "private_network"):
        value = source.get(name, False)
        if not isinstance(value, bool) and not (
            name == "private_network" and isinstance(value, str)
        ):
            result.append(_says("yes_no", f"{where} {name}", value))
    hours = source.get("every_hours", 24)
    if isinstance(hours, bool) or not isinstance(hours, (int, float)) or not hours > 0:
        result.append(_says("number", f"{where} every_hours", hours))
    program = source.get("program")
    if isinstance(program, str) and program and fold(program) not in _programs():
        result.append(_says("program", f"{where} program", program))
    return result


@cache
def _programs() -> frozenset[str]:
    result = set()
    for name, row in vocabulary.terms("programs").items():
        spellings = (name, row["label_en"], row["label_es"], row.get("abbr") or "")
        result |= {fold(spelling) for spelling in (*spellings, *vocabulary.split(row["words"]))}
    return frozenset(result)


def reader_of(source: JsonObject) -> str | None:
    """The reader a source names, by its own name or by what people call a table."""
    name = source.get("reader")
    return READER_NAMES.get(str(name), str(name)) if name else None


def shift(settings: JsonDict, now: datetime) -> timedelta:
    """How far a demo's dates are moved so that they stand to `now` as they stood to its day."""
    day = settings.get("demo_day")
    if day is None:
        return timedelta(0)
    if isinstance(day, datetime):
        day = day.date()
    if not isinstance(day, date):
        raise CommunityError(text("settings.demo_day"))
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


def framing_site(written: object) -> str:
    """A site as a policy names it, or "" for what names none; every site is none.

    >>> framing_site("https://Partner.example.org/"), framing_site("partner.example.org:8443")
    ('https://partner.example.org', 'https://partner.example.org:8443')
    >>> framing_site("*"), framing_site("https://a.org/page"), framing_site("a.org:99999")
    ('', '', '')
    """
    match = _SITE.fullmatch(written.strip().lower()) if isinstance(written, str) else None
    if match is None:
        return ""
    scheme, host, port = match[1] or "https://", match[2], match[3]
    # Of a whole ending like *.org nobody is the one who was meant.
    if host.startswith("*.") and host.count(".") < 2:
        return ""
    if port is None:
        return scheme + host
    if port != "*" and not 0 < int(port) <= HIGHEST_PORT:
        return ""
    return f"{scheme}{host}:{port}"


def unknown_sites(settings: JsonObject) -> list[str]:
    """What [web] embed holds and no site is meant by."""
    web = settings.get("web")
    listed = web.get("embed") if isinstance(web, Mapping) else None
    if listed is None:
        return []
    if not isinstance(listed, list):
        return [str(listed)]
    return [str(site) for site in listed if not framing_site(site)]
