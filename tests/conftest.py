"""Fixtures shared by all tests."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from stand_in import StandIn

# A busy machine is no fault of the code: no example is judged by the clock. The same examples
# are drawn every time, so that a red test is about the change at hand; with
# ASSETMAP_HYPOTHESIS=search new ones are looked for, and made small when they fail.
_SEARCHED = [Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink]
_SLOW = [HealthCheck.too_slow]
settings.register_profile(
    "same",
    deadline=None,
    suppress_health_check=_SLOW,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.target],
)
settings.register_profile(
    "search", deadline=None, suppress_health_check=_SLOW, print_blob=True, phases=_SEARCHED
)
settings.load_profile(os.environ.get("ASSETMAP_HYPOTHESIS", "same"))

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def _packages_read_once() -> Iterator[None]:
    """Streamlit reads the metadata of every installed package for each run of an AppTest, a third
    of a second; they do not change while tests run."""
    manifest_scanner = import_module("streamlit.components.v2.manifest_scanner")
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real feeds, surveys, oracles and codes that lies beside the project.

    It is test input that is never committed; on a machine without it these tests skip.
    """
    folder = Path(os.environ.get("ASSETMAP_SHARED", ROOT.parent / "shared"))
    if not (folder / "feeds").is_dir():
        pytest.skip("the shared test input (feeds, surveys, oracles) is not on this machine")
    return folder


@pytest.fixture
def stand_in(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StandIn]:
    """A local server of all public sources, with a cache of its own."""
    server = StandIn(tmp_path_factory.mktemp("served"))
    monkeypatch.setenv("ASSETMAP_SOURCES", server.url)
    monkeypatch.setenv("ASSETMAP_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)
    yield server
    server.close()
