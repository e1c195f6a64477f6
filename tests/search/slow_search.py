"""The finder once more, slow and plain: one asset at a time, straight from product.md.

It reads the table as it was typed and shares with assetmap only the vocabulary, the distance and
the expansion of one schedule, which have tests of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from finder_tables import ZONE

from assetmap import vocabulary
from assetmap.places import distance_m
from assetmap.schedule import occurrences
from assetmap.search import Query

Row = dict[str, str]
NEVER = float("inf")
BEDS = {"shelter", "recovery_home", "peer_respite", "domestic_violence_program"} | {
    "transitional_housing", "residential_treatment", "withdrawal_management", "sobering_center",
}  # fmt: skip
MAY_MISS = {
    "when",
    "intake",
    "same_day",
    "within",
    "cost",
    "languages",
    "format",
    "waiting_list",
    "beds",
}


class Answer(NamedTuple):
    """What one criterion says: True, False or None; whether a False is close; whom to ask what."""

    name: str
    fits: bool | None
    close: bool
    ask: str


class Found(NamedTuple):
    """An asset in a group; `key` sorts it there."""

    group: str
    misses: str | None
    unknown: frozenset[str]
    reports: bool
    key: tuple[object, ...]


def slow_search(rows: list[Row], query: Query) -> dict[str, Found]:
    """Every asset that is in a group, by id."""
    result: dict[str, Found] = {}
    for row in rows:
        told = _reports(row, query)
        if not _possible(row, query):
            continue
        answers = list(_answers(row, query))
        no = [a for a in answers if a.fits is False]
        unknown = {a.ask for a in answers if a.fits is None}
        if told:
            linked = _yes(row, "court_linked")
            named = unknown | {"court_linked" if linked else "law_enforcement_on_site"}
        else:
            named = unknown
        if not no:
            group = "ask" if named else "match"
        elif len(no) == 1 and no[0].close:
            group = "near_miss"
        else:
            continue
        key = _key(row, query, group, len(unknown), told, next(iter(no), None))
        miss = no[0].name if no else None
        result[row["id"]] = Found(group, miss, frozenset(named), told, key)
    if query.wants_bed:
        sure = [
            row for row in rows
            if row["id"] in result and result[row["id"]].group == "match" and row["kind"] in BEDS
        ]  # fmt: skip
        for row in rows:
            if not sure and row["id"] in result and result[row["id"]].group == "ask":
                before = result[row["id"]]
                # After what reports and what is joined from here, which always stand last.
                last = 1 + (query.within_m is not None)
                key = (*before.key[:last], _call(row, query), *before.key[last:])
                result[row["id"]] = before._replace(key=key)
    return result


def _kind(row: Row) -> vocabulary.Row:
    return vocabulary.terms("kinds")[row["kind"]]


def _set(row: Row, name: str) -> frozenset[str] | None:
    text = row.get(name, "")
    program = vocabulary.terms("programs").get(row.get("program", ""))
    if not text and program is not None and name in ("pathways", "concerns"):
        text = program[name]
    if not text and name == "format" and row.get("latitude"):
        text = "in_person"
    return frozenset(text.split("|")) if text else None


def _yes(row: Row, name: str) -> bool | None:
    if name == "children_welcome" and row.get("child_care") == "yes":
        return True
    if name == "child_care" and not row.get(name) and row.get("children_welcome") == "no":
        return False
    if name == "court_linked" and not row.get(name):
        return _kind(row)["court_linked"] == "yes"
    return {"yes": True, "no": False, "": None}[row.get(name, "")]


def _reports(row: Row, query: Query) -> bool:
    if row["kind"] in query.kinds and _kind(row)["court_linked"] == "yes":
        return False
    return any(
        _yes(row, name) is True and name not in query.yes
        for name in ("court_linked", "law_enforcement_on_site")
    )


def _over(row: Row, query: Query) -> bool:
    """Whether its one stated day ("2026 Dec 25 10:00-11:00") is past."""
    if _kind(row)["time_kind"] == "hours":
        return False
    text = row.get("schedule") or ""
    if not re.fullmatch(r"\d{4} \w{3} \d\d \d\d:\d\d-\d\d:\d\d", text):
        return False
    end = datetime.strptime(text[:12] + text[-5:], "%Y %b %d %H:%M").replace(tzinfo=ZONE)
    return end <= query.at


def _possible(row: Row, query: Query) -> bool:
    if _over(row, query):
        return False
    if row.get("status", "active") != "active" or row["kind"] in query.not_kinds:
        return False
    kinds = {kind for need in query.needs for kind in vocabulary.kinds_of_need(need)}
    gives_back = row["kind"] in vocabulary.kinds_of_need("give_back") or bool(row.get("wants"))
    by_wish = "give_back" in query.needs and gives_back
    if query.needs and row["kind"] not in kinds and not by_wish:
        return False
    if query.kinds and row["kind"] not in query.kinds:
        return False
    if query.beds and row["kind"] not in BEDS:
        return False
    if not query.needs and not query.kinds:
        if query.wants and not gives_back:
            return False
        if query.beds and row["kind"] not in BEDS:
            return False
        aimed = query.wants or query.beds or query.text
        if not aimed and (query.pathways or query.concerns):
            spoken = _set(row, "pathways") is not None or _set(row, "concerns") is not None
            if _kind(row)["recovery"] != "yes" and not spoken:
                return False
    return True


def _answers(row: Row, query: Query) -> Iterator[Answer]:
    recovery = _kind(row)["recovery"] == "yes"

    def of_set(name: str, field: str, wanted: set[str], applies: bool = True) -> Answer:
        has = _set(row, field)
        unknown = None if applies else True
        fits = unknown if has is None else bool(has & wanted)
        return Answer(name, fits, name in MAY_MISS, field)

    yield from _about_need(row, query)
    if query.programs:
        program = row.get("program")
        fits = program in query.programs if program else (None if recovery else False)
        yield Answer("program", fits, False, "program")
    if query.not_pathways:
        has = _set(row, "pathways")
        fits = (None if recovery else True) if has is None else not has & set(query.not_pathways)
        yield Answer("not_pathway", fits, False, "pathways")
    if query.pathways:
        yield of_set("pathways", "pathways", {*query.pathways, "all"}, recovery)
    if query.concerns:
        yield of_set("concerns", "concerns", {*query.concerns, "any"}, recovery)
    yield from _for_whom(row, query)
    if query.languages:
        yield of_set("languages", "languages", set(query.languages))
    if query.costs:
        free = {"free", "donation"} if "free" in query.costs else set()
        yield of_set("cost", "cost", {*query.costs, *free})
    if query.formats:
        yield of_set("format", "format", set(query.formats))
    if query.wants:
        wanted = bool((_set(row, "wants") or set()) & set(query.wants))
        yield Answer("wants", wanted or None, False, "wants")
    ways = _set(row, "format")
    for name in query.yes:
        if name == "wheelchair" and ways is not None and "in_person" not in ways:
            yield Answer(name, True, False, name)
        else:
            yield Answer(name, _yes(row, name), False, name)
    for name in query.no:
        value = _yes(row, name)
        yield Answer(name, None if value is None else not value, name == "waiting_list", name)
    for name, limits, all_of_them in (
        ("accepts_record", "record_limits", "none"),
        ("medication_welcome", "medications_ok", "any"),
    ):
        if name in query.yes and not (name == "medication_welcome" and query.medications):
            has = _set(row, limits)
            if _yes(row, name) is True and has is not None and all_of_them not in has:
                yield Answer(limits, None, False, limits)
    if "referral_needed" not in query.yes + query.no and _yes(row, "referral_needed"):
        yield Answer("referral_needed", None, False, "referral_needed")
    if query.medications:
        taken = _set(row, "medications_ok") or frozenset()
        fits = True if taken & {*query.medications, "any"} else None
        if fits is None and _yes(row, "medication_welcome") is False:
            fits = None if "psychiatric" in query.medications else False
        yield Answer("medications_ok", fits, False, "medications_ok")
    if query.wants_bed and row["kind"] in BEDS:
        yield from _bed(row, query)
    if query.when is not None:
        yield _time(row, query)
    elif "bed_tonight" in query.needs and _by_intake(row):
        four = query.at.replace(hour=4, minute=0)
        four = four if four > query.at else four + timedelta(days=1)
        open_then = _first(row, query.at, four, "intake_hours") is not None
        yield Answer("intake", open_then, True, "intake_hours")
    if query.within_m is not None:
        yield _distance(row, query)


def _about_need(row: Row, query: Query) -> Iterator[Answer]:
    """Openings for who wants to give; who is about something else for a need that is special."""
    if "give_back" in query.needs and not query.wants:
        opening = row["kind"] in ("volunteer_opening", "peer_leader_training")
        yield Answer("opening", opening or bool(row.get("wants")) or None, False, "wants")


def _by_intake(row: Row) -> bool:
    return row["kind"] in BEDS and bool(row.get("intake_hours"))


def _times(row: Row) -> str:
    return "intake_hours" if _by_intake(row) else "schedule"


def _for_whom(row: Row, query: Query) -> Iterator[Answer]:
    people = vocabulary.terms("populations")
    said = set(query.welcomes)
    for term in query.welcomes:
        said |= set(vocabulary.split(people[term]["implies"]))
    only = _set(row, "only_for") or frozenset()
    if query.welcomes:
        welcome = (_set(row, "welcomes") or frozenset()) & set(query.welcomes)
        yield Answer("welcomes", bool(welcome or only & said) or None, False, "welcomes")

    def years(term: str) -> set[int]:
        row = people[term]
        return set(range(int(row["age_min"] or 0), int(row["age_max"] or 200) + 1))

    aged = {term for term in people if people[term]["dimension"] == "age"}
    if query.age is not None:
        possible_ages = {query.age}
        said |= {term for term in aged if query.age in years(term)}
    else:
        possible_ages = {year for term in said & aged for year in years(term)}
    out = False
    if possible_ages and only & aged:
        out |= not any(years(term) & possible_ages for term in only & aged)
    sexes = {"women": "women", "women_with_children": "women"} | {
        "men": "men", "men_with_children": "men",
    }  # fmt: skip
    mine = {sexes[term] for term in said if term in sexes}
    theirs = {sexes[term] for term in only if term in sexes}
    out |= bool(mine and theirs and not mine & theirs)
    if only:
        mine_too = bool(only & said)
        fits = None if mine_too == out else mine_too
        yield Answer("only_for", fits, False, "only_for")

    low = int(row["age_min"]) if row.get("age_min") else None
    high = int(row["age_max"]) if row.get("age_max") else None
    if query.age is not None:
        if (low is not None and query.age < low) or (high is not None and query.age > high):
            yield Answer("age", False, False, "age")
        elif low is None and (high is None or query.age < 18):
            yield Answer("age", None, False, "age")
    else:
        only_ages_asked = bool(query.welcomes) and set(query.welcomes) <= aged
        taken = set(range(low or 0, (200 if high is None else high) + 1))
        if only_ages_asked and not any(years(term) & taken for term in query.welcomes):
            yield Answer("age", False, False, "age")
        elif low or (high is not None and high < 100):
            yield Answer("age", None, False, "age")


def _counted_s(row: Row, query: Query) -> float | None:
    """How long ago the beds were counted, in seconds; None when nobody knows."""
    if not row.get("beds_open") or not row.get("beds_as_of"):
        return None
    moment = datetime.fromisoformat(row["beds_as_of"]).replace(tzinfo=ZONE)
    ago = query.at.timestamp() - moment.timestamp()
    return ago if ago >= -3600 else None


def _bed(row: Row, query: Query) -> Iterator[Answer]:
    ago = _counted_s(row, query)
    fits = int(row["beds_open"]) > 0 if ago is not None and ago <= 24 * 3600 else None
    yield Answer("beds", fits, row.get("waiting_list") == "yes", "beds_open")
    soon = query.when is not None and query.when.begin <= query.at + timedelta(hours=18)
    if ("bed_tonight" in query.needs or soon) and "same_day" not in query.yes:
        yield Answer("same_day", _yes(row, "same_day"), True, "same_day")


def _first(
    row: Row, begin: datetime, end: datetime, field: str = "schedule", at: datetime | None = None
) -> float | None:
    """When one can next be there between the two (UTC seconds): a start, or while it is open.

    A session that has begun at the clock `at` counts while half of it or 20 minutes are left.
    """
    if not row.get(field) or end <= begin:
        return None
    kind = _kind(row)["time_kind"] if field == "schedule" else "hours"
    for start, stop in occurrences(row[field], None, kind, str(ZONE), begin, end):
        open_already = kind == "hours" or row[field].startswith("24/7")
        overlaps = start.timestamp() < end.timestamp() and stop.timestamp() > begin.timestamp()
        begun = False
        if at is not None and begin <= at < end:
            left = stop.timestamp() - at.timestamp()
            begun = left >= min(20 * 60, (stop.timestamp() - start.timestamp()) // 2)
        if overlaps and (start.timestamp() >= begin.timestamp() or open_already or begun):
            return start.timestamp()
    return None


def _time(row: Row, query: Query) -> Answer:
    assert query.when is not None
    begin, end = query.when.begin, query.when.end
    field = _times(row)
    fits = _first(row, max(begin, query.at), end, field, query.at) is not None
    if query.wants_bed and row["kind"] in BEDS and not _by_intake(row):
        return Answer("when", True, True, "schedule")
    if not row.get(field):
        return Answer("when", None, True, "schedule")
    week = timedelta(days=7)
    close = _first(row, max(begin - week, query.at), end + week, field) is not None
    return Answer("when", fits, close, "schedule")


def _metres(row: Row, query: Query, which: Callable[..., float] = min) -> float | None:
    if not row.get("latitude") or "in_person" not in (_set(row, "format") or ()):
        return None
    lat, lon = float(row["latitude"]), float(row["longitude"])
    return which(float(distance_m(place.lat, place.lon, lat, lon)) for place in query.near)


def _distance(row: Row, query: Query) -> Answer:
    assert query.within_m is not None
    ways = _set(row, "format")
    remote = {"online", "phone"} & set(query.formats or ("online", "phone"))
    if ways is not None and (ways & remote or "in_person" not in ways):
        return Answer("within", True, True, "address")
    metres = _metres(row, query)
    if metres is None:
        return Answer("within", None, True, "address")
    return Answer("within", metres <= query.within_m, metres <= 2 * query.within_m, "address")


def _key(
    row: Row, query: Query, group: str, unknown: int, told: bool, miss: Answer | None
) -> tuple[object, ...]:
    metres = _metres(row, query) if query.near else None
    # In the list the farther of two places counts.
    worst = _metres(row, query, max) if query.near else None
    far = NEVER if worst is None else worst
    first: list[object] = [told]
    ways = _set(row, "format")
    if query.within_m is not None:
        remote = {"online", "phone"} & set(query.formats or ("online", "phone"))
        from_here = (
            metres is not None and metres > query.within_m and bool((ways or set()) & remote)
        )
        first.append(from_here)
    if group == "ask":
        first.append(unknown)
    if query.concerns or query.pathways:
        about = bool((_set(row, "concerns") or set()) & set(query.concerns))
        about |= bool((_set(row, "pathways") or set()) & set(query.pathways))
        first.append(not about)
    if query.when is None and query.near:
        return (*first, far, f"t:{row['id']}")
    at = query.at
    start = None
    if query.when is not None:
        begin, end, week = query.when.begin, query.when.end, timedelta(days=7)
        start = _first(row, max(begin, at), end, _times(row), at)
        if start is not None:
            start = max(start, begin.timestamp())
        else:
            start = _first(row, max(begin - week, at), end + week, _times(row))
    if start is None:
        start = _first(row, at, at + timedelta(days=400), _times(row), at)
    soonest = NEVER if start is None else max(start, at.timestamp())
    return (*first, soonest, *([far] if query.near else []), f"t:{row['id']}")


def _call(row: Row, query: Query) -> int:
    ago = _counted_s(row, query)
    if ago is not None and ago <= 72 * 3600 and int(row["beds_open"]) > 0:
        return 0
    if row["kind"] == "shelter":
        return 1
    open_now = _first(row, query.at, query.at + timedelta(minutes=1), "intake_hours")
    return 2 if row["kind"] in BEDS and open_now is not None else 3
