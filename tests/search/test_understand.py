"""A typed wish, understood: whole answers for phrases in both languages, and what is never one."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from finder_tables import NOW, catalog, row
from growth import growth

from assetmap.places import Gazetteer, Place
from assetmap.search import QueryError, search
from assetmap.search.understand import (
    completions,
    query_of,
    understand,
    without_unknown_words,
)
from assetmap.search.understand.meaning import meaning_of

PLACES = Gazetteer(
    [Place("Milltown", 38.04, -89.34, "town"), Place("Orchard Park", 37.9, -89.0, "park"),
     Place("Courthouse Square", 37.9, -89.04, "square"), Place("Pell Harbor", 37.7, -89.2, "town")],
    "US", "IL",
)  # fmt: skip
WISHES = [
    wish
    for name in ("wishes.csv", "wishes_typed.csv", "wishes_fresh.csv", "wishes_more.csv")
    for wish in csv.DictReader(Path(__file__).with_name(name).read_text("utf-8").splitlines())
]


def asked(text: str, language: str = "en") -> dict[str, Any]:
    """What is asked, without what is empty; lists as sets, and one value as a set of one."""
    document = understand(text, PLACES, NOW, language).as_document()
    left_out = ("text", "crisis", "lines")
    return {
        name: {str(part) for part in (value if isinstance(value, list) else [value])}
        for name, value in document.items()
        if value not in ([], None, False, "") and name not in left_out
    }


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish["wish"])
def test_what_people_type_is_understood(wish: dict[str, str]) -> None:
    result = asked(wish["wish"], wish["language"])
    assert result == {name: set(ids) for name, ids in meaning_of(wish["asks"]).items()}
    never = set(filter(None, wish["never"].split("|")))
    assert never.isdisjoint(set().union(*result.values()) if result else set())
    lines = understand(wish["wish"], PLACES, NOW, wish["language"]).lines
    assert lines[:1] == ([wish["line"]] if wish["line"] else [])


@pytest.mark.parametrize(
    ("wish", "language", "lines"),
    [
        ("im a veteran and i want to die", "en", ["988", "veterans"]),
        ("soy veterano y quiero morirme", "es", ["988", "veterans"]),
        ("im gay, 16 and want to kill myself", "en", ["988", "lgbtq_youth"]),
        ("gay man, 45 years old, i want to kill myself", "en", ["988"]),
        ("i want to die", "en", ["988"]),
        ("veteran needs a meeting", "en", []),
        ("he overdosed, he is a veteran", "en", ["overdose"]),
    ],
)
def test_who_has_a_line_of_their_own_reads_it_after_the_first(
    wish: str, language: str, lines: list[str]
) -> None:
    assert understand(wish, PLACES, NOW, language).lines == lines


def test_there_are_forty_in_each_language() -> None:
    assert min(sum(w["language"] == tag for w in WISHES) for tag in ("en", "es")) >= 40


def test_a_refused_program_does_not_refuse_the_pathway_of_the_one_asked_for() -> None:
    result = understand("narcotics anonymous not nar-anon", PLACES, NOW)
    assert (result.programs, result.not_pathways) == (["na"], [])
    assert not any("not_pathways" in means for _, means in result.words)
    alone = understand("not nar-anon", PLACES, NOW)
    assert alone.not_pathways == ["twelve_step"]


def test_nonsense_is_left_as_it_was_typed() -> None:
    result = understand("asdfgh qwerzx", PLACES, NOW)
    assert (result.nothing, result.text) == (True, "asdfgh qwerzx")


def test_a_place_nobody_knows_is_never_dropped() -> None:
    result = understand("detox near Atlantis", PLACES, NOW)
    assert result.near == "Atlantis"
    with pytest.raises(QueryError, match="Atlantis"):
        query_of(result, NOW, PLACES)


def test_two_needs_with_a_kind_for_one_of_them_find_both() -> None:
    assets = catalog(row("ride", "transportation"), row("group", "meeting"), row("job", "employer"))
    wish = understand("a ride and a meeting", PLACES, NOW)
    ids = {hit.id for hit in search(assets, query_of(wish, NOW, PLACES)).hits("match")}
    assert ids == {"t:ride", "t:group"}


def test_text_is_searched_as_whole_words() -> None:
    assets = catalog(row("a", name="Video night"), row("b", name="ID clinic"), row("c", name="Ids"))
    assert assets.holds_words("id").tolist() == [False, True, True]


def test_what_people_say_is_offered_with_what_it_is_called_here() -> None:
    english = {item.phrase: item.means for item in completions("en")}
    spanish = {item.phrase: item.means for item in completions("es")}
    assert english["lawyer"] == "Free or low-cost legal help"
    assert spanish["abogado"] == "Ayuda legal gratuita o de bajo costo"
    # What is called so here needs no second name; each phrase stands once.
    assert english["Dentist"] == "" and "dentist" not in english
    for language, offered in (("en", english), ("es", spanish)):
        assert len(offered) == len(completions(language)) > 300
        for phrase in offered:
            wish = understand(phrase, PLACES, NOW, language)
            assert wish.needs or wish.kinds or wish.programs, (language, phrase)


def test_an_endless_wish_takes_no_longer_than_its_length() -> None:
    understand("aa near me", PLACES, NOW)  # tables that are read once
    assert growth(lambda size: understand("x9 " * size, PLACES, NOW), 5_000, 50_000) < 30


def test_a_word_nobody_understands_does_not_empty_what_the_rest_finds() -> None:
    assets = catalog(row("gentle", "dentist", name="Gentle Teeth"), row("plain", "dentist"))
    gentle = query_of(understand("gentle dentist", PLACES, NOW), NOW, PLACES)
    assert gentle.text == "gentle"
    assert without_unknown_words(assets, gentle) == gentle
    nowhere = query_of(understand("zorbing dentist", PLACES, NOW), NOW, PLACES)
    loose = without_unknown_words(assets, nowhere)
    assert (nowhere.text, loose.text, loose.kinds) == ("zorbing", "", ("dentist",))
    only_words = query_of(understand("zorbing", PLACES, NOW), NOW, PLACES)
    assert without_unknown_words(assets, only_words) == only_words


def test_real_words_are_no_slips_of_the_pen() -> None:
    for text in ("federal building", "fighting for custody", "enter a contest"):
        assert "funeral" not in str(understand(text, PLACES, NOW).as_document())
    assert asked("christmas") == {}
    assert asked("fighting for custody")["needs"] == {"legal"}


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("noon meeting tomorrow", "tomorrow 12:00-14:00"),
        ("7pm aa friday", "fri 19:00-21:00"),
        ("meeting sat and sun mornings", "weekend 05:00-12:00"),
        ("monday through friday after 6", "weekdays 18:00-24:00"),
        ("pasado mañana", "2026-11-22"),
        ("de lunes a viernes en la mañana", "weekdays 05:00-12:00"),
        ("my landlord wants me out by friday", None),
        ("fri or sat", "fri"),
        ("aa at 7", "19:00-21:00"),
        ("junta a las 7:30", "19:30-21:30"),
        ("dentist at 7 main street", None),
        ("in half an hour", "2026-11-20 18:15-20:15"),
        ("en 2 horas", "2026-11-20 19:45-21:45"),
        ("in 500 hours", None),
    ],
)
def test_times_of_several_words_are_one_time(text: str, when: str | None) -> None:
    assert understand(text, PLACES, NOW).when == when
