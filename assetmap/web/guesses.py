"""Which assets have a kind that was guessed, so that their cards can say so."""

from __future__ import annotations

from assetmap.web.state import State


def guessed_kinds(state: State) -> frozenset[str]:
    """The ids of assets whose kind was taken from their words, not named by their source."""
    return state.community.guessed_kinds
