"""Which column of somebody's table is which field of ours, and which are days ("Mon-Thurs", "Lunes
a viernes", "Sat Open")."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.fields import Problem
from assetmap.files.source import Source, UnreadableFile
from assetmap.files.text import decode
from assetmap.places import fold
from assetmap.readers.hours.parts import groups_of
from assetmap.readers.hours.words import Refused, check_letters, plain_text, tokens_of
from assetmap.readers.source import NO_RECIPE, Recipe, file_problem
from assetmap.words import clause_of, text

START, END = "start", "end"
_OPENS, _CLOSES = vocabulary.any_of("opens_column"), vocabulary.any_of("closes_column")
_ROLES = ((re.compile(rf"\b(?:{_OPENS})\b"), START), (re.compile(rf"\b(?:{_CLOSES})\b"), END))
_HOURS = vocabulary.any_of("hours_column")
_SILENT = re.compile(rf"\b(?:{_HOURS})\b|[()#:*_]")
_LETTERS = {
    7: (("m", "t", "w", "t", "f", "s", "s"), ("m", "t", "w", "th", "f", "s", "s"),
        ("m", "t", "w", "r", "f", "s", "u"), ("m", "tu", "w", "th", "f", "sa", "su"),
        ("m", "t", "w", "th", "f", "sa", "su"), ("l", "m", "m", "j", "v", "s", "d"),
        ("l", "m", "x", "j", "v", "s", "d"), ("su", "m", "t", "w", "th", "f", "sa"),
        ("s", "m", "t", "w", "t", "f", "s"), ("s", "m", "t", "w", "th", "f", "s"),
        ("su", "m", "tu", "w", "th", "f", "sa")),
    5: (("m", "t", "w", "t", "f"), ("m", "t", "w", "th", "f"), ("m", "tu", "w", "th", "f"),
        ("l", "m", "m", "j", "v"), ("l", "m", "x", "j", "v")),
}  # fmt: skip


class DayColumn(NamedTuple):
    """A column for some days (0 = Monday); `role` is start or end where it holds one time."""

    position: int
    days: frozenset[int]
    role: str


@lru_cache(maxsize=4096)
def days_of_name(name: str) -> tuple[frozenset[int], str] | None:
    """The days that a column's name says, and its role; None for any other name."""
    plain = re.sub(r"\s\(\d+\)$", "", plain_text(name.replace("_", " ")))
    if not plain or len(plain) > 40:
        return None
    role = ""
    for pattern, which in _ROLES:
        shorter = pattern.sub(" ", plain)
        if shorter != plain and not re.fullmatch(r"\W*", shorter):
            # "from" in "Mon from 9" is a role; "Monday to Friday" has none.
            plain, role = shorter, which
            break
    plain = re.sub(r"\bfin de semana\b|\bweekend\b", "weekends", plain)
    if plain != "weekday":  # alone it names the column of the day
        plain = re.sub(r"\bweekday\b", "weekdays", plain)
    plain = " ".join(_SILENT.sub(" ", plain).split()).strip(" -.,")
    try:
        tokens = tokens_of(plain)
        check_letters(tokens)
        groups = groups_of(tokens)
    except Refused:
        return None
    if len(groups) != 1 or groups[0].kind != "days":
        return None
    if any(each.nth for each in groups[0].days):
        return None
    return frozenset(day for each in groups[0].days for day in each.days), role


def day_columns(names: Sequence[str], free: Sequence[int]) -> list[DayColumn]:
    """The day columns among the columns at `free`, single letters only as a whole week."""
    result = [
        DayColumn(index, *days)
        for index in free
        if (days := days_of_name(names[index])) is not None
    ]
    taken = {column.position for column in result}
    letters = [re.sub(r"\s\(\d+\)$", "", name.strip()).lower().rstrip(".") for name in names]
    for size, weeks in _LETTERS.items():
        for start in range(len(names) - size + 1):
            run = range(start, start + size)
            if tuple(letters[index] for index in run) not in weeks or taken & set(run):
                continue
            if not set(run) <= set(free):
                continue
            sunday_first = letters[start].startswith("s")
            for step, index in enumerate(run):
                day = (step - 1) % 7 if sunday_first else step
                result.append(DayColumn(index, frozenset((day,)), ""))
                taken.add(index)
    return sorted(result)


PRIVATE = "private"
"""Columns about a person: never read, not even into `original`."""
HELPERS = (
    "category", "hours", "day", "start_time", "end_time", "coordinates", "location", "as_of",
    PRIVATE,
)  # fmt: skip
"""What a column may be besides a field: told apart here, turned into fields in columns.py."""
NOT_READ = ("", "-", "ignore", "original")


