"""Assets: what a community has, one row an asset at a place, checked once and for all.

`check` is the gate. Plain text columns come in, from any reader; out come the assets as one
GeoDataFrame in WGS 84 and a list of everything that was changed, guessed, put aside or refused.
Nothing is dropped without a word, and a private address does not pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap import vocabulary
from assetmap.assets import cells
from assetmap.assets.addresses import hide_addresses, place_by_name
from assetmap.assets.draft import Context, Draft, no_collection, positions, whole_letters
from assetmap.assets.duplicates import fingerprint, known_by, suffixes
from assetmap.fields import COLUMNS, FIELDS, LONGEST_TEXT, SEVERITIES, Problem, sentence
from assetmap.places import WGS84
from assetmap.schedule import last_ends
from assetmap.words import changed, text

__all__ = ["COLUMNS", "FIELDS", "SEVERITIES", "Context", "Problem", "check", "empty", "sentence"]

_DTYPES = {"yesno": "boolean", "whole": "Int64", "number": "Float64", "set": "object"}


def check(
    frame: pd.DataFrame, context: Context, problems: Iterable[Problem] = ()
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Assets and problems from plain text columns.

    `frame` has columns named as in FIELDS (with `latitude` and `longitude`), all text or missing,
    `row` with the source's row numbers and, where several sources come together, `source`.
    Columns of other names are kept in `original`. `problems` are the reader's own; they are
    returned too, freed of private addresses like everything else.
    """
    assets, notes, _ = check_with_positions(frame, context, problems)
    return assets, notes


class Passed(NamedTuple):
    """What passed the gate; `positions` gives for each asset its row of the frame, by position."""

    assets: gpd.GeoDataFrame
    problems: list[Problem]
    positions: np.ndarray


def check_with_positions(
    frame: pd.DataFrame, context: Context, problems: Iterable[Problem] = ()
) -> Passed:
    """`check`, and where in `frame` each asset was."""
    with no_collection():
        return _checked(frame, context, problems)


