"""Several needs at once: one plan around the home, with the ways between; the week's strip."""

from __future__ import annotations

from finder_tables import HOME, NOW, ask, catalog, north, row

from assetmap.search.alternatives import week_of
from assetmap.search.bundle import bundle_document, bundles


def test_the_job_is_near_the_home_and_not_near_the_jail() -> None:
    assets = catalog(
        row("home", "recovery_home", accepts_record="yes", **north(9000)),
        row("far", "recovery_home", accepts_record="yes", **north(20_000)),
        row("by_jail", "employer", accepts_record="yes", **north(100)),
        row("by_home", "employer", accepts_record="yes", **north(8000)),
        row("unknown", "employer", **north(9000)),
    )
    query = ask(needs=("job", "home"), near=(HOME,), yes=("accepts_record",))
    first, second = bundles(assets, query)
    plan = bundle_document(first)
    assert [(item["need"], item["id"], item["group"]) for item in plan["items"]] == [
        ("job", "t:by_home", "match"),
        ("home", "t:home", "match"),
    ]
    assert plan["between_m"] == [[0, 1000], [1000, 0]]
    assert plan["why"] == ["By_Home is 0.6 mi from Home."]
    assert [item.hit.id for item in second.items] == ["t:by_home", "t:far"]


def test_what_nothing_answers_is_said_and_what_is_to_be_asked_too() -> None:
    assets = catalog(row("home", "recovery_home"), row("office", "job_help", wheelchair="yes"))
    query = ask(needs=("home", "job", "dental"), yes=("wheelchair",))
    (plan,) = bundles(assets, query)
    assert [(item.need, item.sure) for item in plan.items] == [("home", False), ("job", True)]
    assert plan.why == (
        "Ask Home first: not everything is known.",
        "Office is 0.1 mi from Home.",
        "Nothing is listed yet for: A dentist.",
    )
    assert bundles(assets, ask(needs=("home",))) == []


def test_the_strip_counts_each_part_of_each_day() -> None:
    # The clock stands at Friday, 18:00.
    assets = catalog(
        row("on", schedule="Fr 17:30-19:30"),
        row("saturday", schedule="Sa 10:00-11:00"),
        row("late", schedule="Sa 23:30-23:59"),
        row("other", "dentist", schedule="Sa 10:00-11:00"),
    )
    cells = week_of(assets, ask(needs=("meeting",), at=NOW))
    assert {(cell.day, cell.part): cell.fits for cell in cells if cell.fits} == {
        (0, "evening"): 1,
        (1, "morning"): 1,
        (1, "night"): 1,
    }
    assert len(cells) == 28
    assert cells[4].when == "2026-11-21 05:00-12:00"
