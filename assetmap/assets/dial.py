"""Numbers to join a meeting by phone, with the codes that the phone dials after them.

"+16465550100,,1234567890#,,778899#" is a number, a meeting's id and a code; a comma is a pause. The
string is kept whole, because a number without its codes reaches a machine that asks for them, and
digits taken from the codes would ring a stranger.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

import phonenumbers

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