def check_row_by_row(
    frame: pd.DataFrame, context: Context, problems: Sequence[Problem] = ()
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """`check`; a row that makes it fail is left out and said, and the others are kept."""
    try:
        return check(frame, context, problems)
    except Exception:  # whatever one strange row makes a library stumble over
        bad = _failing(frame, context)
    rejected = [_cannot_check(frame, position, context) for position in bad]
    rows = {(problem.source, problem.row) for problem in rejected}
    left = [problem for problem in problems if (problem.source, problem.row) not in rows]
    keep = np.ones(len(frame), dtype=bool)
    keep[bad] = False
    return check(frame[keep].reset_index(drop=True), context, [*left, *rejected])


def _failing(frame: pd.DataFrame, context: Context) -> list[int]:
    """Positions of the rows that fail alone, found by halving."""
    failing: list[int] = []
    parts = [(0, len(frame))]
    while parts:
        begin, end = parts.pop()
        try:
            check(frame.iloc[begin:end].reset_index(drop=True), context)
        except Exception:
            if end - begin == 1:
                failing.append(begin)
                continue
            middle = (begin + end) // 2
            parts += [(begin, middle), (middle, end)]
    return failing


def _cannot_check(frame: pd.DataFrame, position: int, context: Context) -> Problem:
    # Nothing of the row is repeated: nobody knows what of it is private.
    row = int(frame["row"].iat[position]) if "row" in frame else position + 1
    source = str(frame["source"].iat[position]) if "source" in frame else context.source
    return Problem(row, "row", "", "rejected", text("problem.cannot_check", row=row), source)


def _checked(frame: pd.DataFrame, context: Context, problems: Iterable[Problem]) -> Passed:
    draft = Draft(frame, context)
    draft.problems.extend(map(_with_whole_letters, problems))
    _drop_unnamed(draft)
    draft.read_cells()
    draft.read_points()
    _fill_from_kind(draft)
    _fill_from_program(draft)
    _settle_contradictions(draft)
    _fill_format(draft)
    placed = place_by_name(draft)
    hide_addresses(draft, placed)
    _drop_unlisted(draft)
    _keep_gifts_nameless(draft)
    _give_ids(draft)
    assets = _assemble(draft.values, draft.lat, draft.lon)
    return Passed(assets, draft.problems, draft.came_from)


def _with_whole_letters(problem: Problem) -> Problem:
    if len(problem.value) > LONGEST_TEXT:
        problem = problem._replace(value=problem.value[:LONGEST_TEXT])
    if problem.value.isprintable() and problem.message.isprintable():
        return problem
    message = changed(problem.message, whole_letters)
    return problem._replace(value=whole_letters(problem.value), message=message)


def empty() -> gpd.GeoDataFrame:
    """An assets frame without rows."""
    nothing = np.empty(0, dtype=object)
    return _assemble(dict.fromkeys(COLUMNS, nothing), np.empty(0), np.empty(0))


def dtype(name: str) -> str:
    """The pandas dtype of the field `name`."""
    return _DTYPES.get(FIELDS[name]["type"], "str")


def _drop_unnamed(draft: Draft) -> None:
    names, organizations = draft.column("name"), draft.column("organization")
    gifts = np.array([cells.fold(kind).startswith("individual") for kind in draft.column("kind")])
    keep = np.ones(len(draft), dtype=bool)
    for position in positions((names == "") & ~gifts.astype(bool)):
        if organizations[position]:
            names[position] = organizations[position]
            draft.say(
                position, "name", "", "guessed", text("check.name_taken", name=names[position])
            )
        else:
            keep[position] = False
            draft.say(position, "name", "", "rejected", text("check.no_name"))
    draft.text["name"] = names
    _forget_rows(draft, ~keep)
    draft.keep(keep)


def _fill_from_kind(draft: Draft) -> None:
    for position in positions(draft.unknown("kind")):
        draft["kind"][position] = "other"
        draft.kind_unknown[position] = True
        asked = text("problem.write_kind", some=cells.some_of("kinds"))
        draft.say(position, "kind", "", "guessed", text("problem.other_kind", note=asked))
    kinds = vocabulary.terms("kinds")
    _fill(draft, "support", lambda position: _set_of(kinds[draft["kind"][position]]["support"]))
    _fill(draft, "time_kind", lambda position: kinds[draft["kind"][position]]["time_kind"])
    _fill(draft, "clinical", lambda position: kinds[draft["kind"][position]]["clinical"] == "yes")
    _fill(
        draft,
        "court_linked",
        lambda position: kinds[draft["kind"][position]]["court_linked"] == "yes",
    )
    _fill(draft, "status", lambda position: "active")
    _fill(draft, "country", lambda position: draft.context.country or None)
    _fill(draft, "timezone", lambda position: draft.context.timezone)


def _fill_from_program(draft: Draft) -> None:
    programs: Mapping[str, vocabulary.Row] = vocabulary.terms("programs")
    for name in ("pathways", "concerns", "for_whom"):
        for position in positions(draft.unknown(name) & ~draft.unknown("program")):
            draft[name][position] = _set_of(programs[draft["program"][position]][name])


def _fill(draft: Draft, name: str, value: Callable[[int], object]) -> None:
    for position in positions(draft.unknown(name)):
        draft[name][position] = value(position)


def _set_of(cell: str) -> frozenset[str] | None:
    parts = vocabulary.split(cell)
    return cells.intern_set(parts) if parts else None


def _settle_contradictions(draft: Draft) -> None:
    today = draft.context.now.date().isoformat()
    for position in positions(draft.where("child_care", True)):
        if draft["children_welcome"][position] is False:
            draft.say(position, "children_welcome", "no", "guessed", text("check.child_care"))
        draft["children_welcome"][position] = True
    for position in positions(~draft.unknown("age_min") & ~draft.unknown("age_max")):
        low, high = draft["age_min"][position], draft["age_max"][position]
        if low > high:
            draft["age_min"][position], draft["age_max"][position] = high, low
            note = text("check.ages_swapped", high=high)
            draft.say(position, "age_min", str(low), "guessed", note)
    for position in positions(~draft.unknown("beds_open")):
        total, counted = draft["beds_total"][position], draft["beds_as_of"][position]
        value = str(draft["beds_open"][position])
        if total is not None and draft["beds_open"][position] > total:
            note = text("check.beds_more", total=total)
        elif counted is None:
            note = text("check.beds_undated")
        elif counted[:10] > today:
            note = text("check.beds_to_come", day=counted[:10])
        else:
            continue
        draft["beds_open"][position] = None
        draft.put_aside(position, "beds_open", value)
        draft.say(position, "beds_open", value, "kept", note)
    for position in positions(~draft.unknown("verified_on")):
        day = draft["verified_on"][position]
        if day > today:
            draft["verified_on"][position] = None
            draft.put_aside(position, "verified_on", day)
            draft.say(position, "verified_on", day, "kept", text("check.day_to_come"))
    for position in positions(
        ~draft.unknown("dates") & draft.unknown("schedule") & draft.unknown("recurrence")
    ):
        value = ", ".join(sorted(draft["dates"][position]))
        draft.say(position, "dates", value, "kept", text("check.dates_without_time"))
    _say_what_is_over(draft)


def _say_what_is_over(draft: Draft) -> None:
    """What was on stated days only, the last of which has passed: it is found no more."""
    names = ("schedule", "recurrence", "dates", "time_kind", "timezone")
    frame = pd.DataFrame({name: list(draft[name]) for name in names}, dtype=object)
    ends = last_ends(frame, draft.context.timezone)
    for position in np.flatnonzero(ends <= int(draft.context.now.timestamp())):
        field = "dates" if draft["dates"][position] else "schedule"
        field = "recurrence" if draft["recurrence"][position] else field
        value = draft[field][position]
        shown = ", ".join(sorted(value)) if field == "dates" else str(value)
        draft.say(int(position), field, shown, "kept", text("check.over"))


def _drop_unlisted(draft: Draft) -> None:
    """What does not want to be listed goes, and so does all that was said of it."""
    unlisted = draft.where("listed_ok", False)
    _forget_rows(draft, unlisted)
    for position in positions(unlisted):
        draft.say(position, "listed_ok", "no", "rejected", text("check.unlisted"))
    draft.keep(~unlisted)


def _forget_rows(draft: Draft, gone: np.ndarray) -> None:
    """Of rows that are not among the assets only the rejection is told: nobody knows what of the
    rest is private."""
    rows = {
        (str(draft.text["source"][position]), int(draft.row[position]))
        for position in positions(gone)
    }
    for position in positions(gone):
        for also in draft.also_rows[position]:
            source, _, row = also.partition("\x1f")
            rows.add((source, int(row)))
    if rows:
        draft.problems[:] = [
            problem
            for problem in draft.problems
            if problem.severity == "rejected" or (problem.source, problem.row) not in rows
        ]


def _fill_format(draft: Draft) -> None:
    """A row that gives a street or a point can be visited; a phone line can be called."""
    placed: dict[str, int] = {}
    for position in positions(draft.unknown("format")):
        if (
            draft["kind"][position] in vocabulary.kinds_where("by_phone")
            and draft["phone"][position]
        ):
            draft["format"][position] = cells.intern_set(["phone"])
        elif draft["status"][position] == "inactive":
            continue
        elif draft["address"][position] or (
            # A town's point, given or guessed, does not say that there is a door to go to.
            not np.isnan(draft.lat[position])
            and draft["location_precision"][position] not in ("area", "hidden")
        ):
            draft["format"][position] = cells.intern_set(["in_person"])
            source = str(draft.text["source"][position])
            if draft["listed_ok"][position] is not False:
                placed[source] = placed.get(source, 0) + 1
    for source, count in placed.items():
        message = text("check.format_empty", n=count)
        draft.problems.append(Problem(None, "format", "", "guessed", message, source))
    for position in positions(~draft.unknown("format")):
        if "in_person" not in draft["format"][position]:
            # Nobody can go there, so there is no point to show.
            draft.lat[position] = draft.lon[position] = np.nan


def _keep_gifts_nameless(draft: Draft) -> None:
    """A neighbor's gift has no name and no place, only an organization's phone."""
    label = vocabulary.label("kinds", "individual_gift")
    for position in positions(draft.where("kind", "individual_gift")):
        personal = ["address", "city", "postal_code", "email", "url", "conference_url", "original"]
        personal += ["source_id", "conference_phone", "conference_url_notes"]
        personal += ["conference_phone_notes"]
        if draft["name"][position] not in (None, label):
            name_parts = set(re.findall(r"[^\W\d_]{3,}", cells.fold(str(draft["name"][position]))))
            if any(part in cells.fold(str(draft["id"][position])) for part in name_parts):
                personal.append("id")
            draft.say(position, "name", "", "fixed", text("check.gift_nameless"))
            # What the reader said of this row may repeat the name that was taken out.
            _forget(draft, position, str(draft["name"][position]))
            _unname(draft, position, str(draft["name"][position]))
        draft["name"][position] = label
        if draft["phone"][position] and not draft["organization"][position]:
            draft.say(position, "phone", "", "fixed", text("check.gift_phone"))
            personal.append("phone")
        for name in personal:
            draft[name][position] = None
        draft.lat[position] = draft.lon[position] = np.nan
        draft["location_precision"][position] = "hidden"


def _unname(draft: Draft, position: int, name: str) -> None:
    """Take a person's name, whole and in parts, out of the texts that stay."""
    parts = [part for part in re.findall(r"\w+", name) if len(part) > 2 and part[0].isupper()]
    words = "|".join(map(re.escape, [name, *parts]))
    for field in ("description", "description_es", "serves_area", "certified_by"):
        if draft[field][position]:
            draft[field][position] = re.sub(rf"\b(?:{words})\b", "…", draft[field][position])


def _forget(draft: Draft, position: int, name: str) -> None:
    row, source = int(draft.row[position]), str(draft.text["source"][position])

    def nameless(value: str) -> str:
        return value.replace(name, "…")

    draft.problems[:] = [
        problem._replace(value=nameless(problem.value), message=changed(problem.message, nameless))
        if (problem.row, problem.source) == (row, source)
        else problem
        for problem in draft.problems
    ]


def _give_ids(draft: Draft) -> None:
    """`source:original id`, or a hash of what identifies the row; never its number."""
    seen: dict[str, int] = {}
    nameless = [
        position
        for position in range(len(draft))
        if not (draft["source_id"][position] or draft["id"][position])
    ]
    new_ids = _made_ids(draft, nameless)
    for position in range(len(draft)):
        source = str(draft.text["source"][position])
        draft["source"][position] = source
        own = draft["source_id"][position] or draft["id"][position]
        if own and own.startswith(f"{source}:"):
            own = own[len(source) + 1 :]
        if not own:
            own = new_ids[position]
        base = f"{source}:{own}"
        seen[base] = seen.get(base, 0) + 1
        unique = base
        if seen[base] > 1:
            while unique in seen:
                unique = f"{base}-{seen[base]}"
                seen[base] += 1
            seen[unique] = 1
            draft.say(position, "id", own, "fixed", text("check.id_again", unique=unique))
        draft["id"][position] = unique
        draft["source_id"][position] = own


def _made_ids(draft: Draft, rows: Sequence[int]) -> dict[int, str]:
    """Ids for rows that come without one, by position."""
    groups: dict[str, list[int]] = {}
    for position in rows:
        named = (str(draft[name][position] or "") for name in ("name", "address", "city"))
        groups.setdefault(fingerprint(*known_by(*named)), []).append(position)
    new_ids: dict[int, str] = {}
    for base, members in groups.items():
        further = [
            tuple(
                str(draft[name][position] or "")
                for name in ("kind", "program", "schedule", "phone")
            )
            for position in members
        ]
        pieces = suffixes(further) if len(members) > 1 else [""]
        for position, piece in zip(members, pieces, strict=True):
            new_ids[position] = f"{base}-{piece}" if piece else base
    return new_ids


def _assemble(
    values: Mapping[str, np.ndarray], lat: np.ndarray, lon: np.ndarray
) -> gpd.GeoDataFrame:
    columns: dict[str, object] = {}
    for name in COLUMNS:
        kind = dtype(name)
        column = values[name]
        if kind == "object":
            columns[name] = pd.Series(column, dtype=object)
        else:
            columns[name] = pd.array(list(column), dtype=kind)
    geometry = np.full(len(lat), None, dtype=object)
    known = ~np.isnan(lat)
    geometry[known] = shapely.points(lon[known], lat[known])
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(geometry, crs=WGS84), crs=WGS84)
