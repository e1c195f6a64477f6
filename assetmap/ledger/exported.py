"""The ledger as the two files that a folder without one has: corrections.csv and merges.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from assetmap.ledger.fold import Facts

CORRECTIONS = ("id", "field", "value", "by", "date", "why")
MERGES = ("keep", "other")


def corrections_csv(facts: Facts) -> bytes:
    """Every value in force as lines of corrections.csv, oldest first."""
    lines: list[Iterable[str]] = [
        (fact.asset, fact.field, fact.value, fact.role, fact.at[:10], fact.reason)
        for fact in sorted(facts.values.values(), key=lambda fact: (fact.n, fact.field))
    ]
    return _csv(CORRECTIONS, lines)


def merges_csv(facts: Facts) -> bytes:
    """Every merge in force as lines of merges.csv."""
    return _csv(MERGES, facts.merges)


def _csv(header: Iterable[str], lines: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(list(header))
    writer.writerows([_unarmed(cell) for cell in line] for line in lines)
    return text.getvalue().encode()


def _unarmed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "@", "\t", "\r") else cell
