"""What a community folder is, in a few sentences, and what to do next: for `check` and About."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from assetmap import vocabulary
from assetmap.community.folder import DEMO, Community
from assetmap.places import join_areas, latitudes, longitudes
from assetmap.words import Text, say, text
from assetmap.words.formats import listed, number

MOST_KINDS = 4
MOST_STEPS = 3


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
        say("summary.assets" if kinds > 1 else "summary.assets_one_kind", language,
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


_EMPTY = ("readers.empty_row", "readers.empty_rows", "readers.stamped_rows")


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
