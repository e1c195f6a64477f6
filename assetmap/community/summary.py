"""What a community folder is, in a few sentences, and what to do next: for `check` and About.

Problems are grouped by what is said of them, worst first, so that a volunteer can work through.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assetmap import vocabulary
from assetmap.community.folder import DEMO, Community
from assetmap.fields import SEVERITIES, Problem
from assetmap.files.atomic import write_atomic
from assetmap.places import join_areas, latitudes, longitudes
from assetmap.words import Text, say, text
from assetmap.words.formats import listed, number

MOST_KINDS = 4
MOST_STEPS = 3
_EMPTY = ("readers.empty_row", "readers.empty_rows", "readers.stamped_rows")
# The order of harm: a row is gone, a value is not used, may be wrong, was mended.
ORDER = ("rejected", "kept", "guessed", "fixed")
MOST_EXAMPLES = 3
REMEMBERED = ".check.json"
_ROW = re.compile(r"^(?:Row|Fila) \d+(?: of [^:]+)?: ")
_CELL = re.compile(r"^`[^`]*` (?:is '.*?'|is empty|es '.*?'|está vacío); ", re.DOTALL)
_ASK = re.compile(
    r"(?:^|[;.,] )((?:write|give|check|delete|ask|use|look|call|add|say|open|take|save|put|close|"
    r"keep|run|make)\b[^;.]*)\.?$",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"\d|['\"“”‘’`…_@/]|[A-Z]")
Names = Mapping[tuple[str, int], str]


@dataclass(frozen=True)
class AreaCounts:
    """Areas, those with people, indicators, and the areas these speak of."""

    count: int
    with_people: int
    indicators: int
    matched: int

    def as_json(self) -> dict[str, int]:
        """As in the document of `check`."""
        return asdict(self)


def area_counts(community: Community) -> AreaCounts:
    """How many areas there are and what is known of them."""
    areas, table = community.areas, community.indicators
    if areas is None:
        return AreaCounts(0, 0, int(table["indicator"].nunique()), 0)
    known = set(areas["id"]) & set(table["area"])
    people = int((areas["population"].fillna(0) > 0).sum())
    return AreaCounts(len(areas), people, int(table["indicator"].nunique()), len(known))


def kinds_without_a_list(community: Community) -> list[str]:
    """Kinds that the finder's first questions ask for and no list holds, in their order."""
    present = set(community.assets["kind"])
    result: list[str] = []
    for need, row in vocabulary.terms("needs").items():
        kinds = vocabulary.kinds_of_need(need)
        if row["screen"] == "1" and kinds and not present & set(kinds):
            result.append(kinds[0])
    return list(dict.fromkeys(result))


def offered_needs(community: Community) -> list[str]:
    """The needs that some asset of the community's lists answers, in the finder's order."""
    kinds = set(community.assets["kind"])
    needs = vocabulary.terms("needs")
    return [need for need in needs if kinds & set(vocabulary.kinds_of_need(need))]


def has_beds(community: Community) -> bool:
    """Whether any list counts open beds, so that "a bed tonight" may be offered."""
    return bool(community.assets["beds_open"].notna().any())


def example_place(community: Community) -> str:
    """A place of the community to show in an empty box: its largest town, else a ZIP code."""
    rank = {"city": 0, "town": 1, "village": 2, "place": 3}
    towns = [place for place in community.context.places.places if place.kind in rank]
    if towns:
        listed_in = community.assets["city"].value_counts()
        return min(
            towns, key=lambda town: (-int(listed_in.get(town.name, 0)), rank[town.kind])
        ).name
    codes = community.assets["postal_code"].dropna()
    if len(codes):
        return str(codes.mode().iat[0])
    cities = community.assets["city"].dropna()
    return str(cities.mode().iat[0]) if len(cities) else ""


