""" "Monday evenings 6:30-8": the part of the day says whether a bare time is am or pm.

Only where a part of the day stands right behind its days and right before its times, and only for
the hours that nobody would call by another part: "nights 4-5" and "mornings 12-1" stay as they are
and are refused.
"""

from __future__ import annotations

import re

_PARTS = {"morning": (5, 12, "am"), "afternoon": (12, 18, "pm"), "evening": (16, 24, "pm"),
          "night": (17, 24, "pm")}  # fmt: skip
"""First hour, hour at which it must have ended, and the half of its day."""
_WORDS = (
    ("morning", r"mornings?|(?:por|en) la manana"),
    ("afternoon", r"afternoons?"),
    ("evening", r"evenings?|eve"),
    ("night", r"nights?|(?:por|en) la noche"),
)
_NOON = 12
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?(?: ?([ap])\.?m?\.?(?![a-z]))?"
_SAID = re.compile(
    r"(?P<day>(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?|lunes|martes|miercoles|jueves|viernes|"
    r"sabados?|domingos?|weekdays?|weekends?)[ ,]+"
    r"(?:" + "|".join(rf"(?P<{name}>{words})" for name, words in _WORDS) + r")\b[ ,:@-]*"
    r"(?:(?:at|from|a las?|de)\s+)?"
    rf"(?P<start>{_CLOCK})(?:\s*(?P<dash>-|to|until|till|a)\s*(?P<end>{_CLOCK}))?"
    r"(?![\d:]|\s*[ap]\.?m)"
)


def with_halves(plain: str) -> str:
    """`plain` with am or pm behind times whose part of the day is said, and without the part."""
    return _SAID.sub(_write, plain)


def _write(match: re.Match[str]) -> str:
    part = next(name for name, _ in _WORDS if match[name])
    first, last, half = _PARTS[part]
    times = []
    for name in ("start", "end"):
        if not match[name]:
            continue
        result = re.fullmatch(_CLOCK, match[name])
        hour, minute, own = int(result[1]), int(result[2] or 0), result[3]  # type: ignore[index]
        if not 1 <= hour <= _NOON or minute > 59 or (own and f"{own}m" != half and hour != _NOON):
            return match[0]
        noon = half == "pm" or (name == "end" and hour == _NOON)
        times.append((hour % _NOON + (_NOON if noon else 0)) * 60 + minute)
    if len(times) == 2 and times[1] < times[0] and match["end"].endswith(("am", "a.m.", "a")):
        return match[0].replace(match[part], "", 1)
    late = times[-1] > last * 60 or times != sorted(times)
    if times[0] < first * 60 or late or times[0] >= last * 60:
        return match[0]
    written = [
        f"{(minutes // 60 - 1) % 12 + 1}:{minutes % 60:02d}{'am' if minutes < 720 else 'pm'}"
        for minutes in times
    ]
    days = {"weekday": "weekdays", "weekend": "weekends"}.get(match["day"], match["day"])
    return f"{days} {'-'.join(written)}"
