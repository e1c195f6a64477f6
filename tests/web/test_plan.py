"""Several needs at once are one plan on the pages: the job near that home, and why."""

from __future__ import annotations

from pathlib import Path

from plain_site import html_of, send, site
from small_town import NOW, ROWS, state

from assetmap.search import Query
from assetmap.web.answers import PlanItem, plans_of

JOBS = [
    {"id": f"job-{name}", "name": f"Mill {name}", "kind": "employer", "latitude": lat,
     "longitude": "-89.0", "location_precision": "exact", "phone": "1"}
    for name, lat in (("far", "37.9"), ("near", "38.10"))
]  # fmt: skip


def test_the_plan_takes_the_job_near_the_home_and_says_how_far(tmp_path: Path) -> None:
    town = state(tmp_path, [*ROWS, *JOBS])
    plans = plans_of(town, Query(at=NOW, needs=("home", "job")), "en")
    assert plans[0].items == [
        PlanItem("A place to live", "own:home", "Cedar House"),
        PlanItem("A job", "own:job-near", "Mill near"),
    ]
    # Cedar House shows only its town, which is what it is measured from.
    assert [text for text in plans[0].why if text.startswith("Mill near is ")]
    assert plans_of(town, Query(at=NOW, needs=("home",)), "en") == []


def test_the_plan_stands_on_the_directory_page(tmp_path: Path) -> None:
    app = site(state(tmp_path, [*ROWS, *JOBS]))
    html = html_of(send(app, "/directory", {"needs": ["home", "job"], "language": "es"}))
    plan = html.partition('id="plan"')[2].partition("</section>")[0]
    assert "Un plan para todo" in plan
    assert 'href="/at/own%3Ajob-near?language=es"' in plan
    assert 'id="plan"' not in html_of(send(app, "/directory", {"needs": "home"}))
