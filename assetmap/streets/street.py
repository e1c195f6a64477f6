"""One street line, and how it is recognised in texts: numbers, name, street word, direction."""

from __future__ import annotations

import re
from functools import cache

from assetmap import vocabulary
from assetmap.streets.names import (
    ANY_DIRECTION,
    ANY_SUFFIX,
    DIRECTIONS,
    NUMBER,
    NUMBER_WORDS,
    NUMBERED,
    OTHER_SPELLINGS,
    SUFFIXES,
    WORD,
)
from assetmap.streets.views import plain, replace, spelled_numbers

_UNIT_FIRST = re.compile(
    r"\s*(?:(?:apt|apartment|unit|suite|ste|room|rm|lot|floor|bldg|building)\b|#)\W*\w{1,5}\W+"
    r"(?=\w)",
    re.IGNORECASE,
)
_UNIT_BEHIND = re.compile(
    r"(?<=\w)\W+(?:(?:apt|apartment|unit|suite|ste|room|rm|lot|bldg|building)\b\.?|#)\W{0,3}\w{1,6}\b",
    re.IGNORECASE,
)
_LEADING_NUMBER = re.compile(rf"\s*({NUMBER})\W+(\w.*)", re.IGNORECASE)
_NUMBER_SOMEWHERE = re.compile(
    rf"\b({NUMBER})\W{{1,3}}((?:{WORD}\W{{1,3}}){{1,4}}?(?:{ANY_SUFFIX})\b.*)", re.IGNORECASE
)
_HOUSE = re.compile(
    rf"\b{NUMBER}\W{{1,3}}(?:{WORD}\W{{1,3}}){{1,4}}?(?:{ANY_SUFFIX})\b\.?", re.IGNORECASE
)
_TITLES = vocabulary.word_set("title")
# Words as people join them: letters, digits, and what stands between the parts of one word.
_WORDS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+'’-]{0,200}[A-Za-z0-9])?")


