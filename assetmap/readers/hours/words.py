"""The words of free-text hours: which there are, and a text cut into them.

A word that is not known makes the whole text unreadable; that is the point. English and Spanish
stand together, because people mix them; their words are the `hours_` sets of word_sets.csv. Ordered
so that a phrase stands before its first word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from assetmap.vocabulary import any_of, word_map
from assetmap.words import text as text_of


class Refused(Exception):
    """The text is not understood, or in more than one way."""


class HourToken(NamedTuple):
    kind: str
    text: str


_DAY_OF_WORD = {word: int(day) for word, day in word_map("hours_day").items()}
# Letters stand for days only beside other letters ("M-F", "T/Th"): alone "F" may be a group's
# letter, "MT" is a time zone, and "T" may be Tuesday or Thursday.
_ENGLISH_LETTERS = {"m": 0, "t": 1, "w": 2, "f": 4}
_SPANISH_LETTERS = {"l": 0, "x": 2, "j": 3, "v": 4, "d": 6}
LETTER_GROUPS = {
    "mwf": {0, 2, 4},
    "mw": {0, 2},
    "wf": {2, 4},
    "tth": {1, 3},
    "tuth": {1, 3},
    "mtwth": {0, 1, 2, 3},
    "mtuwth": {0, 1, 2, 3},
    "mtwtf": {0, 1, 2, 3, 4},
    "mtwthf": {0, 1, 2, 3, 4},
    "mtuwthf": {0, 1, 2, 3, 4},
}
MONTH_OF_WORD = {word: int(n) for word, n in word_map("hours_month").items()}
NTH_OF_WORD = {word: int(n) for word, n in word_map("hours_nth").items()}


def _any(words: Iterable[str]) -> str:
    """A pattern for any of `words`, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


# In "5p m-f" the m is a day.
_AM = r"a\.?m\.?|a\.? m\.|a\.? m(?! ?- ?[a-z])"
_PM = r"p\.?m\.?|p\.? m\.|p\.? m(?! ?- ?[a-z])"
_PART_OF_DAY = r"(?:de la |en la |in the )(?:manana|morning|tarde|afternoon|noche|evening)|at night"
_APPOINTMENT = r"(?:appointments?|appt\.?)"
# Order matters: a phrase stands before the words it begins with.
_KINDS: tuple[tuple[str, str], ...] = (
    ("stop", r"[ \t]*(?:[;|.]|[\r\n]+)\s*"),
    ("blank", r"\s+"),
    (
        "always",
        r"24 ?/ ?7(?: ?/ ?365)?(?![\d/])|always open|siempre abierto|"
        r"(?:las )?24[ -]?(?:hours|hour|hrs|horas)(?: a day| per day|/day| al dia| del dia)?"
        r"(?:(?:,? |/)(?:and )?(?:los )?(?:7|seven|siete) (?:days|dias)"
        r"(?: (?:a|per|a la|de la) (?:week|semana))?)?",
    ),
    (
        "every",
        any_of("hours_every") + r"|"
        r"(?:7|seven|siete) (?:days|dias)(?:(?: (?:a|per|a la) |/)(?:week|semana))?",
    ),
    ("week", any_of("hours_week")),
    ("weekend", any_of("hours_weekend")),
    ("no_appointment", rf"no {_APPOINTMENT} (?:is )?(?:needed|necessary|required)|sin cita"),
    ("appointment_too", rf"(?:and|or) by {_APPOINTMENT}(?! only)|[oy] con cita(?: previa)?"),
    (
        "appointment",
        rf"(?:only )?by {_APPOINTMENT}(?: only)?|{_APPOINTMENT} only|"
        rf"call for (?:an )?{_APPOINTMENT}|(?:solo )?(?:(?:con|por) cita(?: previa)?|previa cita)",
    ),
    ("holidays", r"(?:(?:all|public|federal) )?holidays|(?:dias )?(?:feriados|festivos)"),
    ("closed", any_of("hours_closed")),
    ("except", any_of("hours_except")),
    ("monthly", any_of("hours_monthly")),
    (
        "clock",
        r"12(?::00)? ?(?:noon|n\b|(?:del )?mediodia|midnight)|noon|mediodia|midnight|medianoche",
    ),
    ("clock", rf"\d{{1,2}}(?:[:.]\d{{2}})? ?(?:{_AM}|{_PM}|{_PART_OF_DAY})"),
    ("clock", r"\d{1,2}(?:[:.]\d{2})?[ap]"),
    ("clock", r"\d{1,2}h(?:\d{2})?"),
    ("nth", _any(NTH_OF_WORD)),
    ("clock", r"\d{1,2}(?:[:.]\d{2})?(?![:.]?\d)"),
    ("letters", _any(LETTER_GROUPS)),
    ("day", rf"(?:{_any(_DAY_OF_WORD)})\.?"),
    ("month", rf"(?:{_any(MONTH_OF_WORD)})\.?"),
    ("weekly", any_of("hours_weekly")),
    ("from", any_of("hours_from")),
    ("at", r"a las?"),
    ("to", any_of("hours_to")),
    ("dash", r"-"),
    ("and", r"and|y|&|\+"),
    ("comma", r","),
    ("slash", r"/"),
    ("colon", r":"),
    ("each", any_of("hours_each")),
    ("filler", r"on|at|@|los|las|el|la|the|hours|hrs\.?|horas"),
    ("letter", "[" + "".join({**_ENGLISH_LETTERS, **_SPANISH_LETTERS}) + "s]"),
)
# No word ends inside another: "satellite" holds no Saturday.
_TOKEN = re.compile(
    "|".join(
        rf"(?P<k{number}>(?:{pattern})(?:(?<![a-z0-9])|(?![a-z0-9])))"
        for number, (_, pattern) in enumerate(_KINDS)
    ),
    re.ASCII,
)
_OPENING = re.compile(r"^(?:hours(?: of operation)?|open|meets|abierto|horario)(?: ?:|(?= ))")
_MONTHS = _any(MONTH_OF_WORD)
_IN_BRACKETS = re.compile(
    r"[ ,]*\(((?:closed|except|excluding|by app|cerrado|excepto|con cita)[^()]*|"
    rf"(?:{_MONTHS})\.? ?(?:-|to|through|thru|a) ?(?:{_MONTHS})\.?)\)"
)


