"""CSV and XLSX: our own columns, or anybody's through header aliases or a saved recipe."""

from __future__ import annotations

from assetmap.files.source import UnreadableFile
from assetmap.files.table import unclosed_problem
from assetmap.readers.document import Document
from assetmap.readers.source import Options, Read, file_problem
from assetmap.readers.table.columns import to_plain

NAME = "table"


def sniff(document: Document) -> float:
    """Any table is ours, unless a reader of a certain format knows better."""
    return 0.1 if document.table is not None else 0.0


def read(document: Document, options: Options) -> Read:
    """One asset per row below the header; a row's number counts from there."""
    table = document.table
    if table is None:
        raise UnreadableFile(f"{document.name} is not a table; save it as CSV or XLSX.")
    plain = to_plain(table.header, table.rows, options)
    problems = [*document.problems, *plain.problems]
    if table.above:
        lines = "1 line" if table.above == 1 else f"{table.above} lines"
        problems.append(file_problem(f"{lines} above the header were left out."))
    if table.ragged:
        rows = ", ".join(map(str, table.ragged[:8])) + (", …" if len(table.ragged) > 8 else "")
        problems.append(
            file_problem(
                f"Rows {rows} have more cells than the header; the further ones are kept aside. "
                "Look for a comma in a cell without quotation marks.",
                "kept",
            )
        )
    problems += [unclosed_problem(row) for row in table.unclosed]
    if not table.rows:
        problems.append(
            file_problem("The table has a header and no rows; add a row for each asset.", "kept")
        )
    return Read(plain.frame, problems, len(table.rows), 0, NAME)
