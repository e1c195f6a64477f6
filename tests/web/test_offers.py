"""What the form offers is what this community's lists can answer."""

from __future__ import annotations

from pathlib import Path

from plain_site import html_of, send, site
from small_town import ROWS, state

from assetmap.web.questions import box_hint, offers_of, where_hint

GROUP = {"id": "g", "name": "Circle", "kind": "peer_group", "city": "Milltown", "phone": "1"}


def test_no_bed_is_offered_where_no_list_holds_beds(tmp_path: Path) -> None:
    town = state(tmp_path, [GROUP])
    offers = offers_of(town)
    assert "bed_tonight" not in offers.needs
    assert not offers.beds
    assert box_hint(offers, "en") == "a meeting tonight, a dentist, a ride …"
    assert where_hint(offers, "en") == "ZIP or town, such as Milltown"
    html = html_of(send(site(town), "/directory"))
    assert 'name="beds"' not in html
    assert 'value="bed_tonight"' not in html


def test_shelters_can_be_called_though_nobody_counts_their_beds(tmp_path: Path) -> None:
    shelter = {"id": "s", "name": "Haven", "kind": "shelter", "phone": "1"}
    offers = offers_of(state(tmp_path, [shelter]))
    assert "bed_tonight" in offers.needs
    assert not offers.beds
    assert where_hint(offers, "es") == "Código postal o ciudad"


def test_counted_beds_are_offered(tmp_path: Path) -> None:
    offers = offers_of(state(tmp_path, ROWS))
    assert offers.beds and "bed_tonight" in offers.needs
    assert offers.place == "Smallton"
