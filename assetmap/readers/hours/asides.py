"""Words beside the times of free-text hours that change none of them, taken out and told apart.

"Sun: 5 PM (Spanish)" says one time and a remark. A remark is taken out only where it can be nothing
else: a bracket without times, days or doubt; a phrase of vocabulary/hours_words.csv; what is open
at a lunch break, on another line or by appointment. Everything else stays and is refused.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary

_CLOCK = r"(?:\d{1,2}(?:[:.]\d{2})? ?(?:a\.? ?m\.?|p\.? ?m\.?|noon|[ap]\b)?|noon|mediodia)"
_LUNCH = re.compile(
    rf"[\s,;(]*\b(?:closed|cerrado)(?: (?:daily|each day|at|for|during|por|para|al))?"
    rf"(?: (?:lunch|noon|el )?(?:almuerzo|comida)?)?\s*(?:from|between|at|de|:|-)?\s*"
    rf"({_CLOCK})\s*(?:-|to|until|till|and|a|y)\s*(?:las? )?({_CLOCK})"
    rf"(?: (?:for|por|para) (?:lunch|almuerzo|el almuerzo|comida|la comida))?[)\s]*(?=$|[,;.)])"
)
_NTH = r"(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last|1er|2do|3er|4to)"
_WEEKS_IN_BRACKET = re.compile(
    rf"\(\s*((?:every )?{_NTH}(?:\s*(?:,|&|and|y)\s*{_NTH})*)"
    r"(?: (?:weeks?|only|of (?:the|each) month))*\s*\)"
)
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")
_DOORS = re.compile(rf"[\s,;(]*\bdoors? opens? (?:at )?{_CLOCK}\)?")
_LINES = re.compile(
    r"[\s,;.&-]*(?:\band )?(?:24 ?(?:/ ?7|-? ?h(?:ou)?rs?) )?"
    r"\b(?:crisis|emergency|hot|help|phone|after[ -]hours|on[ -]call|answering|linea|emergencias?)"
    r"[ -]?(?:line|hotline|services?|phone|calls?|care|on[ -]call|de crisis|number)*"
    r"(?: (?:is |are )?(?:available|open|answered|staffed|disponible))?"
    r" ?:?(?: ?24 ?/ ?7(?: ?/ ?365)?| ?24[ -]?h(?:ou)?rs?(?: a day)?(?:,? 7 days(?: a week)?)?|"
    r" las 24 horas)?(?=$|[,;.)])"
)
_BY_APPOINTMENT = re.compile(
    r"[,;.]\s*((?:[a-z/&, -]{2,30} )?)(?:by appointment|by appt\.?|con cita)(?: only)?(?=$|[;,.])"
)
_LABEL = re.compile(
    r"^(?:our |the )?(?P<what>walk[ -]?ins?|drop[ -]?ins?|office|business|regular|normal|clinic|"
    r"lobby|pantry|store|service|operating|operation|administrative|admin|public|reception|"
    r"front desk|open|distribution|food pantry|building|center|shop|library|meeting|group|"
    r"sin cita|oficina|atencion)(?: (?:is |are )?open)? (?:hours?|times?|schedule)"
    r"(?: of operation)?(?: are| is)?[: -]*|"
    r"^(?:horario de (?:oficina|atencion|servicio)|horas de oficina)[: ]*|"
    r"^(?P<meal>breakfast|brunch|lunch|dinner|supper|meals?|desayuno|almuerzo|cena|comida)"
    r"(?: (?:is |are )?served)?[: ]+(?=\S)|"
    r"^(?P<meets>(?:(?:the |our )?(?:group|groups|meeting|class|we|support group) )?"
    r"meets?(?: on)?|meetings?(?: are)?:?|se reune[n]?(?: los)?|reuniones?:?)\s+(?=\S)"
)
# "7pm in the fellowship hall", "7 pm, Room 12": where, behind all times.
_PLACE = re.compile(
    r"(?<=[apm.])[ ,]+(?:(?:in|at) (?:the )?([a-z' ]{3,40})|(?:room|rm\.?|suite|ste\.?) ?\w{1,5})$"
)
_TIMES_IN_BRACKET = re.compile(rf"^([^()\d]+)\(({_CLOCK}(?:\s*(?:-|to|a)\s*{_CLOCK})?)\)$")
_ZONE = re.compile(
    r"(?<=[\dm.n]) ?\(?\b(?P<zone>e|c|m|p)(?:[sd])?t\b\)?|"
    r"(?<=[\dm.n]) ?\(?\b(?P<name>eastern|central|mountain|pacific)"
    r"(?: (?:standard|daylight))?(?: time)?\b\)?"
)
ZONES = {
    "e": "America/New_York", "c": "America/Chicago", "m": "America/Denver",
    "p": "America/Los_Angeles",
}  # fmt: skip
_MILITARY = re.compile(
    r"(?:(?<![\d:/.-])|(?<=\d-)|(?<= -))([01]\d|2[0-3])(00|15|30|45)"
    r"(?: ?(?:hrs|hours|h)\b)?(?![\d:])"
)
_YEARS = re.compile(r"\b(?:since|updated|as of|year|years|founded|until|in) (?:in )?(?:19|20)\d\d")
# "Support group: Wed 6pm", "Pantry open Tue 10am": what it is that is open then.
_TITLE = re.compile(
    r"^((?:[a-z'’&/-]+ ){0,3}[a-z'’&/-]+)(?::| (?:is |are )?open(?: on)?:?|(?<=office)|(?<=clinic)|"
    r"(?<=pantry)|(?<=lobby))\s+(?=\S)"
)


class Asides(NamedTuple):
    """`plain` without the asides; `remark` whether any was taken out; a lunch break in minutes;
    whether the times are an office's; walk-in; and a zone that is named."""

    plain: str
    remark: bool = False
    lunch: tuple[int, int] | None = None
    office: bool = False
    walk_in: bool = False
    zone: str = ""
    by_24: bool = False


