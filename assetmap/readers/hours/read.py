"""Free-text hours ("6:30PM Sun/Mon", "Lunes a viernes 9am a 5pm") as opening_hours text.

A wrong time sends a person to a locked door, so a text is read only when every word of it is
understood and there is one way to understand it; anything else is refused, with the reason, and
the caller keeps the original. What is filled in by convention is said: `end_assumed` (one hour
after a start that stands alone) and `half_assumed` (am or pm: "9-5", "7-8pm").

A text is cut into words (hours_words) and clauses (at `;`, line ends and full stops), a clause
into groups of days and times (hours_parts), and these must form pairs in one order, days first
or times first. What a time such as "9-5" means is decided in hours.clock.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from assetmap.readers.hours.asides import take_out_asides
from assetmap.readers.hours.clock import DAY, MinuteSpan, crosses_noon, span_of
from assetmap.readers.hours.parts import ClockSpan, PartGroup, WeekDays, groups_of, with_halves
from assetmap.readers.hours.words import HourToken, Refused, check_letters, plain_text, tokens_of
from assetmap.schedule import EVERY_DAY, DateRange, Rule, parse, write
from assetmap.words import clause_of
from assetmap.words import text as text_of

LONGEST_TEXT = 500
_APPOINTMENT = {"appointment": True, "no_appointment": False, "appointment_too": None}
_UNCLEAR = text_of("hours.unclear")


class Hours(NamedTuple):
    """What a free text says of time.

    `schedule`: opening_hours text, None where no time could be read (unknown, not closed).
    `by_appointment`: True or False where the text says so. `note`: why it was refused, or what
    was assumed; "" where everything was said; `why` is the reason alone. `remark`: the text says
    something beside the times, which whoever shows them should show too. `zone` is a time zone it
    names, "" for none.
    """

    schedule: str | None
    by_appointment: bool | None
    note: str
    end_assumed: bool = False
    half_assumed: bool = False
    why: str = ""
    remark: bool = False
    walk_in: bool = False
    zone: str = ""


class _Pair(NamedTuple):
    """Days and their times; a time of None is the whole day."""

    days: list[WeekDays]
    times: list[ClockSpan | None]
    season: DateRange | None


@lru_cache(maxsize=16384)
def read_hours(text: str, clock24: bool = False) -> Hours:
    """What the free text `text` says of time; refused (schedule None) unless it is sure.

    `clock24`: bare times are of the 24-hour clock, as the column around them shows. Never raises:
    a text that cannot be read has its reason in `note`.
    """
    plain = plain_text(text)
    if not plain:
        return Hours(None, None, "")
    try:
        if len(plain) > LONGEST_TEXT:
            raise Refused(text_of("hours.too_long"))
        return _read(plain, clock24)
    except Refused as reason:
        why = clause_of(reason)
    asides = take_out_asides(with_halves(plain))
    if asides.plain and asides.plain != plain:
        try:
            result = _read(asides.plain, clock24 or asides.by_24, asides.office)
            if asides.lunch and result.schedule:
                result = result._replace(schedule=_with_break(result.schedule, asides.lunch))
            if result.schedule is not None:
                return result._replace(
                    remark=asides.remark, walk_in=asides.walk_in, zone=asides.zone
                )
        except Refused:
            pass
    note = text_of("hours.not_read", times=text.strip()[:80], why=why)
    return Hours(None, None, note, why=why)


def _with_break(written: str, lunch: tuple[int, int]) -> str:
    """The schedule closed at lunch, where every span of a working day holds the break."""
    rules: list[Rule] = []
    held = False
    for rule in parse(written):
        if rule.start < lunch[0] and lunch[1] < rule.end:
            rules += [rule._replace(end=lunch[0]), rule._replace(start=lunch[1])]
            held = True
        elif rule.end <= lunch[0] or rule.start >= lunch[1] or rule.off:
            rules.append(rule)
        else:
            raise Refused(text_of("hours.break_end"))
    if not held:
        raise Refused(text_of("hours.break_outside"))
    return write(rules)


def _read(plain: str, clock24: bool = False, office: bool = False) -> Hours:
    tokens = tokens_of(plain)
    if clock24:
        tokens = [_by_24(token) for token in tokens]
    check_letters(tokens)
    clauses: list[list[HourToken]] = [[]]
    for token in tokens:
        if token.kind == "stop":
            clauses.append([])
        else:
            clauses[-1].append(token)
    whole = _Whole(office)
    for clause in clauses:
        if clause:
            whole.add(clause)
    return whole.hours()


def _by_24(token: HourToken) -> HourToken:
    """A bare "9:00" as "09:00h", which is no evening."""
    if token.kind == "clock" and re.fullmatch(r"\d{1,2}[:.]\d{2}", token.text):
        return HourToken("clock", f"{token.text}h")
    return token


class _Whole:
    """What all clauses of a text say together."""

    def __init__(self, office: bool = False) -> None:
        self.office = office
        self.pairs: list[_Pair] = []
        self.closed: set[int] = set()
        self.holidays_closed = False
        self.always = False
        self.by_appointment: bool | None = None

    def add(self, tokens: list[HourToken]) -> None:
        """Read one clause."""
        groups, season = _take_season(groups_of(tokens))
        groups, appointment = _take_appointment(groups)
        before = (len(self.pairs), len(self.closed), self.holidays_closed)
        groups = self._take_closed(groups)
        if [group.kind for group in groups] == ["always"] and not season:
            self.always = True
        elif groups:
            self._take_pairs(groups, season)
        elif season:
            raise Refused(text_of("hours.season_alone"))
        added = len(self.pairs) - before[0]
        if season and (added != 1 or before[1:] != (len(self.closed), self.holidays_closed)):
            raise Refused(text_of("hours.season_unclear"))
        if appointment is not None:
            if added > 1 or self.by_appointment is not None:
                raise Refused(text_of("hours.appointment_times"))
            self.by_appointment = appointment

    def _take_closed(self, groups: list[PartGroup]) -> list[PartGroup]:
        """Take `closed Sundays`, `except holidays` from the end, `holidays closed` too."""
        kinds = [group.kind for group in groups]
        if kinds[-2:] == ["holidays", "closed"]:
            self.holidays_closed = True
            return groups[:-2]
        place = len(kinds)
        while place and kinds[place - 1] in ("days", "holidays"):
            place -= 1
        if place == len(kinds) or not place or kinds[place - 1] not in ("closed", "except"):
            return groups
        if kinds[place - 1] == "except" and place == 1 and not self.pairs and not self.always:
            raise Refused(text_of("hours.exception_alone"))
        for group in groups[place:]:
            self.holidays_closed |= group.kind == "holidays"
            self.closed |= _every_week(group.days)
        return groups[: place - 1]

    def _take_pairs(self, groups: list[PartGroup], season: DateRange | None) -> None:
        """Read `days times days times …` or `times days times days …`."""
        days_first = groups[0].kind == "days"
        times = ("time", "always")
        place = 0
        while place < len(groups):
            first = groups[place]
            if first.kind not in (("days",) if days_first else times):
                raise Refused(_UNCLEAR)
            if place and first.before & {"dash", "colon", "at"}:
                raise Refused(_UNCLEAR)
            place += 1
            without: set[int] = set()
            if days_first:
                without, place = self._except(groups, place)
            second = groups[place] if place < len(groups) else None
            if second is None or second.kind not in ((*times, "closed") if days_first else "days"):
                raise Refused(text_of("hours.no_time" if days_first else "hours.no_day"))
            if second.before & {"and", "slash"}:
                raise Refused(_UNCLEAR)
            place += 1
            if not days_first:
                without, place = self._except(groups, place)
            on, when = (first, second) if days_first else (second, first)
            self._add_pair(on.days, when, without, season)

    def _except(self, groups: list[PartGroup], place: int) -> tuple[set[int], int]:
        """Days after `except` at `place`, and the place after them."""
        if place + 1 < len(groups) and groups[place].kind == "except":
            after = groups[place + 1]
            if after.kind in ("days", "holidays"):
                self.holidays_closed |= after.kind == "holidays"
                return _every_week(after.days), place + 2
        return set(), place

    def _add_pair(
        self, on: list[WeekDays], when: PartGroup, without: set[int], season: DateRange | None
    ) -> None:
        if when.kind == "closed":
            self.closed |= _every_week(on)
            return
        days = [WeekDays(each.days - without, each.nth) for each in on if each.days - without]
        if not days:
            raise Refused(text_of("hours.no_day_left"))
        if "7" in when.text:
            raise Refused(text_of("hours.always_days"))
        self.pairs.append(_Pair(days, [None] if when.kind == "always" else [*when.times], season))

    def hours(self) -> Hours:
        """The result, or Refused where the clauses do not go together."""
        if self.always and (self.pairs or self.closed):
            raise Refused(text_of("hours.always_times"))
        in_business = self.office or any(
            clocks is not None and crosses_noon(clocks)
            for pair in self.pairs
            for clocks in pair.times
        )
        rules = [Rule(EVERY_DAY, frozenset(), 0, DAY)] if self.always else []
        spans: list[MinuteSpan] = []
        for pair in self.pairs:
            daily = any(each.days == EVERY_DAY and not each.nth for each in pair.days)
            result = [span_of(each, daily, in_business, self.office) for each in pair.times]
            spans += result
            season = (pair.season,) if pair.season else ()
            rules += [
                Rule(_still_open(each, self.closed), each.nth, span.start, span.end, season)
                for each in pair.days
                for span in result
            ]
        _check_apart(rules)
        if not rules:
            if self.by_appointment is None:
                raise Refused(text_of("hours.no_opening"))
            return Hours(None, self.by_appointment, "")
        if self.holidays_closed:
            rules.append(Rule(EVERY_DAY, frozenset(), 0, 0, (), True, True))
        end_assumed = any(span.end_assumed for span in spans)
        half_assumed = any(span.half_assumed for span in spans)
        note = ""
        if end_assumed or half_assumed:
            both = end_assumed and half_assumed
            which = "both" if both else "end" if end_assumed else "half"
            note = text_of(f"hours.{which}_assumed")
        return Hours(write(rules), self.by_appointment, note, end_assumed, half_assumed)


def _take_season(groups: list[PartGroup]) -> tuple[list[PartGroup], DateRange | None]:
    """The season at the beginning or the end of a clause, and the groups without it."""
    seasons = [group for group in groups if group.kind == "season"]
    if not seasons:
        return groups, None
    if len(seasons) > 1:
        raise Refused(text_of("hours.seasons"))
    if groups[0] is seasons[0]:
        return groups[1:], seasons[0].season
    if groups[-1] is seasons[0]:
        return groups[:-1], seasons[0].season
    raise Refused(text_of("hours.season_unclear"))


def _take_appointment(groups: list[PartGroup]) -> tuple[list[PartGroup], bool | None]:
    """Whether one needs an appointment, and the groups without that."""
    result = [group for group in groups if group.kind in _APPOINTMENT]
    if not result:
        return groups, None
    if len(result) > 1 or result[0] not in (groups[0], groups[-1]):
        raise Refused(text_of("hours.appointment_unclear"))
    return [group for group in groups if group is not result[0]], _APPOINTMENT[result[0].kind]


def _every_week(days: list[WeekDays]) -> set[int]:
    if any(each.nth for each in days):
        raise Refused(text_of("hours.closed_weeks"))
    return {day for each in days for day in each.days}


def _still_open(days: WeekDays, closed: set[int]) -> frozenset[int]:
    left = days.days - closed
    if not left or (days.nth and left != days.days):
        raise Refused(text_of("hours.open_and_closed"))
    return left


def _check_apart(rules: list[Rule]) -> None:
    """Refuse times that contradict one another: which of the two is right is not known."""
    for place, first in enumerate(rules):
        for other in rules[:place]:
            if first[:5] == other[:5] or not first.days & other.days:
                continue
            if not _months(first) & _months(other):
                continue
            apart = first.nth and other.nth and not first.nth & other.nth
            if apart and min(first.nth | other.nth) > 0:
                continue  # first and third Saturdays never meet; fourth and last may
            same_days = bool(first.nth) == bool(other.nth) and first.dates == other.dates
            if not same_days or (first.start < other.end and other.start < first.end):
                raise Refused(text_of("hours.two_times"))


def _months(rule: Rule) -> set[int]:
    if not rule.dates:
        return set(range(1, 13))
    (_, first, _), (_, last, _) = rule.dates[0]
    return {(first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1)}
