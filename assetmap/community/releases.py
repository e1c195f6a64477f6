"""A community's surveys: recipes that open its exports, published tables, what was asked for.

They lie in `recipes/` of the community's folder as `survey infer` or the page wrote them, and hold
headers and answers of the form, never anybody's own words.

Needs and barriers by area become indicators with the margin of their interval. They stand apart:
each can be chosen, none enters the index of all indicators, for a survey of hundreds is not a
census.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from assetmap.community.folder import Community, clock
from assetmap.community.recording import Who
from assetmap.community.surveys import RECIPES
from assetmap.files.atomic import write_atomic
from assetmap.files.rows import open_rows
from assetmap.files.source import Source, UnreadableFile
from assetmap.ledger import LedgerError, Store, entry
from assetmap.ledger.people import allowed
from assetmap.places import fold
from assetmap.survey import recipe as recipes
from assetmap.survey import release as publishing
from assetmap.survey.geography import units_of
from assetmap.survey.need_indicators import need_indicators
from assetmap.survey.release import FOLDER, WITHDRAWN
from assetmap.survey.rules import ReleaseRefused
from assetmap.words import LANGUAGES, say, text


def ever_published(folder: Path) -> list[pd.DataFrame]:
    """Every table that is or was public in a community's folder, withdrawn ones too.

    Raises ReleaseRefused when one cannot be read: what readers know already must be known before
    anything is added to it.
    """
    releases = folder / FOLDER
    paths = sorted(releases.glob("*.csv")) + sorted((releases / WITHDRAWN).glob("*.csv"))
    return [_table(path) for path in paths]


def _table(path: Path) -> pd.DataFrame:
    needed = ("wave", "area", "question", "answer", "n_answering", "count")
    try:
        return publishing.table_of(path.read_bytes(), path.name, needed)
    except Exception as error:  # whatever a damaged table makes a reader stumble over
        raise ReleaseRefused(text("survey.earlier_unreadable", file=path.name)) from error


def _tables(folder: Path) -> list[Path]:
    """The files of published tables; a folder of such a name is none."""
    return sorted(path for path in (folder / FOLDER).glob("*.csv") if path.is_file())


def waves_of(folder: Path) -> list[tuple[str, int]]:
    """Each published wave with its number of cells, in the order of the files."""
    counts: dict[str, int] = {}
    for path in _tables(folder):
        try:
            rows = _rows(path)
        except UnreadableFile:  # said where the community's files are read
            continue
        for row in rows:
            wave = row.get("wave", "")
            counts[wave] = counts.get(wave, 0) + 1
    return list(counts.items())


def put_out(
    folder: Path, table: pd.DataFrame, by: str, on: str, rule: str, decision: str = ""
) -> Path:
    """Make a safe table public: one file in `folder`'s releases, whole or not at all; its path.

    Raises ReleaseRefused as `survey.release.publish`, or when a file of that name is there already.
    """
    name, data = publishing.publish(table, by, on, rule, decision, ever_published(folder))
    target = folder / FOLDER / name
    if target.exists():
        raise ReleaseRefused(text("survey.publish_twice", wave=target.stem))
    target.parent.mkdir(exist_ok=True)
    write_atomic(target, data)
    return target


def take_back(folder: Path, wave: str) -> int:
    """Take a wave out of `folder`'s public tables; gives how many cells went.

    First it counts as withdrawn, then it is no longer out: a crash between loses nothing. What
    was published once goes on counting when the next table is protected. Raises UnreadableFile
    where a table cannot be read.
    """
    gone = 0
    for path in _tables(folder):
        rows = _rows(path)
        kept = [row for row in rows if row.get("wave", "") != wave]
        if len(kept) == len(rows):
            continue
        gone += len(rows) - len(kept)
        taken = [row for row in rows if row.get("wave", "") == wave]
        aside = path.parent / WITHDRAWN
        aside.mkdir(exist_ok=True)
        earlier = _rows(aside / path.name) if (aside / path.name).is_file() else []
        new = [row for row in taken if row not in earlier]
        write_atomic(aside / path.name, _csv([*earlier, *new]))
        if kept:
            write_atomic(path, _csv(kept))
        else:
            path.unlink()
    return gone


def publish(
    community: Community, table: pd.DataFrame, decision: str, who: Who, store: Store
) -> list[str]:
    """Make a table public from the desk; its waves. Raises LedgerError, ReleaseRefused."""
    allowed(who.role, "publish")
    now = clock(community.timezone)
    rule = str(community.config["release"].get("rule", "cms11"))
    put_out(community.path, table, who.role, now.date().isoformat(), rule, decision)
    waves = list(dict.fromkeys(table["wave"].astype(str)))
    store.append(
        entry(
            *("publish", "", "wave", ", ".join(waves)[:200]),
            role=who.role,
            actor=who.actor,
            now=now,
        )
    )
    return waves


def withdraw(community: Community, wave: str, who: Who, store: Store) -> int:
    """Take a wave out of the published tables; gives how many cells went. Raises LedgerError."""
    allowed(who.role, "publish")
    gone = take_back(community.path, wave)
    if not gone:
        raise LedgerError(text("desk.no_wave", wave=wave[:60]))
    now = clock(community.timezone)
    new_entry = entry(
        *("publish", "", "wave", ""), role=who.role, actor=who.actor, was=wave[:200], now=now
    )
    store.append(new_entry)
    return gone


def _csv(rows: list[dict[str, str]]) -> bytes:
    lines = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(lines, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue().encode()


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a published table. Raises UnreadableFile for what is none."""
    header, *rows = open_rows(Source(path.name, path.read_bytes()))[0].rows
    padded = ([*row, *[""] * (len(header) - len(row))] for row in rows if row)
    return [dict(zip(header, row, strict=False)) for row in padded]


