"""From the sources' rows to the assets that are served: corrected, merged, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd

from assetmap.assets import Checked, Context, check_again
from assetmap.assets.entries import fold_entries, ids_of
from assetmap.assets.merging import merge_rows
from assetmap.community.corrections import FILE as CORRECTIONS
from assetmap.community.corrections import (
    Correction,
    CorrectionLine,
    as_shown,
    of_ledger,
    problems_of,
    read_corrections,
    read_lines,
)
from assetmap.community.keeper import Keeper
from assetmap.community.said import LedgerFacts, fold_onto, ledger_problems, merges_of
from assetmap.community.sources import (
    LoadedSources,
    SourceReport,
    count_assets,
)
from assetmap.community.taking_in import taken_rows
from assetmap.fields import Problem


class ServedRows(NamedTuple):
    """The assets as they are served, and what was said of them on the way."""

    assets: gpd.GeoDataFrame
    problems: list[Problem]
    reports: list[SourceReport]
    corrections: list[Correction]
    said: LedgerFacts
    merged_ids: Mapping[str, str]
    checked: Checked


def served_rows(
    folder: Path,
    loaded: LoadedSources,
    context: Context,
    beside: Sequence[Problem],
    had_ledger: bool,
    before: Checked | None = None,
) -> ServedRows:
    """The rows of the sources, corrected, with what people said of them, merged, then checked.

    The gate is last: nothing that it has not seen is shown, nor said of the files `beside`.
    """
    listing_problems: list[Problem] = []
    keeper = Keeper(listing_problems, context.now, None)
    no_lines: list[CorrectionLine] = []
    lines = keeper.read(
        CORRECTIONS, lambda match: _corrections(folder, context, match), no_lines, None, context.now
    )
    entries = [entry for line in lines for entry in line.entries]
    frame, missing = fold_entries(loaded.frame, entries)
    facts = fold_onto(folder, frame, ids_of(frame), context.now, context.country, had_ledger)
    listing_problems += ledger_problems(folder, facts)
    if facts.applied is not None:
        frame = facts.applied.frame
    no_merges: dict[tuple[str, str], int] = {}
    merges = keeper.read(
        "merges.csv", lambda match: _merges(folder, match), no_merges, None, context.now
    )
    pairs = merges_of(facts, list(merges))
    merged = merge_rows(frame, [(merges.get(pair, 0), *pair) for pair in pairs])
    listing_problems += [problem for problem in merged.problems if problem.row]
    listing_problems += problems_of(lines, missing)
    given = [*beside, *loaded.problems, *listing_problems]
    checked = check_again(merged.frame, context, given, before)
    assets = checked.assets
    reports = count_assets(loaded, assets, merged.sources)
    shown, problems = as_shown(lines, missing, assets, checked.problems)
    shown += of_ledger(facts, assets, context.timezone)
    return ServedRows(assets, problems, reports, shown, facts, merged.into, checked)


def _corrections(folder: Path, context: Context, problems: list[Problem]) -> list[CorrectionLine]:
    lines, notes = read_corrections(folder, context)
    problems += notes
    taken = taken_rows(folder)
    return [line for line in lines if line.row not in taken]


def _merges(folder: Path, problems: list[Problem]) -> dict[tuple[str, str], int]:
    """Pairs (kept, other) of merges.csv → the line they stand in."""
    rows, notes = read_lines(folder / "merges.csv", ("keep", "other"))
    problems += notes
    return {(row["keep"], row["other"]): number for number, row in rows}
