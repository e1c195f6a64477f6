"""What forms and tools write for yes, no, nothing, "other" and the like, in several languages.

The phrases are data (`vocabulary/survey_*.csv`); this module only compares. Answers are compared
by `key`, which, unlike a place's name, keeps the sign of a number: -1 is not 1.
"""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache

from assetmap import vocabulary
from assetmap.places import fold

# Answers that any question may have, beside its own: kept apart from "other" and from silence.
STANDARD = ("prefer_not_to_say", "none", "dont_know", "not_applicable")
# Codes that survey tools by custom give to "other", "none", "do not know" and "refused".
SPECIAL_CODES = frozenset({"96", "97", "98", "99", "-96", "-97", "-98", "-99", "-77", "-88"})
_NUMBER = re.compile(r"[+\-−]?\d+(?:\.\d+)?")
_TAG = re.compile(r"<[^<>]{1,200}>")
_NUMBERING = re.compile(
    r"^\s*(?:q(?:uestion)?\s*)?\d{1,3}(?:\s*[.)\]:]\s+|\s*[.)](?=[^\W\d]))", re.I
)


@cache
def phrases(kind: str) -> frozenset[str]:
    """The phrases of a kind (unticked, blank, yes, no, other …), as keys."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "survey_phrases.csv")
    return frozenset(key(row["phrase"]) for row in rows if row["kind"] == kind)


@cache
def header_patterns(role: str) -> re.Pattern[str]:
    """One pattern that finds the headers of a role (consent, age, area, identifier …)."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "survey_headers.csv")
    return re.compile("|".join(f"(?:{r['pattern']})" for r in rows if r["role"] == role))


@cache
def scales() -> tuple[tuple[str, ...], ...]:
    """Known answer scales as keys, each in order."""
    result: dict[str, list[str]] = {}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "survey_scales.csv"):
        result.setdefault(row["scale"], []).append(key(row["phrase"]))
    return tuple(tuple(scale) for scale in result.values())


@cache
def given_names() -> frozenset[str]:
    """Common given names in the United States, folded."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "given_names.csv")
    return frozenset(row["id"] for row in rows)


def plain(header: str) -> str:
    """A header without what forms add to it: numbering, markup, stars, blanks before "?"."""
    text = html.unescape(_TAG.sub(" ", header)).replace("\ufeff", "")
    text = re.sub(r"\s+", " ", text).strip()
    text = _NUMBERING.sub("", text)
    text = re.sub(r"\s*\*+$|^\*+\s*|\s*\((?:required|obligatorio)\)$", "", text, flags=re.I)
    return re.sub(r"\s+([?:!.,;])", r"\1", text).strip()


@lru_cache(maxsize=100_000)
def header_key(header: str) -> str:
    """A header in the form in which two are compared."""
    return fold(plain(header)).rstrip("?:¿!*. ").lstrip("¿¡")


@lru_cache(maxsize=200_000)
def key(text: str) -> str:
    """An answer in the form in which two are compared; numbers keep sign and lose `.0`."""
    stripped = text.strip()
    if _NUMBER.fullmatch(stripped):
        number = stripped.replace("−", "-").lstrip("+")
        whole, _, fraction = number.partition(".")
        sign = "-" if whole.startswith("-") else ""
        whole = whole.lstrip("-").lstrip("0") or "0"
        fraction = fraction.rstrip("0")
        if whole == "0" and not fraction:
            return "0"
        return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
    return fold(stripped).replace("’", " ").strip()


@lru_cache(maxsize=100_000)
def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, or what tools write for it."""
    return not text or text.isspace() or text.strip() in ("-", ".", "--") or _blank(key(text))


def _blank(folded: str) -> bool:
    return not folded or folded in phrases("blank")


@lru_cache(maxsize=100_000)
def is_ticked(text: str) -> bool:
    """Whether a tick box's cell says it was ticked: its label, a mark, or own words."""
    return not is_blank(text) and key(text) not in phrases("unticked")


@lru_cache(maxsize=100_000)
def is_yes(text: str) -> bool | None:
    """Whether a consent cell says yes; None when it says neither.

    A "no" anywhere is no. A sentence that begins with yes stays yes when it goes on to say what
    will not be done ("Yes, I understand my answers will not be shared").

    >>> is_yes("Sí, acepto"), is_yes("No, thank you"), is_yes("blue")
    (True, False, None)
    """
    folded = re.sub(r"[^\w' ]+", " ", key(text)).strip()
    folded = re.sub(r"\s+", " ", folded)
    if not folded or (_blank(folded) and folded not in phrases("no")):
        return None
    words = folded.split()
    if words[0] in phrases("no") or folded in phrases("no"):
        return False
    if set(words) & (phrases("no") - {"stop", "false", "0", "n", "exit", "unchecked"}):
        return False
    begins = any(" ".join(words[:n]) in phrases("yes") for n in range(1, min(6, len(words)) + 1))
    negated = any(f" {phrase} " in f" {folded} " for phrase in phrases("negation"))
    if words[0] in _PLAIN_YES:
        return True
    if negated or "not" in words or ("ne" in words and "pas" in words):
        return False
    if begins or words[0] in phrases("yes"):
        return True
    agreed = phrases("yes") - _PLAIN_YES - {"1", "x", "on", "next", "selected", "checked"}
    return True if any(f" {phrase} " in f" {folded} " for phrase in agreed) else None


_PLAIN_YES = vocabulary.word_set("plain_yes")


@lru_cache(maxsize=100_000)
def standard_answer(text: str) -> str | None:
    """Which answer any question may have this is: prefer_not_to_say, none …; None if no such."""
    folded = re.sub(r"[()]", "", key(text)).strip()
    return next((name for name in STANDARD if folded in phrases(name)), None)


def is_other(text: str) -> bool:
    """Whether an answer or option is the form's own "other"."""
    folded = key(text)
    return folded in phrases("other") or bool(
        re.match(
            r"(other|otro|otra|autre|outro|sonstige\w*)\b.{0,3}(\(|:|please|specify|esp)", folded
        )
    )


def header_is(header: str, role: str) -> bool:
    """Whether a header is one of a role's (`vocabulary/survey_headers.csv`)."""
    folded = header_key(header)
    if not folded or not header_patterns(role).search(folded):
        return False
    return role not in ("age", "birth_year") or not header_patterns("not_age").search(folded)


def names_somebody(text: str) -> bool:
    """Whether a text has a given name in it, written as a name is ("my aunt Rosa drives")."""
    words = re.findall(r"[^\W\d_]+", text)
    return any(word[:1].isupper() and fold(word) in given_names() for word in words)


def holds_names(texts: list[str]) -> bool:
    """Whether these answers are mostly people's names ("Maria Lopez", "Ana")."""
    named = 0
    for text in texts:
        words = re.findall(r"[^\W\d_]+", text)
        if 1 <= len(words) <= 4 and fold(words[0]) in given_names() and text[:1].isupper():
            named += len(words) == 1 or all(word[:1].isupper() for word in words)
    return len(texts) > 0 and named >= max(1, len(texts) / 2)