class Columns(NamedTuple):
    """`first`: field → column index; `joined`: field → further columns whose text is added;
    `own`: fields named exactly as ours; `days`: columns that are days of the week; `private` and
    `unknown` columns by index."""

    first: Mapping[str, int]
    joined: Mapping[str, tuple[int, ...]]
    own: frozenset[str]
    private: tuple[int, ...]
    unknown: tuple[int, ...]
    days: tuple[DayColumn, ...] = ()


def plain(name: str) -> str:
    """A column name without case, accents and punctuation."""
    return " ".join(re.findall(r"[^\W_]+", fold(name)))


@cache
def _aliases() -> Mapping[str, tuple[str, str]]:
    result: dict[str, tuple[str, str]] = {}
    for name, row in vocabulary.fields().items():
        for label in (row["label_en"], row["label_es"]):
            result.setdefault(plain(label), (name, ""))
    for row in vocabulary.read_rows(vocabulary.FOLDER / "aliases.csv"):
        result[plain(row["alias"])] = (row["field"], row["how"])
    return result


@cache
def _own() -> Mapping[str, str]:
    return {plain(name): name for name in vocabulary.fields()}


def is_known(name: str) -> bool:
    """Whether a column name is a field of ours or an alias of one."""
    words = plain(name)
    if not words:
        return False
    return words in _own() or alias_of(name) is not None or days_of_name(name) is not None


# Whose phone or address it is says nothing new: "Agency phone", "Site address".
_OWNERS = vocabulary.word_set("owner")
_OWNED = frozenset((
    "address", "city", "region", "postal_code", "phone", "url", "hours", "latitude", "longitude",
    "languages", "cost", "email",
))  # fmt: skip
_TOWN_PARTS = frozenset(("city", "region", "postal_code"))
_PARTS = re.compile(r"\s*(?:[/&+,|]|\bor\b|\band\b|\bo\b|\by\b)\s*", re.IGNORECASE)
_STATE_WORDS = vocabulary.word_set("state_column")


@lru_cache(maxsize=4096)
def alias_of(name: str) -> tuple[str, str] | None:
    """(field, how) of a column name that is an alias, whole or by its parts; else None.

    "Agency phone" is a phone, "Name/Agency" a name, "City, State Zip" a town with what follows it.
    """
    words = plain(re.sub(r"\([^)]*\)", " ", name)) or plain(name)
    for known in (plain(name), words):
        if known in _aliases():
            return _aliases()[known]
        if known in _own():
            return _own()[known], ""
    parts = [plain(part) for part in _PARTS.split(name) if plain(part)]
    parts = _town_words(words) or parts
    if len(parts) > 1:
        result = [_part_field(part) for part in parts]
        fields = {field for field, _ in result}
        if result[0][0] == "city" and fields <= _TOWN_PARTS:
            return "city", ""
        if (len(fields) == 1 and "" not in fields) or fields == {"name", "organization"}:
            return result[0]
        if result[0][0] == "phone" and fields == {"phone", ""}:
            return result[0]
    first, _, rest = words.partition(" ")
    field, how = _aliases().get(rest) or (_own().get(rest, ""), "")
    return (field, how) if first in _OWNERS and field in _OWNED else None


def _town_words(words: str) -> list[str]:
    """ "city state zip" as its parts, where all of it is a town's."""
    parts = words.replace("zip code", "zip").replace("postal code", "postcode").split()
    return parts if all(_part_field(part)[0] in _TOWN_PARTS for part in parts) else []


def _part_field(part: str) -> tuple[str, str]:
    if part in _STATE_WORDS:
        return "region", ""
    return _aliases().get(part) or (_own().get(part, ""), "")


