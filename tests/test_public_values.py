"""What open data may carry: no passcode, no code to dial, no field that is not public."""

from __future__ import annotations

import pytest

from assetmap.assets.public import public_value


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("conference_url", "https://z.example/j/123?pwd=abc", "https://z.example/j/123"),
        ("conference_url", "https://z.example/j/1?PWD=a&x=1#pwd=b", "https://z.example/j/1?x=1"),
        ("conference_url", "https://z.example/j/1?lang=es#top", "https://z.example/j/1?lang=es#top"),
        ("conference_url", "https://x.example/#pwd=1", "https://x.example/"),
        ("conference_url", "https://x.example/a?b=c#d", "https://x.example/a?b=c#d"),
        ("conference_url", "", ""),
        ("address", "Pass: 1200 Hill Road", "Pass: 1200 Hill Road"),
        ("name", "Night owls, zoom passcode: 4711", "Night owls, zoom …"),
        ("description_es", "Contraseña: paz2020", "…"),
        ("url", "https://x.example/?passcode=7", "https://x.example/"),
        ("conference_phone", "+16185550143,,1234567#,,778899#", "+16185550143,,1234567#"),
        ("conference_phone", "+16185550143,,1234567#,,,,*778899#", "+16185550143,,1234567#"),
        ("conference_phone", "+16185550143,,1234567#", "+16185550143,,1234567#"),
        ("conference_phone", "(618) 555-0143", "(618) 555-0143"),
        ("phone", "(618) 555-0143", "(618) 555-0143"),
        ("description", "ID 123 456 789, passcode 4711. Come.", "ID 123 456 789, … Come."),
        ("description", "Password: serenity", "…"),
        ("description", "Contraseña: paz2020", "…"),
        ("description", "No password needed; PIN pads.", "No password needed; PIN pads."),
        ("conference_url_notes", "Passcode: oak", ""),
        ("original", '{"a": 1}', ""),
        ("listed_ok", "yes", ""),
        ("name", "Open Door", "Open Door"),
    ],
)  # fmt: skip
def test_public_values(field: str, value: str, shown: str) -> None:
    assert public_value(field, value) == shown
