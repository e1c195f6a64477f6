"""HSDS: 3.0 JSON and data packages."""

from assetmap.readers.hsds.read import NAME, read, sniff
from assetmap.readers.reader import Reader

READER = Reader(NAME, "HSDS (JSON or data package)", sniff, read)