@cache
def _phrases(means: str) -> re.Pattern[str]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "hours_words.csv")
    words = sorted((row["phrase"] for row in rows if row["means"] == means), key=len, reverse=True)
    joined = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in words)
    return re.compile(rf"(?<![a-z0-9])(?:{joined})(?![a-z0-9])")


def take_out_asides(plain: str) -> Asides:
    """The text (lower case, as `plain_text` gives it) without its asides."""
    text, remark, office, walk_in, zone = plain, False, False, False, ""
    result = _LABEL.match(text)
    if result:
        what = result["what"] or ""
        walk_in = what.startswith(("walk", "drop", "sin cita"))
        office = not (result["meets"] or result["meal"]) and not what.startswith(
            ("meeting", "group")
        )
        remark = walk_in or bool(result["meal"])
        text = text[result.end() :]
    by_24 = False
    if not _YEARS.search(text):
        shorter = _MILITARY.sub(r"\1:\2", text)
        by_24, text = shorter != text, shorter
    if (named := _ZONE.search(text)) is not None:
        zones = {(m["zone"] or m["name"][0]) for m in _ZONE.finditer(text)}
        if len(zones) == 1:
            zone = ZONES[(named["zone"] or named["name"])[0]]
            text = _ZONE.sub(" ", text)
    lunch: tuple[int, int] | None = None
    if (closed := _LUNCH.search(text)) is not None:
        start, end = _minutes(closed[1]), _minutes(closed[2])
        if start is not None and end is not None and 11 * 60 <= start < end <= 15 * 60:
            text, lunch = text[: closed.start()] + text[closed.end() :], (start, end)
    weeks = _WEEKS_IN_BRACKET.search(text)
    if weeks and len(_DAYS.findall(text)) == 1:
        day = _DAYS.search(text)
        if day is not None and day.end() <= weeks.start():
            before, between = text[: day.start()], text[day.start() : weeks.start()]
            text = f"{before}{weeks[1]} {between}{text[weeks.end() :]}"
    for pattern in (_DOORS, _LINES):
        shorter = pattern.sub("", text)
        if shorter.strip():
            remark, text = remark or shorter != text, shorter
    shorter = _BY_APPOINTMENT.sub(_other_days, text)
    if shorter != text and re.search(r"\d", shorter):
        remark, text = True, shorter

    text = _TIMES_IN_BRACKET.sub(r"\1\2", text)
    place = _PLACE.search(text)
    if place and not (place[1] and (_doubtful(place[1]) or not _DAYS.search(text))):
        remark, text = True, text[: place.start()]

    def aside(match: re.Match[str]) -> str:
        inside = match[1].strip()
        return match[0] if _doubtful(inside) else " "

    title = _TITLE.match(text.lstrip(" ,;."))
    if title and not (_doubtful(title[1]) or _DAYS.search(title[1]) or title[1] in _NO_TITLE):
        remark, text = True, text.lstrip(" ,;.")[title.end() :]
    shorter = _BRACKET.sub(aside, text)
    remark, text = remark or shorter != text, shorter
    if re.search(r"\d", text):
        shorter = _phrases("remark").sub(" ", text)
        if shorter != text and re.search(r"\d", shorter):
            walk_in = walk_in or bool(_phrases("walk_in").search(text))
            remark, text = True, shorter
    text = re.sub(r"\s*[,:-]+\s*(?=$|[,;])", "", re.sub(r"\s{2,}", " ", text)).strip(" ,;.:-&")
    minutes = (
        (lunch[0], lunch[1]) if lunch and lunch[0] is not None and lunch[1] is not None else None
    )
    return Asides(text, remark, minutes, office, walk_in, zone, by_24)


# Letters that are days, and words that belong to the times behind them.
_NO_TITLE = frozenset(("m-f", "m", "t", "w", "f", "l-v", "m-th", "open", "opens", "daily", "every"))
_DAYS = re.compile(
    r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|"
    r"\b(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)\b"
)


def _doubtful(inside: str) -> bool:
    """Whether words in brackets may change the times."""
    if not inside:
        return False
    return bool(
        re.search(r"\d", inside) or _DAYS.search(inside) or _phrases("doubt").search(inside)
    )


def _other_days(match: re.Match[str]) -> str:
    """ ", Sat by appointment" goes; ", by appointment" says it of all days and stays."""
    return "" if match[1].strip() and not re.search(r"\d", match[1]) else match[0]


def _minutes(clock: str) -> int | None:
    """A time at midday: 12, 12:30, 1, 1:30, noon."""
    if clock.strip() in vocabulary.word_map("noon"):
        return 12 * 60
    match = re.match(r"(\d{1,2})(?:[:.](\d{2}))?", clock)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if hour < 7 and "a" not in clock:
        hour += 12
    return hour * 60 + minute
