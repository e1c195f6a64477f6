"""Meeting Guide (code4recovery/spec): a site's JSON, the plugin's CSV, a sheet with its columns."""

from assetmap.readers.document import Reader
from assetmap.readers.meeting_guide.meeting import attendance
from assetmap.readers.meeting_guide.read import NAME, read, sniff

__all__ = ["READER", "attendance"]

READER = Reader(NAME, "Meeting Guide (JSON, CSV or sheet)", sniff, read)
