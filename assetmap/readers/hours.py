"""Free-text hours ("6:30PM Sun/Mon", "Lunes a viernes 9am a 5pm") as opening_hours text.

A wrong time sends a person to a locked door, so a text is read only when every word of it is
understood and there is one way to understand it; anything else is refused, with the reason, and
the caller keeps the original. What is filled in by convention is said: `end_assumed` (one hour
after a start that stands alone) and `half_assumed` (am or pm: "9-5", "7-8pm").

A text is cut into clauses (at `;`, line ends and full stops), a clause into words of a few kinds,
and these must form pairs of days and times in one order, days first or times first.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from assetmap.readers.hours_clock import DAY, Clock, Span, clock_of, crosses_noon, span_of
from assetmap.readers.hours_words import (
    LETTER_GROUPS,
    MONTH_OF_WORD,
    NTH_OF_WORD,
    Refused,
    Token,
    check_letters,
    day_of,
    plain_text,
    tokens_of,
)
from assetmap.schedule import EVERY_DAY, DateRange, Rule, write

LONGEST_TEXT = 500


class Hours(NamedTuple):
    """What a free text says of time.

    `schedule`: opening_hours text, None where no time could be read (unknown, not closed).
    `by_appointment`: True or False where the text says so. `note`: why it was refused, or what
    was assumed; "" where everything stood there.
    """

    schedule: str | None
    by_appointment: bool | None
    note: str
    end_assumed: bool = False
    half_assumed: bool = False


class _Days(NamedTuple):
    """Days with the weeks of the month they are for (empty: every week)."""

    days: frozenset[int]
    nth: frozenset[int] = frozenset()


class _Group(NamedTuple):
    """Neighbours of one kind in a clause, and the separators that stand before them."""

    kind: str
    items: list[object]
    before: frozenset[str]


class _Pair(NamedTuple):
    days: list[_Days]
    spans: list[tuple[Clock, Clock | None] | None]
    season: tuple[DateRange, ...]


_SEPARATORS = {"comma", "and", "slash", "colon", "dash", "at"}
_ENDS = {"appointment", "no_appointment", "appointment_too"}


@lru_cache(maxsize=16384)
def read_hours(text: str) -> Hours:
    """What the free text `text` says of time; refused (schedule None) unless it is sure.

    Never raises: a text that cannot be read has its reason in `note`.
    """
    plain = plain_text(text)
    if not plain:
        return Hours(None, None, "")
    try:
        if len(plain) > LONGEST_TEXT:
            raise Refused("it is too long for hours")
        return _read(plain)
    except Refused as reason:
        return Hours(None, None, f"The times {text.strip()[:80]!r} were not read: {reason}.")


def _read(plain: str) -> Hours:
    tokens = tokens_of(plain)
    check_letters(tokens)
    clauses: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "stop":
            clauses.append([])
        else:
            clauses[-1].append(token)
    whole = _Whole()
    for clause in clauses:
        if clause:
            whole.add(clause)
    return whole.hours()


class _Whole:
    """What all clauses of a text say together."""

    def __init__(self) -> None:
        self.pairs: list[_Pair] = []
        self.closed: set[int] = set()
        self.holidays_closed = False
        self.always = False
        self.by_appointment: bool | None = None

    def add(self, tokens: list[Token]) -> None:
        """Read one clause."""
        groups = _groups(_items(tokens))
        season: tuple[DateRange, ...] = ()
        for end in (0, -1):
            if groups and groups[end].kind == "season":
                if season or len(groups[end].items) != 1:
                    raise Refused("it names more than one season")
                season = (groups.pop(end).items[0],)  # type: ignore[assignment]
        kind = next((group.kind for group in groups if group.kind in _ENDS), None)
        if kind:
            if groups[0].kind != kind and groups[-1].kind != kind:
                raise Refused("it is not clear what needs an appointment")
            groups.pop(0 if groups[0].kind == kind else -1)
        groups = self._take_closed(groups)
        before = len(self.pairs)
        if [group.kind for group in groups] == ["always"]:
            self.always = True
            if season:
                self.pairs.append(_Pair([_Days(EVERY_DAY)], [None], season))
                self.always = False
        elif groups:
            self._take_pairs(groups, season)
        elif season:
            raise Refused("it has a season without times")
        added = len(self.pairs) - before
        if season and added > 1:
            raise Refused("it is not clear which times the season is for")
        if kind in ("appointment", "no_appointment"):
            if added > 1 or self.by_appointment is not None:
                raise Refused("it is not clear which times need an appointment")
            self.by_appointment = kind == "appointment"

    def _take_closed(self, groups: list[_Group]) -> list[_Group]:
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
            raise Refused("it says an exception without times")
        for group in groups[place:]:
            if group.kind == "holidays":
                self.holidays_closed = True
            else:
                self.closed |= _plain_days(group.items)
        return groups[: place - 1]

    def _take_pairs(self, groups: list[_Group], season: tuple[DateRange, ...]) -> None:
        """Read `days times days times …` or `times days times days …`."""
        days_first = groups[0].kind == "days"
        place = 0
        while place < len(groups):
            if place and groups[place].before & {"dash", "colon", "at"}:
                raise Refused("it is not clear which times belong to which days")
            part = [groups[place]]
            place += 1
            wanted = ("time", "always", "closed") if days_first else ("days",)
            if part[0].kind not in (("days",) if days_first else ("time", "always")):
                raise Refused("it is not clear which times belong to which days")
            without: set[int] = set()
            if days_first:
                without, place = self._without(groups, place)
            if place >= len(groups) or groups[place].kind not in wanted:
                raise Refused("it names days without a time" if days_first else "it names no day")
            if groups[place].before & {"and", "slash"}:
                raise Refused("it is not clear which times belong to which days")
            part.append(groups[place])
            place += 1
            if not days_first:
                without, place = self._without(groups, place)
            self._add_pair(part if days_first else part[::-1], without, season)

    def _without(self, groups: list[_Group], place: int) -> tuple[set[int], int]:
        """Days after `except` at `place`, and the place after them."""
        if place + 1 < len(groups) and groups[place].kind == "except":
            if groups[place + 1].kind == "days":
                return _plain_days(groups[place + 1].items), place + 2
            if groups[place + 1].kind == "holidays":
                self.holidays_closed = True
                return set(), place + 2
        return set(), place

    def _add_pair(
        self, part: list[_Group], without: set[int], season: tuple[DateRange, ...]
    ) -> None:
        days = [_Days(each.days - without, each.nth) for each in _day_items(part[0].items)]
        days = [each for each in days if each.days]
        if part[1].kind == "closed":
            self.closed |= _plain_days(part[0].items)
            return
        if not days:
            raise Refused("its exceptions leave no day")
        if part[1].kind == "always":
            if len(part[1].items) != 1 or "7" in str(part[1].items[0]):
                raise Refused("it says 24/7 and names days")
            self.pairs.append(_Pair(days, [None], season))
        else:
            self.pairs.append(_Pair(days, part[1].items, season))  # type: ignore[arg-type]

    def hours(self) -> Hours:
        """The result, or Refused where the clauses do not go together."""
        if self.always and (self.pairs or self.closed):
            raise Refused("it says 24/7 and other times")
        rules: list[Rule] = []
        spans: list[Span] = []
        if self.always:
            rules.append(Rule(EVERY_DAY, frozenset(), 0, DAY))
        every = [pair.spans[index] for pair in self.pairs for index in range(len(pair.spans))]
        in_business = any(each and each[1] and crosses_noon(each) for each in every)
        for pair in self.pairs:
            daily = any(each.days == EVERY_DAY and not each.nth for each in pair.days)
            found = [span_of(each, daily, in_business) for each in pair.spans]
            spans += found
            rules += [
                Rule(_open_days(each, self.closed), each.nth, span.start, span.end, pair.season)
                for each in pair.days
                for span in found
            ]
        _check_apart(rules)
        if not rules:
            if self.by_appointment is None:
                raise Refused("it says no time of opening")
            return Hours(None, self.by_appointment, "")
        if self.holidays_closed:
            rules.append(Rule(EVERY_DAY, frozenset(), 0, 0, (), True, True))
        end_assumed = any(span.end_assumed for span in spans)
        half_assumed = any(span.half_assumed for span in spans)
        notes = []
        if end_assumed:
            notes.append("no end is given, so one hour is assumed")
        if half_assumed:
            notes.append("am or pm is assumed")
        note = "; ".join(notes)
        note = f"{note[0].upper()}{note[1:]}." if note else ""
        return Hours(write(rules), self.by_appointment, note, end_assumed, half_assumed)


def _open_days(days: _Days, closed: set[int]) -> frozenset[int]:
    left = days.days - closed
    if not left or (days.nth and left != days.days):
        raise Refused("it is both open and closed on the same day")
    return left


def _check_apart(rules: list[Rule]) -> None:
    """Refuse times that contradict one another: which of the two is right is not known."""
    for place, one in enumerate(rules):
        for other in rules[:place]:
            if one[:5] == other[:5] or not one.days & other.days:
                continue
            if not _months(one) & _months(other):
                continue
            apart = one.nth and other.nth and not one.nth & other.nth
            if apart and min(one.nth | other.nth) > 0:
                continue  # first and third Saturdays never meet; fourth and last may
            same_days = bool(one.nth) == bool(other.nth) and one.dates == other.dates
            if not same_days or (one.start < other.end and other.start < one.end):
                raise Refused("it gives one day two times that do not go together")


def _months(rule: Rule) -> set[int]:
    if not rule.dates:
        return set(range(1, 13))
    (_, first, _), (_, last, _) = rule.dates[0]
    return {(first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1)}


# From words to days and times


def _items(tokens: list[Token]) -> list[tuple[str, object]]:
    """Words joined to days, times and seasons; separators stay between them."""
    kinds = [token.kind for token in tokens]
    items: list[tuple[str, object]] = []
    has_nth = "nth" in kinds
    place = 0
    opened = False  # after "from" a range must follow
    while place < len(tokens):
        token = tokens[place]
        joined = place + 2 < len(tokens) and kinds[place + 1] in ("to", "dash", "at")
        size, ranged = 1, False
        if token.kind == "clock":
            ranged = joined and kinds[place + 2] == "clock"
            if ranged:
                items.append(("time", (clock_of(token.text), clock_of(tokens[place + 2].text))))
            else:
                items.append(("time", (clock_of(token.text), None)))
        elif token.kind in ("day", "letter"):
            ranged = joined and kinds[place + 1] != "at" and kinds[place + 2] in ("day", "letter")
            first = day_of(token)
            if ranged:
                last = day_of(tokens[place + 2])
                span = frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
                if first == last or (
                    place + 3 < len(tokens)
                    and kinds[place + 3] == "dash"
                    and (place + 4 < len(tokens) and kinds[place + 4] in ("day", "letter"))
                ):
                    raise Refused("it is not clear from which day to which")
                items.append(("days", _Days(span)))
            else:
                items.append(("days", _Days(frozenset((first,)))))
        elif token.kind == "month":
            ranged = joined and kinds[place + 2] == "month"
            first, last = (
                MONTH_OF_WORD[tokens[each].text.strip(".")]
                for each in (place, place + 2 if ranged else place)
            )
            beside = (tokens[each] for each in (place - 1, place + 1) if 0 <= each < len(tokens))
            if any(each.kind == "clock" and each.text.isdigit() for each in beside):
                raise Refused("it may be a day of the month or a time")
            items.append(("season", DateRange((0, first, 0), (0, last, 0))))
        elif token.kind == "nth":
            size = _nth(tokens, place, items)
        elif token.kind == "each":
            follows = tokens[place + 1] if place + 1 < len(tokens) else None
            if follows is None or follows.kind not in ("day", "nth", "letter"):
                raise Refused("'every' stands before no day")
            nth = NTH_OF_WORD.get(follows.text) if follows.kind == "nth" else None
            if nth not in (None, 1, -1) and "monthly" not in kinds:
                raise Refused(f"{token.text} {follows.text} may be every so many weeks")
        elif token.kind in ("monthly", "weekly"):
            if has_nth != (token.kind == "monthly") or not {"day", "letters"} & set(kinds):
                raise Refused(f"{token.text!r} does not say which day")
        elif token.kind == "from":
            opened = True
            place += 1
            continue
        elif token.kind == "to":
            raise Refused(f"{token.text!r} stands between no two days or times")
        else:
            items.append(_word(token))
        if opened and not ranged:
            raise Refused("it has a start without an end")
        opened = False
        place += 3 if ranged else size
    if opened:
        raise Refused("it has a start without an end")
    return items


def _word(token: Token) -> tuple[str, object]:
    if token.kind == "every":
        return "days", _Days(EVERY_DAY)
    if token.kind == "week":
        return "days", _Days(frozenset(range(5)))
    if token.kind == "weekend":
        return "days", _Days(frozenset((5, 6)))
    if token.kind == "letters":
        return "days", _Days(frozenset(LETTER_GROUPS[token.text]))
    return token.kind, token.text


def _nth(tokens: list[Token], place: int, items: list[tuple[str, object]]) -> int:
    """`1st and 3rd Tuesdays` at `place`; returns how many words it takes."""
    begin = place
    nth: set[int] = set()
    while place < len(tokens) and tokens[place].kind in ("nth", "comma", "and", "slash"):
        if tokens[place].kind == "nth":
            nth.add(NTH_OF_WORD[tokens[place].text])
        place += 1
    if place == len(tokens) or tokens[place].kind != "day" or tokens[place - 1].kind != "nth":
        raise Refused(f"{tokens[begin].text!r} does not say of which day")
    after = tokens[place + 1].kind if place + 1 < len(tokens) else ""
    if after in ("to", "dash") and place + 2 < len(tokens) and tokens[place + 2].kind == "day":
        raise Refused("it has a week of the month with a range of days")
    items.append(("days", _Days(frozenset((day_of(tokens[place]),)), frozenset(nth))))
    return place + 1 - begin


def _groups(items: list[tuple[str, object]]) -> list[_Group]:
    """Neighbours of one kind together, with the separators before each group."""
    groups: list[_Group] = []
    between: set[str] = set()
    for kind, value in items:
        if kind in _SEPARATORS:
            between.add(kind)
            continue
        same = bool(groups) and groups[-1].kind == kind and kind in ("days", "time")
        if same and between & {"dash", "colon", "at"}:
            raise Refused("it is not clear what belongs together")
        if same and kind == "time" and not between:
            raise Refused("it has two times with nothing between them")
        if same:
            groups[-1].items.append(value)
        else:
            groups.append(_Group(kind, [value], frozenset(between)))
        between = set()
    if between - {"comma"}:
        raise Refused("it breaks off")
    return groups


def _day_items(items: list[object]) -> list[_Days]:
    days = [item for item in items if isinstance(item, _Days)]
    if any(one.nth and not other.nth for one, other in pairwise(days)):
        raise Refused("it is not clear which days the week of the month is for")
    return days


def _plain_days(items: list[object]) -> set[int]:
    days = _day_items(items)
    if any(each.nth for each in days):
        raise Refused("it is closed in some weeks of the month only")
    return {day for each in days for day in each.days}