MOST_BYTES = 2 * 2**20


def keep_recipe(community: Community, data: bytes, name: str, who: Who) -> str:
    """Keep a recipe from the desk; the file's name. Raises RecipeError, LedgerError."""
    allowed(who.role, "publish")
    recipes.read(data[:MOST_BYTES], name)
    stem = re.sub(r"[^a-z0-9]+", "-", fold(Path(name).stem)).strip("-")[:60] or "recipe"
    target = community.path / RECIPES / f"{stem}.toml"
    target.parent.mkdir(exist_ok=True)
    write_atomic(target, data)
    return target.name


def with_survey(community: Community) -> Community:
    """The community with its published survey's shares among the indicators, named and noted."""
    table, notes = asked(community)
    if not len(table):
        return community
    known = community.indicators
    return replace(
        community,
        indicators=pd.concat([known, table], ignore_index=True) if len(known) else table,
        indicator_notes={**notes, **community.indicator_notes},
    )


def asked(community: Community) -> tuple[pd.DataFrame, dict[str, Mapping[str, object]]]:
    """The survey's indicators (area, indicator, value, moe, year, suppressed) and what they are."""
    areas, releases = community.areas, community.releases
    if areas is None or not len(areas) or not len(releases):
        return pd.DataFrame(), {}
    book = community.survey_book
    result = need_indicators(
        releases, units_of(areas, set(releases["area"].astype(str))), book=book
    )
    table = pd.DataFrame(
        {
            "area": result["id"].astype("str"),
            "indicator": result["indicator"].astype("str"),
            "value": result["value"].astype(float),
            "moe": result["moe"].astype(float),
            "year": result["year"].astype("Int64"),
            "suppressed": pd.array([False] * len(result), dtype=bool),
        }
    )
    notes: dict[str, Mapping[str, object]] = {}
    for name, lines in result.groupby("indicator", sort=False):
        topic, _, answer = str(name).partition(":")
        question = book.questions.get(str(lines["question"].iloc[0])) if book else None
        labels = question.answers.get(answer, {}) if question else {}
        plain = answer.replace("_", " ")
        notes[str(name)] = {
            "unit": "percent",
            "direction": "high",
            "theme": topic,
            "apart": True,
            "source": say("survey.indicator_source", "en", wave=lines["wave"].iloc[0]),
        } | {
            f"label_{tag}": say(
                f"survey.indicator_{topic}",
                tag,
                answer=labels.get(tag) or labels.get("en") or plain,
            )
            for tag in LANGUAGES
        }
    return table, notes
