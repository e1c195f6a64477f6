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
from assetmap.readers.kinds import words_of

CLOSED, ONLINE = "TC", "ONL"
# Short names that feeds use for a fellowship in the names of its groups.
_SHORT = {"afg": "al-anon", "alanon": "al-anon"}
_ALMOST_ALL = 0.95


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
        if len(meanings) > 1 and all(found.sets == meanings[0].sets for found in meanings)
    }


@cache
def _tables() -> Mapping[str, Mapping[str, Code]]:
    found: dict[str, dict[str, Code]] = {"": {}}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "meeting_types.csv"):
        sets = dict(pair.split("=", 1) for pair in row["sets"].split(";") if pair)
        found.setdefault(row["program"], {})[row["code"]] = Code(row["label"], sets)
    return found


@cache
def labels(program: str | None) -> Mapping[str, str]:
    """Lower-case label → code, for feeds that write "open" instead of O."""
    return {meaning.label.lower(): code for code, meaning in codes(program).items()}


@cache
def _names() -> Mapping[str, str]:
    """Folded words of a program's name → program; the id and the abbreviation are apart."""
    found: dict[str, str] = {}
    for program, row in vocabulary.terms("programs").items():
        for spelling in (row["label_en"], *vocabulary.split(row["words"])):
            words = " ".join(words_of(spelling))
            if program != "other" and len(words) >= 6:
                found[words] = program
    return found


@cache
def _short_names() -> Mapping[str, str]:
    found = dict(_SHORT)
    for program, row in vocabulary.terms("programs").items():
        for short in (program, row["abbr"].lower()):
            if program != "other":
                found[short] = program
    return found


def program_named(text: str) -> str | None:
    """The program whose name stands in `text`, the longest name first."""
    words = f" {' '.join(words_of(text))} "
    for name in sorted(_names(), key=len, reverse=True):
        if f" {name} " in words:
            return _names()[name]
    exact = text.strip().lower()
    return _short_names().get(exact)


def _program_of_address(url: str) -> str | None:
    """ "https://oc-aa.org/…" → aa: a program's short name as a word of the host."""
    host = re.sub(r"^[a-z]+://", "", url.lower()).split("/")[0].removeprefix("www.")
    parts = re.split(r"[^a-z0-9]+", host)[:-1]
    for part in parts:
        if part in _short_names() and part not in ("ma", "ca", "ga", "va", "la"):
            return _short_names()[part]
    for name, program in sorted(_names().items(), key=lambda item: -len(item[0])):
        if name.replace(" ", "") in host.replace("-", ""):
            return program
    return "al-anon" if "alanon" in host.replace("-", "") else None


def program_of_feed(
    stated: Iterable[str], names: Sequence[str], urls: Sequence[str], used: Iterable[str]
) -> tuple[str | None, str]:
    """(program, why) of a feed, (None, "") when nothing says it.

    Its own word for its fellowship, then names that most groups carry, then the host of most
    addresses, then codes that nearly all are AA's and are no other program's.
    """
    for text in stated:
        if program := program_named(text):
            return program, f"its own words '{text.strip()[:60]}'"
    size = max(len(names), 1)
    for texts, read, why in (
        (names, program_named, "the names of its groups"),
        (urls, _program_of_address, "its web address"),
    ):
        found = Counter(program for text in texts if (program := read(text)))
        if found and found.most_common(1)[0][1] > size / 2:
            return found.most_common(1)[0][0], why
    ending = Counter(word for name in names for word in set(words_of(name)) if word in _SHORT)
    if ending and ending.most_common(1)[0][1] > size / 2:
        return _SHORT[ending.most_common(1)[0][0]], "the names of its groups"
    return _by_codes(Counter(code for code in used if code not in (CLOSED, ONLINE)))


def _by_codes(used: Counter[str]) -> tuple[str | None, str]:
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
            return "aa", "its codes, which are all AA's"
    return None, ""
