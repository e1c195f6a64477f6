"""Streets as people write them: one house recognised in many spellings.

Texts are searched in a plain view (no accents, no invisible characters, web and page codes read)
whose every character knows where it came from, so that what is found is taken out of the text
itself. A house that is spelled with other words ("the yellow house by the mill") is not found.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from urllib.parse import unquote

SUFFIXES = {
    "street": "street|str|st|calle",
    "avenue": "avenue|aven|ave|av",
    "road": "road|rd",
    "drive": "drive|drv|dr",
    "lane": "lane|ln",
    "court": "court|crt|ct",
    "boulevard": "boulevard|boul|blvd",
    "circle": "circle|cir",
    "place": "place|pl",
    "terrace": "terrace|terr|ter",
    "highway": "highway|hiway|hwy",
    "parkway": "parkway|pkwy|pky",
    "way": "way|wy",
    "trail": "trail|trl",
    "square": "square|sq",
    "alley": "alley|aly",
    "loop": "loop",
    "row": "row",
    "run": "run",
    "pike": "pike|tpke|turnpike",
    "crossing": "crossing|xing",
    "route": "route|rte|rt",
    "point": "point|pt",
    "path": "path",
    "ridge": "ridge|rdg",
    "hill": "hill|hl",
    "walk": "walk",
    "plaza": "plaza|plz",
    "cove": "cove|cv",
}
DIRECTIONS = {
    "north": "north|n",
    "south": "south|s",
    "east": "east|e",
    "west": "west|w",
    "northeast": "northeast|ne",
    "northwest": "northwest|nw",
    "southeast": "southeast|se",
    "southwest": "southwest|sw",
}
OTHER_SPELLINGS = {
    "saint": "saint|st",
    "mount": "mount|mt",
    "fort": "fort|ft",
    "mlk": r"martin\W+luther\W+king|m\W?l\W?k",
    "first": "first|1st",
    "second": "second|2nd",
    "third": "third|3rd",
    "fourth": "fourth|4th",
    "fifth": "fifth|5th",
    "sixth": "sixth|6th",
    "seventh": "seventh|7th",
    "eighth": "eighth|8th",
    "ninth": "ninth|9th",
    "tenth": "tenth|10th",
    "eleventh": "eleventh|11th",
    "twelfth": "twelfth|12th",
}
# "US Highway 51", "State Route 51", "Hwy 51": all `numbered 51`.
_NUMBERED = r"(?:(?:u\W?s|state|county|old)\W{0,3}){0,3}(?:highway|hiway|hwy|route|rte|rt|u\W?s)"
# Numbers that addresses spell out: "One Hope Way".
NUMBER_WORDS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
}
_TENS = {
    "ten": 10, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "diez": 10, "veinte": 20, "treinta": 30, "cuarenta": 40,
    "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90,
}  # fmt: skip
_ONES = {
    "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "cero": 0, "uno": 1, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5,
    "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "once": 11, "doce": 12, "trece": 13,
    "catorce": 14, "quince": 15, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18,
    "diecinueve": 19, "veintiuno": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24,
    "veinticinco": 25, "veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
_HUNDREDS = {
    "hundred": 100, "ciento": 100, "cien": 100, "doscientos": 200, "trescientos": 300,
    "cuatrocientos": 400, "quinientos": 500, "seiscientos": 600, "setecientos": 700,
    "ochocientos": 800, "novecientos": 900,
}  # fmt: skip
_THOUSANDS = {"thousand": 1000, "mil": 1000}
_NUMBER_RUN = re.compile(
    rf"\b(?:{'|'.join((*_TENS, *_ONES, *_HUNDREDS, *_THOUSANDS))})\b"
    rf"(?:(?:\s?-\s?|\s|,\s)(?:(?:and|y)\s)?"
    rf"(?:{'|'.join((*_TENS, *_ONES, *_HUNDREDS, *_THOUSANDS))})\b){{0,9}}",
    re.IGNORECASE,
)
ANY_SUFFIX = "|".join(SUFFIXES.values())
ANY_DIRECTION = "|".join(DIRECTIONS.values())
WORD = r"[A-Za-z0-9'’]+"
NUMBER = r"(?:[NSEW]\d{1,5}){0,2}\d{1,6}(?:[A-Za-z]\b|-\d{1,6}\b|\s1[/⁄]2)?"
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
_TITLES = frozenset(("jr", "sr", "doctor", "rev"))
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

# Words as people join them: letters, digits, and what stands between the parts of one word.
_WORDS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+'’-]{0,200}[A-Za-z0-9])?")

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
        if word in _TENS:
            parts.append(_TENS[word])
            tens = True
        elif word in _ONES:
            value = _ONES[word]
            if tens and 0 < value < 10:
                parts[-1] += value
            else:
                parts.append(value)
            tens = False
        elif word in _HUNDREDS and word != "hundred":
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
        if word in _TENS or word in _ONES:
            current += _TENS.get(word, _ONES.get(word, 0))
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in _HUNDREDS:
            current += _HUNDREDS[word]
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
        """Whether both may be one house; a suffix or direction left out tells nothing."""
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
        return _NUMBERED
    table = SUFFIXES.get(word) or DIRECTIONS.get(word) or OTHER_SPELLINGS.get(word)
    return f"(?:{table})" if table else re.escape(word)


def _alike(left: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """The same name, a letter or two aside."""
    if left == other:
        return True
    from rapidfuzz.distance import OSA

    first, second = "".join(left), "".join(other)
    return min(len(first), len(second)) > 4 and OSA.distance(first, second, score_cutoff=1) <= 1
