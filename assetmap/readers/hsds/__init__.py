"""HSDS: 3.0 JSON and data packages."""

from assetmap.readers.document import Reader
from assetmap.readers.hsds.read import NAME, read, sniff

READER = Reader(NAME, "HSDS (JSON or data package)", sniff, read)
