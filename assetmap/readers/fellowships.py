"""Fellowships: which one a feed belongs to, and what its meeting codes mean.

The same letter means different things in different fellowships (A is Secular in AA and
"Age Restricted 18+" in ACA), so a code is read by the table of its own program only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.places import fold
from assetmap.readers.addresses import STATES
from assetmap.readers.kinds import words_of
from assetmap.words import text

CLOSED, ONLINE = "TC", "ONL"
# Short names that feeds use for a fellowship in the names of its groups.
_SHORT = {"afg": "al-anon", "alanon": "al-anon"}
_ALMOST_ALL = 0.95
_REGION_WORDS = tuple(vocabulary.word_map("region"))


class Code(NamedTuple):
    """A meeting code: its label, and the fields it says (field → values joined by `|`)."""

    label: str
    sets: Mapping[str, str]


@cache
def codes(program: str | None) -> Mapping[str, Code]:
    """Code → meaning for a program; for None only what is the same in every program."""
    tables = _tables()
    common = tables[""]
    if program is not None:
        return {**common, **tables.get(program, {})}
    seen: dict[str, list[Code]] = {}
    for name, table in tables.items():
        for code, meaning in table.items():
            if name:
                seen.setdefault(code, []).append(meaning)
    for code, meaning in common.items():
        seen.setdefault(code, []).extend((meaning, meaning))
    return {
        code: meanings[-1]
        for code, meanings in seen.items()
        if len(meanings) > 1 and all(result.sets == meanings[0].sets for result in meanings)
    }


@cache
def _tables() -> Mapping[str, Mapping[str, Code]]:
    result: dict[str, dict[str, Code]] = {"": {}}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "meeting_types.csv"):
        sets = dict(pair.split("=", 1) for pair in row["sets"].split(";") if pair)
        result.setdefault(row["program"], {})[row["code"]] = Code(row["label"], sets)
    return result


@cache
def labels(program: str | None) -> Mapping[str, str]:
    """Lower-case label → code, for feeds that write "open" instead of O."""
    return {meaning.label.lower(): code for code, meaning in codes(program).items()}


@cache
def _words() -> Mapping[str, str]:
    """Lower-case word for a type of meeting → AA's code, for sheets that write words."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "meeting_words.csv")
    return {row["word"]: row["aa_code"] for row in rows}


def code_of_word(word: str, program: str | None) -> tuple[str, Code] | None:
    """(code, meaning) of a type written as a word ("Wheelchair Access").

    The program's own label first; else the word as AA's sites write it, which means the same in
    every fellowship, though its letters do not. The code is the word itself where the program has
    no code for it.
    """
    plain = " ".join(word.lower().split())
    own = labels(program).get(plain)
    if program is not None and own:
        return own, codes(program)[own]
    code = _words().get(plain) or labels("aa").get(plain)
    if code is None:
        return (own, codes(program)[own]) if own else None
    meaning = codes("aa")[code]
    if code in (CLOSED, ONLINE) or program == "aa":
        return code, meaning
    return word, meaning


@cache
def _names() -> Mapping[str, str]:
    """Folded words of a program's name → program; the id and the abbreviation are apart."""
    result: dict[str, str] = {}
    for program, row in vocabulary.terms("programs").items():
        for spelling in (row["label_en"], *vocabulary.split(row["words"])):
            words = " ".join(words_of(spelling))
            if program != "other" and len(words) >= 6:
                result[words] = program
    return result


@cache
def _short_names() -> Mapping[str, str]:
    result = dict(_SHORT)
    for program, row in vocabulary.terms("programs").items():
        for short in (program, row["abbr"].lower()):
            if program != "other":
                result[short] = program
    return result


def program_named(name_or_code: str) -> str | None:
    """The program whose name stands in a text, the longest name first; or its short name alone."""
    words = f" {' '.join(words_of(name_or_code))} "
    for name in sorted(_names(), key=len, reverse=True):
        if f" {name} " in words:
            return _names()[name]
    exact = name_or_code.strip().lower()
    return _short_names().get(exact)


