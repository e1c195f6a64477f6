"""How many were found, in words."""

from __future__ import annotations

from assetmap.search import Result
from assetmap.words import say


def counts_in_words(result: Result, language: str) -> str:
    """ "12 fit · 5 to ask · 3 close"; what there is none of is not said, but that nothing fits."""
    counts = result.counts
    parts = []
    for group in ("match", "ask", "near_miss"):
        count = counts[group]
        many = "_none" if not count else "_one" if count == 1 else ""
        if count or group == "match":
            parts.append(say(f"find.count_{group}{many}", language, n=count))
    return " · ".join(parts)
