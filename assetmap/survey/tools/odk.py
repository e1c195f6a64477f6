"""ODK Central: `KEY` and `SubmissionDate`; groups parted by `-`."""

from __future__ import annotations

from assetmap.survey.tools.layout import Column, ToolSheet

NAME = "odk"
ROLES = {"KEY": "respondent", "SubmissionDate": "day"}
OWN = frozenset(
    {
        "start",
        "end",
        "today",
        "SubmitterID",
        "SubmitterName",
        "AttachmentsPresent",
        "AttachmentsExpected",
        "Status",
        "ReviewState",
        "DeviceID",
        "Edits",
        "FormVersion",
        "meta-instanceID",
        "meta-instanceName",
        "instanceID",
    }
)


def sniff(rows: list[list[str]]) -> bool:
    """Both marks, in their own spelling."""
    return {"KEY", "SubmissionDate"} <= {cell.strip() for cell in rows[0]}


def sheet(rows: list[list[str]]) -> ToolSheet:
    """One header row."""
    header, records = [cell.strip() for cell in rows[0]], rows[1:]
    state = header.index("ReviewState") if "ReviewState" in header else None
    rejected = frozenset(
        number
        for number, record in enumerate(records)
        if state is not None and record[state].strip().casefold() == "rejected"
    )
    return ToolSheet(NAME, [_column(cell) for cell in header], records, (" ",), rejected=rejected)


def _column(cell: str) -> Column:
    if cell in ROLES:
        return Column(cell, role=ROLES[cell])
    if cell in OWN:
        return Column(cell)
    for role in ("latitude", "longitude"):
        if cell.casefold().endswith(f"-{role}"):
            return Column(cell, role=role)
    parts = cell.split("-")
    readings = [("-".join(parts[cut:]), "") for cut in range(len(parts))]
    readings += [(parts[cut - 1], "-".join(parts[cut:])) for cut in range(1, len(parts))]
    return Column(cell, tuple(readings))
