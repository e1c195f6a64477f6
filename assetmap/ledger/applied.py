"""What people said put on the rows of the sources, before they are checked.

For every field that somebody corrected three values count: S0, the source's when it was
corrected; S1, the source's now; H, the person's. The table is in the design (`upkeep`):

| case | served | then |
|---|---|---|
| S1 = S0 | H | quiet |
| S1 = H | H | the correction is retired, its history kept |
| S1 is neither, H younger than 180 days | H | to review with both |
| the same, H older | H | to review, and high among those to call |
| the asset is gone, one sure partner | H on the new id | noted |
| the asset is gone, no sure partner | nothing | to review, H kept |
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.assets.cells import plain_value
from assetmap.assets.finding_again import KnownAs, Partner, partners
from assetmap.ledger.entry import Entry, source_hash, stamp
from assetmap.ledger.fold import DATED, Fact, Facts
from assetmap.words import Text, text

YOUNG = timedelta(days=180)
ADDED = "added"
# Numbers of review items that no entry stands for begin here; entries never get so far.
FIRST_REVIEW = 10**9
_KNOWN_BY = ("name", "kind", "address", "city", "phone", "url", "schedule")
# The newest of these wins, whoever said it: a count is as good as its day.
_DATED = {"verified_on": "verified_on", "verified_how": "verified_on"}
_BEDS = ("beds_open", "beds_as_of")


class Review(NamedTuple):
    """Something that somebody has to decide.

    `what` is suggest, hold, import differs, duplicate, held or id; `value` is the value that
    accepting would bring, `was` the one that is served. `old` marks a correction that is older
    than 180 days. `reason` says why it is here.
    """

    n: int
    what: str
    asset: str
    field: str
    value: str
    was: str
    reason: Text | str = ""
    at: str = ""
    role: str = ""
    old: bool = False

    def as_dict(self) -> dict[str, object]:
        """The item as the command line prints it."""
        names = ("n", "what", "asset", "field", "value", "was", "reason", "at", "role")
        printed = {name: getattr(self, name) for name in names}
        # To whoever decides, a held proposal and a held row are both held.
        return {**printed, "what": "held" if self.what == "hold" else self.what}


@dataclass(frozen=True)
class Applied:
    """`frame` with everything in force; `reviews` that came of it.

    `differs` are (asset, field) where the source now says something else, `retired` where it
    caught up, `moved` old id → new id that were found now, `lost` ids that nobody finds again.
    `source_values` gives the source's own text of a field, whatever people said of it.
    """

    frame: pd.DataFrame
    ids: list[str]
    reviews: list[Review] = field(default_factory=list)
    differs: frozenset[tuple[str, str]] = frozenset()
    retired: list[Fact] = field(default_factory=list)
    moved: Mapping[str, str] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()


def review_number(what: str, asset: str, name: str = "", value: str = "") -> int:
    """The number of a review item that is worked out: the same for the same item, for ever."""
    digest = hashlib.sha256("\x1f".join((what, asset, name, value)).encode()).digest()
    return FIRST_REVIEW + int.from_bytes(digest[:8], "big") % FIRST_REVIEW


def known_by(frame: pd.DataFrame, ids: Sequence[str]) -> list[KnownAs]:
    """What the rows of plain columns are known by."""
    blank = [""] * len(frame)
    columns = [
        [value if isinstance(value, str) else "" for value in frame[name].to_numpy(dtype=object)]
        if name in frame
        else blank
        for name in _KNOWN_BY
    ]
    sources = [str(value) for value in frame["source"]]
    return [
        KnownAs(asset, source, *values)
        for asset, source, *values in zip(ids, sources, *columns, strict=True)
    ]


def apply(
    frame: pd.DataFrame,
    ids: Sequence[str],
    facts: Facts,
    now: datetime,
    country: str = "US",
    known: Callable[[], Iterable[KnownAs]] = tuple,
) -> Applied:
    """`frame` (plain text columns, `ids` by row) with everything that `facts` hold in force.

    `known` gives what assets were known by before; it is asked only when one has vanished.
    """
    frame, all_ids = _with_added(frame, list(ids), facts)
    position = {asset: row for row, asset in reversed(list(enumerate(all_ids)))}
    moved, lost, unsure = _find_again(frame, all_ids, position, facts, known)
    columns = _Columns(frame)
    differs: set[tuple[str, str]] = set()
    retired: list[Fact] = []
    reviews: list[Review] = [_waiting(value) for value in facts.waiting.values()]
    young_from = stamp(now - YOUNG)
    for fact in facts.values.values():
        name = fact.field
        asset = moved.get(fact.asset, fact.asset)
        row = position.get(asset)
        if row is None:
            continue
        if asset != fact.asset and (asset, name) in facts.values:
            continue
        counted = name in DATED
        if counted and _is_older_count(fact, facts, columns, row, country):
            continue
        column = columns.to_write(name)
        source = column[row]
        column[row] = fact.value
        spanish = None
        if name == "description" and "description_es" in columns:
            spanish = columns.to_write("description_es")
        if spanish is not None and (asset, "description_es") not in facts.values:
            before = plain_value(name, source if isinstance(source, str) else "", country)
            if before != plain_value(name, fact.value, country):
                # The source's Spanish translates what is no longer said.
                spanish[row] = None
        if counted or not fact.source_hash:
            continue
        now_says = plain_value(name, source if isinstance(source, str) else "", country)
        if source_hash(now_says) == fact.source_hash:
            continue
        if now_says == plain_value(name, fact.value, country):
            retired.append(fact)
            continue
        differs.add((asset, name))
        reviews.append(_differs(fact, asset, now_says, young_from))
    _keep_out_withdrawn(columns, facts, lost, unsure, position)
    for asset in sorted(lost):
        said_of = [fact for fact in facts.values.values() if fact.asset == asset]
        reviews.append(_lost(asset, said_of, unsure.get(asset)))
    decided = {
        review_number("id", value.asset)
        for value in facts.decided.values()
        if value.field == "id" and value.what == "refuse"
    }
    reviews = [item for item in reviews if item.n not in decided]
    return Applied(
        columns.frame(),
        all_ids,
        reviews,
        frozenset(differs),
        retired,
        moved,
        frozenset(lost),
    )


def _with_added(
    frame: pd.DataFrame, ids: list[str], facts: Facts
) -> tuple[pd.DataFrame, list[str]]:
    """The frame with a row for each asset that people added."""
    taken = set(ids)
    known = vocabulary.fields()
    rows = []
    for asset, fact in facts.added.items():
        if asset in taken:
            continue
        try:
            document = json.loads(fact.value)
        except ValueError:
            continue
        values = {str(key): str(value) for key, value in document.items() if key in known}
        rows.append(
            {
                **values,
                **{"id": asset, "source": ADDED, "source_id": asset.partition(":")[2]},
                "row": fact.n,
            }
        )
    if not rows:
        return frame, ids
    added = pd.DataFrame(rows)
    whole = pd.concat([frame, added], ignore_index=True) if len(frame) else added
    return whole, [*ids, *(str(row["id"]) for row in rows)]


class _Columns:
    """The columns of a frame, of which those that are written to are copied first."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._written: dict[str, np.ndarray] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._written or name in self._frame

    def to_write(self, name: str) -> np.ndarray:
        """The column `name` as objects, to be written to; unknown everywhere where it is new."""
        column = self._written.get(name)
        if column is None:
            if name in self._frame:
                column = self._frame[name].astype(object).to_numpy(copy=True)
            else:
                column = np.full(len(self._frame), None, dtype=object)
            self._written[name] = column
        return column

    def text(self, name: str, row: int) -> str:
        """One text; "" where nothing is known."""
        value = self.to_write(name)[row] if name in self else None
        return value if isinstance(value, str) else ""

    def frame(self) -> pd.DataFrame:
        """The frame with what was written."""
        if not self._written:
            return self._frame
        whole = self._frame.copy(deep=False)
        names = [name for name in self._written if name not in whole]
        for name, column in self._written.items():
            if name in whole:
                whole[name] = pd.Series(column, index=whole.index)
        if not names:
            return whole
        # All new ones at once: a frame that grows column by column comes to pieces.
        new = pd.DataFrame({name: self._written[name] for name in names}, index=whole.index)
        return pd.concat([whole, new], axis=1)


