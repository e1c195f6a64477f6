"""What the form offers because this community's lists can answer it; kept per version."""

from __future__ import annotations

from typing import NamedTuple

from assetmap import vocabulary
from assetmap.community.summary import example_place, has_beds, offered_needs
from assetmap.web.kept_answers import per_version
from assetmap.web.links import first_needs
from assetmap.web.state import State
from assetmap.words import say

MOST_PLACES = 60


class Offers(NamedTuple):
    """The needs that some asset answers, whether open beds are counted, a place to show as an
    example ("" where none is known), and the languages that some asset speaks."""

    needs: tuple[str, ...]
    beds: bool
    place: str
    languages: tuple[str, ...]

    @property
    def first_needs(self) -> list[str]:
        """The offered needs of the first screen."""
        first = first_needs()
        return [need for need in self.needs if need in first]


@per_version
def offers_of(state: State) -> Offers:
    """The offers of what is served now."""
    community = state.community
    beds = has_beds(community)
    shelters = bool((community.assets["kind"] == "shelter").any())
    needs = tuple(
        need
        for need in offered_needs(community)
        # Shelters can be called though nobody counts their beds.
        if need != "bed_tonight" or beds or shelters
    )
    language = {tag for tags in state.catalog.assets["languages"] if tags for tag in tags}
    languages = tuple(tag for tag in vocabulary.terms("languages") if tag in language)
    return Offers(needs, beds, example_place(community), languages)


@per_version
def places_to_type(state: State) -> list[str]:
    """The community's own places, for a field that completes what is typed in the browser."""
    names = [place.name for place in state.community.context.places.places]
    return list(dict.fromkeys(names))[:MOST_PLACES]


def box_hint(offers: Offers, language: str) -> str:
    """What stands in the empty box: a bed only where one may be found."""
    return say(
        "plain.box_hint" if "bed_tonight" in offers.needs else "plain.box_hint_no_bed", language
    )


def where_hint(offers: Offers, language: str) -> str:
    """What stands in the empty field of a place: one of this community."""
    if not offers.place:
        return say("find.where_hint", language)
    return say("find.where_hint_like", language, place=offers.place)
