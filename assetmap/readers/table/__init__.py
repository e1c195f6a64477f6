"""A table somebody keeps: CSV or XLSX, with our columns or their own."""

from assetmap.readers.table.read import NAME, read, sniff

__all__ = ["NAME", "read", "sniff"]