def read_recipe(source: Source) -> Recipe:
    """A recipe from TOML (`[columns]`, `[fill]`) or from a CSV with two columns.

    Raises UnreadableFile for a recipe that names a field we do not have.
    """
    plain_text = decode(source.name, source.data).text
    if source.name.lower().endswith(".csv"):
        rows = [row for row in csv.reader(io.StringIO(plain_text)) if len(row) >= 2]
        start = 1 if rows and plain(rows[0][1]) in ("field", "our field", "to", "campo") else 0
        recipe = Recipe({row[0].strip(): row[1].strip() for row in rows[start:]}, {})
    else:
        try:
            table = tomllib.loads(plain_text)
        except tomllib.TOMLDecodeError as error:
            message = text("readers.no_recipe", name=source.name, error=clause_of(error))
            raise UnreadableFile(message) from None
        columns = table.get("columns", {k: v for k, v in table.items() if isinstance(v, str)})
        fill = table.get("fill", {})
        recipe = Recipe(
            {str(k): str(v) for k, v in columns.items()}, {str(k): str(v) for k, v in fill.items()}
        )
    known = (*vocabulary.fields(), *HELPERS, *NOT_READ)
    for name in (*recipe.columns.values(), *recipe.fill):
        if name not in known:
            fields = ", ".join(vocabulary.fields())
            raise UnreadableFile(
                text("readers.recipe_field", name=source.name, field=name, fields=fields)
            )
    if not recipe.columns and not recipe.fill:
        raise UnreadableFile(text("readers.recipe_empty", name=source.name))
    return recipe


def match(header: Iterable[str], recipe: Recipe = NO_RECIPE) -> tuple[Columns, list[Problem]]:
    """Our fields for the columns of `header`.

    A recipe beats our own names, which beat aliases; of two columns for one field the first
    is read and the other kept in `original`.
    """
    names = list(header)
    taken = _Taken()
    by_recipe = {plain(column): name for column, name in recipe.columns.items()}
    for index, name in enumerate(names):
        field = by_recipe.get(plain(name))
        if field in NOT_READ:
            taken.left_out.add(index)
        elif field is not None:
            taken.give(index, field, "join")
    for index, name in enumerate(names):
        field = _own().get(plain(name))
        if field is not None and index not in taken.left_out:
            taken.give(index, field, "", own=True)
    for index, field, how in _by_alias(names, taken):
        taken.give(index, field, how)
    nameless = len(names) > 1 and "name" not in {*taken.first, *recipe.fill}
    stated = "organization" in by_recipe.values()
    if nameless and not stated and "organization" in taken.own:  # who runs it is what it is called
        taken.first["name"] = taken.first.pop("organization")
        taken.own.discard("organization")
    free = [i for i in range(len(names)) if i not in taken.used and i not in taken.left_out]
    days = tuple(day_columns(names, free))
    taken.used |= {column.position for column in days}
    problems = _say(names, recipe, taken)
    unknown = tuple(i for i in range(len(names)) if i not in taken.used)
    joined = {name: tuple(indexes) for name, indexes in taken.joined.items()}
    columns = Columns(
        taken.first, joined, frozenset(taken.own), tuple(taken.private), unknown, days
    )
    return columns, problems


class _Taken:
    """Columns given to fields so far."""

    def __init__(self) -> None:
        self.first: dict[str, int] = {}
        self.joined: dict[str, list[int]] = {}
        self.own: set[str] = set()
        self.private: list[int] = []
        self.left_out: set[int] = set()
        self.used: set[int] = set()

    def give(self, index: int, field: str, how: str, own: bool = False) -> None:
        """Give the column at `index` to `field`, unless either is taken."""
        if index in self.used:
            return
        if field == PRIVATE:
            self.private.append(index)
        elif field not in self.first:
            self.first[field] = index
            if own:
                self.own.add(field)
        elif how == "join":
            self.joined.setdefault(field, []).append(index)
        else:
            return
        self.used.add(index)


def _by_alias(names: list[str], taken: _Taken) -> list[tuple[int, str, str]]:
    """(column, field, how) by aliases, in the order of the header.

    "Agency" and "Program Name" side by side: the first runs what the second is called.
    """
    free = [i for i in range(len(names)) if i not in taken.used and i not in taken.left_out]
    results = [(i, *alias) for i in free if (alias := alias_of(names[i])) is not None]
    called = "name" in taken.first or any(f == "name" and how == "" for _, f, how in results)
    any_name = called or any(field == "name" for _, field, _ in results)
    result = []
    for index, field, how in results:
        if field == "name" and how == "organization" and called:
            result.append((index, "organization", ""))
        elif field == "organization" and how == "name" and not any_name:
            result.append((index, "name", ""))
        else:
            result.append((index, field, how))
    return result


def _say(names: list[str], recipe: Recipe, taken: _Taken) -> list[Problem]:
    present = {plain(name) for name in names}
    problems = [
        file_problem(text("readers.recipe_column", column=column), "kept", column)
        for column in recipe.columns
        if plain(column) not in present
    ]
    if taken.private:
        listed = ", ".join(names[index] for index in taken.private)
        problems.append(file_problem(text("readers.left_out_columns", columns=listed)))
    return problems
