"""What open data may carry of a field: the one function that every export and route uses.

What lets somebody into an online meeting (a passcode in a link, a code dialed after the meeting's
number) is for the person who opened the listing, never for whoever copies the list.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from assetmap.fields import FIELDS

# Parts of a link that let in.
_KEYS = (
    r"pw|pwd|pass(?:wd|word|code|_?key)?|pin|tk|token|code|jwt|key|secret|auth\w*|"
    r"access_?(?:code|token|key)|meeting_?(?:password|passcode|pin)"
)
_SECRET_KEY = re.compile(rf"(?:amp;)?(?:{_KEYS})", re.IGNORECASE)
# The same where a link was written by hand: "/j/9&pwd=abc".
_SECRET_PART = re.compile(rf"(?<=[?&;#/])(?:amp;)?(?:{_KEYS})=[^&#\s]*", re.IGNORECASE)
# Its second part lets in: "bluejeans.com/meeting/passcode".
_CODE_IN_PATH = re.compile(r"(?:^|\.)bluejeans\.com$", re.IGNORECASE)
# A number and the first code after it, which names the meeting; what follows lets in.
_MEETING = re.compile(r"\+?[\d().\s-]{7,20}[,;*pwx]+\d+#?", re.IGNORECASE)
_WORD = (
    r"\b(?:pass\s?-?codes?|pass\s?-?words?|pwd?|p/w|pin|access\s+codes?|security\s+codes?|"
    r"(?:door|gate|entry|lock\s?box|buzzer|host)\s+codes?|contrase[nñ]as?|"
    r"c[oó]digos?\s+de\s+(?:acceso|entrada|seguridad)|claves?|senhas?|pass?wort|kennwort|"
    r"mots?\s+de\s+passe|codes?\s+d['’]acc[eè]s)\b"
)
_NO_CODE = r"(?!(?:is|es|ist|required|needed|protected|from|by|to|and|or|for|when|on|at|in|the)\b)"
_CODE = r"[\w!@#$%&*-]{3,24}"
_SAID = re.compile(
    rf"{_WORD}\s*(?:is|es|ist|:|=|#|-)?\s*[\"'“«]?{_NO_CODE}"
    rf"(?=[\w!@#$%&*-]*[\dA-Z!@#$%&*]){_CODE}[\"'”»]?",
    re.IGNORECASE,
)
# A code with a digit or in large letters, wherever a sentence about codes has it.
_CLEAR_CODE = r"(?=[\w!@#$%&*-]*\d|[A-Z]{3,24}\b)" + _CODE
_SAID_APART = (
    # "The password for Zoom tonight is OWL77", "Passcode (all caps) OWL77".
    re.compile(
        rf"(?i:{_WORD})(?:\s{{1,2}}\w{{1,20}}){{0,6}}?\s{{0,2}}(?:\([^()]{{0,40}}\)|\b(?i:is|es|ist)|[:=])"
        rf"\s{{0,2}}[\"'“«]?{_CLEAR_CODE}[\"'”»]?"
    ),
    # "Enter 778899 when asked for the passcode", "778899 is the passcode".
    re.compile(
        rf"(?i:\b(?:enter|type|use|dial|press|marque|teclee|escriba|ponga|use|oprima))\s{{1,2}}"
        rf"[\"'“«]?(?!\d{{3}}\W?\d{{3}}\W\d{{4}}){_CLEAR_CODE}(?=[^.!?\n]{{1,60}}?(?i:{_WORD}))"
    ),
    re.compile(
        rf"(?<![\w-]){_CLEAR_CODE}(?=\s{{1,2}}(?i:is|es|as|como)\s{{1,2}}(?i:the|la|el|our|su)?"
        rf"\s{{0,2}}(?i:{_WORD}))"
    ),
    # "Zoom: 123 456 789 / OWL77".
    re.compile(
        rf"(?<=\d)\s{{0,2}}/\s{{0,2}}(?=[\w!@#$%&*-]{{0,24}}[A-Za-z!@#$%&*]){_CLEAR_CODE}"
        rf"(?<!am)(?<!pm)"
    ),
)
_MEETING_ID = re.compile(r"\b\d{3}[ -]?\d{3,4}[ -]?\d{3,4}\b")

# Fields of words in which nobody writes how to join.
_NO_REMARKS = frozenset(
    ("id", "source_id", "source", "region", "postal_code", "country", "timezone")
)
_HINTS = (
    "pass",
    "pw",
    "p/w",
    "pin",
    "access",
    "accès",
    "contrase",
    "digo",
    "clave",
    "code",
    "senha",
    "wort",
)


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
    try:
        parts = urlsplit(link)
        query = parse_qsl(parts.query, keep_blank_values=True)
        host = parts.hostname or ""
    except ValueError:
        return ""
    # Elsewhere `p` is a page.
    teams = host.endswith((".microsoft.com", ".live.com"))
    kept = [
        (name, word)
        for name, word in query
        if not _SECRET_KEY.fullmatch(name) and not (teams and name == "p")
    ]
    # "name:password@host" lets in as well.
    netloc = parts.netloc.rpartition("@")[2]
    path = _SECRET_PART.sub("", parts.path).rstrip("&;") if "=" in parts.path else parts.path
    if _CODE_IN_PATH.search(host):
        path = "/".join(path.split("/")[:2])
    gives_secret = bool(_SECRET_PART.search(f"#{parts.fragment}"))
    fragment = "" if gives_secret else parts.fragment
    if (len(kept), netloc, path, fragment) == (len(query), *parts[1:3], parts.fragment):
        return link
    return urlunsplit((parts.scheme, netloc, path, urlencode(kept, quote_via=quote), fragment))


def _meeting_only(dial: str) -> str:
    told = re.search(_WORD, dial, re.IGNORECASE)
    if told is not None:
        dial = dial[: told.start()].rstrip(" ,;:-(")
    match = _MEETING.match(dial)
    more = match is not None and any(char.isdigit() for char in dial[match.end() :])
    return match[0] if match is not None and more else dial


def public_words(text: str) -> str:
    """The text without "Passcode: 1234"; a sentence that only speaks of passcodes stays."""
    folded = text.lower()
    cleared = text
    if any(hint in folded for hint in _HINTS):
        cleared = _SAID.sub(lambda match: "…" if _tells(match[0]) else match[0], cleared)
        for pattern in _SAID_APART[:-1]:
            cleared = pattern.sub("…", cleared)
    if "/" in cleared and _MEETING_ID.search(cleared):
        cleared = _SAID_APART[-1].sub(" …", cleared)
    return cleared.replace("….", "…") if cleared != text else text


def _tells(phrase: str) -> bool:
    """Whether the words after "passcode" are one: with a digit or sign, or after a colon."""
    return bool(re.search(r"\d|[:=#]\s*\S|[!@$%&*]", phrase))
