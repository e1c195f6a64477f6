"""What can go wrong when access is asked for."""

from __future__ import annotations


class AccessError(ValueError):
    """Access cannot be computed from this input; the message is one plain sentence."""