def what_it_is(community: Community, language: str = "en") -> list[str]:
    """The folder in sentences: areas and people, assets and where they lie, what is missing."""
    lines: list[str] = []
    areas = area_counts(community)
    if areas.count:
        people = number(float(np.nansum(community.areas["population"])), language)  # type: ignore[index]
        lines.append(
            say("summary.areas", language, n=areas.count, with_people=areas.with_people,
                people=people, matched=areas.matched, indicators=areas.indicators)
        )  # fmt: skip
    else:
        lines.append(say("summary.no_areas", language))
    assets = community.assets
    placed = ~assets.geometry.isna()
    precision = assets["location_precision"]
    street = int((placed & (precision == "street")).sum())
    town = int((placed & precision.isin(["area", "hidden"])).sum())
    kinds = int(assets["kind"].nunique())
    lines.append(
        say("summary.assets" if kinds != 1 else "summary.assets_one_kind", language,
            n=len(assets), kinds=kinds,
            point=int(placed.sum()) - street - town, street=street, town=town,
            none=int((~placed).sum()))
    )  # fmt: skip
    outside, points = outside_the_areas(community)
    if outside:
        lines.append(say("summary.outside", language, n=outside, points=points))
    missing = kinds_without_a_list(community)
    if missing:
        labels = [vocabulary.label("kinds", kind, language).lower() for kind in missing]
        shown = labels[:MOST_KINDS]
        if len(labels) > MOST_KINDS:
            shown.append(say("summary.more", language, n=len(labels) - MOST_KINDS))
        lines.append(say("summary.no_list", language, kinds=listed(shown, language, either=True)))
    if not has_beds(community):
        lines.append(say("summary.no_beds", language))
    return lines


def outside_the_areas(community: Community) -> tuple[int, int]:
    """How many of the assets with a point lie in none of the areas, and how many have a point.

    (0, …) where the areas have no shapes.
    """
    areas, points = community.areas, community.assets.geometry.dropna()
    if areas is None or not len(points) or not areas.geom_type.str.contains("Polygon").any():
        return 0, len(points)
    lat, lon = latitudes(points), longitudes(points)
    inside = join_areas(lat, lon, areas)
    return sum(area is None for area in inside), len(points)


def _empty_rows(community: Community) -> int:
    """Rows that hold nothing: they are not shown, but there is nothing in them to mend."""
    rows = 0
    for problem in community.problems:
        message = problem.message
        if problem.severity == "rejected" and isinstance(message, Text) and message.id in _EMPTY:
            count = message.values.get("n", 1)
            rows += count if isinstance(count, int) else 1
    return rows


def next_steps(community: Community) -> list[Text]:
    """At most three things to do next, the most useful first."""
    steps: list[Text] = []
    failed = [source for source in community.sources if source.error]
    if failed:
        steps.append(text("summary.do_source", source=failed[0].name))
    if (community.config["fictional"] or community.moved) and community.path != DEMO:
        steps.append(text("summary.do_demo"))
    outside, points = outside_the_areas(community)
    if points >= 5 and outside > 0.9 * points:
        steps.append(text("summary.do_outside", n=outside, points=points))
    contact = community.config["contact"]
    if not any(str(contact.get(name) or "").strip() for name in ("phone", "email", "url")):
        steps.append(text("summary.do_contact"))
    rejected = sum(source.rejected for source in community.sources) - _empty_rows(community)
    if rejected > 0:
        steps.append(text("summary.do_rejected", n=rejected))
    if community.areas is None or not len(community.areas):
        steps.append(text("summary.do_areas"))
    elif area_counts(community).with_people == 0:
        steps.append(text("summary.do_people"))
    nowhere = int(community.assets.geometry.isna().sum())
    if community.context.streets is None and nowhere and community.config["country"] == "US":
        steps.append(text("summary.do_streets"))
    guessed = len({(p.source, p.row) for p in community.problems
                   if (p.field, p.severity) == ("kind", "guessed")})  # fmt: skip
    if guessed:
        steps.append(text("summary.do_kinds", n=guessed))
    missing = kinds_without_a_list(community)
    if missing:
        steps.append(text("summary.do_list", kind=vocabulary.label("kinds", missing[0]).lower()))
    unchecked = int(community.assets["verified_on"].isna().sum())
    if unchecked:
        steps.append(text("summary.do_verify", n=unchecked))
    return steps[:MOST_STEPS]


@dataclass(frozen=True)
class ProblemGroup:
    """Problems of one kind. `do` is what to do about them; `examples` are names of rows."""

    severity: str
    field: str
    count: int
    message: str
    examples: tuple[str, ...]
    do: str

    def as_json(self) -> dict[str, object]:
        """As in the document of `check`."""
        return {
            "severity": self.severity,
            "field": self.field,
            "count": self.count,
            "message": self.message,
            "examples": list(self.examples),
            "do": self.do,
        }


