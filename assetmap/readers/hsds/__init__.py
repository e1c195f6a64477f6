"""HSDS: 3.0 JSON and data packages."""

from assetmap.readers.hsds.read import NAME, read, sniff

__all__ = ["NAME", "read", "sniff"]
