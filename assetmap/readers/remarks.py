"""Remarks of a feed: what all may read, what helps to join, and what belongs to a person.

A remark such as "Contact the church office for a ramp" helps everybody. A person's name, e-mail
address, phone or payment account is not ours to spread, and is taken out word by word, not
sentence by sentence. Passcodes and meeting ids are kept apart: whoever opens the card needs them,
open data does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from assetmap import vocabulary

LEFT_OUT = "…"
_SENTENCE = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)\s+(?=[A-ZÁÉÍÓÚÑ¿¡0-9])|\s*[\r\n]+\s*|\s*<(?:br|BR)\s*/?>\s*"
)
_EMAIL = re.compile(r"(?:mailto:)?[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[A-Za-z]{2,}")
_HANDLE = re.compile(r"(?<!\w)[@$][A-Za-z]\w{2,}(?:-\w+)*")
_PHONE = r"(?:\+?1[\s.-]{0,2})?\(?\b[2-9]\d{2}\)?[\s.-]{0,2}\d{3}[\s.-]?\d{4}\b(?![,;#*\d])"
_ANY_PHONE = re.compile(_PHONE)
_WORD = r"[A-ZÁÉÍÓÚÑ][a-záéíóúñ’'-]+"
_NAME = rf"(?:{_WORD}|[A-Z]\.?)(?:\s+(?:{_WORD}|[A-Z]\b\.?)){{0,2}}"
_NAME_BY_PHONE = re.compile(rf"({_NAME})(\s*(?:at|al|:|-|–|,|/|\|)?\s*)(?={_PHONE})")
_PHONE_BEHIND = re.compile(rf"{LEFT_OUT}\s*(?:at|al|:|-|–|,|\()?\s*{_PHONE}")
_SEVERAL = re.compile(rf"{LEFT_OUT}(?:[\s,;:/|&(–-]*(?:and|or|at|y|o)?[\s,;:/|&()–-]*{LEFT_OUT})+")
_FIRST_AND_LETTER = re.compile(rf"\b({_WORD})\s+[A-Z](?:\.|(?=\s*(?:$|[,;:)&/]|and\b|y\b)))")


class Remarks(NamedTuple):
    """`public` for the description, `joining` for the notes on joining ("" for none), and whether
    something of a person was taken out."""

    public: str
    joining: str
    taken_out: bool


@cache
def _words(means: str) -> frozenset[str]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "remark_words.csv")
    return frozenset(row["word"] for row in rows if row["means"] == means)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """(cue before a person's name, words of joining, words of payment)."""

    def any_of(means: str) -> str:
        words = sorted(_words(means), key=len, reverse=True)
        return "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in words)

    more = rf"(?:\s*(?:,|/|&|or|and|y|o)\s*{_NAME})*"
    cue = re.compile(rf"(\b(?i:{any_of('person_cue')})\b[\s:,.–-]*)({_NAME}{more})")
    joining = re.compile(rf"\b(?:{any_of('joining')})\b", re.IGNORECASE)
    payment = re.compile(rf"\b(?:{any_of('payment')})\b", re.IGNORECASE)
    return cue, joining, payment


@cache
def _little_words() -> frozenset[str]:
    return frozenset(word for cue in _words("person_cue") for word in cue.split()) | _words(
        "little"
    )


def _is_name(text: str) -> bool:
    """Whether capital words after "contact" are a person and not an office or a place."""
    words = [word.strip(".,'’").lower() for word in text.split()]
    return not any(word in _words("no_name") for word in words)


@lru_cache(maxsize=16384)
def _sentence(text: str, joining: bool) -> tuple[str, bool]:
    """The sentence without what belongs to a person, and whether something was taken out."""
    cue, _, payment = _patterns()
    if payment.search(text):
        return "", True
    plain = _EMAIL.sub(LEFT_OUT, text)
    plain = _HANDLE.sub(LEFT_OUT, plain)
    by_phone = [match for match in _NAME_BY_PHONE.finditer(plain) if _is_name(match[1])]
    for result in reversed(by_phone):
        number = _ANY_PHONE.match(plain, result.end())
        end = number.end() if number else result.end()
        plain = plain[: result.start()] + LEFT_OUT + plain[end:]
    plain = cue.sub(lambda m: m[1] + LEFT_OUT if _is_name(m[2]) else m[0], plain)
    plain = _FIRST_AND_LETTER.sub(lambda m: LEFT_OUT if _is_name(m[1]) else m[0], plain)
    # A number to dial in, or a meeting's id, stands in the notes on joining; elsewhere, and behind
    # a name, it is somebody's.
    plain = (_PHONE_BEHIND if joining else _ANY_PHONE).sub(LEFT_OUT, plain)
    changed = plain != text
    if changed:
        plain = re.sub(
            rf"{LEFT_OUT}(?:[\s,;:/|&(–-]*(?:and|or|at|y|o)?[\s,;:/|&()–-]*{LEFT_OUT})+",
            LEFT_OUT,
            plain,
        )
        left = re.findall(r"[^\W\d_]+", plain.lower())
        if all(word in _little_words() for word in left):
            plain = ""  # nothing is left but "call …"
    return plain.strip(), changed


def read_remarks(texts: Iterable[str | None], joining: Iterable[str | None] = ()) -> Remarks:
    """`texts` are remarks of any kind, `joining` the source's own notes on how to join."""
    public: list[str] = []
    notes: list[str] = []
    taken_out = False
    for group, to_join in ((texts, False), (joining, True)):
        for text in group:
            for part in _SENTENCE.split(text or ""):
                if not part.strip():
                    continue
                is_note = to_join or bool(_patterns()[1].search(part))
                plain, changed = _sentence(part.strip(), is_note)
                taken_out |= changed
                target = notes if is_note else public
                if plain and plain not in target:
                    target.append(plain)
    return Remarks(_joined(public), _joined(notes), taken_out)


def _joined(parts: list[str]) -> str:
    joined = ""
    for part in parts:
        stop = "" if not joined or joined.endswith((".", "!", "?", LEFT_OUT)) else "."
        joined = f"{joined}{stop} {part}".strip()
    return joined
