"""What could not be read is said once in the log and on /healthz, with since when."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from small_town import NOW, folder

from assetmap.community import open_community
from assetmap.web import state as states
from assetmap.web.routes import routes


def health(state: states.State) -> dict[str, Any]:
    route = next(item for item in routes(lambda: state, lambda _: None) if item.path == "/healthz")
    answer = route.endpoint(None)
    if asyncio.iscoroutine(answer):
        answer = asyncio.run(answer)
    document: dict[str, Any] = json.loads(bytes(answer.body))
    return document


def test_a_source_and_a_file_that_turned_bad(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder(tmp_path)
    (path / "places.csv").write_text("name,lat,lon\nSmallton,37.9,-89.0\n", "utf-8")
    first = open_community(path, now=NOW)
    assert first.good_since == {}
    (path / "assets.csv").write_bytes(b"%PDF-1.4 nothing")
    (path / "places.csv").write_bytes(b"%PDF-1.4 nothing")
    later = open_community(path, now=NOW + timedelta(hours=3), previous=first)
    with caplog.at_level(logging.WARNING, "assetmap.web"):
        states._log_what_is_old(later, first)
        lines = caplog.messages
        assert [line.partition(":")[0] for line in lines] == ["own", "places.csv"]
        assert lines[1] == "places.csv: not read; what was read on 2026-11-20 15:00 stays"
        again = open_community(path, now=NOW + timedelta(hours=6), previous=later)
        caplog.clear()
        states._log_what_is_old(again, later)
        assert caplog.messages == [], "said once, not at every look"
    told = health(states.State(again, again.catalog, "v", "f", NOW.date()))
    assert told["status"] == "not updated: own, places.csv"
    assert told["files_not_updated_since"] == {"places.csv": "2026-11-20T15:00:00-06:00"}
    assert list(told["sources"]) == ["own"]