class Street:
    """The street line of an address; `city` and `region` are left off its end.

    `numbers` are its house numbers, empty where it has none; `words` its name in full spelling;
    `suffix` and `direction` are "" where they are not written.
    """

    def __init__(self, address: str, city: str | None = None, region: str | None = None) -> None:
        number, name = _parted(plain(address)[0])
        digits = re.findall(r"\d+", re.sub(r"\s1[/⁄]2", "", number))
        # "N6W23001" is one number.
        self.numbers = frozenset(digits[-1:] if number[:1].isalpha() else digits)
        # "Elm Street #4" is Elm Street; "County Road 900" is not County Road.
        name = _UNIT_BEHIND.sub(" ", name)
        words = [_full(word) for word in re.findall(WORD, name.lower())]
        ends = {word for part in (city, region) for word in re.findall(WORD, (part or "").lower())}
        self.direction = ""
        if len(words) > 1 and words[0] in DIRECTIONS and words[1] not in SUFFIXES:
            self.direction = words[0]
            words = words[1:]
        words = _until_street_ends(words, ends)
        self.suffix = words[-1] if len(words) > 1 and words[-1] in SUFFIXES else ""
        self.words = tuple(words)
        self.name = self.words[:-1] if self.suffix else self.words
        self._patterns: dict[bool, re.Pattern[str]] = {}

    @property
    def findable(self) -> bool:
        """Whether it is definite enough to be looked for in texts."""
        return bool(self.words) and bool(self.numbers or self.suffix)

    @property
    def definite(self) -> bool:
        """Whether it names one house."""
        return bool(self.words) and bool(self.numbers)

    def same_house(self, other: Street) -> bool:
        """Whether both may be one house; a suffix or direction left out tells nothing.

        >>> Street("214 N. Willow St").same_house(Street("214 willow street"))
        True
        """
        if not self.numbers & other.numbers or not _alike(self.name, other.name):
            return False
        parts = ((self.suffix, other.suffix), (self.direction, other.direction))
        return all(item == two or not item or not two for item, two in parts)

    def stands_in(self, text: str) -> bool:
        """Whether the text names this house."""
        return self.definite and bool(self._compiled(False).search(plain(text)[0]))

    def take_out(self, text: str, own: bool, mark: str) -> str:
        """The text with this street replaced by `mark`.

        In the row's own texts (`own`) the street without its number tells it too.

        >>> Street("214 Willow St").take_out("Come to 214 Willow.", own=False, mark="[private]")
        'Come to [private].'
        """
        if not self.findable or not (own or self.definite) or not self._may_stand_in(text):
            return text
        text = self._without_spelled_number(text, mark)
        text = replace(self._compiled(own), text, mark)
        # Written with a letter wrong or left out.
        text = replace(_HOUSE, text, mark, lambda house: self.same_house(Street(house)))
        return self._without_joined(text, own, mark)

    def _without_spelled_number(self, text: str, mark: str) -> str:
        """The text without "forty-four seventeen Quillback"."""
        name = "".join(self.name)
        if not self.numbers or len(name) < 4:
            return text
        for run, numbers in spelled_numbers(plain(text)[0]):
            if numbers & self.numbers:
                words = r"\W{0,4}".join(_spellings(word) for word in self.name)
                tail = rf"(?:\W{{1,4}}{_spellings(self.suffix)}\b\.?)?" if self.suffix else ""
                pattern = re.compile(
                    rf"\b{re.escape(run)}\W{{1,4}}(?:(?:de|of|la|on|en)\b\W{{1,4}}){{0,2}}"
                    rf"(?:(?:{ANY_DIRECTION})\b\W{{1,4}})?{words}\b{tail}",
                    re.IGNORECASE,
                )
                text = replace(pattern, text, mark)
        return text

    def _without_joined(self, text: str, own: bool, mark: str) -> str:
        """The text without words that hold the house run together: "4417quillbacklane"."""
        joined = self._joined_forms(own)
        return replace(_WORDS, text, mark, lambda word: _holds(word, joined)) if joined else text

    def _joined_forms(self, own: bool) -> tuple[str, ...]:
        name = "".join(self.name)
        if len(name) < 3:
            return ()
        forms = [f"{number}{name}" for number in self.numbers]
        forms += [f"{name}{number}" for number in self.numbers if len(number) > 1]
        forms += [
            f"{name}{suffix}{number}"
            for number in self.numbers
            for suffix in SUFFIXES.get(self.suffix, "").split("|")
            if suffix
        ]
        if own and self.suffix and len(name) > 3:
            spellings = SUFFIXES[self.suffix].split("|")
            forms += [f"{name}{suffix}" for suffix in spellings if len(suffix) > 2]
        return tuple(forms)

    def _may_stand_in(self, text: str) -> bool:
        """Whether it is worth the compiling: the start or end of a word of the name is there."""
        word = next((word for word in self.name if _spellings(word) == word), "")
        if len(word) < 4:
            return True
        view = plain(text)[0].lower()
        half = max(2, (len(word) - 1) // 2)
        return word[:half] in view or word[-half:] in view

    def _compiled(self, own: bool) -> re.Pattern[str]:
        if own not in self._patterns:
            self._patterns[own] = self._pattern(own)
        return self._patterns[own]

    def _pattern(self, own: bool) -> re.Pattern[str]:
        joint = r"\W{0,4}(?:(?:jr|sr)\b\W{1,4})?"
        spelled = [_spellings(word) for word in self.name]
        name = rf"(?:(?:dr|doctor|rev|saint|st|calle)\b\W{{1,4}})?{joint.join(spelled)}"
        if len(self.name) > 1 and self.name[0] in ("street", "drive"):
            # "Calle Sol", "St Charles", "Dr King": people leave the first word off.
            short = joint.join(spelled[1:])
            name = rf"(?:(?:saint|dr|doctor|{SUFFIXES['street']})\b\W{{1,4}})?{short}"
        suffix = _spellings(self.suffix) if self.suffix else ""
        direction = rf"(?:(?:{ANY_DIRECTION})\b\W{{1,4}})?"
        # "214 Willow" is the house as well, but "214 A" is not "214 A Street".
        needed = "" if len("".join(self.name)) < 3 else "?"
        tail = rf"(?:\W{{1,4}}{suffix}\b\.?){needed}" if suffix else ""
        street = rf"{direction}{name}\b{tail}"
        choices = []
        if self.numbers:
            number = self._number_pattern()
            small = r"(?:(?:on|at|in|the|of|en|la)\b\W{1,3}){0,2}"
            house = r"(?:(?:no|num|number|nr|house|casa|unit)\b\W{0,4}){0,2}"
            choices += [
                rf"(?<![^\W_])(?:(?:[nsew]\d{{1,5}})?[nsew])?{number}\W{{0,8}}{small}{street}",
                rf"\b{direction}{name}{tail}\W{{1,4}}{house}{number}(?!\w)",
            ]
        if own and self.suffix:
            choices.append(rf"\b{direction}{name}\W{{1,4}}{suffix}\b\.?")
            prepared = r"(?:on|off|along|near|sobre)\W{1,3}"
            corner = r"corner\W{1,3}(?:of\W{1,3})?(?:\w+\W{1,3}){0,3}?(?:(?:and|&|y)\W{1,3})?"
            large = r"(?=(?-i:[A-Z0-9]))"
            choices.append(rf"\b(?:{prepared}|{corner}){large}{direction}{name}\b{tail}")
        elif own and not self.numbers:
            choices.append(rf"\b{street}\b")
        return re.compile("|".join(choices), re.IGNORECASE)

    def _number_pattern(self) -> str:
        choices = []
        for number in sorted(self.numbers):
            words = [word for word, value in NUMBER_WORDS.items() if value == number]
            choices.append("|".join([re.escape(number), *words]))
        item = "|".join(choices)
        return rf"(?:{item})(?:\W?[a-z](?![a-z])|\W{{0,3}}1[/⁄]2|th|st|nd|rd|\W{{1,3}}(?:{item}))?"


def _parted(address: str) -> tuple[str, str]:
    """(house number or "", what follows it) of an address."""
    segments = [part for part in re.split(r"[,;\n]", address) if part.strip()]
    for segment in segments:
        match = _LEADING_NUMBER.match(_UNIT_FIRST.sub("", segment, count=1))
        if match and re.search("[A-Za-z]", match[2]):
            return match[1], match[2]
    match = _NUMBER_SOMEWHERE.search(address)
    if match:
        return match[1], match[2]
    # "Willow Street 214" and "Willow Street, 214".
    match = re.match(rf"\s*(\D*?\b(?:{ANY_SUFFIX})\b\.?)\W+(?:no\W+)?(\d{{1,6}})\b", address, re.I)
    match = match or re.match(r"\s*(calle\W\D*?)\W+(?:no\W+)?(\d{1,6})\b", address, re.I)
    if match:
        return match[2], match[1]
    line = segments[0] if segments else ""
    first, _, rest = line.strip().partition(" ")
    if first.lower() in NUMBER_WORDS and rest:
        return NUMBER_WORDS[first.lower()], rest
    return "", line


def _until_street_ends(words: list[str], ends: set[str]) -> list[str]:
    """The words up to the street word; without one, up to the town, state or ZIP."""
    for position, word in enumerate(words):
        if position and word in SUFFIXES:
            while position + 1 < len(words) and words[position + 1] in SUFFIXES:
                position += 1
            if position + 1 < len(words) and re.fullmatch(r"\d{1,4}", words[position + 1]):
                position += 1  # "County Road 900"
            words = words[: position + 1]
            break
    else:
        for position, word in enumerate(words):
            if position and (word in ends or re.fullmatch(r"\d{5}", word)):
                words = words[:position]
                break
    named = [word for word in words if word not in _TITLES]
    if "martin luther king" in " ".join(named):
        named = " ".join(named).replace("martin luther king", "mlk").split()
    if len(named) > 2 and named[0] == "drive":
        named = named[1:]
    return _numbered(named)[:5]


def _numbered(words: list[str]) -> list[str]:
    """`us highway 51` and `route 51` as `numbered 51`, because people say either."""
    for position, word in enumerate(words[:-1]):
        if word in ("highway", "route", "us") and words[position + 1].isdigit():
            return ["numbered", words[position + 1]]
    return words


def _holds(word: str, joined: tuple[str, ...]) -> bool:
    squashed = re.sub(r"[^a-z0-9]", "", word.lower())
    return any(form in squashed for form in joined)


@cache
def _full(word: str) -> str:
    for table in (SUFFIXES, DIRECTIONS, OTHER_SPELLINGS):
        for full, spellings in table.items():
            if word in spellings.split("|"):
                return full
    return word


def _spellings(word: str) -> str:
    if word == "numbered":
        return NUMBERED
    table = SUFFIXES.get(word) or DIRECTIONS.get(word) or OTHER_SPELLINGS.get(word)
    return f"(?:{table})" if table else re.escape(word)


def _alike(left: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """The same name, a letter or two aside."""
    if left == other:
        return True
    from rapidfuzz.distance import OSA

    first, second = "".join(left), "".join(other)
    return min(len(first), len(second)) > 4 and OSA.distance(first, second, score_cutoff=1) <= 1
