"""Every text as it is read: composed with every kind and label, in every language, then linted.

A template may look right and break when its values are in it ("it costs: costs money", "1 places",
"ninguna … un grupo"). So the result is read, not the template.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import pytest

from assetmap import vocabulary
from assetmap.words import say, texts

# Words with a meaning of our own, or an old one, that a reader cannot know; with the better word.
PRIVATE = {
    "en": {
        r"\bstands?\b(?! above)": "is",
        r"\btaken for\b": "read as",
        r"\bwhom\b|\bwhereof\b|\bthereof\b": "who",
        r"\bwhich there is not\b": "does not exist",
        r"\bis said of\b|\bpoints at nobody\b": "say it of the area",
        r"\bis no (?!longer\b)": "is not a",
        r"\bnobody asked\b": "not asked yet",
        r"(?<!quotation )(?<!question )(?<!\{)\bmark\b": "goal",
        r"\bnear miss|\bcomes close\b": "almost",
        r"\bsomething wrong\b": "see a mistake",
        r"\bno record of\b": "does not take",
    },
    "es": {
        r"\btarde-noche\b": "noche",
        r"\bsegún el (?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b": "última cuenta",
        r"\bnadie preguntó\b": "aún no se preguntó",
        r"\bantecedentes\b(?! penales)": "antecedentes penales",
        r"\bpedir una hora\b": "hacer una cita",
        r"\bse exige\b": "piden",
        r"\bmedicación\b": "medicamentos",
    },
}  # fmt: skip
# "There is no …" is plain English and stays.
PLAIN = re.compile(r"\bthere (?:is|are) no\b", re.IGNORECASE)
# What no composed text may hold in any language.
BROKEN = {
    "a word twice": r"\b([^\W\d_]{2,}) \1\b",
    "a blank before a sign": r" [,.;:?!](?:\s|$)",
    "two signs": r"(?<!\d)[,;:][,.;:]|(?<!\.)\.\.(?!\.)|(?<! [ap]\. m)\.,|: :",
    "two blanks": r"\S  ",
    "an empty pair": r"\(\)|“”|«»|''",
    "a value that is not there": r"\bnan\b|\{(?![xyz]\})",
}
# A masculine pronoun that stands for a kind is wrong for half of the kinds.
GENDERED = (
    r"\b(?:uno|ninguno|algunos?|pocos|ellos|estos|el siguiente|el próximo|otro)\b"
    r"(?! (?:lugar|lugares|grupo|de los|[a-z]*s? tipos?))"
)
ONE_OF_MANY = {
    "en": r"(?<![\d.,:/–-])\b1 (?!is |was |has |less |class |address |this )"
    r"(?:[a-z]+s\b(?! of\b)|people\b)",
    "es": r"(?<![\d.,:/–-])\b1 (?!es\b|más\b|mes\b)[a-záéíóúñ]+s\b",
}
# Here `n` is a limit or counts what is two at least, so it is never 1.
NEVER_ONE = {
    "map.place_list",
    "map.cluster_zoom",
    "map.cluster_here",
    "survey.why_branches",
    "sources.county_state",
    "new.many_counties",
    "ledger.too_long",
    "ledger.reason_too_long",
    "ledger.label",
    "inbox.nothing",
    "files.unpacks_too_much",
    "import.second_eyes",
    "survey.too_large_together",
    "map.outside_many",
    "cells.cut",
}
NUMBERS = (
    "n", "count", "areas", "all", "rows", "kinds", "types", "assets", "people", "cells", "columns",
    "total", "sheets", "days", "weeks", "minutes", "hours", "beds", "waves", "tiles", "seconds",
)  # fmt: skip


def kind_labels(language: str) -> list[str]:
    return [vocabulary.label("kinds", kind, language) for kind in vocabulary.terms("kinds")]


def need_labels(language: str) -> list[str]:
    return [vocabulary.label("needs", need, language) for need in vocabulary.terms("needs")]


def placeholders(template: str) -> dict[str, str]:
    """Each placeholder with its format, such as `,` of `{n:,}`."""
    parts = string.Formatter().parse(template)
    return {name: form or "" for _, name, form, _ in parts if name is not None}


def plain_values(template: str) -> dict[str, object]:
    """A value for each placeholder that is no kind: a word that no rule minds, or a number."""
    return {
        name: 21 if name in NUMBERS or form else f"Xx{number}"
        for number, (name, form) in enumerate(placeholders(template).items())
    }


def composed(language: str) -> Iterator[tuple[str, str]]:
    """(id, text) of every template with every kind or need where it names one, else once."""
    for text_id, template in texts(language).items():
        values = plain_values(template)
        labels = {"kind": kind_labels, "need": need_labels}
        named = [name for name in labels if name in values]
        for label in labels[named[0]](language) if named else [""]:
            filled = {**values, **({named[0]: label} if named else {})}
            yield text_id, template.format(**filled)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_composed_text_is_broken(language: str) -> None:
    broken = {
        (text_id, rule, text)
        for text_id, text in composed(language)
        for rule, pattern in BROKEN.items()
        if re.search(pattern, text)
    }
    assert sorted(broken) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_text_uses_a_private_word(language: str) -> None:
    rules = {re.compile(old, re.IGNORECASE): better for old, better in PRIVATE[language].items()}
    private = [
        (text_id, better, text)
        for text_id, text in texts(language).items()
        for pattern, better in rules.items()
        if pattern.search(PLAIN.sub("", text))
    ]
    assert private == []


def test_spanish_does_not_call_every_kind_he() -> None:
    wrong = [
        (text_id, text)
        for text_id, text in texts("es").items()
        if "{kind}" in text and re.search(GENDERED, text)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_one_is_not_said_as_many(language: str) -> None:
    """With `n` at 1 the row of the plural form is read, so none may say "1 places"."""
    wrong = []
    for text_id, template in texts(language).items():
        if "[" in text_id or "n" not in placeholders(template) or text_id in NEVER_ONE:
            continue
        if text_id.endswith("_many") and f"{text_id[:-5]}_one" in texts(language):
            continue  # a script of the browser chooses between the two
        text = say(text_id, language, **{**plain_values(template), "n": 1})
        if re.search(ONE_OF_MANY[language], text):
            wrong.append((text_id, text))
    assert wrong == []


def test_the_rules_find_the_faults_that_they_are_for() -> None:
    for rule, text in (
        ("a word twice", "Fits, but it costs costs money."),
        ("a blank before a sign", "Call 988 ."),
        ("two signs", "open:, until 9"),
        ("an empty pair", "Cedar House ()"),
        ("a value that is not there", "Call {phone}"),
    ):
        assert re.search(BROKEN[rule], text), rule
    assert re.search(ONE_OF_MANY["en"], "1 places near you")
    assert re.search(ONE_OF_MANY["es"], "hay 1 lugares")
    assert not re.search(ONE_OF_MANY["en"], "1 of 35 areas has none; 11 places; 1 is left")
    assert re.search(GENDERED, "{kind}: uno más en {area}")
    for word, text in (("stands", "the area stands twice"), ("whom", "whom nobody asked")):
        assert any(re.search(rule, text) for rule in PRIVATE["en"]), word
