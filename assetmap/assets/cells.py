"""One cell of text to one value of a field's type, and what has to be said about it.

Each reader of a type takes the stripped text and returns a `Cell`. Columns of a hundred thousand
rows hold few distinct texts, so `assets.check` reads each distinct text once.

A number to join a meeting by phone ("+16465550100,,1234567890#,,778899#": a number, a meeting's id
and a code; a comma is a pause) is kept whole, because a number without its codes reaches a machine
that asks for them, and digits taken from the codes would ring a stranger.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

import phonenumbers
from dateutil import parser as dates

from assetmap import schedule, vocabulary
from assetmap.fields import FIELDS
from assetmap.places import fold
from assetmap.words import Text, clause_of
from assetmap.words import text as text_of

YES = vocabulary.word_set("cell_yes")
NO = vocabulary.word_set("cell_no")
UNKNOWN = vocabulary.word_set("cell_unknown") | {""}
_PIECES = re.compile(r"\s*(?:[|;,/&]|\band\b|\by\b)\s*")
_URL = re.compile(r"https?://[^\s<>\"'`{}|\\^]+", re.IGNORECASE)
_BARE_URL = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?:[/?#:][^\s<>\"'`]*)?", re.I
)
_EMAIL = re.compile(r"[^\s@<>\"'(),;:`]+@[^\s@<>\"'(),;:`]+\.[^\s@<>\"'(),;:`.]{2,}")
_NUMBER = re.compile(r"[$€£]?\s*([+-]?\d{1,3}(?:,\d{3})+|[+-]?\d+)(\.\d+)?")
_US_PHONE = re.compile(r"\+?1?[\s.-]*\(?([2-9]\d{2})\)?[\s.-]*(\d{3})[\s.-]*(\d{4})")
# "1-800-662-HELP": letters are keys of the phone.
_LETTERED_PHONE = re.compile(
    r"(?:1[\s.-]*)?\(?[2-9]\d{2}\)?[\s.-]*(?=[\d.-]{0,5}[A-Z]{3})(?:[A-Z0-9][.-]?){7,12}",
    re.IGNORECASE,
)
_SHORT_PHONE = re.compile(r"[2-9]\d{2}|[2-9]-\d-\d")
LONGEST_CELL = 5_000
"""Letters of a cell that is no free text; what is longer is no value of one."""
_HEAD = re.compile(r"\s*(?:tel:)?\s*(\+?[\d().\s/-]{5,24})", re.IGNORECASE)
_US = re.compile(r"(?:\+?1[\s.-]*)?\(?[2-9]\d{2}\)?[\s.-]*\d{3}[\s.-]*\d{4}(?=\s)")
_KEYS = re.compile(r"[\s,;*#\dpwPW.-]*")
_SPOKEN = re.compile(
    r"(?:access|meeting|conference|participant|pass|pin|room|bridge|dial|ext|ext(?:ension)?|code|id|"
    r"c[oó]digo|acceso|x)(?:[\s-]*(?:code|id|number|pin|word))?\.?\s*(?:is|es|:|=|#)?\s*"
    r"(\d[\d\s-]{2,15}\d|\d{3,})\s*(#?)",
    re.IGNORECASE,
)
_PAUSE = re.compile(r"[;pw]", re.IGNORECASE)


class Cell(NamedTuple):
    """A value (None = unknown) and, unless severity is "", what happened to it.

    `note` finishes the sentence "Row 3: `field` is 'text';".
    """

    value: Any
    severity: str = ""
    note: str = ""


_TOO_LONG = Cell(None, "kept", text_of("cells.too_long"))


@cache
def lookup(name: str) -> dict[str, str]:
    """Folded id, label or other word → id, for one vocabulary."""
    result: dict[str, str] = {}
    for term, row in vocabulary.terms(name).items():
        spellings = [term, term.replace("_", " "), row.get("abbr") or ""]
        spellings += [row.get("label_en") or "", row.get("label_es") or ""]
        spellings += vocabulary.split(row.get("words") or "")
        for spelling in spellings:
            if spelling:
                result.setdefault(fold(spelling), term)
    return result


def some_of(name: str, most: int = 6) -> str:
    """The first ids of a vocabulary, to say what may be written."""
    ids = list(vocabulary.terms(name))
    return ", ".join(ids[:most]) + (", …" if len(ids) > most else "")


def _use_one(name: str) -> Text:
    return text_of("cells.use_one", some=some_of(name))


def text(raw: str) -> Cell:
    """Text without control characters, its runs of spaces made one."""
    if raw.isprintable() and "  " not in raw:
        return Cell(raw)
    # Invisible characters (a soft hyphen, a zero-width space) part no words.
    seen = (char for char in raw if unicodedata.category(char) != "Cf")
    plain = "".join(char if char.isprintable() else " " for char in seen)
    return Cell(re.sub(r"\s+", " ", plain).strip() or None)


def choice(raw: str, name: str) -> Cell:
    """One id of vocabulary `name`, from an id, a label or a known other word."""
    term = lookup(name).get(fold(raw))
    if term is None:
        return Cell(None, "kept", _use_one(name))
    return Cell(term)


def terms(raw: str, name: str) -> Cell:
    """A set of ids of vocabulary `name`; pieces nobody knows are said and kept aside."""
    known: list[str] = []
    unknown: list[str] = []
    for piece in raw.split(vocabulary.SEPARATOR):
        piece = piece.strip()
        whole = lookup(name).get(fold(piece)) if piece else None
        if whole:
            known.append(whole)
        elif piece:
            for part in filter(None, _PIECES.split(piece)):
                term = lookup(name).get(fold(part))
                (known if term else unknown).append(term or part)
    value = intern_set(known) if known else None
    if unknown:
        words = ", ".join(repr(part) for part in unknown)
        note = text_of("cells.not_known", words=words, some=some_of(name))
        return Cell(value, "kept", note)
    if value is None:
        return Cell(None, "kept", _use_one(name))
    return Cell(value)


_sets: dict[frozenset[str], frozenset[str]] = {}


def intern_set(parts: list[str]) -> frozenset[str]:
    """The one frozenset object for these parts, so that equal sets share memory."""
    value = frozenset(parts)
    return _sets.setdefault(value, value)


def yes_no(raw: str) -> Cell:
    """True, False or None (unknown)."""
    word = raw.casefold()
    if word in YES:
        return Cell(True)
    if word in NO:
        return Cell(False)
    if word in UNKNOWN:
        return Cell(None)
    return Cell(None, "kept", text_of("cells.yes_no"))


def number(raw: str) -> Cell:
    """A number of 0 or more; a currency sign and thousands commas are taken off."""
    match = _NUMBER.fullmatch(raw)
    if not match:
        return Cell(None, "kept", text_of("cells.number"))
    value = float(match[1].replace(",", "") + (match[2] or ""))
    if value < 0 or value > 1e12:
        return Cell(None, "kept", text_of("cells.number_from_0"))
    return Cell(value)


def whole(raw: str) -> Cell:
    """A whole number of 0 or more."""
    cell = number(raw)
    if cell.value is None:
        return cell
    if cell.value != int(cell.value):
        return Cell(None, "kept", text_of("cells.whole"))
    return Cell(int(cell.value))


def day(raw: str) -> Cell:
    """An ISO date; other ways of writing it are read month first when they leave a choice."""
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:[\d:.]+\s*(?:Z|[+-][\d:]+)?)?", raw)
    try:
        return Cell(date.fromisoformat(match[1]).isoformat()) if match else _loose(raw)
    except ValueError:
        return _loose(raw)


def moment(raw: str) -> Cell:
    """An ISO date or date and time; the time is kept where there is one."""
    if len(raw) <= 10:
        return day(raw)
    try:
        result = datetime.fromisoformat(raw)
    except ValueError:
        return _loose(raw)
    return Cell(result.isoformat(timespec="minutes"))


def _loose(raw: str) -> Cell:
    asked = text_of("cells.date")
    if not re.search(r"\d", raw) or re.fullmatch(r"\d{1,3}", raw):
        return Cell(None, "kept", asked)
    try:
        first = dates.parse(raw, default=datetime(1, 1, 1))
        other = dates.parse(raw, default=datetime(1, 1, 1), dayfirst=True)
        later = dates.parse(raw, default=datetime(1, 2, 2))
    except (ValueError, OverflowError, TypeError):
        return Cell(None, "kept", asked)
    if first.year < 1900 or re.fullmatch(r"\d{4}", raw):
        return Cell(None, "kept", asked)
    value = first.date().isoformat()
    if first.date() != other.date():
        return Cell(value, "guessed", text_of("cells.month_first", value=value, asked=asked))
    if first.date() != later.date():
        return Cell(value, "guessed", text_of("cells.first_day", value=value, asked=asked))
    return Cell(value, "fixed", text_of("cells.read_as", value=value))


def phone(raw: str, country: str) -> Cell:
    """A phone number as people of `country` write it; several become the first."""
    if country == "US":
        result = _US_PHONE.fullmatch(raw)
        if result:
            return Cell(f"({result[1]}) {result[2]}-{result[3]}")
    if _SHORT_PHONE.fullmatch(raw):
        return Cell(raw)
    lettered = _LETTERED_PHONE.match(raw) if country == "US" else None
    if lettered:
        dialed = phonenumbers.convert_alpha_characters_in_number(lettered[0])
        digits = "".join(filter(str.isdigit, dialed)).removeprefix("1")[:10]
        result = _US_PHONE.fullmatch(digits)
        if result:
            value = f"({result[1]}) {result[2]}-{result[3]}"
            return Cell(value, "fixed", text_of("cells.read_as", value=value))
    match = next(
        iter(phonenumbers.PhoneNumberMatcher(raw, country, phonenumbers.Leniency.POSSIBLE)), None
    )
    if match is None:
        return Cell(None, "kept", text_of("cells.no_phone"))
    home = phonenumbers.parse(raw[match.start : match.end], country).country_code
    same = home == phonenumbers.country_code_for_region(country)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if same
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    value = phonenumbers.format_number(match.number, style)
    if match.start > 0 or match.end < len(raw.rstrip(" .")):
        return Cell(value, "fixed", text_of("cells.rest_aside", value=value))
    return Cell(value)


def dial(raw: str, country: str) -> Cell:
    """A number to join by phone with the codes dialed after it, kept whole."""
    result = read_dial(raw, country)
    if result is None:
        return Cell(None, "kept", text_of("cells.no_dial"))
    if not result.whole:
        return Cell(result.text, "fixed", text_of("cells.rest_aside", value=result.text))
    return Cell(result.text)


def email(raw: str) -> Cell:
    """An e-mail address."""
    address = raw.removeprefix("mailto:").strip()
    if not _EMAIL.fullmatch(address):
        return Cell(None, "kept", text_of("cells.no_email"))
    return Cell(address)


def url(raw: str) -> Cell:
    """A web address, https or http only, so that no link can run script."""
    if _URL.fullmatch(raw):
        return Cell(raw)
    if _BARE_URL.fullmatch(raw):
        return Cell(f"https://{raw}")
    first = _URL.search(raw)
    if first and not re.match(r"\s*(javascript|data|vbscript)\s*:", raw, re.IGNORECASE):
        value = first[0].rstrip(".,;)")
        return Cell(value, "fixed", text_of("cells.rest_aside", value=value))
    return Cell(None, "kept", text_of("cells.no_url"))


def opening_hours(raw: str) -> Cell:
    """A schedule in the subset of opening_hours that assetmap reads, written its one way."""
    try:
        return Cell(schedule.write(schedule.parse(raw)))
    except schedule.ScheduleError as error:
        return Cell(None, "kept", text_of("cells.no_time", why=clause_of(error)))


def recurrence(raw: str) -> Cell:
    """DTSTART and RRULE text."""
    try:
        schedule.parse_recurrence(raw)
    except schedule.ScheduleError as error:
        return Cell(None, "kept", text_of("cells.no_time", why=clause_of(error)))
    return Cell(raw)


def day_set(raw: str) -> Cell:
    """A set of ISO dates."""
    result: list[str] = []
    unknown: list[str] = []
    for piece in filter(None, (part.strip() for part in re.split(r"[|;,]", raw))):
        cell = day(piece)
        (result if cell.value else unknown).append(cell.value or piece)
    value = intern_set(result) if result else None
    if unknown:
        words = ", ".join(map(repr, unknown))
        return Cell(value, "kept", text_of("cells.no_dates", words=words))
    return Cell(value)


def zone(raw: str) -> Cell:
    """An IANA time zone."""
    try:
        ZoneInfo(raw)
    except (KeyError, ValueError, OSError):
        return Cell(None, "kept", text_of("cells.no_zone"))
    return Cell(raw)


def language_set(raw: str) -> Cell:
    """A set of BCP 47 language tags; `es-MX` counts as `es`."""
    cell = terms(raw, "languages")
    if not cell.severity:
        return cell
    primary = re.sub(r"\b([a-z]{2,3})-[A-Za-z0-9-]+\b", r"\1", raw)
    return terms(primary, "languages") if primary != raw else cell


def reader(field: str, country: str) -> Callable[[str], Cell]:
    """The function that reads a cell of `field` (a name in fields.csv)."""
    row = vocabulary.fields()[field]
    by_name = {"timezone": zone, "dates": day_set, "languages": language_set}
    by_type: dict[str, Callable[[str], Cell]] = {
        "text": text,
        "json": lambda raw: Cell(raw),
        "choice": lambda raw: choice(raw, row["vocabulary"]),
        "set": lambda raw: terms(raw, row["vocabulary"]),
        "yesno": yes_no,
        "whole": whole,
        "number": number,
        "date": day,
        "datetime": moment,
        "schedule": opening_hours,
        "recurrence": recurrence,
        "phone": lambda raw: phone(raw, country),
        "dial": lambda raw: dial(raw, country),
        "email": email,
        "url": url,
    }
    read = by_name.get(field) or by_type[row["type"]]
    if row["type"] in ("text", "json"):
        return read
    return lambda raw: read(raw) if len(raw) <= LONGEST_CELL else _TOO_LONG


def written(value: object) -> str:
    """A field's value as the plain text that `reader` reads back; "" for unknown.

    >>> written(True), written(frozenset(("b", "a"))), written(140.0), written(float("nan"))
    ('yes', 'a|b', '140', '')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return vocabulary.SEPARATOR.join(sorted(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@lru_cache(maxsize=200_000)
def plain_value(field: str, raw: str, country: str) -> str:
    """`raw` as the gate would read it, written one way; what it cannot read stays as it is.

    >>> plain_value("phone", "618-555-0112", "US") == plain_value("phone", "(618) 555.0112", "US")
    True
    """
    plain = " ".join(raw.split())
    if not plain or field not in FIELDS or FIELDS[field]["type"] == "coordinate":
        return plain
    return written(reader(field, country)(plain).value) or plain


def is_blank(raw: str) -> bool:
    """Whether a cell says nothing."""
    return not raw or raw.isspace() or not any(unicodedata.category(c)[0] != "C" for c in raw)


class Dial(NamedTuple):
    """`number` in E.164 ("+16465550100"), `shown` as people of the country write it, `codes` as
    they are dialed after it (",,1234567890#"), and whether every letter of the text was used."""

    number: str
    shown: str
    codes: str
    whole: bool

    @property
    def text(self) -> str:
        """What is kept: the dial string where there are codes, else the number as people write
        it."""
        return self.number + self.codes if self.codes else self.shown

    @property
    def uri(self) -> str:
        """The address that a phone dials: `tel:` with the codes, `#` written as a URI must."""
        return "tel:" + quote(self.number + self.codes, safe="+,*")

    @property
    def groups(self) -> tuple[str, ...]:
        """The codes one by one, without pauses and keys: meeting id, then code."""
        return tuple(part for part in re.split(r"[,#*]+", self.codes) if part)


@lru_cache(maxsize=4096)
def read_dial(raw: str, country: str = "US") -> Dial | None:
    """The number and codes in `raw`; None where its first group is no phone number."""
    head = _HEAD.match(raw)
    if head is None:
        return None
    number, end = _number(head[1].strip(), country), head.end()
    first = _US.match(head[1]) if number is None and country == "US" else None
    if first:  # a blank between the number and its codes
        number, end = _number(first[0], country), head.start(1) + first.end()
    if number is None:
        return None
    home = number.country_code == phonenumbers.country_code_for_region(country)
    style = phonenumbers.PhoneNumberFormat
    shown = phonenumbers.format_number(number, style.NATIONAL if home else style.INTERNATIONAL)
    plain = phonenumbers.format_number(number, style.E164)
    rest = raw[end:]
    if _KEYS.fullmatch(rest):
        keys = re.sub(r"[\s.-]", "", _PAUSE.sub(",", rest)).rstrip(",")
        if keys and any(key.isdigit() for key in keys):
            return Dial(plain, shown, keys if keys[0] in ",*#" else f",,{keys}", True)
        return Dial(plain, shown, "", not keys)
    spoken_words = _SPOKEN.findall(rest)
    codes = "".join(f",,{re.sub(r'[^0-9]', '', digits)}#" for digits, _ in spoken_words)
    left = re.sub(r"[\s,;:.()#-]+", "", _SPOKEN.sub("", rest))
    return Dial(plain, shown, codes, not left)


def _number(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    digits = re.sub(r"\D", "", text)
    if country == "US" and not text.startswith("+"):
        digits = digits.removeprefix("1") if len(digits) == 11 else digits
        if not re.fullmatch(r"[2-9]\d{9}", digits):
            return None
        text = digits
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None
