"""A text without accents, codes and invisible characters, and where each character was."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote

from assetmap.streets.names import HUNDREDS, ONES, TENS, THOUSANDS

_ANY_NUMBER_WORD = "|".join((*TENS, *ONES, *HUNDREDS, *THOUSANDS))
_NUMBER_RUN = re.compile(
    rf"\b(?:{_ANY_NUMBER_WORD})\b"
    rf"(?:(?:\s?-\s?|\s|,\s)(?:(?:and|y)\s)?(?:{_ANY_NUMBER_WORD})\b){{0,9}}",
    re.IGNORECASE,
)
_CODED = re.compile(
    r"(?:%(?:25)*[0-9A-Fa-f]{2})+|&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z]+);|_|[^\x00-\x7f]"
)
# Cyrillic and Greek letters that look like Latin ones.
_LOOKALIKES = dict(
    zip(
        "аеорсухіѕјһкмтвнАЕОРСУХІЅЈНКМТВαενικορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxisjhkmtbhAEOPCYXISJHKMTBaevikoptuxABEZHIKMNOPTYX",
        strict=True,
    )
)
TextSpans = list[tuple[int, int]]


def plain(text: str) -> tuple[str, TextSpans | None]:
    """`text` without accents, codes and invisible characters, and where each character stood.

    The spans are None where the text is plain already.
    """
    # The short way for most texts: searching is fifty times slower.
    if text.isascii() and not any(sign in text for sign in "%&_"):
        return text, None
    return _decoded(text)


@lru_cache(maxsize=64)
def _decoded(text: str) -> tuple[str, TextSpans | None]:
    """`plain` for texts with codes; one text is looked at many times in a row."""
    if not _CODED.search(text):
        return text, None
    chars: list[str] = []
    spans: TextSpans = []
    position = 0
    for result in (*_CODED.finditer(text), None):
        begin = len(text) if result is None else result.start()
        chars += text[position:begin]
        spans += [(place, place + 1) for place in range(position, begin)]
        if result is None:
            break
        position = result.end()
        read = _read(result[0])
        chars += read
        spans += [result.span()] * len(read)
    return "".join(chars), spans


@lru_cache(maxsize=4096)
def _read(code: str) -> str:
    if code == "_":
        return " "
    decoded = html.unescape(code)
    while re.search("%[0-9A-Fa-f]{2}", decoded):
        decoded = unquote(decoded)
    parts = unicodedata.normalize("NFKD", decoded)
    kept = (part for part in parts if unicodedata.category(part) not in ("Mn", "Cf"))
    return "".join(" " if part.isspace() else _latin(part) for part in kept)


def _latin(char: str) -> str:
    """Digits of every script, and letters of others that look like ours, as ours."""
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    return str(digit) if digit is not None else _LOOKALIKES.get(char, char)


# A list is looked through again with every word that people say of it, nearly all of it the same.
@lru_cache(maxsize=16384)
def spelled_numbers(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Runs of number words in `text`, each with the house numbers it may mean.

    "forty-four seventeen" may be 4417, as may "four four one seven" and "cuatro mil
    cuatrocientos diecisiete".

    >>> [(run, sorted(numbers)) for run, numbers in spelled_numbers("forty-four seventeen")]
    [('forty-four seventeen', ['4417', '61'])]
    """
    return tuple(
        (match[0], frozenset((_one_after_other(match[0]), _summed(match[0]))) - {""})
        for match in _NUMBER_RUN.finditer(text)
    )


def _number_words(run: str) -> list[str]:
    return [word for word in re.findall(r"[a-z]+", run.lower()) if word not in ("and", "y")]


def _one_after_other(run: str) -> str:
    """ "forty four seventeen" as 44 and 17: each pair of tens and ones, then the next."""
    parts: list[int] = []
    tens = False
    for word in _number_words(run):
        if word in TENS:
            parts.append(TENS[word])
            tens = True
        elif word in ONES:
            value = ONES[word]
            if tens and 0 < value < 10:
                parts[-1] += value
            else:
                parts.append(value)
            tens = False
        elif word in HUNDREDS and word != "hundred":
            return ""
        elif word == "hundred" and parts:
            parts[-1] *= 100
            return str(parts[-1]) if len(parts) == 1 else ""
        else:
            return ""
    return "".join(map(str, parts))


def _summed(run: str) -> str:
    """ "four thousand four hundred seventeen" as 4417."""
    total = current = 0
    for word in _number_words(run):
        if word in TENS or word in ONES:
            current += TENS.get(word, ONES.get(word, 0))
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in HUNDREDS:
            current += HUNDREDS[word]
        else:
            total += max(current, 1) * 1000
            current = 0
    return str(total + current)


def replace(
    pattern: re.Pattern[str],
    text: str,
    mark: str,
    which: Callable[[str], bool] = bool,
) -> str:
    """`text` with `mark` where its plain view matches `pattern` and `which` says yes."""
    view, spans = plain(text)
    pieces: list[str] = []
    done = 0
    for match in pattern.finditer(view):
        if not which(match[0]):
            continue
        begin, end = match.start(), match.end()
        if spans is not None:
            begin, end = spans[begin][0], spans[end - 1][1]
        pieces += [text[done:begin], mark]
        done = end
    return "".join(pieces) + text[done:] if pieces else text
