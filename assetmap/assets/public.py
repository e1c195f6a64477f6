"""What open data may carry of a field: the one function that every export and route uses.

What lets somebody into an online meeting (a passcode in a link, a code dialed after the meeting's
number) is for the person who opened the listing, never for whoever copies the list.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from assetmap.fields import FIELDS

# Parts of a link that let in.
_SECRET_KEYS = frozenset(
    ("pwd", "passcode", "password", "pw", "pass", "tk", "token", "code", "pin")
)
# A number and the first code after it, which names the meeting; what follows lets in.
_MEETING = re.compile(r"\+?[\d().\s-]{7,20}[,;*pwx]+\d+#?", re.IGNORECASE)
_SAID = re.compile(
    r"(?:\b(?:pass\s?-?codes?|pass\s?-?words?|pwd|pin|access\s+codes?|contrase[nñ]as?|"
    r"c[oó]digos?\s+de\s+acceso|claves?)\b)\s*(?:is|es|:|=|#|-)?\s*[\"'“«]?"
    r"(?!is\b|es\b|required\b|needed\b|protected\b|from\b|by\b|to\b|and\b|or\b)"
    r"(?=[\w!@#$%&*-]*[\dA-Z!@#$%&*])[\w!@#$%&*-]{3,24}[\"'”»]?",
    re.IGNORECASE,
)


# Fields of words in which nobody writes how to join.
_NO_REMARKS = frozenset((
    "id", "source_id", "source", "address", "city", "region", "postal_code", "country", "timezone",
))  # fmt: skip
_HINTS = ("pass", "pwd", "pin", "access", "contrase", "digo", "clave")


def public_value(field: str, value: str) -> str:
    """The text of `field` as open data may carry it; "" for a field that is not public.

    >>> public_value("conference_url", "https://meet.example.org/j/9?pwd=abc&lang=en")
    'https://meet.example.org/j/9?lang=en'
    >>> public_value("conference_phone", "+16185550143,,1234567#,,778899#")
    '+16185550143,,1234567#'
    >>> public_value("description", "Open to all. Passcode: 778899.")
    'Open to all. …'
    """
    row = FIELDS.get(field)
    if row is None or row["public"] != "yes" or not value:
        return ""
    if row["type"] == "url":
        return _without_secrets(value)
    if field == "conference_phone":
        return _meeting_only(value)
    if row["type"] == "text" and field not in _NO_REMARKS:
        return public_words(value)
    return value


def _without_secrets(link: str) -> str:
    if "?" not in link and "#" not in link:
        return link
    try:
        parts = urlsplit(link)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return ""
    kept = [(name, word) for name, word in query if name.lower() not in _SECRET_KEYS]
    inside = parts.fragment.lower()
    gives_secret = any(f"{name}=" in inside for name in _SECRET_KEYS)
    if len(kept) == len(query) and not gives_secret:
        return link
    fragment = "" if gives_secret else parts.fragment
    return urlunsplit(
        (parts.scheme, parts.netloc, parts.path, urlencode(kept, quote_via=quote), fragment)
    )


def _meeting_only(dial: str) -> str:
    match = _MEETING.match(dial)
    more = match is not None and any(char.isdigit() for char in dial[match.end() :])
    return match[0] if match is not None and more else dial


def public_words(text: str) -> str:
    """The text without "Passcode: 1234"; a sentence that only speaks of passcodes stays."""
    folded = text.lower()
    if not any(hint in folded for hint in _HINTS):
        return text
    cleared = _SAID.sub(lambda match: "…" if _tells(match[0]) else match[0], text)
    return cleared.replace("….", "…")


def _tells(phrase: str) -> bool:
    """Whether the words after "passcode" are one: with a digit or sign, or after a colon."""
    return bool(re.search(r"\d|[:=#]\s*\S|[!@$%&*]", phrase))
