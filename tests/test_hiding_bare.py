"""A private row's own texts do not tell its street without a number, or its number without one."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from assetmap.assets import Context, check

NOW = datetime(2026, 11, 20, 15, tzinfo=ZoneInfo("America/Chicago"))


def described(words: str, address: str = "4417 Quillback Lane", name: str = "House") -> str:
    """The description that is served of a hidden home."""
    row = {"name": name, "kind": "recovery_home", "description": words, "address": address,
           "city": "Milltown", "region": "IL", "postal_code": "62999", "latitude": "37.91357",
           "longitude": "-89.05791", "location_precision": "hidden"}  # fmt: skip
    frame = pd.DataFrame([row], dtype="str").assign(row=1)
    return str(check(frame, Context(now=NOW))[0]["description"].iloc[0])


@pytest.mark.parametrize(
    "words",
    [
        "QUILLBACK",
        "We are on Quillback's east end",
        "Quillback and 9th",
        "esquina de Quillback con Olmo",
        "detrás de la tienda, en Quillback",
        "two doors past 4415 Quillback",
        "Quill back Ln, Quill-back",
        "0x1141 Quillback",
        "We are at forty-four seventeen, ring twice",
        "four four one seven on the gate",
        "Cuarenta y cuatro diecisiete, timbre 2",
        "number 4,417",
        "No. 4417-B",
        "QBL 4417",
        "٤٤١٧",
        "what3words: filled.count.soap",
        "37 54.814 N, 89 3.475 W",
        "lat 37.91 lon -89.06",
        "UPRN 100023336956",
        "parcel no. 12-34-56-789",
    ],
)
def test_a_street_or_a_number_alone_is_taken_out(words: str) -> None:
    served = described(words)
    assert "[address kept private]" in served
    told = r"quill|44.?17|4,?417|forty-four|four four|cuarenta|٤٤|filled|\d\d.\d|\d{5}"
    assert not re.search(told, served, re.I), served


@pytest.mark.parametrize(
    "words",
    ["on Oak", "corner of Oak & 9th", "Oak and 9th", "esquina de Oak con Elm", "off the Oak"],
)
def test_an_ordinary_word_is_taken_out_where_it_is_said_to_be_a_street(words: str) -> None:
    assert "oak" not in described(words, "12 Oak Street").casefold()


@pytest.mark.parametrize(
    "words",
    [
        "A big oak table, oak floors and a quiet yard.",
        "Call 618-555-4417 after 5 pm.",
        "Open since 1998; 12 beds, $150 a week.",
        "Come on Mondays and Fridays, off hours by phone.",
        "Twelve steps, forty beds, one kitchen.",
    ],
)
def test_ordinary_talk_stays(words: str) -> None:
    assert described(words, "12 Oak Street") == words
    assert described(words) == words


def test_what_a_house_is_called_by_is_no_secret() -> None:
    assert described("The Quillback is quiet.", name="Quillback House") == "The Quillback is quiet."
