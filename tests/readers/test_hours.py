"""Free-text hours: a table checked by hand, and what must hold for any text."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap import schedule
from assetmap.readers.hours.read import Hours, read_hours
from assetmap.schedule import Rule

WEEK = frozenset[int]()

# Text → opening_hours. A start that stands alone lasts an hour.
READ = {
    # as the county's sheet has them
    "6:30PM Sun/Mon": "Mo,Su 18:30-19:30",
    "7:00PM Thu": "Th 19:00-20:00",
    "7PM Thu": "Th 19:00-20:00",
    "6PM Sun": "Su 18:00-19:00",
    "8AM Sat": "Sa 08:00-09:00",
    "24/7": "24/7",
    "8:00 am to 5:00 pm Monday through Friday": "Mo-Fr 08:00-17:00",
    # days first, times first
    "Mon-Fri 9am-5pm": "Mo-Fr 09:00-17:00",
    "9:00am-5:00pm, Mon-Fri": "Mo-Fr 09:00-17:00",
    "Mon. - Fri. 8:30 a.m. - 5:00 p.m.": "Mo-Fr 08:30-17:00",
    "MONDAY – FRIDAY: 8:00 AM – 5:00 PM": "Mo-Fr 08:00-17:00",
    "Mon-Fri from 9am to 5pm": "Mo-Fr 09:00-17:00",
    "Mondays and Thursdays 11:00 AM - 1:00 PM": "Mo,Th 11:00-13:00",
    "Tues. & Thurs. 6 p.m.": "Tu,Th 18:00-19:00",
    "Tuesdays - 7:00pm": "Tu 19:00-20:00",
    "Sunday 10am and 6pm": "Su 10:00-11:00,18:00-19:00",
    "Monday-Friday 8:00AM-4:30PM, Saturday 9:00AM-12:00PM": "Mo-Fr 08:00-16:30, Sa 09:00-12:00",
    "9am-5pm Mon-Fri, 10am-2pm Sat": "Mo-Fr 09:00-17:00, Sa 10:00-14:00",
    "Mon thru Thu 9 a.m. - 9 p.m., Fri-Sat 9 a.m. - 11 p.m.": (
        "Mo-Th 09:00-21:00, Fr,Sa 09:00-23:00"
    ),
    "Monday: 9 AM–5 PM, Tuesday: 9 AM–5 PM, Sunday: Closed": "Mo,Tu 09:00-17:00",
    "Monday–Friday, 9 a.m.–5 p.m.; Saturday, 10 a.m.–2 p.m.; closed Sunday": (
        "Mo-Fr 09:00-17:00, Sa 10:00-14:00"
    ),
    "Fri-Mon 10am-4pm": "Mo,Fr-Su 10:00-16:00",
    "weekdays 8:30am-4:30pm; weekends 10am-2pm": "Mo-Fr 08:30-16:30, Sa,Su 10:00-14:00",
    # letters
    "M-F 8-5": "Mo-Fr 08:00-17:00",
    "MWF 7pm": "Mo,We,Fr 19:00-20:00",
    "T/Th 6:30pm": "Tu,Th 18:30-19:30",
    "TTh 6:30pm": "Tu,Th 18:30-19:30",
    "M-Th 9am-4pm": "Mo-Th 09:00-16:00",
    "L-V 9-17": "Mo-Fr 09:00-17:00",
    # every day, and exceptions
    "daily 7pm": "Mo-Su 19:00-20:00",
    "8am-8pm 7 days a week": "Mo-Su 08:00-20:00",
    "every day except Sunday 9am-5pm": "Mo-Sa 09:00-17:00",
    "Daily 9am-5pm, closed Sundays": "Mo-Sa 09:00-17:00",
    "Mon-Fri 9am-5pm (closed holidays)": "Mo-Fr 09:00-17:00; PH off",
    "Mon-Fri 9am-5pm except holidays": "Mo-Fr 09:00-17:00; PH off",
    # weeks of the month
    "1st & 3rd Tuesdays 7pm": "Tu[1,3] 19:00-20:00",
    "2nd Saturday monthly 10am": "Sa[2] 10:00-11:00",
    "First Saturday of the month 10:00 am - noon": "Sa[1] 10:00-12:00",
    "every 2nd Saturday of the month 10am": "Sa[2] 10:00-11:00",
    "last Friday of each month, 6:30 PM": "Fr[-1] 18:30-19:30",
    "1st Monday and 3rd Wednesday 7pm": "Mo[1] 19:00-20:00, We[3] 19:00-20:00",
    # am and pm by convention
    "Mon-Fri 9-5": "Mo-Fr 09:00-17:00",
    "Mon-Fri 9:00-5:00": "Mo-Fr 09:00-17:00",
    "Mon-Fri 9-12, 1-5": "Mo-Fr 09:00-12:00,13:00-17:00",
    "Mon-Thu 9-5, Fri 9-12": "Mo-Th 09:00-17:00, Fr 09:00-12:00",
    "Mon 7-8pm": "Mo 19:00-20:00",
    "Mon-Fri 8-5pm": "Mo-Fr 08:00-17:00",
    "Sat 7pm-9": "Sa 19:00-21:00",
    # noon, midnight, past midnight, the whole day
    "Wed noon": "We 12:00-13:00",
    "Thursdays 12 noon - 1 pm": "Th 12:00-13:00",
    "Mon-Fri 8pm-midnight": "Mo-Fr 20:00-24:00",
    "Fri 10pm-2am": "Fr 22:00-02:00",
    "Friday and Saturday 10-2am": "Fr,Sa 22:00-02:00",
    "22:00-2:00 Fri": "Fr 22:00-02:00",
    "Open 24 hours": "24/7",
    "24 hours a day, 7 days a week": "24/7",
    "Mon-Sun 12:00 AM - 11:59 PM": "24/7",
    "Mon-Fri 24 hours": "Mo-Fr 00:00-24:00",
    "Wed 19:00": "We 19:00-20:00",
    # seasons
    "June-August Mondays 7pm": "Jun-Aug Mo 19:00-20:00",
    "Mon-Fri 9am-5pm, Jun to Aug": "Jun-Aug Mo-Fr 09:00-17:00",
    "Jun-Aug Mon 9am-5pm; Sep-May Mon 9am-3pm": ("Jun-Aug Mo 09:00-17:00, Sep-May Mo 09:00-15:00"),
    # Spanish
    "Lunes a viernes 9am a 5pm": "Mo-Fr 09:00-17:00",
    "de lunes a viernes de 9:00 a. m. a 5:00 p. m.": "Mo-Fr 09:00-17:00",
    "lunes a viernes de 9am a 12pm y de 2pm a 5pm": "Mo-Fr 09:00-12:00,14:00-17:00",
    "Lunes, miércoles y viernes a las 7pm": "Mo,We,Fr 19:00-20:00",
    "Martes y jueves 19:00-20:30": "Tu,Th 19:00-20:30",
    "Todos los días excepto domingos 8am-8pm": "Mo-Sa 08:00-20:00",
    "Cerrado los domingos; lunes a sábado 9am a 6pm": "Mo-Sa 09:00-18:00",
    "Primer sábado del mes 10am": "Sa[1] 10:00-11:00",
    "1er y 3er martes 7pm": "Tu[1,3] 19:00-20:00",
    "último viernes de cada mes de 7pm a 9pm": "Fr[-1] 19:00-21:00",
    "Domingos 10 de la mañana a mediodía": "Su 10:00-12:00",
    "sábados y domingos de 2 a 5 de la tarde": "Sa,Su 14:00-17:00",
    "10 de la noche a 2 de la mañana viernes": "Fr 22:00-02:00",
    "Viernes 8pm a medianoche": "Fr 20:00-24:00",
    "miércoles 18h30-20h": "We 18:30-20:00",
    "Junio a agosto: lunes a viernes 9am-3pm": "Jun-Aug Mo-Fr 09:00-15:00",
    "Abierto las 24 horas, los 7 días de la semana": "24/7",
}

# Text → a word of the reason. Each could be read in a second way, or says no time.
REFUSED = {
    "Contact for schedule": "'contact'",
    "Varies by church": "'varies'",
    "24/7 Emergency Services": "'emergency'",
    "Pharmacy hours vary": "'pharmacy'",
    "Llame para horario": "'llame'",
    "noon": "no day",
    "7pm": "no day",
    "9-5": "no day",
    "9:00-5:00": "no day",
    "Mondays": "without a time",
    "Closed Sundays": "no time of opening",
    "2024": "'2024'",
    "Fri 7-10": "am and pm",
    "Fri 8-12": "am and pm",
    "Tue 12-1": "am and pm",
    "Wed 9": "am or pm",
    "09:00 Wed": "am or pm",
    "Mon & Thu 6 & 8pm": "am or pm",
    "Sat 8-12pm": "am or pm",
    "16:00-5:00 Mon": "am or pm",
    "Mon 7pm-7pm": "same time",
    "Mon 9pm-2pm": "longer than a night",
    "Mon & 7pm": "which times belong",
    "Mon 9am 1pm": "nothing between",
    "midnight Sat": "midnight",
    "Sat 12am-6am": "midnight",
    "Mon from 9am": "without an end",
    "Sun 7pm - Mon 7am": "which times belong",
    "Monday 9am to Friday 5pm": "'to'",
    "Mon 7pm Tue 8pm Wed": "without a time",
    "9am Mon, Wed 7pm": "no day",
    "every 2nd Saturday 10am": "so many weeks",
    "every other Tuesday 7pm": "'other'",
    "biweekly Mon 7pm": "'biweekly'",
    "1st & 3rd Tuesday and Thursday 7pm": "week of the month",
    "Mon-Fri 9am-5pm, Wed 12pm-8pm": "do not go together",
    "Sat 10am; 1st Sat 2pm": "do not go together",
    "Mon 7pm; Jun-Aug Mon 8pm": "do not go together",
    "Mon-Fri 9am-5pm. Closed Sundays June-August.": "season",
    "Mon 9am-5pm, Sat 9am-2pm by appointment": "appointment",
    "Dec 14-16 Mon": "day of the month",
    "F 7pm": "letters",
    "M/F 7pm": "letters",
    "T 7pm": "'t'",
    "S-S 10am-2pm": "letters",
    "Mar 7pm": "'mar'",
    "We Mon-Fri 9am-5pm": "'we'",
    "Mon-Wed-Fri 7pm": "which day",
    "Tuesday and Thursday evenings": "'evenings'",
    "Mon 13pm": "not a time",
    "Domingos 12 de la noche": "noon or midnight",
}


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_read(text: str, expected: str) -> None:
    assert read_hours(text).schedule == expected


@pytest.mark.parametrize(("text", "why"), REFUSED.items())
def test_refused(text: str, why: str) -> None:
    hours = read_hours(text)
    assert hours.schedule is None
    assert hours.note.startswith(f"The times {text!r} were not read: ")
    assert why in hours.note
    assert hours.by_appointment is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("by appointment", Hours(None, True, "")),
        ("By appointment only.", Hours(None, True, "")),
        ("call for an appointment", Hours(None, True, "")),
        ("solo con cita previa", Hours(None, True, "")),
        ("Mon-Fri 9am-5pm by appointment", Hours("Mo-Fr 09:00-17:00", True, "")),
        ("Mon-Fri 9am-5pm or by appointment", Hours("Mo-Fr 09:00-17:00", None, "")),
        ("No appointment needed, Mon-Fri 9am-4pm", Hours("Mo-Fr 09:00-16:00", False, "")),
        ("sábado 9am-1pm, sin cita", Hours("Sa 09:00-13:00", False, "")),
        ("  ", Hours(None, None, "")),
    ],
)
def test_appointments(text: str, expected: Hours) -> None:
    assert read_hours(text) == expected


def test_what_was_filled_in_is_said() -> None:
    assert read_hours("7PM Thu") == Hours(
        "Th 19:00-20:00", None, "No end is given; one hour is assumed.", end_assumed=True
    )
    assert read_hours("Mon-Fri 9-5") == Hours(
        "Mo-Fr 09:00-17:00", None, "Am or pm is assumed.", half_assumed=True
    )
    assert read_hours("9am-5pm Mon-Fri") == Hours("Mo-Fr 09:00-17:00", None, "")


# Words that stand together in real hours, in any order: whatever comes out must be a schedule.
PIECES = ["mon", "tue", "wednesday", "fri", "sundays", "m", "f", "t", "th", "lunes", "sábado", "-"]
PIECES += ["1st", "3rd", "last", "primer", "every", "daily", "monthly", "9", "12", "5pm", "9am"]
PIECES += ["7:30 p.m.", "19:00", "noon", "midnight", "to", "a", "and", "y", "/", ",", ";", ":", "("]
PIECES += [
    "24/7",
    "24 hours",
    "closed",
    "holidays",
    "except",
    "by appointment",
    "jun",
    "aug",
    "may",
]
PIECES += [
    "from",
    "de",
    "a las",
    ".",
    "\n",
    "or by appointment",
    "weekdays",
    "of the month",
    "10pm",
]


@settings(max_examples=200)
@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join), st.text()))
def test_any_text_is_read_or_refused_and_what_is_read_parses(text: str) -> None:
    hours = read_hours(text)
    if hours.schedule is not None:
        assert schedule.write(schedule.parse(hours.schedule)) == hours.schedule
    assert hours.schedule or not (hours.end_assumed or hours.half_assumed)


@st.composite
def weekly_rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    nth = draw(st.sampled_from((WEEK, WEEK, frozenset((1,)), frozenset((2, 4)), frozenset((-1,)))))
    start = draw(st.integers(0, 95)) * 15
    end = start + draw(st.integers(1, 40)) * 15
    return (Rule(days if not nth else frozenset((min(days),)), nth, start, end),)


@settings(max_examples=200)
@given(weekly_rules(), st.sampled_from(("sessions", "hours")), st.sampled_from(("en", "es")))
def test_our_own_words_are_never_read_as_another_time(
    rules: tuple[Rule, ...], kind: str, language: str
) -> None:
    """`describe` writes for people; reading it gives the same times back, or is refused."""
    text = schedule.write(rules)
    assert read_hours(schedule.describe(text, kind, language)).schedule in (text, None)


def test_our_own_words_are_mostly_read() -> None:
    texts = [f"Mo-Fr {hour:02d}:30-{hour + 2:02d}:00" for hour in range(1, 22)]
    texts += [f"Sa[{nth}] 10:00-12:00" for nth in (1, 2, 3, 4, 5, -1)]
    for language in ("en", "es"):
        result = [read_hours(schedule.describe(text, "sessions", language)) for text in texts]
        assert [hours.schedule for hours in result] == texts


def test_the_hours_of_a_real_county(shared: Path) -> None:
    """The counts that docs/hours.md gives."""
    path = shared / "feeds" / "table" / "county_asset_map_nc_2025.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        texts = [row["Hours"].strip() for row in csv.DictReader(file)]
    distinct = sorted({text for text in texts if text})
    read = {text: read_hours(text).schedule for text in distinct}
    assert len(distinct) == 27
    assert {text: result for text, result in read.items() if result} == {
        "11AM Sat": "Sa 11:00-12:00",
        "11AM Thu": "Th 11:00-12:00",
        "24/7": "24/7",
        "5PM Wed": "We 17:00-18:00",
        "6:30PM Sun/Mon": "Mo,Su 18:30-19:30",
        "6PM Fri": "Fr 18:00-19:00",
        "6PM Sun": "Su 18:00-19:00",
        "7:00PM Thu": "Th 19:00-20:00",
        "7PM Fri": "Fr 19:00-20:00",
        "7PM Mon": "Mo 19:00-20:00",
        "7PM Sun": "Su 19:00-20:00",
        "7PM Thu": "Th 19:00-20:00",
        "7PM Tue": "Tu 19:00-20:00",
        "7PM Wed": "We 19:00-20:00",
        "8:00 am to 5:00 pm Monday through Friday": "Mo-Fr 08:00-17:00",
        "8AM Sat": "Sa 08:00-09:00",
        "8AM Thu": "Th 08:00-09:00",
    }
    assert sorted(text for text, result in read.items() if not result) == [
        "24/7 Emergency Services",
        "Contact for confidential schedule",
        "Contact for schedule",
        "Pharmacy hours vary",
        "Varies by church",
        "Varies by location",
        "Varies by organization",
        "Varies by program",
        "Varies by provider",
        "Varies by unit",
    ]


def test_the_docs_give_the_size_of_this_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "hours.md").read_text(encoding="utf-8")
    size = f"{len(READ) + len(REFUSED)} texts checked by hand, {len(READ)} to be read and"
    assert size in text
    assert f"{len(REFUSED)} to be refused" in text
