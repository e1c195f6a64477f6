"""A table somebody keeps: CSV, XLSX or a JSON list, with our columns or their own."""

from assetmap.readers.document import Reader
from assetmap.readers.table.read import NAME, read, sniff

READER = Reader(NAME, "table (CSV, XLSX or JSON list)", sniff, read)
