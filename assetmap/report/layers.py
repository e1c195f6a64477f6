"""What a map of areas shows: a class and words for each area, colours, and a legend in words.

The page hands these to its map in the browser, the report draws them itself.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assetmap.gaps import METRICS, Gaps, Ground, KindGaps
from assetmap.gaps.matrix import NeedReach
from assetmap.gaps.need import RATE_PER, Need
from assetmap.indicators import values_by_area
from assetmap.report import shades, tables, words
from assetmap.words import say


class Layer(NamedTuple):
    """classes: area id → position in colours, None undefined (hatched). labels: area id → its
    number in words. entries: what each colour means; for the square none, but `square` is true."""

    title: str
    classes: dict[str, int | None]
    colours: tuple[str, ...]
    labels: dict[str, str]
    entries: tuple[str, ...]
    undefined: str
    square: bool = False

    def alternative(self, names: dict[str, str], most: int = 6, language: str = "en") -> list[str]:
        """The map in words: which areas are in each class, the undefined last.

        Of the square more need and less reach come first.
        """
        out = []
        order = list(range(len(self.colours)))
        if self.square:
            order.sort(key=lambda position: (-(position % 3 + position // 3), -(position % 3)))
        classes: list[int | None] = [*order, None]
        for item in classes:
            named = [names[area] for area, own in self.classes.items() if own == item]
            if not named:
                continue
            shown = ", ".join(named[:most])
            if len(named) > most:
                count = len(named) - most
                shown = say("gaps.and_more", language, names=shown, count=count)
            what = self.undefined if item is None else self.entry(item, language)
            out.append(f"{what}: {shown}.")
        return out

    def entry(self, position: int, language: str = "en") -> str:
        """What a colour means."""
        if not self.square:
            return self.entries[position]
        need, reach = position % 3, 2 - position // 3
        return say(
            "report.square_entry",
            language,
            need=say(f"report.need_{need}", language),
            reach=say(f"report.reach_{reach}", language),
        )


def square_layer(
    ground: Ground, kind_gaps: KindGaps | NeedReach, need: Need, language: str = "en"
) -> Layer:
    """Need × reach."""
    lived_in = ground.lived_in
    if isinstance(kind_gaps, KindGaps):
        reach = shades.reach_thirds(kind_gaps, lived_in)
    else:
        reach = shades.need_reach_thirds(kind_gaps, lived_in, kind_gaps.gap(ground) == "no data")
    classes = dict(zip(ground.ids, shades.square(shades.need_thirds(need), reach), strict=True))
    layer = Layer(
        say("report.map_square", language),
        classes,
        shades.SQUARE,
        {},
        (),
        say("report.no_data", language),
        True,
    )
    labels = {
        area: layer.undefined if value is None else layer.entry(value, language)
        for area, value in classes.items()
    }
    return layer._replace(labels=labels)


def gap_layer(ground: Ground, result: Gaps, title: str, language: str = "en") -> Layer:
    """Gaps, places to call about, and what is no gap; one row per area in the result."""
    classes: dict[str, int | None] = {}
    labels = {}
    for row in result.areas:
        lived_in = row["people"] is None or row["people"] > 0
        classes[row["id"]] = shades.STATE_OF.get(row["gap"]) if lived_in else None
        labels[row["id"]] = words.gap(row["gap"], language)
        if not lived_in:
            labels[row["id"]] = say("report.nobody", language)
    return Layer(
        title,
        classes,
        shades.STATES,
        labels,
        tuple(words.gap(name, language) for name in shades.STATE_OF),
        say("report.no_data", language),
    )


def metric_layer(ground: Ground, kind: str, metric: str, language: str = "en") -> Layer:
    """One number of METRICS for a kind."""
    item = METRICS[metric]
    values = item.compute(ground, kind).astype(float)
    # Nothing found where nobody has looked is no number, and nor is reach where nobody lives.
    values = np.where(ground.lived_in, values, np.nan)
    if item.counts:
        values = np.where(ground.no_data & (values == 0), np.nan, values)
    settings = ground.settings
    colours: tuple[str, ...]
    if item.unit == "yes_no":
        classes: list[int | None] = [int(v) if np.isfinite(v) else None for v in values]
        colours = (shades.STATES[0], shades.STATES[2])
        entries = [say("report.no", language), say("report.yes", language)]
    else:
        classes, ends = shades.steps(values)
        colours = tuple(shades.spread(shades.REACH, len(ends)))
        if not item.more:
            colours = tuple(reversed(colours))
        entries = _ranges(
            [words.amount(end, item.unit, settings, language) for end in ends], language
        )
    labels = [words.amount(value, item.unit, settings, language) for value in values]
    return Layer(
        words.metric_label(item, language),
        dict(zip(ground.ids, classes, strict=True)),
        colours,
        dict(zip(ground.ids, labels, strict=True)),
        tuple(entries),
        say("report.no_data", language),
    )


def need_layer(ground: Ground, need: Need, language: str = "en") -> Layer:
    """A need indicator, darker where need is more; hidden numbers have no colour."""
    value = need.value.copy()
    title = words.indicator_label(ground.notes, need.indicator, language)
    ranks = [
        [int(pair[0]), int(pair[1])] if np.isfinite(pair).all() else None for pair in need.ranks
    ]
    if need.indicator == "all":
        classes, ends = shades.steps(value)
        named = shades.spread(("1", "2", "3", "4", "5"), len(ends))
        entries = [say(f"report.fifth_{number}", language) for number in named]
        labels = [
            say("report.rank_of", language, rank=words.ranks(pair, language)) if pair
            else words.ranks(None, language)
            for pair in ranks
        ]  # fmt: skip
    else:
        table = values_by_area(ground.indicators, need.indicator, ground.ids)
        result = ground.notes.get(need.indicator)
        note = result if isinstance(result, dict) else {}
        hidden = table["suppressed"].to_numpy(bool)
        value[hidden] = np.nan
        classes, ends = shades.steps(value)
        per = note.get("per") == "population"
        sign = -1 if note.get("direction") == "low" else 1
        unit = "%" if note.get("unit") == "percent" else ""
        entries = _ranges([f"{sign * end:,.0f}{unit}" for end in ends], language)
        if per:
            title = say("report.rate_title", language, indicator=title, per=f"{RATE_PER:,.0f}")
        labels = [tables.value_text(row, note, language) for _, row in table.iterrows()]
        labels = [
            say("report.value_rank", language, value=text, rank=words.ranks(pair, language))
            if pair else text
            for text, pair in zip(labels, ranks, strict=True)
        ]  # fmt: skip
    return Layer(
        title,
        dict(zip(ground.ids, classes, strict=True)),
        tuple(shades.spread(shades.NEED, len(ends))),
        dict(zip(ground.ids, labels, strict=True)),
        tuple(entries),
        say("report.unknown_or_hidden", language),
    )


def gain_layer(
    ground: Ground, gains: np.ndarray, more: np.ndarray, title: str, language: str = "en"
) -> Layer:
    """Who gains from one more place."""
    lived_in = ground.lived_in
    classes: dict[str, int | None] = {}
    entries = tuple(say(f"report.gain_{name}", language) for name in ("mark", "more", "same"))
    for position, area in enumerate(ground.ids):
        own = 0 if gains[position] else 1 if more[position] else 2
        classes[area] = own if lived_in[position] else None
    labels = {
        area: say("report.nobody", language) if own is None else entries[own]
        for area, own in classes.items()
    }
    colours = (shades.REACH[4], shades.REACH[1], "#f3f3f3")
    return Layer(title, classes, colours, labels, entries, say("report.nobody", language))


def _ranges(ends: list[str], language: str) -> list[str]:
    """The classes in words: up to the first end, then from end to end."""
    out = []
    for position, end in enumerate(ends):
        if position == 0:
            out.append(say("report.up_to", language, value=end))
        else:
            out.append(say("report.over_to", language, low=ends[position - 1], high=end))
    return out
