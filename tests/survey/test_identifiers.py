"""What points at someone is taken out of a text, in every spelling; what only looks so stays."""

from __future__ import annotations

import pytest

from assetmap.survey.identifiers import REMOVED, scrub

SIGNS = {
    "phone": [
        "555-0142", "5550142", "555.0142", "(413) 555-0142", "+44 20 7946 0958",
        "+52 55 1234 5678", "01 23 45 67 89", "0049 30 1234567",
    ],
    "e-mail": [
        "maria@example.org", "maria (at) example (dot) com", "maria at example dot com",
        "maria arroba ejemplo punto com", "maria[at]example.org",
    ],
    "street": [
        "12 Foundry Avenue", "14B Oak St.", "40 N. River Road", "Calle Luna 14",
        "Avenida de los Pinos 220", "P.O. Box 17",
    ],
    "date": [
        "2026-03-04", "3/4/26", "03.04.26", "March 3, 2026", "3rd of March", "May 5th",
        "3 de marzo de 2026",
    ],
    "ip": ["192.0.2.7", "2001:db8::1", "fe80:0:0:0:1:2:3:4"],
    "coordinates": [
        "42.10152, -72.58982", "42.1015 N, 72.5898 W", "42.1015N 72.5898W", "42°06'05\"N",
    ],
    "ssn": ["123-45-6789", "123 45 6789", "SSN 123456789"],
    "handle": ["@maria_l", "@maria.lopez"],
    "link": ["https://example.org/maria", "www.example.org", "facebook.com/maria", "bit.ly/3xYz"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "sign"), [(what, sign) for what, signs in SIGNS.items() for sign in signs]
)
def test_what_points_at_someone_is_taken_out(what: str, sign: str) -> None:
    left, reasons = scrub(f"Ask for me, {sign} thanks")
    assert left == f"Ask for me, {REMOVED} thanks", what
    assert reasons


@pytest.mark.parametrize(
    "text",
    [
        "3 meetings a week at the church. Dot was kind",
        "Two years and 14 days, one day at a time",
        "24/7, from 9 to 5, at 10:30 or 8 am",
        "May I come in? In March it was cold",
        "It cost 250.00 and took 12 steps",
        "1 in 3 people, 50% or more",
        "The bus at noon. Come in",
        "Groups for ages 18-24 and 25-44",
    ],
)
def test_what_only_looks_so_stays(text: str) -> None:
    assert scrub(text) == (text, [])
