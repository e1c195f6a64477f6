"""Which assets have a kind that was guessed, so that their cards can say so."""

from __future__ import annotations

from assetmap.web.state import State

_known: dict[str, frozenset[str]] = {}


def guessed_kinds(state: State) -> frozenset[str]:
    """The ids of assets whose kind was taken from their words, not named by their source."""
    if state.version not in _known:
        found = _find(state)
        _known.clear()
        _known[state.version] = found
    return _known[state.version]


def _find(state: State) -> frozenset[str]:
    community = state.community
    found: set[str] = set()
    for key, read in community.reads.items():
        rows = {
            problem.row
            for problem in community.problems
            if (problem.field, problem.severity, problem.source) == ("kind", "guessed", key)
        }
        if rows and "id" in read.frame:
            found.update(read.frame["id"][read.frame["row"].isin(rows)].dropna())
    told = {one.id for one in community.corrections if one.field == "kind"}
    return frozenset(found - told)
