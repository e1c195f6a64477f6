"""Free-text hours as opening_hours text."""

from assetmap.readers.hours.read import Hours, read_hours

__all__ = ["Hours", "read_hours"]