@cache
def _glued() -> Mapping[str, str]:
    """Whole names as a host has them ("alcoholicsanonymous") → program, the longest first."""
    result: dict[str, str] = {}
    for program, row in vocabulary.terms("programs").items():
        for spelling in (row["label_en"], *vocabulary.split(row["words"])):
            letters = re.sub(r"[^a-z]", "", fold(spelling))
            if program != "other" and len(letters) >= 6:
                result.setdefault(letters, program)
    return dict(sorted(result.items(), key=lambda item: -len(item[0])))


def _host(url: str) -> str:
    return re.sub(r"^[a-z]+://", "", url.lower()).split("/")[0].removeprefix("www.")


def _program_of_address(url: str) -> str | None:
    """ "https://oc-aa.org/…" → aa: a name of a program, or its short name as a word of the host."""
    host = _host(url)
    letters = re.sub(r"[^a-z]", "", host.rpartition(".")[0])
    for name, program in _glued().items():
        if name in letters:
            return program
    for part in re.split(r"[^a-z0-9]+", host)[:-1]:
        if part in _short_names() and part not in ("ma", "ca", "ga", "va", "la"):
            return _short_names()[part]
    return None


def _program_of_glued_host(urls: Sequence[str], towns: Iterable[str]) -> str | None:
    """ "springfieldaa.org", "naofalder.org": a short name at an end of most rows' host.

    "na" ends many ordinary words ("arizona"), so what is left of it must be a place.
    """
    hosts = Counter(_host(url) for url in urls if url)
    if not hosts or hosts.most_common(1)[0][1] <= len(urls) / 2:
        return None
    label = re.sub(r"[^a-z]", "", hosts.most_common(1)[0][0].rpartition(".")[0])
    places = {re.sub(r"[^a-z]", "", fold(town)) for town in (*towns, *STATES)}
    # "na" at the end of a place is the place's own: "arizona", "southernindiana".
    if any(label.endswith(p) and p.endswith(("aa", "na")) for p in places if len(p) > 3):
        return None
    for short in ("aa", "na"):
        for left in (label.removesuffix(short), label.removeprefix(short).removeprefix("of")):
            if left == label or not left:
                continue
            place = any(left.startswith(p) or left.endswith(p) for p in places if len(p) > 3)
            if short == "aa" or place or left.endswith(_REGION_WORDS):
                return short
    return None


def program_of_feed(
    stated: Iterable[str],
    names: Sequence[str],
    urls: Sequence[str],
    used: Iterable[str],
    towns: Iterable[str] = (),
) -> tuple[str | None, str]:
    """(program, why) of a feed, (None, "") when nothing says it.

    Its own word for its fellowship, then names that most groups carry, then the host of most
    addresses, then codes that nearly all are AA's and are no other program's. `urls` has one
    text a row, "" where a row has none.
    """
    for words in stated:
        if program := program_named(words):
            return program, text("readers.why_words", words=words.strip()[:60])
    size = max(len(names), 1)
    for texts, read, why in (
        (names, program_named, "readers.why_names"),
        (urls, _program_of_address, "readers.why_address"),
    ):
        result = Counter(program for each in texts if (program := read(each)))
        if result and result.most_common(1)[0][1] > size / 2:
            return result.most_common(1)[0][0], text(why)
    ending = Counter(word for name in names for word in set(words_of(name)) if word in _SHORT)
    if ending and ending.most_common(1)[0][1] > size / 2:
        return _SHORT[ending.most_common(1)[0][0]], text("readers.why_names")
    if program := _program_of_glued_host(urls, towns):
        return program, text("readers.why_address")
    return _by_codes(Counter(code for code in used if code not in (CLOSED, ONLINE)))


def _by_codes(used: Counter[str]) -> tuple[str | None, str]:
    words = _words()
    used = Counter({words.get(code.lower(), code): count for code, count in used.items()})
    total = sum(used.values())
    if not total:
        return None, ""
    shares = {
        program: sum(count for code, count in used.items() if code in table) / total
        for program, table in _tables().items()
        if program
    }
    best = max(shares.values())
    if shares["aa"] >= _ALMOST_ALL and shares["aa"] == best:
        rivals = [p for p, share in shares.items() if share == best and p != "aa"]
        if not rivals:
            return "aa", text("readers.why_codes")
    return None, ""
