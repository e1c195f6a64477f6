"""Any value may be of any shape: every reader gives rows or one sentence, never a crash."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.assets import Context, check
from assetmap.files.source import Source, UnreadableFile
from assetmap.readers import read

DATA = Path(__file__).resolve().parents[1] / "data"
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 10**30),
    st.floats(),
    st.sampled_from(["", "x", "[1]", "1:00 PM", "25:99", "-0", "\x00", "=1+1", "0,0,0", "🌲" * 9]),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3)), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of everything inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    result = [path] if path else []
    for key, part in inside:
        result += places(part, (*path, key)) if isinstance(part, (dict, list)) else [(*path, key)]
    return result


@pytest.mark.parametrize("name", ["meeting_guide", "bmlt", "findtreatment", "hsds", "geojson"])
@given(data=st.data())
@settings(max_examples=30, deadline=None, derandomize=True)
def test_odd_values_anywhere(name: str, data: st.DataObject) -> None:
    value = copy.deepcopy(json.loads((DATA / f"{name}.json").read_bytes()))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(value)))
        holder = value
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = data.draw(ODD)
        if not isinstance(value, (dict, list)) or not places(value):
            return
    try:
        result = read(Source("x.json", json.dumps(value).encode()), reader=name, key="x")
    except UnreadableFile as refused:
        assert str(refused).endswith(".")
        return
    assert result.rows_read == len(result.frame) + result.rejected
    assert result.rejected >= 0
    check(result.frame, Context(), result.problems)
