"""The survey page's words: labels instead of ids, waves compared, ranks as ranges, decisions."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from assetmap.files.source import Source
from assetmap.survey import codebook, estimates, read
from assetmap.survey import recipe as recipes
from assetmap.survey.answers import passed, quotes
from assetmap.survey.decisions import EVERYONE, Decision, decided
from assetmap.survey.recipe import Item, SurveyRecipe
from assetmap.survey.rules import ReleaseRefused
from assetmap.web.survey.published import (
    SHADES,
    certainty,
    changes,
    denominators,
    picture,
    shade,
    shaded,
    shares_of,
    table,
)

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
        "A home: 30%, then 50% (+10 to +29 points). This is more than chance."
    ]
    near = TABLE.copy()
    near.loc[2, "count"] = "66"
    assert changes(near, BOOK, "needs", "en") == [
        "A home: 30%, then 33% (-6 to +12 points). There is no change that we can be sure of."
    ]
    assert changes(TABLE[TABLE["wave"] == "w2"], BOOK, "needs", "en") == []


def test_tables_are_in_labels_and_hidden_numbers_stay_hidden() -> None:
    lines = TABLE[(TABLE["wave"] == "w2") & (TABLE["area"] == "county")]
    result = table(lines, BOOK, "needs", "en")
    assert result.values.tolist() == [
        ["A home", "50% (30%–50%)", "100"],
        ["A job", "", "not shown"],
    ]
    assert len(result.columns) == 3
    said = "w2: 200 answered, of 200 who were asked. Shares are of those who answered."
    assert denominators(lines, "w2", "en") == said
    hidden = {
        "n_asked": "w2: 200 answered. How many were asked is not shown. ",
        "n_answering": "w2: 200 were asked. How many answered is not shown. ",
    }
    for column, sentence in hidden.items():
        item = lines.assign(**{column: "not shown"})
        assert denominators(item, "w2", "en") == f"{sentence}Shares are of those who answered."
    neither = lines.assign(n_asked="not shown", n_answering="not shown")
    assert denominators(neither, "w2", "es").startswith("w2: no se muestra a cuántos se preguntó")


def test_places_are_ranges_and_maps_are_calmed_with_the_raw_share_on_demand() -> None:
    inside = TABLE[TABLE["wave"] == "w2"]
    estimated = estimates.of_table(inside).query("area != 'county'")
    calmed = shares_of(inside, estimated, "home", False)
    raw = shares_of(inside, estimated, "home", True)
    assert raw == {"north": 0.4, "south": 0.6}
    assert 0.4 < calmed["north"] < calmed["south"] < 0.6
    result = certainty(estimated, calmed, "en")
    assert result["Place, from most to least"].tolist() == ["2", "1"]
    assert result["Area"].tolist() == ["north", "south"]
    areas = gpd.GeoDataFrame(
        {"id": ["a", "b", "c"], "district": ["north", "south", None]},
        geometry=[shapely.box(n, 0, n + 1, 1) for n in range(3)],
        crs=4326,
    )
    colours = shaded(areas, raw)
    assert colours == {"a": shade(0.4, 0.6), "b": SHADES[-1]}
    drawn = picture(areas, colours)
    assert drawn.count("<path") == 3 and drawn.count("dasharray") == 1


HOME, WORK = {"en": "Home", "es": "Casa"}, {"en": "Work", "es": "Work"}


def recipe() -> SurveyRecipe:
    def item(name: str) -> Item:
        question = codebook.Question(name, "one", {"en": name}, {"A1": HOME, "A2": WORK})
        return Item(question, (f"col {name}",))

    return SurveyRecipe("plain", tuple(item(name) for name in ("a", "b", "c")), ignored=("spare",))


def test_every_decision_changes_the_recipe_and_leaving_it_out_undoes_it() -> None:
    taken = [
        Decision("drop", "a"),
        Decision("identifier", "b", "yes"),
        Decision("sensitive", "c", "yes"),
        Decision("role", "spare", "area"),
        Decision("consent", EVERYONE, "board", "2026-01-31"),
    ]
    result = decided(recipe(), taken)
    assert [(i.question.id, i.question.identifier, i.question.sensitive) for i in result.items] == [
        ("b", True, False),
        ("c", False, True),
    ]
    assert result.ignored == ("col a",) and result.roles == {"area": "spare"}
    assert result.consent is not None and result.consent.decided_by == "board"
    assert decided(recipe(), taken[1:]).items[0].question.id == "a"
    assert decided(recipe(), []) == recipe()
    assert decided(recipe(), [Decision("drop", "no such question")]) == recipe()


def test_an_answer_named_by_hand_is_still_read_as_it_is_written() -> None:
    result = decided(recipe(), [Decision("name", "a", "A place to live", "A1")])
    again = recipes.read(recipes.to_toml(result).encode())
    source = Source("s.csv", b"col a,col b,col c\nHome,A1,A2\nA1,A2,Work\nA place to live,A1,A2\n")
    frame = read.read([source], recipe=again).frame
    assert [sorted(given) for given in frame["a"]] == [["A1"]] * 3
    assert again.items[0].question.answers["A1"]["en"] == "A place to live"
    # Two answers of one name are one answer.
    item = decided(result, [Decision("name", "a", "a place to live", "A2")])
    source = Source("s.csv", b"col a,col b,col c\nWork,A1,A2\nHome,A2,A1\n")
    frame = read.read([source], recipe=recipes.read(recipes.to_toml(item).encode())).frame
    assert [sorted(given) for given in frame["a"]] == [["A1"]] * 2


def test_two_columns_of_one_question_are_merged_by_hand() -> None:
    result = decided(recipe(), [Decision("merge", "a", "b")])
    assert [i.columns for i in result.items] == [("col a", "col b"), ("col c",)]


def test_quotes_need_their_own_consent_and_two_reviewers() -> None:
    text = "May we quote your words?,What helped?\nYes,My group\nNo,My secret\n,My other\n"
    answers = read.read([Source("s.csv", text.encode())], codebook.read(
        "question,type,answer,label_en\nmay,one,,May we quote your words?\nmay,one,yes,Yes\n"
        "may,one,no,No\nhelped,text,,What helped?\n"
    ))  # fmt: skip
    (quote,) = quotes(answers)
    assert quote.words == "My group"
    both = {0: frozenset({"peer leader", "board"})}
    assert passed([quote], ["peer leader", "board"], both) == [quote]
    assert passed([quote], ["peer leader", "board"], {0: frozenset({"board"})}) == []
    with pytest.raises(ReleaseRefused, match="two reviewers of different roles"):
        passed([quote], ["board", "Board "], both)
