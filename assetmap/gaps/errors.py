"""What can go wrong when gaps are asked for."""

from __future__ import annotations


class GapError(ValueError):
    """Gaps cannot be computed from this; the message is one plain sentence."""