def plain_text(text: str) -> str:
    """Lower case, without accents, one kind of dash."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    letters = re.sub("[\u2010-\u2015\u2212]", "-", letters)
    letters = re.sub("(?<=day)['\u2019](?=s\\b)", "", letters)  # "Tuesday's"
    letters = _IN_BRACKETS.sub(r", \1", letters.strip())
    return _OPENING.sub("", letters).strip(" ,\t\r\n;.")


def tokens_of(plain: str) -> list[HourToken]:
    hour_tokens: list[HourToken] = []
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None or match.end() == position:
            word = re.match(r"\S+", plain[position:])
            shown = word[0] if word else plain[position]
            raise Refused(text_of("hours.not_understood", word=shown))
        kind = _KINDS[int((match.lastgroup or "k0")[1:])][0]
        if kind not in ("blank", "filler"):
            hour_tokens.append(HourToken(kind, match[0]))
        position = match.end()
    return hour_tokens


def check_letters(tokens: list[HourToken]) -> None:
    """Refuse letters that may not be days, or not these days."""
    letters = {token.text for token in tokens if token.kind == "letter"}
    short = {token.text for token in tokens if token.kind == "day" and len(token.text) == 2}
    words = {token.text for token in tokens if token.kind == "day"}
    if "we" in words and not short & {"mo", "tu", "th", "fr", "sa", "su"}:
        raise Refused(text_of("hours.we"))
    if not letters:
        return
    english, spanish = letters & set(_ENGLISH_LETTERS), letters & set(_SPANISH_LETTERS)
    if (english and spanish) or not english | spanish or ("s" in letters and "l" not in letters):
        raise Refused(text_of("hours.letters_several", letters=", ".join(sorted(letters))))
    thursday = words & {"th", "thu", "thur", "thurs"}
    if "t" in letters and not thursday:
        raise Refused(text_of("hours.t"))
    kinds = [token.kind for token in tokens]
    ranged = any(
        (
            tokens[place - 1].kind in ("letter", "day")
            and tokens[place + 1].kind in ("letter", "day")
        )
        for place in range(1, len(tokens) - 1)
        if kinds[place] in ("dash", "to")
    )
    if len(letters) + len(short | thursday) < 2 or (letters == {"m", "f"} and not ranged):
        raise Refused(text_of("hours.letters_no_days", letters=", ".join(sorted(letters))))


def day_of(token: HourToken) -> int:
    if token.kind == "day":
        return _DAY_OF_WORD[token.text.strip(".")]
    if token.text == "s":
        return 5  # only beside Spanish letters: sábado
    return {**_ENGLISH_LETTERS, **_SPANISH_LETTERS}[token.text]


def days_named(text: str) -> set[int]:
    """The days of the week that a text names, ranges filled, whether or not its times are read."""
    plain = plain_text(text)
    words = [(m[0], m.start(), m.end()) for m in _DAY_NAME.finditer(plain)]
    result: set[int] = set()
    for place, (word, _, end) in enumerate(words):
        day = _DAY_OF_WORD[word.strip(".").rstrip(".")]
        result.add(day)
        following = words[place + 1] if place + 1 < len(words) else None
        if following and _RANGE.fullmatch(plain[end : following[1]]):
            last = _DAY_OF_WORD[following[0].strip(".")]
            result |= {(day + step) % 7 for step in range((last - day) % 7 + 1)}
    return result


_DAY_NAME = re.compile(
    rf"(?<![a-z])(?:{_any(word for word in _DAY_OF_WORD if len(word) > 2)})\.?(?![a-z])"
)
_RANGE = re.compile(r"\.?\s*(?:-|to|through|thru|a|al|hasta)\s*(?:el )?")
