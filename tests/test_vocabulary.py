"""The vocabulary files: every id once, every reference real, both languages, plain words."""

from __future__ import annotations

import csv
import re
import string
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from assetmap import vocabulary
from assetmap import words as texts
from assetmap.search.understand.meaning import MEANING_FIELDS, meaning_of

FOLDER = vocabulary.FOLDER
# What a column's cells name: a vocabulary, by the file and column they stand in.
REFERENCES = {
    ("kinds", "group"): "groups",
    ("kinds", "abcd"): "abcd",
    ("kinds", "support"): "support",
    ("kinds", "time_kind"): "time_kind",
    ("kinds", "gap"): "gap",
    ("needs", "group"): "need_group",
    ("needs", "kinds"): "kinds",
    ("needs", "emotional"): "kinds",
    ("needs", "informational"): "kinds",
    ("needs", "instrumental"): "kinds",
    ("needs", "affiliational"): "kinds",
    ("programs", "pathways"): "pathways",
    ("programs", "concerns"): "concerns",
    ("programs", "for_whom"): "for_whom",
    ("programs", "kind"): "kinds",
    ("populations", "implies"): "populations",
    ("kind_words", "kind"): "kinds",
    ("taxonomy_kinds", "kind"): "kinds",
}
# Columns that are the same for every row of a file that codes or aliases stand in.
KEYS = {
    "aliases": ("alias",),
    "meeting_words": ("word",),
    "regions": ("country", "code"),
    "remark_words": ("word", "means"),
    "topic_words": ("word",),
    "row_words": ("phrase",),
    "place_words": ("phrase",),
    "kind_cells": ("cell",),
    "hours_words": ("phrase", "means"),
    "kind_words": ("phrase",),
    "synonyms_en": ("phrase",),
    "synonyms_es": ("phrase",),
    "ask_words": ("role", "phrase"),
    "real_words": ("word",),
    "value_words": ("field", "phrase"),
    "meeting_types": ("program", "code"),
    "bmlt_formats": ("key", "world_id"),
    "findtreatment_codes": ("code", "label", "category", "source"),
    "taxonomy_kinds": ("code", "term"),
    "terms": ("vocabulary", "id"),
    "fields": ("name",),
    "survey_phrases": ("kind", "phrase"),
    "survey_topics": ("topic", "pattern"),
    "survey_headers": ("role", "pattern"),
    "survey_scales": ("scale", "position"),
    "survey_questions": ("question", "answer"),
    "census_codes": ("number",),
    "counties": ("fips",),
    "counties_former": ("fips",),
    "zip_codes": ("code",),
    "states": ("fips",),
    "word_sets": ("set", "word"),
    "sources": ("key",),
}
FILES = sorted(path.stem for path in FOLDER.glob("*.csv"))
# Words that are never our own (product.md, "Words"), with the forms they take in Spanish.
FORBIDDEN = re.compile(
    r"\b(clients?|consumers?|patients?|case[ -]manage\w*|counsell?ors?|sponsors?|sponsorship|"
    r"addicts?|abusers?|abuse[ds]?|clean|dirty|junkies?|"
    r"clientes?|consumidor(?:es|as?)?|pacientes?|consejer[oa]s?|padrin[oa]s?|adict[oa]s?|"
    r"abusador(?:es|as?)?|limpi[oa]s?|suci[oa]s?)\b",
    re.IGNORECASE,
)


def rows(name: str) -> list[dict[str, str]]:
    return vocabulary.read_rows(FOLDER / f"{name}.csv")


def own_words() -> Iterator[tuple[str, str, str]]:
    """(where, language, text) of everything an interface or export can show."""
    for row in texts.words():
        for language in texts.LANGUAGES:
            yield f"words {row['id']}", language, row[language]
    for name in FILES:
        if name == "programs":
            continue  # the fellowships' own names
        for row in rows(name):
            for column, text in row.items():
                result = re.fullmatch(r"(?:\w+)_(en|es)|meaning", column or "")
                if result and text:
                    key = row.get("id") or row.get("name")
                    yield f"{name} {key} {column}", result[1] or "en", text


