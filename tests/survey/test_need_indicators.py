"""Published shares as need indicators: the last wave, shown cells, areas of each unit."""

from __future__ import annotations

import pandas as pd

from assetmap.survey.need_indicators import need_indicators


def line(wave: str, area: str, answer: str, count: str, *share: str) -> dict[str, str]:
    estimate, low, high = share or ("", "", "")
    return {
        "wave": wave, "area": area, "question": "needs", "answer": answer, "n_answering": "100",
        "count": count, "estimate": estimate, "low": low, "high": high,
    }  # fmt: skip


def test_only_shown_cells_of_the_last_wave_become_indicators() -> None:
    table = pd.DataFrame(
        [
            line("w1", "north", "home", "20", "0.2000", "0.1334", "0.2888"),
            line("w2", "county", "home", "80", "0.4000", "0.3346", "0.4692"),
            line("w2", "north", "home", "40", "0.4000", "0.3094", "0.4980"),
            line("w2", "north", "job", "not shown"),
        ]
    )
    made = need_indicators(table, {"a": "north", "b": "north", "c": "south", "north": "north"})
    assert made.to_dict("records") == [
        {"id": "a", "indicator": "needs:home", "value": 40.0, "moe": 9.8, "year": "w2"},
        {"id": "b", "indicator": "needs:home", "value": 40.0, "moe": 9.8, "year": "w2"},
    ]
