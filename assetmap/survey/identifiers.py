"""What must never be kept of a person: taken out in memory, and only said to have been there.

A name inside a sentence cannot be found by rule, so free text is never published at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from assetmap.places import fold
from assetmap.words import Text, text

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|"
    r"junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
_MONTH_BEGINNINGS = (
    *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    *("ene", "abr", "ago", "dic"),
)
_STREETS = (
    r"(?:street|str|st|avenue|ave|av|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|way|place|pl|"
    r"circle|cir|terrace|ter|highway|hwy|route|rte|parkway|pkwy|trail|trl|square|sq|loop|alley|"
    r"pike|row|apartment|apt|unit|suite|ste)"
)
LINK = re.compile(
    r"\bhttps?://\S+|\bwww\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|info|io|me|us|app)"
    r"\b(?:/\S*)?|\b[a-z][\w-]*\.[a-z]{2,6}/\w\S*",
    re.I,
)
EMAIL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|[\w.+-]+\s*(?:@|\(at\)|\[at\]|\{at\}|\bat\b|\barroba\b)\s*[\w-]+"
    r"(?:(?:\s*(?:\(dot\)|\[dot\]|\bdot\b|\bpunto\b)\s*|\.)[a-z]{2,10}\b)+",
    re.I,
)
SSN = re.compile(r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])|\bssn\b\W{0,3}\d[\d -]{5,}\d", re.I)
PHONE = re.compile(
    r"(?<![\w-])(?:\+?\d{1,2}[\s.-]?)?(?:\(\d{3}\)|\d{3})[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)"
    r"|(?<![\w-])(?:\+|00)\d{1,3}(?:[\s.()/-]*\d){6,13}(?!\d)"
    r"|(?<![\w-])\d{3}[\s.-]\d{4}(?![\d-])"
    r"|(?<![\w-])0\d(?:[\s.-]\d{2}){4}(?!\d)"
    r"|(?<![\w-])\d{2,4}(?:[\s.-]\d{3,4}){2,3}(?!\d)"
)
IP = re.compile(
    r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}(?![\w:])"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}:?){1,6}(?![\w:])",
    re.I,
)
DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:(?:19|20)\d{2}|\d{2}))(?!\d)"
)
MONTH_DATE = re.compile(
    rf"\b{_MONTHS}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+(?:of\s+)?(?:19|20)?\d{{2}}\b)?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+|de\s+)?{_MONTHS}\b"
    r"(?:,?\s+(?:de\s+|of\s+)?(?:19|20)?\d{2}\b)?",
    re.I,
)
COORDINATES = re.compile(
    r"-?\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3,}"
    r"|\d{1,3}(?:\.\d+)?\s*°?\s*[NS]\b[\s,;/]*\d{1,3}(?:\.\d+)?\s*°?\s*[EWO]\b"
    r"|\d{1,3}\s*°\s*\d{1,2}\s*['′’][\d.\s\"″”]*[NSEWO]?",
)
STREET = re.compile(
    rf"\b\d{{1,6}}[a-z]?\s+(?:[nsew]\.?\s+)?(?:[\w'’-]+\.?\s+){{1,3}}?{_STREETS}\b\.?"
    r"|\b(?:calle|avenida|av|camino|carretera|rua|rue)\.?\s+(?:[\w'’.-]+\s+){0,3}(?:n[.oº°]*\s*)?\d{1,5}\b"
    r"|\bp\.?\s?o\.?\s+box\s+\d+",
    re.I,
)
HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z_][\w.]{1,30}")
NUMBER = re.compile(r"(?<![\w.])\d(?:[ -]?\d){6,}(?![\w])")
SIGNS = (
    ("email", EMAIL),
    ("link", LINK),
    ("ssn", SSN),
    ("coordinates", COORDINATES),
    ("ip", IP),
    ("date", DATE),
    ("month", MONTH_DATE),
    ("phone", PHONE),
    ("street", STREET),
    ("handle", HANDLE),
    ("number", NUMBER),
)
REMOVED = "[removed]"
# How many digits a text needs at least to hold such a sign.
_LEAST_DIGITS = {
    **{"ssn": 7, "coordinates": 2, "date": 3, "month": 1, "phone": 7, "street": 1, "number": 7}
}
# Without one of these a text holds none of the signs, so that most texts are looked at once.
_DIGIT = re.compile(r"\d")
_AT = re.compile(r"\bat\b|\barroba\b", re.I)
_DOT = re.compile(r"\.|\bdot\b|\bpunto\b", re.I)
_COMPASS = re.compile(r"\d\s*[NS]\b")
_MAY_HOLD = re.compile(r"\d|@|\.\w|\bat\b|\(at\)|\[at\]|arroba|www|::", re.I)

# Columns that only a treatment program's own records have. One of the first, or two of the
# second, and the file is refused: 42 CFR Part 2 does not let us hold such records.
SURE_RECORDS = frozenset(
    {
        "mrn",
        "medical_record_number",
        "medicaid_id",
        "medicare_id",
        "icd10",
        "icd_10",
        "diagnosis_code",
        "dsm5",
        "discharge_date",
        "date_of_discharge",
        "counselor_notes",
        "progress_notes",
        "methadone_dose",
        "buprenorphine_dose_mg",
        "patient_id",
        "patient_name",
        "client_id",
        "treatment_episode_id",
        "asam_level",
        "part2",
        "part_2",
    }
)
RECORDS = frozenset(
    {
        "admission_date",
        "date_of_admission",
        "admit_date",
        "primary_diagnosis",
        "medication_dose",
        "route_of_administration",
        "treatment_plan",
        "insurance_id",
        "dose_date",
        "urine_screen",
        "drug_screen_result",
        "npi",
    }
)
# A survey may well ask these of people; the assessor is asked which it is.
DOUBTFUL_RECORDS = frozenset(
    {
        "level_of_care",
        "referral_source",
        "attendance_record",
        "primary_substance",
        "diagnosis",
        "dose",
    }
)


def scrub(written: str) -> tuple[str, list[Text]]:
    """The text with what points at someone taken out, and what that was (in words).

    >>> scrub("Call me at 413-555-0100, please.")
    ('Call me at [removed], please.', ['a phone number'])
    """
    if not _MAY_HOLD.search(written):
        return written, []
    digits = len(_DIGIT.findall(written))
    lacks = _lacks(written)
    result = []
    for what, pattern in SIGNS:
        if digits < _LEAST_DIGITS.get(what, 0) or what in lacks:
            continue
        written, number = pattern.subn(REMOVED, written)
        if number:
            result.append(_sign("date" if what == "month" else what))
            digits = len(_DIGIT.findall(written))
    return written, list(dict.fromkeys(result))


def _lacks(written: str) -> set[str]:
    """The signs that a text cannot hold, because the one mark they all have is not in it."""
    lacks = set()
    if "@" not in written:
        lacks.add("handle")
        if not (_AT.search(written) and _DOT.search(written)):
            lacks.add("email")
    if "." not in written and "http" not in written:
        lacks.add("link")
    if written.count(".") < 3 and written.count(":") < 2:
        lacks.add("ip")
    if sum(map(written.count, "-/.")) < 2:
        lacks.add("date")
    lowered = written.casefold()
    if not any(month in lowered for month in _MONTH_BEGINNINGS):
        lacks.add("month")
    if "." not in written and "°" not in written and not _COMPASS.search(written):
        lacks.add("coordinates")
    return lacks


@cache
def _sign(what: str) -> Text:
    return text(f"survey.sign_{what}")


def _named(header: Iterable[str]) -> dict[str, str]:
    return {re.sub(r"[\s\-/]+", "_", fold(cell)): cell for cell in header if cell.strip()}


def treatment_columns(header: Iterable[str]) -> list[str]:
    """The columns that show these are a treatment program's own records; else empty."""
    names = _named(header)
    sure = [names[name] for name in names if name in SURE_RECORDS]
    likely = [names[name] for name in names if name in RECORDS]
    return sure + likely if sure or len(likely) >= 2 else []


def doubtful_columns(header: Iterable[str]) -> list[str]:
    """Columns that a program's records have and a survey may ask as well."""
    names = _named(header)
    return [names[name] for name in names if name in RECORDS | DOUBTFUL_RECORDS]
