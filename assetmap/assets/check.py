"""Assets: what a community has, one row an asset at a place, checked once and for all.

`check` is the gate. Plain text columns come in, from any reader; out come the assets as one
GeoDataFrame in WGS 84 and a list of everything that was changed, guessed, put aside or refused.
Nothing is dropped without a word, and a private address does not pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap import vocabulary
from assetmap.assets import cells
from assetmap.assets.addresses import hide_addresses, place_by_name
from assetmap.assets.draft import Context, Draft, positions, whole_letters
from assetmap.assets.identity import fingerprint, known_by, suffixes
from assetmap.collecting import no_collection
from assetmap.fields import COLUMNS, FIELDS, LONGEST_TEXT, SEVERITIES, Problem, sentence
from assetmap.places import WGS84
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
    rejected = [_cannot_check(frame, at, context) for at in bad]
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


def _cannot_check(frame: pd.DataFrame, at: int, context: Context) -> Problem:
    # Nothing of the row is repeated: nobody knows what of it is private.
    row = int(frame["row"].iat[at]) if "row" in frame else at + 1
    source = str(frame["source"].iat[at]) if "source" in frame else context.source
    return Problem(row, "row", "", "rejected", text("problem.cannot_check", row=row), source)


def _checked(
    frame: pd.DataFrame, context: Context, problems: Iterable[Problem]
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
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
    return _assemble(draft.values, draft.lat, draft.lon), draft.problems


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
    for at in positions((names == "") & ~gifts.astype(bool)):
        if organizations[at]:
            names[at] = organizations[at]
            draft.say(at, "name", "", "guessed", text("check.name_taken", name=names[at]))
        else:
            keep[at] = False
            draft.say(at, "name", "", "rejected", text("check.no_name"))
    draft.text["name"] = names
    _forget_rows(draft, ~keep)
    draft.keep(keep)


def _fill_from_kind(draft: Draft) -> None:
    for at in positions(draft.unknown("kind")):
        draft["kind"][at] = "other"
        draft.kind_unknown[at] = True
        asked = text("problem.write_kind", some=cells.some_of("kinds"))
        draft.say(at, "kind", "", "guessed", text("problem.other_kind", note=asked))
    kinds = vocabulary.terms("kinds")
    _fill(draft, "support", lambda at: _set_of(kinds[draft["kind"][at]]["support"]))
    _fill(draft, "time_kind", lambda at: kinds[draft["kind"][at]]["time_kind"])
    _fill(draft, "clinical", lambda at: kinds[draft["kind"][at]]["clinical"] == "yes")
    _fill(draft, "court_linked", lambda at: kinds[draft["kind"][at]]["court_linked"] == "yes")
    _fill(draft, "status", lambda at: "active")
    _fill(draft, "country", lambda at: draft.context.country or None)
    _fill(draft, "timezone", lambda at: draft.context.timezone)


def _fill_from_program(draft: Draft) -> None:
    programs: Mapping[str, vocabulary.Row] = vocabulary.terms("programs")
    for name in ("pathways", "concerns", "for_whom"):
        for at in positions(draft.unknown(name) & ~draft.unknown("program")):
            draft[name][at] = _set_of(programs[draft["program"][at]][name])


def _fill(draft: Draft, name: str, value: Callable[[int], object]) -> None:
    for at in positions(draft.unknown(name)):
        draft[name][at] = value(at)


def _set_of(cell: str) -> frozenset[str] | None:
    parts = vocabulary.split(cell)
    return cells.intern_set(parts) if parts else None


def _settle_contradictions(draft: Draft) -> None:
    today = draft.context.now.date().isoformat()
    for at in positions(draft.where("child_care", True)):
        if draft["children_welcome"][at] is False:
            draft.say(at, "children_welcome", "no", "guessed", text("check.child_care"))
        draft["children_welcome"][at] = True
    for at in positions(~draft.unknown("age_min") & ~draft.unknown("age_max")):
        low, high = draft["age_min"][at], draft["age_max"][at]
        if low > high:
            draft["age_min"][at], draft["age_max"][at] = high, low
            note = text("check.ages_swapped", high=high)
            draft.say(at, "age_min", str(low), "guessed", note)
    for at in positions(~draft.unknown("beds_open")):
        total, counted = draft["beds_total"][at], draft["beds_as_of"][at]
        value = str(draft["beds_open"][at])
        if total is not None and draft["beds_open"][at] > total:
            note = text("check.beds_more", total=total)
        elif counted is None:
            note = text("check.beds_undated")
        elif counted[:10] > today:
            note = text("check.beds_to_come", day=counted[:10])
        else:
            continue
        draft["beds_open"][at] = None
        draft.put_aside(at, "beds_open", value)
        draft.say(at, "beds_open", value, "kept", note)
    for at in positions(~draft.unknown("verified_on")):
        day = draft["verified_on"][at]
        if day > today:
            draft["verified_on"][at] = None
            draft.put_aside(at, "verified_on", day)
            draft.say(at, "verified_on", day, "kept", text("check.day_to_come"))
    for at in positions(
        ~draft.unknown("dates") & draft.unknown("schedule") & draft.unknown("recurrence")
    ):
        value = ", ".join(sorted(draft["dates"][at]))
        draft.say(at, "dates", value, "kept", text("check.dates_without_time"))


def _drop_unlisted(draft: Draft) -> None:
    """What does not want to be listed goes, and so does all that was said of it."""
    unlisted = draft.where("listed_ok", False)
    _forget_rows(draft, unlisted)
    for at in positions(unlisted):
        draft.say(at, "listed_ok", "no", "rejected", text("check.unlisted"))
    draft.keep(~unlisted)


def _forget_rows(draft: Draft, gone: np.ndarray) -> None:
    """Of rows that are not among the assets only the rejection is told: nobody knows what of the
    rest is private."""
    rows = {(str(draft.text["source"][at]), int(draft.row[at])) for at in positions(gone)}
    for at in positions(gone):
        for also in draft.also_rows[at]:
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
    for at in positions(draft.unknown("format")):
        if draft["kind"][at] in vocabulary.kinds_where("by_phone") and draft["phone"][at]:
            draft["format"][at] = cells.intern_set(["phone"])
        elif draft["status"][at] == "inactive":
            continue
        elif draft["address"][at] or (
            # A town's point, given or guessed, does not say that there is a door to go to.
            not np.isnan(draft.lat[at])
            and draft["location_precision"][at] not in ("area", "hidden")
        ):
            draft["format"][at] = cells.intern_set(["in_person"])
            source = str(draft.text["source"][at])
            if draft["listed_ok"][at] is not False:
                placed[source] = placed.get(source, 0) + 1
    for source, count in placed.items():
        message = text("check.format_empty", n=count)
        draft.problems.append(Problem(None, "format", "", "guessed", message, source))
    for at in positions(~draft.unknown("format")):
        if "in_person" not in draft["format"][at]:
            # Nobody can go there, so there is no point to show.
            draft.lat[at] = draft.lon[at] = np.nan


def _keep_gifts_nameless(draft: Draft) -> None:
    """A neighbor's gift has no name and no place, only an organization's phone."""
    label = vocabulary.label("kinds", "individual_gift")
    for at in positions(draft.where("kind", "individual_gift")):
        personal = ["address", "city", "postal_code", "email", "url", "conference_url", "original"]
        personal += ["source_id", "conference_phone", "conference_url_notes"]
        personal += ["conference_phone_notes"]
        if draft["name"][at] not in (None, label):
            told = set(re.findall(r"[^\W\d_]{3,}", cells.fold(str(draft["name"][at]))))
            if any(part in cells.fold(str(draft["id"][at])) for part in told):
                personal.append("id")
            draft.say(at, "name", "", "fixed", text("check.gift_nameless"))
            # What the reader said of this row may repeat the name that was taken out.
            _forget(draft, at, str(draft["name"][at]))
            _unname(draft, at, str(draft["name"][at]))
        draft["name"][at] = label
        if draft["phone"][at] and not draft["organization"][at]:
            draft.say(at, "phone", "", "fixed", text("check.gift_phone"))
            personal.append("phone")
        for name in personal:
            draft[name][at] = None
        draft.lat[at] = draft.lon[at] = np.nan
        draft["location_precision"][at] = "hidden"


def _unname(draft: Draft, at: int, name: str) -> None:
    """Take a person's name, whole and in parts, out of the texts that stay."""
    parts = [part for part in re.findall(r"\w+", name) if len(part) > 2 and part[0].isupper()]
    words = "|".join(map(re.escape, [name, *parts]))
    for field in ("description", "description_es", "serves_area", "certified_by"):
        if draft[field][at]:
            draft[field][at] = re.sub(rf"\b(?:{words})\b", "…", draft[field][at])


