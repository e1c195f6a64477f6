"""What a community calls enough, and the other choices a gap depends on. All are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from assetmap import vocabulary
from assetmap.fields import JsonDict, JsonObject
from assetmap.indicators.ranks import DRAWS, SEED
from assetmap.places import METRES_IN, metres
from assetmap.words import sentence_of, text


class GapError(ValueError):
    """Gaps cannot be computed from this; the message is one plain sentence."""


# Straight-line defaults with a detour of 1.4: walking 15 minutes, driving 30 (a town, the country).
WALK_M = 900.0
DRIVE_M = 14_000.0
RURAL_DRIVE_M = 25_000.0
TRAVEL_MIN = 30.0
SETTINGS = {"walk": WALK_M, "urban": DRIVE_M, "rural": RURAL_DRIVE_M}


@dataclass(frozen=True)
class Norm:
    """What is enough of a kind: at least `count` within `within_m` metres in a straight line.

    A count is of different weekly sessions, or of places, as the kind is counted; `days` is on how
    many different days of the week one must be in reach (0: any). `yes` are
    conditions an asset has to meet, such as `medication_welcome` or `languages=es`. `declared`:
    the community said so itself; otherwise it is our default, and only none at all is a gap.
    `minutes`: what is within reach where travel times are known, else the community's default.
    """

    within_m: float = DRIVE_M
    count: int = 1
    days: int = 0
    yes: tuple[str, ...] = ()
    declared: bool = False
    minutes: float | None = None


@dataclass(frozen=True)
class Settings:
    """Everything a gap depends on besides the data. Lengths are metres in a straight line."""

    name: str = ""
    timezone: str = "America/Chicago"
    country: str = "US"
    unit: str = "mi"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    reach_m: float = DRIVE_M
    walk_m: float = WALK_M
    travel_min: float = TRAVEL_MIN
    norms: Mapping[str, Norm] = field(default_factory=dict)
    complete: Mapping[str, date] = field(default_factory=dict)
    no_data: frozenset[str] = frozenset()
    verified_only: bool = False
    verified_days: int = 365
    draws: int = DRAWS
    seed: int = SEED

    def norm(self, kind: str) -> Norm:
        """The community's norm for `kind`, else the default: one within `reach_m`."""
        return self.norms.get(kind) or Norm(self.reach_m)

    def minutes(self, norm: Norm) -> float:
        """Minutes within which a place is in reach, where travel times are known."""
        return norm.minutes or self.travel_min

    def length(self, metre: float) -> str:
        """A distance in the community's unit, rounded as people say it."""
        amount = metre / METRES_IN[self.unit]
        rounded = f"{amount:,.1f}" if amount < 9.95 else f"{amount:,.0f}"
        return f"{rounded.removesuffix('.0')} {self.unit}"


def _reach(given: object) -> dict[str, float]:
    """[reach] of community.toml: `setting` walk, urban or rural, what each of these means where it
    is not ours, and `drive` as a length for all kinds."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise GapError(text("gaps.reach_table"))
    out: dict[str, float] = {}
    setting = given.get("setting")
    if setting is not None and str(setting) not in SETTINGS:
        raise GapError(text("gaps.reach_setting", value=setting, known=", ".join(SETTINGS)))
    lengths = dict(SETTINGS)
    for name in (*SETTINGS, "drive"):
        if name in given:
            try:
                lengths[name] = metres(str(given[name]))
            except ValueError:
                value = given[name]
                raise GapError(text("gaps.reach_length", name=name, value=value)) from None
    out["walk_m"] = lengths["walk"]
    if setting is not None:
        out["reach_m"] = lengths[str(setting)]
    if "drive" in given:
        out["reach_m"] = lengths["drive"]
    return out


def _minutes(value: object, key: str, **where: str) -> float:
    """A number of minutes above 0, also written `20 min`. Raises GapError."""
    plain = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:min|mins|minutes|minutos)?", str(value).strip())
    if isinstance(value, bool) or plain is None or not float(plain[1]) > 0:
        raise GapError(text(key, value=str(value)[:40], **where))
    return float(plain[1])


def settings_from(
    config: JsonObject,
    now: datetime,
    complete: Mapping[str, date] | None = None,
    **changes: Any,
) -> Settings:
    """Settings from a community.toml that has been read.

    `changes` override fields of Settings. Raises GapError for a norm that cannot be read.
    """
    norms = {}
    for kind, norm in dict(config.get("norms") or {}).items():
        if kind not in vocabulary.terms("kinds"):
            raise GapError(text("gaps.norm_no_kind", kind=kind))
        try:
            within = metres(str(norm.get("within", f"{DRIVE_M:g}m")))
            count, days = int(norm.get("count", 1)), int(norm.get("days", 0))
        except (ValueError, TypeError, AttributeError) as error:
            raise GapError(text("gaps.norm_unread", kind=kind, why=sentence_of(error))) from None
        yes = norm.get("yes", ())
        asked = (yes,) if isinstance(yes, str) else tuple(yes)
        minutes = norm.get("minutes")
        if minutes is not None:
            minutes = _minutes(minutes, "gaps.travel_minutes", kind=kind)
        norms[kind] = Norm(within, count, days, asked, declared=True, minutes=minutes)
    travel = config.get("travel")
    more: dict[str, float] = {}
    if isinstance(travel, Mapping) and "within" in travel:
        more["travel_min"] = _minutes(travel["within"], "gaps.travel_within")
    known: JsonDict = {
        **_reach(config.get("reach")),
        **more,
        "name": str(config.get("name", "")),
        "timezone": str(config.get("timezone", "America/Chicago")),
        "country": str(config.get("country", "US")),
        "unit": config.get("unit", "mi") if config.get("unit") in METRES_IN else "mi",
        "now": now,
        "norms": norms,
        "complete": dict(complete or {}),
        "no_data": frozenset(dict(config.get("coverage") or {}).get("no_data", ())),
    }
    return Settings(**{**known, **changes})
