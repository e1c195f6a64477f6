"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: no example is judged by the clock.
settings.register_profile(
    "assetmap", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("assetmap")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real feeds, surveys, oracles and codes that lies beside the project.

    It is test input that is never committed; on a machine without it these tests skip.
    """
    folder = Path(os.environ.get("ASSETMAP_SHARED", ROOT.parent / "shared"))
    if not (folder / "feeds").is_dir():
        pytest.skip("the shared test input (feeds, surveys, oracles) is not on this machine")
    return folder