def group_problems(problems: Iterable[Problem], names: Names) -> list[ProblemGroup]:
    """The problems by severity, field and what is said; worst first, then the most."""
    result: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        result.setdefault(_key(problem), []).append(problem)
    groups = [_group(members, names) for members in result.values()]
    return sorted(
        groups, key=lambda option: (ORDER.index(option.severity), -option.count, option.message)
    )


def _key(problem: Problem) -> tuple[str, str, str]:
    severity = problem.severity if problem.severity in SEVERITIES else "kept"
    if isinstance(problem.message, Text) and not problem.message.id.startswith("problem"):
        return severity, problem.field, problem.message.id
    return severity, problem.field, _skeleton(_note(problem))


def _note(problem: Problem) -> str:
    """What is said of the value, without the row's number and the value itself."""
    return _CELL.sub("", _ROW.sub("", str(problem.message)))


def _skeleton(note: str) -> str:
    """The fixed words a note begins with, so that notes of one kind are one."""
    words: list[str] = []
    kinds = vocabulary.terms("kinds")
    for word in note.split()[:8]:
        plain = word.rstrip(".,;:")
        if plain in kinds or _VARIABLE.search(plain if words else plain[1:]):
            break
        words.append(plain)
    return " ".join(words)


def _group(members: Sequence[Problem], names: Names) -> ProblemGroup:
    first = members[0]
    label = field_label(first.field)
    note = _note(first)
    if len(members) == 1:
        message = _sentence(label, note)
    else:
        skeleton = _skeleton(note)
        differs = len({_note(member) for member in members}) > 1
        # Two words in common say nothing; then the first note stands for all.
        short = differs and skeleton.count(" ") >= 2
        message = _sentence(label, f"{skeleton} …" if short else note)
    messages = dict.fromkeys(
        name
        for member in members
        if member.row is not None and (name := names.get((member.source, member.row)))
    )
    severity = first.severity if first.severity in SEVERITIES else "kept"
    return ProblemGroup(
        severity, first.field, len(members), message, tuple(list(messages)[:MOST_EXAMPLES]),
        _what_to_do(severity, note, first.row is None),
    )  # fmt: skip


def field_label(name: str, language: str = "en") -> str:
    """What people call a field; its own name where it is none of ours."""
    row = vocabulary.fields().get(name)
    if row is None:
        return name.replace("_", " ").capitalize()
    return row[f"label_{language}"] or row["label_en"]


def _sentence(label: str, note: str) -> str:
    short = note if len(note) <= 160 else note[:157] + "…"
    return f"{label}: {short}".rstrip(".")


def _what_to_do(severity: str, note: str, of_file: bool) -> str:
    ask = _ASK.search(note)
    if ask:
        return (ask[1][0].upper() + ask[1][1:]).rstrip(", …")
    if severity == "kept" and of_file:
        # What is said of a whole file or setting is not mended in a cell.
        return say("check.do_kept_file", "en")
    return say(f"check.do_{severity}", "en")


class Since(NamedTuple):
    """Problems that are new since the last check and those that are gone; None at the first."""

    new: int
    gone: int


def since_last(folder: Path, problems: Iterable[Problem]) -> Since | None:
    """Compare with the problems remembered in `folder`, and remember these.

    Only hashes are kept. None at the first check. A folder that cannot be written is left alone.
    """
    now = sorted({_hash(problem) for problem in problems})
    path = folder / REMEMBERED
    before: list[str] | None
    try:
        before = [str(load) for load in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        before = None
    with contextlib.suppress(OSError):
        write_atomic(path, json.dumps(now).encode())
    if before is None:
        return None
    return Since(len(set(now) - set(before)), len(set(before) - set(now)))


def _hash(problem: Problem) -> str:
    # Without the row's number, which moves when a line is added above.
    note = _note(problem)
    if problem.row is None:
        note = re.sub(r"\d+", "#", note)  # "3 rows give a place" is the same when there are 4
    parts = (problem.source, problem.field, problem.value, problem.severity, note)
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:12]
