"""Schedules in plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_strategies import rules

from assetmap import schedule
from assetmap.schedule import Rule, describe


@pytest.mark.parametrize(
    ("text", "kind", "english", "spanish"),
    [
        ("Tu 19:00-20:00", "sessions", "Tuesdays 7:00–8:00 pm", "Martes 7:00–8:00 p. m."),
        (
            "Sa[1] 10:00-12:00",
            "sessions",
            "First Saturday of the month 10:00 am–noon",
            "Primer sábado del mes 10:00 a. m.–mediodía",
        ),
        (
            "Tu[1,3] 19:00-20:00",
            "sessions",
            "First and third Tuesday of the month 7:00–8:00 pm",
            "Primer y tercer martes del mes 7:00–8:00 p. m.",
        ),
        ("24/7", "hours", "Any time, day or night", "A cualquier hora, de día o de noche"),
        (
            "Mo-Fr 09:00-17:00",
            "hours",
            "Mon–Fri 9:00 am–5:00 pm",
            "Lun–vie 9:00 a. m.–5:00 p. m.",
        ),
        (
            "Mo-Fr 19:00-20:00",
            "sessions",
            "Monday to Friday 7:00–8:00 pm",
            "De lunes a viernes 7:00–8:00 p. m.",
        ),
        (
            "Mo,Th 19:00-20:00, Su 12:00-13:00",
            "sessions",
            "Mondays and Thursdays 7:00–8:00 pm; Sundays noon–1:00 pm",
            "Lunes y jueves 7:00–8:00 p. m.; domingos mediodía–1:00 p. m.",
        ),
        (
            "Fr 22:00-01:00",
            "sessions",
            "Fridays 10:00 pm–1:00 am",
            "Viernes 10:00 p. m.–1:00 a. m.",
        ),
        ("Mo-Su 18:00-24:00", "hours", "Every day 6:00 pm–midnight", None),
        ("Sa,Su 00:00-24:00", "hours", "Sat and Sun all day and night", None),
        (
            "Mo-Fr 09:00-12:00,13:00-17:00; Dec 24 off; PH off",
            "hours",
            "Mon–Fri 9:00 am–noon and 1:00–5:00 pm; closed December 24; closed on public holidays",
            (
                "Lun–vie 9:00 a. m.–mediodía y 1:00–5:00 p. m.; cerrado 24 de diciembre; "
                "cerrado los días feriados"
            ),
        ),
        (
            "Jun-Aug Mo 11:30-13:00",
            "sessions",
            "June to August: Mondays 11:30 am–1:00 pm",
            "De junio a agosto: lunes 11:30 a. m.–1:00 p. m.",
        ),
        (
            "Nov 27 19:00-21:00",
            "sessions",
            "November 27 7:00–9:00 pm",
            "27 de noviembre 7:00–9:00 p. m.",
        ),
        ("Sa[-1] 10:00-11:00", "sessions", "Last Saturday of the month 10:00–11:00 am", None),
    ],
)
def test_describe(text: str, kind: str, english: str, spanish: str | None) -> None:
    assert describe(text, kind) == english
    if spanish:
        assert describe(text, kind, "es") == spanish


def test_unknown_hours_are_not_closed_hours() -> None:
    assert describe(None) == "Hours not known"
    assert describe(float("nan"), "hours", "es") == "Horario desconocido"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "english"),
    [
        ("FREQ=WEEKLY;INTERVAL=2", "Every 2 weeks: Tuesdays 7:00–8:00 pm"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
            "Every 2 weeks: Tuesdays and Thursdays 7:00–8:00 pm",
        ),
        ("FREQ=WEEKLY;COUNT=10", "Tuesdays 7:00–8:00 pm"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "On day 1 and 15 of each month, 7:00–8:00 pm"),
        ("FREQ=YEARLY", "On some days, 7:00–8:00 pm"),
    ],
)
def test_recurrences(rule: str, english: str) -> None:
    text = f"DTSTART:20261103T190000 RRULE:{rule}"
    assert describe(None, "sessions", "en", text) == english


def test_dates_are_named() -> None:
    dates = {"2026-12-04", "2026-11-27"}
    assert (
        describe("19:00-21:00", "sessions", "en", None, dates)
        == "November 27, 2026 and December 4, 2026 7:00–9:00 pm"
    )


@given(rules(), st.sampled_from(("sessions", "hours")), st.sampled_from(("en", "es")))
def test_every_schedule_has_words(some: tuple[Rule, ...], kind: str, language: str) -> None:
    words = describe(schedule.write(some), kind, language)
    assert words[0] == words[0].upper()
    assert "{" not in words
    assert "schedule." not in words
