"""Published shares as need indicators: the last wave, shown cells, areas of each unit."""

from __future__ import annotations

import pandas as pd
import pytest

from assetmap.community import DEMO, open_community
from assetmap.community.releases import with_survey
from assetmap.gaps import ground_of
from assetmap.report.words import indicator_label
from assetmap.survey.need_indicators import need_indicators, question_of
from assetmap.survey.questions import Codebook, Question


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
    result = need_indicators(table, {"a": "north", "b": "north", "c": "south"})
    # 9.8 points at 95% are 8.2 at 90%, which is what other indicators' margins are.
    row = {"indicator": "needs:home", "value": 40.0, "moe": 8.2, "year": None, "question": "needs"}
    assert result.to_dict("records") == [
        {"id": "a", **row, "wave": "w2"},
        {"id": "b", **row, "wave": "w2"},
    ]


def test_a_question_is_known_by_what_it_asks_and_the_year_by_the_waves_name() -> None:
    table = pd.DataFrame([line("2026-03", "a+b", "home", "40", "0.4000", "0.3094", "0.4980")])
    table["question"] = "what_do_you_need_now"
    result = need_indicators(table, {"a": "a+b"})
    assert result[["indicator", "year"]].values.tolist() == [["needs:home", 2026]]
    assert need_indicators(table.assign(question="needs_other"), {"a": "a+b"}).empty is False
    assert need_indicators(table.assign(question="role"), {"a": "a+b"}).empty


@pytest.mark.parametrize(
    ("topic", "ids", "question"),
    [
        ("needs", ["top_need", "needs", "needs_other"], "needs"),
        ("needs", ["needs_other", "what_do_you_need_now"], "what_do_you_need_now"),
        ("needs", ["que_necesita_ahora"], "que_necesita_ahora"),
        ("barriers", ["role", "what_got_in_the_way"], "what_got_in_the_way"),
        ("gifts", ["what_could_you_contribute", "forgive"], "what_could_you_contribute"),
        ("gifts", ["give"], "give"),
        ("strengths", ["what_is_already_good_here"], "what_is_already_good_here"),
        ("gifts", ["role", "belong", "worked", "forgiveness"], None),
    ],
)
def test_topics(topic: str, ids: list[str], question: str | None) -> None:
    assert question_of(topic, ids) == question


def test_gaps_can_choose_what_was_asked_for_but_the_index_of_all_stays_as_it_is() -> None:
    community = open_community(DEMO)
    ground, plain = ground_of(with_survey(community)), ground_of(community)
    need = ground.need("needs:home")
    assert need is not None and need.used == ("needs:home",)
    low, high = need.ranks[0]
    assert low < high  # a survey's share is unsure, and so is its rank
    assert indicator_label(ground.notes, "needs:home", "es").startswith("Pidieron: ")
    everything, before = ground.need(None), plain.need(None)
    assert everything is not None and before is not None and everything.used == before.used


def test_none_of_these_is_no_need_however_it_is_spelled() -> None:
    answers = ("home", "none", "Ninguno de estos", "prefer_not_to_say", "n0")
    lines = [
        ("w 2026", "North", "needs", answer, "40", "0.4000", "0.3", "0.5") for answer in answers
    ]
    columns = ["wave", "area", "question", "answer", "count", "estimate", "low", "high"]
    worded = {"n0": {"en": "Not right now"}, "home": {"en": "A home"}}
    book = Codebook({"needs": Question("needs", "many", {"en": "Needs"}, worded)})
    result = need_indicators(pd.DataFrame(lines, columns=columns), {"n": "North"}, book=book)
    assert result["indicator"].tolist() == ["needs:home"]