@pytest.mark.parametrize("name", FILES)
def test_file_ids_stand_once_and_references_exist_and_labels_are_there(name: str) -> None:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    header = table[0]
    assert [row for row in table if len(row) != len(header)] == [], "a row lacks or adds a cell"
    result = rows(name)
    assert result, "the file has no rows"
    keys = KEYS.get(name, ("id",))
    counts = Counter(tuple(row[key] for key in keys) for row in result)
    assert [key for key, count in counts.items() if count > 1] == []
    assert [row for row in result if any(cell != cell.strip() for cell in row.values())] == []
    if name not in KEYS and name != "yes_no":
        assert [row["id"] for row in result if not re.fullmatch(r"[a-z0-9_+-]+", row["id"])] == []
    for column in header:
        if re.fullmatch(r"\w+_(en|es)", column):
            assert [row for row in result if not row[column]] == [], f"{column} is empty"
        used = REFERENCES.get((name, column))
        if used:
            known = vocabulary.terms(used)
            unknown = [
                (row, part)
                for row in result
                for part in vocabulary.split(row[column])
                if part not in known
            ]
            assert unknown == [], f"{column} names what is not in {used}"


@pytest.mark.parametrize("name", ["kind_words", "meeting_types", "bmlt_formats"])
def test_what_codes_set_are_fields_and_their_values(name: str) -> None:
    column = "fill" if name == "kind_words" else "sets"
    for row in rows(name):
        for part in filter(None, re.split(r"[;\s]+", row[column])):
            field, _, values = part.partition("=")
            assert field in vocabulary.fields(), row
            known = vocabulary.fields()[field]["vocabulary"]
            if known and vocabulary.fields()[field]["type"] != "yesno":
                assert [
                    v for v in vocabulary.split(values) if v not in vocabulary.terms(known)
                ] == [], row


def test_what_people_say_means_what_is_in_the_vocabulary() -> None:
    """Every meaning of a phrase names fields a search can ask, and ids that exist."""
    fields = MEANING_FIELDS | {"beds": "", "when": "", "near": "", "within": ""}
    cells = [
        (row["phrase"], row[column])
        for language in texts.LANGUAGES
        for row in rows(f"synonyms_{language}")
        for column in ("means", "accepts", "refused")
    ]
    cells += [(row["id"], row["means"]) for row in rows("crisis_patterns")]
    wrong = []
    for phrase, cell in cells:
        for name, ids in meaning_of(cell).items():
            known = vocabulary.terms(fields[name]) if fields.get(name) else ids
            wrong += [(phrase, name, term) for term in ids if term not in known]
    assert wrong == []
    lines = {row["id"] for row in rows("crisis_lines")}
    named = {line for row in rows("crisis_patterns") for line in vocabulary.split(row["lines"])}
    # Nobody reads a line that no words lead to; that of treatment is no line of a crisis.
    beside = {row["id"] for row in rows("crisis_lines") if row["beside"] in lines}
    assert named | beside | {"treatment"} == lines


def test_aliases_name_fields() -> None:
    # The second line: columns that several fields are made of.
    known = set(vocabulary.fields()) | {
        "category", "hours", "day", "start_time", "end_time", "coordinates", "private",
        "location", "as_of",
    }  # fmt: skip
    unknown = [row for row in rows("aliases") if row["field"] and row["field"] not in known]
    assert unknown == []


def test_fields_are_the_data_models() -> None:
    types = {
        "text", "choice", "set", "yesno", "whole", "number", "coordinate", "schedule",
        "recurrence", "date", "datetime", "phone", "dial", "email", "url", "json",
    }  # fmt: skip
    for name, row in vocabulary.fields().items():
        assert row["type"] in types, name
        assert row["absent"] in ("no", "unknown"), name
        assert row["public"] in ("yes", "no"), name
        assert row["meaning"] and row["example"], name
        if row["type"] in ("choice", "set") and name != "dates":
            assert row["vocabulary"] in vocabulary.names(), name
    absent_is_no = {name for name, row in vocabulary.fields().items() if row["absent"] == "no"}
    assert absent_is_no == {
        "format", "languages", "cost", "concerns", "pathways", "only_for",
    }  # fmt: skip
    private = {name for name, row in vocabulary.fields().items() if row["public"] == "no"}
    assert private == {
        "listed_ok", "original", "conference_url_notes", "conference_phone_notes",
    }  # fmt: skip


