"""The world the gap tests count in; see line_county.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from line_county import Build, build


@pytest.fixture
def world() -> Build:
    """Builds a ground from rows of assets in Line County."""
    return build
