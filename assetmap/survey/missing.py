"""Why there is no answer: not asked, not answered and "no" are three things."""

from __future__ import annotations

from enum import Enum


class Missing(Enum):
    """Why there is no answer: never asked, or asked and left blank."""

    NOT_ASKED = "not asked"
    NOT_ANSWERED = "not answered"