def test_every_yes_no_field_has_its_words() -> None:
    yes_no = {name for name, row in vocabulary.fields().items() if row["type"] == "yesno"}
    without_words = yes_no - set(vocabulary.terms("yes_no"))
    assert without_words <= {"listed_ok", "address_ok", "clinical", "court_linked"}


def test_the_starting_lists_are_all_there() -> None:
    kinds, needs = vocabulary.terms("kinds"), vocabulary.terms("needs")
    assert len(kinds) >= 85 and len(needs) >= 32
    assert all(kinds[kind]["icon"] for kind in kinds)
    assert all(row["expect_en"] and row["expect_es"] for row in kinds.values())
    for language in ("en", "es"):
        # A sentence for many kinds is true of few of them.
        said = Counter(row[f"expect_{language}"] for row in kinds.values())
        assert [words for words, count in said.items() if count > 4] == []
    assert {row["address"] for row in kinds.values()} == {"public", "area", "hidden"}
    assert {row["gap"] for row in kinds.values()} <= set(vocabulary.terms("gap"))


def test_the_starting_lists_agree_with_the_design(shared: Path) -> None:
    for name, columns in {
        "kinds": ("group", "abcd", "support", "clinical", "court_linked", "time_kind", "gap"),
        "needs": ("group", "screen"),
    }.items():
        design = vocabulary.read_rows(shared / "design" / "vocabulary" / f"{name}.csv")
        ours = vocabulary.terms(name)
        assert [row["id"] for row in design if row["id"] not in ours] == []
        changed = [
            (row["id"], column)
            for row in design
            for column in columns
            if row[column] != ours[row["id"]][column]
        ]
        assert changed == []


def test_no_kind_is_more_open_than_the_design_says(shared: Path) -> None:
    order = ("public", "area", "hidden")
    ours = vocabulary.terms("kinds")
    for row in vocabulary.read_rows(shared / "design" / "vocabulary" / "kinds.csv"):
        assert order.index(ours[row["id"]]["address"]) >= order.index(row["address"]), row["id"]


def test_every_kind_answers_a_need_or_is_said_not_to() -> None:
    lost = {kind for kind in vocabulary.terms("kinds") if not vocabulary.needs_of_kind(kind)}
    # What a community lends and gives, what a court or the police runs, and what nobody named.
    assert lost == {
        "resource_connecting", "community_association", "meeting_space", "shared_equipment",
        "individual_gift", "treatment_court", "probation_parole_program",
        "jail_prison_program", "law_enforcement_program", "child_welfare", "other",
    }  # fmt: skip


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


