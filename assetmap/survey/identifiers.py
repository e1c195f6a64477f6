"""What must never be kept of a person: taken out in memory, and only said to have been there.

A name inside a sentence cannot be found by rule, so free text is never published at all.
"""

from __future__ import annotations

import re

from assetmap.places import fold

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(
    r"(?<![\w-])(?:\+?\d{1,2}[\s.-]?)?(?:\(\d{3}\)|\d{3})[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)"
)
IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d{2})(?!\d)"
)
COORDINATES = re.compile(r"-?\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3,}")
SIGNS = (
    ("an e-mail address", EMAIL),
    ("a place's coordinates", COORDINATES),
    ("an IP address", IP),
    ("a full date", DATE),
    ("a phone number", PHONE),
)
REMOVED = "[removed]"

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
        "diagnosis",
        "primary_diagnosis",
        "dose",
        "medication_dose",
        "primary_substance",
        "route_of_administration",
        "level_of_care",
        "treatment_plan",
        "insurance_id",
        "dose_date",
        "urine_screen",
        "drug_screen_result",
        "npi",
        "referral_source",
        "attendance_record",
    }
)


def scrub(text: str) -> tuple[str, list[str]]:
    """The text with what points at someone taken out, and what that was (in words)."""
    found = []
    for what, pattern in SIGNS:
        text, number = pattern.subn(REMOVED, text)
        if number:
            found.append(what)
    return text, found


def treatment_columns(header: list[str]) -> list[str]:
    """The columns that show these are a treatment program's own records; else empty."""
    names = {re.sub(r"[\s\-/]+", "_", fold(cell)): cell for cell in header if cell.strip()}
    sure = [names[name] for name in names if name in SURE_RECORDS]
    likely = [names[name] for name in names if name in RECORDS]
    return sure + likely if sure or len(likely) >= 2 else []


def speakable(value: str) -> str:
    """A value that a report may repeat: a short code; anything longer may be someone's words."""
    plain = re.fullmatch(r"[\w .\-\[\]]{1,24}", value) and not scrub(value)[1]
    return value if plain else "(text not repeated)"