def _is_older_count(fact: Fact, facts: Facts, columns: _Columns, row: int, country: str) -> bool:
    """Whether the source counted or checked later than the person did."""
    if fact.field in _BEDS:
        counted = facts.values.get((fact.asset, "beds_as_of"))
        mine = counted.value if counted else ""
        theirs = plain_value("beds_as_of", columns.text("beds_as_of", row), country)
        # The person's own count may be in the column already; equal is not later.
        return bool(mine) and _day_key(theirs) > _day_key(mine)
    if fact.field in _DATED:
        checked = facts.values.get((fact.asset, "verified_on"))
        theirs = plain_value("verified_on", columns.text("verified_on", row), country)
        return checked is not None and theirs > checked.value
    return False


def _day_key(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment).replace(tzinfo=None).isoformat()
    except ValueError:
        return ""


def _find_again(
    frame: pd.DataFrame,
    ids: Sequence[str],
    position: Mapping[str, int],
    facts: Facts,
    known: Callable[[], Iterable[KnownAs]],
) -> tuple[dict[str, str], set[str], dict[str, Partner]]:
    """Old ids with a sure new one, ids that are lost, and of the lost the likeliest new one."""
    gone = {fact.asset for fact in facts.values.values() if fact.asset not in position}
    gone |= {value.asset for value in facts.waiting.values() if value.asset and value.field}
    gone -= position.keys()
    if not gone:
        return {}, set(), {}
    before = {item.asset: item for item in known()}
    fresh = []
    for row in known_by(frame, ids):
        noted = before.get(row.asset)
        # What was away for a while may be what another row was called meanwhile.
        here_since = noted.first_seen if noted is not None and not noted.last_seen else ""
        fresh.append(row._replace(first_seen=here_since))
    old = [before[asset] for asset in sorted(gone) if asset in before]
    result = partners(old, fresh, facts.not_moved)
    moved = {asset: value.asset for asset, value in result.items() if value.sure}
    return moved, gone - moved.keys(), result