# Viénot, Brettel and Mollon, "Digital video colourmaps for checking the legibility of displays
# by dichromats" (1999).
_SEEN = {
    "as it is": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "without red cones": (
        (0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0),
    ),
    "without green cones": (
        (0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("eyes", _SEEN)
def test_group_colours_are_told_apart(eyes: str) -> None:
    groups = vocabulary.terms("groups")
    assert len(groups) == 8
    assert len({row["icon"] for row in groups.values()}) == 8, "icons, not colour alone"
    seen = {}
    for name, row in groups.items():
        assert re.fullmatch(r"#[0-9A-F]{6}", row["colour"]), name
        rgb = [_linear(int(row["colour"][at : at + 2], 16)) for at in (1, 3, 5)]
        seen[name] = [
            max(0.0, sum(part * channel for part, channel in zip(line, rgb, strict=True)))
            ** (1 / 3)
            for line in _SEEN[eyes]
        ]
    closest = min(
        (
            sum((a - b) ** 2 for a, b in zip(seen[item], seen[other], strict=True)) ** 0.5,
            item,
            other,
        )
        for item, other in combinations(seen, 2)
    )
    assert closest[0] > 0.08, closest


@pytest.mark.parametrize("name", list(texts.texts("en")))
def test_a_text_has_the_same_placeholders_in_every_language(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*\.[A-Za-z0-9_.-]+(\[(one|two|few|many|other)\])?", name)
    english = _placeholders(texts.texts("en")[name])
    assert texts.texts("en")[name].strip()
    for language in texts.LANGUAGES:
        translated = texts.texts(language).get(name)
        if not translated:
            assert language != "es", "Spanish is complete"
            continue
        # A plural form may say its number in a word; a translation may do without it too.
        free = {"n"} if "[" in name or f"{name}[one]" in texts.texts("en") else set()
        assert _placeholders(translated) - free == english - free, (name, language)


def _placeholders(template: str) -> set[str]:
    return {part for _, part, _, _ in string.Formatter().parse(template) if part is not None}


def test_an_id_that_stands_twice_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "en.csv").write_text("id,text\na.b,one\na.b,two\n")
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"en.csv: the id 'a.b' stands twice"):
        texts.texts.__wrapped__("en")


def test_say_fills_in_and_falls_back() -> None:
    assert texts.say("cards.call", "en", phone="988") == "Call 988"
    assert texts.say("cards.call", "es", phone="988") == "Llamar al 988"
    with pytest.raises(KeyError):
        texts.say("find.no_such_text")
    assert vocabulary.label("kinds", "meeting", "es") == "Reunión de recuperación"
    assert vocabulary.label("kinds", "no_such_kind") == "no_such_kind"


def test_words_that_are_never_ours() -> None:
    result = [(where, text) for where, _, text in own_words() if FORBIDDEN.search(text)]
    assert result == []


def test_the_lint_finds_each_forbidden_word() -> None:
    for word in (
        "client", "Clients", "consumer", "patient", "case manager", "case management",
        "counselor", "sponsor", "addict", "abuser", "abuse", "clean", "dirty", "paciente",
    ):  # fmt: skip
        assert FORBIDDEN.search(f"Ask your {word} today"), word
    assert not FORBIDDEN.search("substance use, return to use, recovery with medication")


def _syllables(word: str) -> int:
    word = re.sub(r"[^a-z]", "", word.lower())
    if not word:
        return 1
    count = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    if (
        re.search(r"(?:[^td]ed|[^aeiou]es)$", word)
        and count > 1
        and not word.endswith(("ses", "ces", "zes", "xes", "ches", "shes", "les"))
    ):
        count -= 1 if word.endswith("ed") else 0
    return max(count, 1)


def grade(text: str) -> float:
    """US school grade to read `text` (Kincaid and others 1975)."""
    sentences = [part for part in re.split(r"[.!?:;]+(?:\s|$)", text) if re.search(r"\w", part)]
    words = re.findall(r"[A-Za-z][A-Za-z'’-]*", text)
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / max(len(sentences), 1) + 11.8 * syllables / len(words) - 15.59


def test_the_grade_tells_plain_from_official_words() -> None:
    assert grade("You can just listen. Nobody has to speak or sign up.") < 4
    assert (
        grade(
            "Individuals demonstrating eligibility for supplementary rehabilitation services "
            "should communicate documentation to the administering organization."
        )
        > 15
    )


def test_longer_texts_read_at_grade_8() -> None:
    hard = []
    for where, language, text in own_words():
        plain = re.sub(r"\{\w*[^}]*\}|https?://\S+|“[^”]*”|\b[A-Z]{4,}\b", "it", text)
        if language == "en" and len(plain.split()) >= 15 and grade(plain) > 8:
            hard.append((round(grade(plain), 1), where, text))
    assert hard == []


def test_sets_of_words_are_read_by_name_and_every_set_is_used() -> None:
    assert vocabulary.word_set("title") == {"jr", "sr", "doctor", "rev"}
    assert list(vocabulary.word_map("noon")) == ["noon", "mediodia"]
    assert vocabulary.word_map("minute_of_day") == {"noon": "720", "midday": "720", "midnight": "0"}
    with pytest.raises(KeyError):
        vocabulary.word_set("nothing")
    code = "".join(path.read_text("utf-8") for path in FOLDER.parent.rglob("*.py"))
    unused = {row["set"] for row in rows("word_sets") if f'"{row["set"]}"' not in code}
    assert unused == set()
