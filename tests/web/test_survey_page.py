"""The survey page's words: labels instead of ids, waves compared, ranks as ranges, decisions."""

from __future__ import annotations

import pandas as pd

from assetmap.survey import codebook
from assetmap.survey.recipe import Item, Recipe
from assetmap.web.survey.deciding import corrected
from assetmap.web.survey.published import certainty, changes, named

BOOK = codebook.read(
    "question,type,answer,label_en,label_es\nneeds,one,,What do you need?,¿Qué necesita?\n"
    "needs,one,home,A home,Una casa\nneeds,one,job,A job,Trabajo\n"
)


def line(wave: str, area: str, answer: str, n: str, count: str, share: str = "") -> dict[str, str]:
    return {
        "wave": wave, "area": area, "question": "needs", "answer": answer, "n_asked": n,
        "n_answering": n, "count": count, "estimate": share, "low": share and "0.3",
        "high": share and "0.5",
    }  # fmt: skip


TABLE = pd.DataFrame(
    [
        line("w1", "county", "home", "200", "60", "0.30"),
        line("w1", "county", "job", "200", "140", "0.70"),
        line("w2", "county", "home", "200", "100", "0.50"),
        line("w2", "county", "job", "200", "not shown"),
        line("w2", "north", "home", "100", "40", "0.40"),
        line("w2", "south", "home", "100", "60", "0.60"),
    ]
)


def test_two_waves_are_compared_in_words() -> None:
    assert changes(TABLE, BOOK, "needs", "en") == [
        "A home: 30% then 50%. This is more than chance."
    ]
    near = TABLE.copy()
    near.loc[2, "count"] = "66"
    assert changes(near, BOOK, "needs", "en") == [
        "A home: 30%, then 33%. The difference may be chance."
    ]
    assert changes(TABLE[TABLE["wave"] == "w2"], BOOK, "needs", "en") == []


def test_tables_are_in_labels_and_hidden_numbers_stay_hidden() -> None:
    made = named(TABLE, BOOK, "en")
    assert made["Question"].unique().tolist() == ["What do you need?"]
    assert made.iloc[3].tolist()[1:5] == ["Whole county", "A job", "", "not shown"]


def test_places_are_ranges() -> None:
    made = certainty(TABLE, BOOK, "needs", "en")
    assert made["Place, from most to least"].tolist() == ["2", "1"]
    assert made["Area"].tolist() == ["north", "south"]


def test_decisions_change_the_recipe_and_nothing_else() -> None:
    items = tuple(
        Item(codebook.Question(n, "one", {"en": n}, {}), (f"col {n}",)) for n in ("a", "b", "c")
    )
    made = corrected(Recipe("plain", items), ["a"], ["b"], ["c"])
    assert [(i.question.id, i.question.identifier, i.question.sensitive) for i in made.items] == [
        ("b", True, False),
        ("c", False, True),
    ]
    assert made.ignored == ("col a",)