def _keep_out_withdrawn(
    columns: _Columns,
    facts: Facts,
    lost: Iterable[str],
    unsure: Mapping[str, Partner],
    position: Mapping[str, int],
) -> None:
    """Who asked to be taken off stays off, also where the row that came back is only likely theirs.

    Being left out for a while does less harm than being shown against one's word.
    """
    for asset in lost:
        fact = facts.values.get((asset, "listed_ok"))
        partner = unsure.get(asset)
        if fact is None or fact.value != "no" or partner is None:
            continue
        columns.to_write("listed_ok")[position[partner.asset]] = "no"


def _waiting(entry: Entry) -> Review:
    what = "suggest" if entry.what == "suggest" else "hold"
    return Review(
        *(entry.n, what, entry.asset, entry.field, entry.value, entry.was),
        entry.reason,
        entry.at,
        entry.role,
    )


def _differs(fact: Fact, asset: str, now_says: str, young_from: str) -> Review:
    """`young_from` is a stamp, so that stamps compare as texts."""
    what, old = "import differs", fact.at < young_from
    n = review_number(what, asset, fact.field, now_says)
    why = _why_differs(old)
    return Review(n, what, asset, fact.field, now_says, fact.value, why, fact.at, fact.role, old)


@cache
def _why_differs(old: bool) -> Text:
    return text("ledger.differs_old" if old else "ledger.differs")


def _lost(asset: str, facts: Sequence[Fact], likely: Partner | None) -> Review:
    fields = ", ".join(sorted({fact.field for fact in facts}))
    reason = text("ledger.lost_likely" if likely else "ledger.lost", fields=fields or "–")
    latest = max((fact.at for fact in facts), default="")
    return Review(
        review_number("id", asset),
        *("id", asset, "id", likely.asset if likely else "", asset),
        reason,
        latest,
    )
