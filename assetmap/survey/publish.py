"""A safe table made public: checked once more, with who decided it, as one file.

The file is the released table with six columns behind it, the same in every row: rule, method,
published_on, decided_by, decision and counts ("201 of 420 shown"). Where it is written is the
caller's business; nothing here touches the disk.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pandas as pd

from assetmap.files.source import Source, UnreadableFile
from assetmap.files.table import open_frame
from assetmap.places import fold
from assetmap.survey import waves
from assetmap.survey.lines import COLUMNS
from assetmap.survey.rules import NOT_SHOWN, RULES, ReleaseRefused, ReleaseRule
from assetmap.words import text

ABOUT = ("rule", "method", "published_on", "decided_by", "decision", "counts")
METHOD = "counts of consenting adults; shares with Wilson 95% intervals, of those who answered"
FOLDER, WITHDRAWN = "releases", "withdrawn"


def table_of(data: bytes, name: str, needed: Sequence[str] = COLUMNS) -> pd.DataFrame:
    """A released table as text, with at least the `needed` columns.

    Raises ReleaseRefused when it is none.
    """
    try:
        table, _ = open_frame(Source(name, data))
    except UnreadableFile:
        table = pd.DataFrame()
    if not set(needed) <= set(table.columns) or not len(table):
        raise ReleaseRefused(text("survey.no_release", file=name, columns=", ".join(needed)))
    return table.reset_index(drop=True)


def publish(
    table: pd.DataFrame,
    by: str,
    on: str,
    rule: str = "cms11",
    decision: str = "",
    published: Sequence[pd.DataFrame] = (),
) -> tuple[str, bytes]:
    """The name and bytes of the file that makes `table` public.

    `by` is the role that decides and `on` the date; `published` are the tables that are out.
    Raises ReleaseRefused when the table shows what its rule hides, names a wave that points at
    someone, or holds a wave that is out already.
    """
    if not by.strip():
        raise ReleaseRefused(text("survey.publish_by"))
    if rule not in RULES:
        raise ReleaseRefused(text("survey.no_rule", rule=rule, rules=", ".join(RULES)))
    names = list(dict.fromkeys(table["wave"]))
    for wave in names:
        if not waves.named(wave):
            raise ReleaseRefused(text("survey.wave_name"))
        if any(waves.same(str(w)) == waves.same(wave) for t in published for w in set(t["wave"])):
            raise ReleaseRefused(text("survey.publish_twice", wave=wave))
    _refuse_unsafe(table, RULES[rule])
    kept = table["decision"].astype(str).iloc[0] if "decision" in table else ""
    decisions = "; ".join(dict.fromkeys(filter(None, [kept.strip(), decision.strip()])))
    shown = int((table["count"] != NOT_SHOWN).sum())
    about = {
        "rule": rule,
        "method": METHOD,
        "published_on": on,
        "decided_by": by.strip(),
        "decision": decisions,
        "counts": f"{shown} of {len(table)} shown",
    }
    whole = table[list(COLUMNS)].assign(**about)
    out = io.StringIO(newline="")
    whole.to_csv(out, index=False, lineterminator="\n")
    stem = re.sub(r"[^a-z0-9]+", "-", fold(" ".join(names))).strip("-") or "wave"
    return f"{stem[:60]}.csv", out.getvalue().encode("utf-8")


def _refuse_unsafe(table: pd.DataFrame, rule: ReleaseRule) -> None:
    """No number of a published table may be one that its rule hides."""
    for number, row in enumerate(table.to_dict("records"), 1):
        values: dict[str, int | None] = {}
        for column in ("n_asked", "n_answering", "count"):
            cell = str(row[column]).strip()
            if cell and cell != NOT_SHOWN and not cell.isdigit():
                raise ReleaseRefused(text("survey.publish_cell", row=number, column=column))
            values[column] = int(cell) if cell.isdigit() else None
        count, n, asked = values["count"], values["n_answering"], values["n_asked"]
        few = [v for v in (count, n, asked) if v is not None and rule.hides(v)]
        if count is not None and n is not None and rule.hides(n - count):
            few.append(n - count)
        if n is not None and asked is not None and rule.hides(asked - n):
            few.append(asked - n)
        bare = count is None and any(str(row[c]).strip() for c in ("estimate", "low", "high"))
        if few or bare or (count is not None and n is not None and count > n):
            raise ReleaseRefused(text("survey.publish_unsafe", row=number, rule=rule.name))
