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
        # Other ways to write what lets in.
        ("conference_url", "https://owl:oak55@meet.example.org/x", "https://meet.example.org/x"),
        ("conference_url", "https://zoom.us/j/9&pwd=oak55", "https://zoom.us/j/9"),
        ("conference_url", "https://zoom.us/j/9?a=1&amp;pwd=oak55", "https://zoom.us/j/9?a=1"),
        ("conference_url", "https://zoom.us/j/9?%70wd=oak55", "https://zoom.us/j/9"),
        ("conference_url", "https://8x8.vc/owls?jwt=oak55", "https://8x8.vc/owls"),
        ("conference_url", "https://bluejeans.com/123/4711", "https://bluejeans.com/123"),
        ("conference_url", "https://teams.live.com/meet/9?p=oak55", "https://teams.live.com/meet/9"),
        ("url", "https://owls.example.org/?p=123", "https://owls.example.org/?p=123"),
        ("conference_phone", "+16185550143,,9# passcode 4711", "+16185550143,,9#"),
        ("name", "Night Owls (pw OAK55)", "Night Owls (…)"),
        ("organization", "Owls, P/W: oak55", "Owls, …"),
        ("address", "Zoom 123, passcode oak55", "Zoom 123, …"),
        ("description", "The password for Zoom tonight is OAK55.", "The …"),
        ("description", "Passcode (all caps) OAKTREE", "…"),
        ("description", "Enter 4711 when asked for the passcode.",
         "… when asked for the passcode."),
        ("description", "4711 is the passcode.", "… is the passcode."),
        ("description", "Zoom: 123 456 789 / oak55", "Zoom: 123 456 789 …"),
        ("description", "Mot de passe : oak55", "…"),
        ("description", "Door code: 4711#", "…"),
        ("description", "Call (618) 555-0143 for the password.",
         "Call (618) 555-0143 for the password."),
        ("description", "The password is on our website.", "The password is on our website."),
        ("description", "Press 618-555-0143 to ask about the code of conduct.",
         "Press 618-555-0143 to ask about the code of conduct."),
        ("description", "Meets 7 / 8 pm, PIN pads at 9.", "Meets 7 / 8 pm, PIN pads at 9."),
    ],
)  # fmt: skip
def test_public_values(field: str, value: str, shown: str) -> None:
    assert public_value(field, value) == shown
