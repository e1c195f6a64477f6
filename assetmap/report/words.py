"""Numbers, ranges and lists as the report and the page write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from assetmap.fields import JsonObject
from assetmap.gaps import Metric, Settings
from assetmap.vocabulary import label
from assetmap.words import say
from assetmap.words.formats import percent


def count(value: float | None, language: str = "en") -> str:
    """A whole number with thousands; what is undefined says so."""
    if value is None or not np.isfinite(value):
        return say("report.undefined", language)
    return f"{value:,.0f}"


def amount(value: float, unit: str, settings: Settings, language: str = "en") -> str:
    """A metric's number with its unit; what is undefined says so."""
    if not np.isfinite(value):
        return say("report.undefined", language)
    if unit == "m":
        return settings.length(value)
    if unit == "yes_no":
        return say("report.yes" if value else "report.no", language)
    if unit == "share":
        return percent(value, language)
    if unit == "per_1000":
        return f"{value:.1f}"
    return f"{value:,.0f}"


def metric_label(metric: Metric, language: str = "en") -> str:
    """What a metric is called."""
    return say(f"gaps.metric_{metric.id}", language)


def ranks(pair: list[int] | None, language: str = "en") -> str:
    """A range of ranks."""
    if pair is None:
        return say("report.undefined", language)
    low, high = pair
    return f"{low}" if low == high else say("report.range", language, low=low, high=high)


def gap(value: str, language: str = "en") -> str:
    """yes, call, no or no data in words."""
    return say(f"gaps.gap_{value.replace(' ', '_')}", language)


def quadrant(value: str | None, language: str = "en") -> str:
    """A quadrant in words."""
    if not value:
        return say("report.undefined", language)
    return say(f"gaps.{value.replace(',', '').replace(' ', '_')}", language)


def sure(value: bool | None, language: str = "en") -> str:
    """Whether a quadrant holds in 95% of what the numbers may be."""
    if value is None:
        return say("report.undefined", language)
    return say("report.robust" if value else "report.not_robust", language)


def day_text(day: date, language: str = "en") -> str:
    """A date in words; the same in both languages' order of the community."""
    return say(
        "report.date",
        language,
        day=day.day,
        month=say(f"schedule.month_{day.month}", language),
        year=day.year,
    )


def indicator_label(notes: JsonObject, indicator: str, language: str = "en") -> str:
    """What a need indicator is called."""
    if indicator == "all":
        return say("gaps.all_indicators", language)
    note = notes.get(indicator)
    named = note.get(f"label_{language}") if isinstance(note, Mapping) else None
    return str(named or indicator.replace("_", " "))


def topic_label(kind: str | None, need: str | None, language: str = "en") -> str:
    """What is looked at: a kind or a need."""
    if kind:
        return label("kinds", kind, language)
    return label("needs", need, language) if need else ""
