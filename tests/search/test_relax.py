"""What to give up when nothing fits: every offer is one wish, and gives what it says."""

from __future__ import annotations

import random
from dataclasses import fields

from finder_tables import HOME, ask, catalog, north, row
from hypothesis import given, settings
from test_criteria import FEWER, SEEDS, drawn

from assetmap.search import Query, relax, search
from assetmap.search.alternatives import GIVEN_UP, WIDER


def test_the_one_wish_that_is_in_the_way_is_named() -> None:
    rows = [
        row("far", languages="es", cost="free", wheelchair="yes", **north(2500)),
        row("english", languages="en", cost="free", wheelchair="yes"),
        row("stairs", languages="es", cost="free", wheelchair="no"),
        row("rows_two_off", languages="en", cost="fee", wheelchair="yes"),
    ]
    query = ask(
        kinds=("meeting",),
        languages=("es",),
        costs=("free",),
        yes=("wheelchair",),
        near=(HOME,),
        within_m=1000.0,
    )
    assets = catalog(*rows)
    assert search(assets, query).counts == {"match": 0, "ask": 0, "near_miss": 1}
    offers = [(offer.field, offer.value, offer.fits, offer.asks) for offer in relax(assets, query)]
    # Within three times as far there is one; in any language one; without the ramp one.
    assert offers == [
        ("within_m", "", 1, 0),
        ("languages", "es", 1, 0),
        ("yes", "wheelchair", 1, 0),
    ]
    assert relax(assets, query)[0].query.within_m == 1000.0 * WIDER


def test_most_findings_come_first_and_of_two_yes_fields_each_is_offered() -> None:
    rows = [row("a", wheelchair="no", walk_in="yes"), row("b", wheelchair="no", walk_in="yes")]
    rows += [row("c", wheelchair="yes", walk_in="no"), row("d", walk_in="yes", wheelchair="no")]
    result = relax(catalog(*rows), ask(yes=("walk_in", "wheelchair")))
    assert [(o.field, o.value, o.query.yes, o.fits) for o in result] == [
        ("yes", "wheelchair", ("walk_in",), 3),
        ("yes", "walk_in", ("wheelchair",), 1),
    ]


def test_a_babys_age_is_asked_and_may_be_given_up() -> None:
    assets = catalog(row("a", age_min="18"))
    assert [(o.field, o.fits, o.asks) for o in relax(assets, ask(age=0))] == [("age", 0, 1)]


def test_need_kind_and_refusals_are_never_given_up() -> None:
    assets = catalog(row("a", program="aa"), row("b", "dentist"))
    query = ask(needs=("meeting",), not_pathways=("twelve_step",), kinds=("meeting",))
    assert relax(assets, query) == []
    assert set(GIVEN_UP).isdisjoint(("needs", "kinds", "not_kinds", "not_pathways", "near", "at"))
    assert set(GIVEN_UP) <= {field.name for field in fields(Query)}


@settings(FEWER, max_examples=20)
@given(SEEDS)
def test_every_offer_gives_what_it_says_and_changes_one_thing(seed: int) -> None:
    rows, query = drawn(seed)
    assets = catalog(*random.Random(seed).sample(rows, 6), now=query.at)
    offers = relax(assets, query)
    for offer in offers:
        counts = search(assets, offer.query).counts
        assert (offer.fits, offer.asks) == (counts["match"], counts["ask"])
        assert offer.fits + offer.asks > 0
        changed = [
            field.name
            for field in fields(Query)
            if getattr(query, field.name) != getattr(offer.query, field.name)
        ]
        assert changed == [offer.field]
    assert [(-o.fits, -o.asks) for o in offers] == sorted((-o.fits, -o.asks) for o in offers)
    one_less = len({(offer.field, offer.value) for offer in offers})
    assert one_less == len(offers)


def test_a_time_may_be_given_up_like_everything_else() -> None:
    assets = catalog(row("a", schedule="2027 May 04 10:00-11:00"))
    result = relax(assets, ask("tonight", kinds=("meeting",)))
    assert [(o.field, o.value, o.query.when, o.fits) for o in result] == [("when", "", None, 1)]