def _forget(draft: Draft, at: int, name: str) -> None:
    row, source = int(draft.row[at]), str(draft.text["source"][at])

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
    nameless = [at for at in range(len(draft)) if not (draft["source_id"][at] or draft["id"][at])]
    made = _made_ids(draft, nameless)
    for at in range(len(draft)):
        source = str(draft.text["source"][at])
        draft["source"][at] = source
        own = draft["source_id"][at] or draft["id"][at]
        if own and own.startswith(f"{source}:"):
            own = own[len(source) + 1 :]
        if not own:
            own = made[at]
        base = f"{source}:{own}"
        seen[base] = seen.get(base, 0) + 1
        unique = base
        if seen[base] > 1:
            while unique in seen:
                unique = f"{base}-{seen[base]}"
                seen[base] += 1
            seen[unique] = 1
            draft.say(at, "id", own, "fixed", text("check.id_again", unique=unique))
        draft["id"][at] = unique
        draft["source_id"][at] = own


def _made_ids(draft: Draft, rows: Sequence[int]) -> dict[int, str]:
    """Ids for rows that come without one, by position."""
    groups: dict[str, list[int]] = {}
    for at in rows:
        named = (str(draft[name][at] or "") for name in ("name", "address", "city"))
        groups.setdefault(fingerprint(*known_by(*named)), []).append(at)
    made: dict[int, str] = {}
    for base, members in groups.items():
        further = [
            tuple(str(draft[name][at] or "") for name in ("kind", "program", "schedule", "phone"))
            for at in members
        ]
        pieces = suffixes(further) if len(members) > 1 else [""]
        for at, piece in zip(members, pieces, strict=True):
            made[at] = f"{base}-{piece}" if piece else base
    return made


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
