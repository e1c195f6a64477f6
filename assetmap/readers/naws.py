"""A BMLT server's export for NA World Services (NAWSExport.csv) as the rows its JSON would hold.

The export has columns of its own: a day's name, "1930", formats by world id. Columns about the
group's contact are never read.
"""

from __future__ import annotations

from collections.abc import Mapping

from assetmap.assets.cells import YES

_COLUMNS = {
    "bmlt_id": "id_bigint", "CommitteeName": "meeting_name", "ParentName": "service_body_name",
    "TimeZone": "time_zone", "Place": "location_text", "Address": "location_street",
    "City": "location_municipality", "LocBorough": "location_city_subsection",
    "State": "location_province", "Zip": "location_postal_code_1", "Country": "location_nation",
    "Longitude": "longitude", "Latitude": "latitude", "VirtualMeetingLink": "virtual_meeting_link",
    "PhoneMeetingNumber": "phone_meeting_number",
    "VirtualMeetingInfo": "virtual_meeting_additional_info", "LastChanged": "last_changed",
    "Committee": "worldid_mixed",
}  # fmt: skip
_FORMATS = tuple(f"Format{number}" for number in range(1, 6))
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def is_naws(header: list[str]) -> bool:
    """Whether a table has the columns of the export."""
    return {"CommitteeName", "Committee", "Day", "Time", "Format1"} <= set(header)


def is_deleted(row: Mapping[str, str]) -> bool:
    """Whether the server marks the meeting as deleted."""
    return row.get("Delete", "").strip().upper() == "D"


def as_meeting(row: Mapping[str, str]) -> dict[str, str]:
    """The row under the names of the server's JSON; what has none keeps its own name."""
    meeting = {
        _COLUMNS.get(name, name): value for name, value in row.items() if name not in _FORMATS
    }
    meeting["weekday_tinyint"] = _day(meeting.pop("Day", ""))
    meeting["start_time"] = _time(meeting.pop("Time", ""))
    worlds = [row.get(name, "").strip() for name in _FORMATS]
    worlds += [meeting.pop("Closed", "").strip().upper()]
    worlds += ["WCHR"] * (meeting.pop("WheelChr", "").strip().lower() in YES)
    meeting["format_shared_id_list"] = ",".join(world for world in worlds if world)
    unpublished = meeting.pop("unpublished", "").strip().lower()
    meeting["published"] = "0" if unpublished in YES else "1"
    parts = [meeting.pop("Room", "").strip(), meeting.pop("Directions", "").strip()]
    meeting["location_info"] = ". ".join(part for part in parts if part)
    return meeting


def _day(cell: str) -> str:
    plain = cell.strip().lower()
    return str(_DAYS.index(plain) + 1) if plain in _DAYS else plain


def _time(cell: str) -> str:
    """ "1930" or "930" as "19:30:00"; anything else as it is."""
    plain = cell.strip()
    if plain.isdigit() and len(plain) in (3, 4):
        return f"{plain[:-2].zfill(2)}:{plain[-2:]}:00"
    return f"{plain}:00" if plain.count(":") == 1 else plain
