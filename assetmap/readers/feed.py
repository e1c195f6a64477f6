"""Rows of a feed (JSON or a data package) on their way to plain columns."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from assetmap import vocabulary
from assetmap.assets.duplicates import fingerprint, known_by
from assetmap.fields import JsonDict, JsonObject, Problem, pack_original, sentence
from assetmap.files.source import as_text
from assetmap.readers.document import Document
from assetmap.readers.remarks import read_remarks
from assetmap.readers.source import Read, ReadOptions, plain_frame
from assetmap.readers.table.ids import settle
from assetmap.words import Text, clause_of, text

# What belongs to a person is not imported, not even into `original`.
_PERSONAL = re.compile(
    r"(^|_)(contact|leader|chair|chairperson|gsr|treasurer|secretary|trustee|owner|author|editor)"
    r"(_|$)|(^|_)(emails?|e_mail|phones?|mobile|cell|whatsapp)(_|\d|$)|venmo|paypal|square|zelle|"
    r"cash_?app|donat",
    re.IGNORECASE,
)
_TICK = 500
_ENOUGH_ROWS = 8
_IMPLAUSIBLE = 0.25
"""So many rows of a feed in one foreign language are rather a code that means something else."""
_HOME_LANGUAGES = {
    "CA": frozenset(("fr",)), "PR": frozenset(("es",)), "MX": frozenset(("es",)),
    "FR": frozenset(("fr",)), "DE": frozenset(("de",)), "GB": frozenset(("cy",)),
    "BR": frozenset(("pt",)), "PT": frozenset(("pt",)), "IT": frozenset(("it",)),
    "IL": frozenset(("he", "ar", "ru")), "PL": frozenset(("pl",)), "NL": frozenset(("nl",)),
    "SE": frozenset(("sv",)), "FI": frozenset(("fi", "sv")), "IS": frozenset(("is",)),
    "IE": frozenset(("ga",)), "RU": frozenset(("ru",)), "JP": frozenset(("ja",)),
}  # fmt: skip


@lru_cache(maxsize=4096)
def is_personal(column: str) -> bool:
    """Whether a column of a feed is about a person."""
    plain = re.sub(r"[\W_]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column))
    return bool(_PERSONAL.search(plain))


class Given(Mapping[str, Any]):
    """A row as its source gives it, which remembers what has been read.

    `rest` is what nobody asked for, so that no value is lost between a reader and `original`.
    """

    def __init__(self, feed: Feed, values: JsonObject) -> None:
        self._feed = feed
        self._values = values
        self._read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self._read.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def text(self, *names: str) -> str | None:
        """The first of `names` that holds something, as text; the others stay unread."""
        for name in names:
            result = as_text(self._values.get(name))
            if result is not None:
                self._read.add(name)
                return result
        return None

    def unseen(self, name: str) -> Any:
        """A value without marking it as read."""
        return self._values.get(name)

    def put_back(self, *names: str) -> None:
        """Values that were looked at and not used, so that `rest` keeps them."""
        self._read -= set(names)

    def rest(self) -> JsonDict:
        """Values that were not read, without those of persons, which the feed counts."""
        left: JsonDict = {}
        for name, value in self._values.items():
            if name in self._read or value in (None, "", [], {}):
                continue
            if is_personal(name):
                self._feed.personal[name] += 1
            else:
                left[name] = value
        return left


class Feed:
    """Records of one feed and what was said of them.

    A record is a dict from our fields to text, with `row`; `original` gathers as a dict, and
    `known_by` may hold the texts that identify a row without an id.
    """

    def __init__(self, document: Document, options: ReadOptions, total: int) -> None:
        self.document = document
        self.options = options
        self.total = total
        self.records: list[JsonDict] = []
        self.problems: list[Problem] = []
        self.personal: Counter[str] = Counter()
        self.sanity: list[Text] = []
        self._remarks_cut: set[int] = set()
        self._tally: dict[tuple[str, str, str, str], list[int]] = {}

    def say(self, row: int, field: str, value: Any, severity: str, note: str) -> None:
        """Report one value of one row."""
        shown = as_text(value) or ""
        self.problems.append(
            Problem(row, field, shown, severity, sentence(row, field, shown, note))
        )

    def reject(self, row: int, note: str, value: Any = "") -> None:
        """Report a row that gives no asset."""
        name = (as_text(value) or "")[:80]
        which = "readers.rejected_named" if name else "readers.rejected"
        message = text(which, row=row, name=name, note=clause_of(note))
        self.problems.append(Problem(row, "row", name, "rejected", message))

    def count(self, row: int, field: str, value: str, severity: str, note: str) -> None:
        """Report a value once, with the number of rows it stands in."""
        self._tally.setdefault((field, value, severity, note), []).append(row)

    def note(self, message: str, severity: str, field: str = "file") -> None:
        """Report something of the whole feed."""
        self.problems.append(Problem(None, field, "", severity, message))

    def remarks(
        self, row: int, texts: Iterable[str | None], joining: Iterable[str | None] = ()
    ) -> tuple[str | None, str | None]:
        """(description, notes on how to join) of remarks, without what belongs to a person."""
        result = read_remarks(texts, joining)
        if result.taken_out:
            self._remarks_cut.add(row)
        return result.public or None, result.joining or None

    def _doubt_languages(self) -> None:
        """A language that a letter code gives to a great part of a feed is a misread code.

        The home's own languages are believed, and so is one that the rows themselves name.
        """
        total = len(self.records)
        if total < _ENOUGH_ROWS:
            return
        languages = Counter(
            language
            for record in self.records
            for language in vocabulary.split(str(record.get("languages") or ""))
        )
        home = _HOME_LANGUAGES.get(self.options.country, frozenset()) | {"en", "es", "ase"}
        for language, count in languages.items():
            if language in home or count < _IMPLAUSIBLE * total:
                continue
            label = vocabulary.label("languages", language)
            named = sum(label.lower() in str(record).lower() for record in self.records)
            if named > count / 2:
                continue
            for record in self.records:
                left = [t for t in vocabulary.split(record.get("languages") or "") if t != language]
                record["languages"] = vocabulary.SEPARATOR.join(left) or None
            self.sanity.append(
                text("readers.sanity_language", n=total, count=count, language=label)
            )

    def _say_left_out(self) -> None:
        if self.personal:
            columns = ", ".join(f"{name} ({count:,})" for name, count in self.personal.items())
            self.note(text("readers.left_out_columns", columns=columns), "fixed")
        if self._remarks_cut:
            count = len(self._remarks_cut)
            self.note(text("readers.left_out_remarks", n=count), "fixed", "description")

    def tick(self, done: int) -> None:
        """Tell whoever listens, now and then."""
        if done % _TICK == 0:
            self.options.tick(done, self.total)

    def finish(self, name: str, rows_read: int, expanded: int = 0) -> Read:
        """The records as a plain frame with ids, and all problems in the order of the rows."""
        self._doubt_languages()
        keys = [self._key(record) for record in self.records]
        own = [self._own_id(record, key) for record, key in zip(self.records, keys, strict=True)]
        given = [bool(plain) for plain in own]
        ids = [
            f"{key}:{plain or _print(record)}"
            for record, key, plain in zip(self.records, keys, own, strict=True)
        ]
        contents = [_content(record) for record in self.records]
        for which in (True, False):
            chosen = [position for position in range(len(ids)) if given[position] == which]
            settled, id_problems = settle(
                [ids[position] for position in chosen],
                [contents[position] for position in chosen],
                [self.records[position]["row"] for position in chosen],
                which,
            )
            self.problems += id_problems
            for position, unique in zip(chosen, settled, strict=True):
                ids[position] = unique
        for record in self.records:
            record.pop("known_by", None)
        for record, unique, key in zip(self.records, ids, keys, strict=True):
            kept = record.pop("original", None)
            record["original"] = kept if isinstance(kept, str) else pack_original(kept or {})
            record["id"], record["source"] = unique, key
            record["source_id"] = unique.removeprefix(f"{key}:")
        self._say_left_out()
        self.problems += [_counted(*what, rows) for what, rows in self._tally.items()]
        self.problems.sort(key=lambda problem: (problem.row is None, problem.row or 0))
        self.options.tick(self.total, self.total)
        frame = plain_frame(self.records)
        problems = [*self.document.problems, *self.problems]
        return Read(frame, problems, rows_read, expanded, name, tuple(self.sanity))

    def _key(self, record: JsonObject) -> str:
        """The source of a row: its own where our writer put it there, else the feed's."""
        source, own = record.get("source"), str(record.get("id") or "")
        return str(source) if source and own.startswith(f"{source}:") else self.options.key

    @staticmethod
    def _own_id(record: JsonObject, key: str) -> str:
        return str(record.get("source_id") or record.get("id") or "").removeprefix(f"{key}:")


def _counted(field: str, value: str, severity: str, note: str, rows: list[int]) -> Problem:
    shown = value if len(value) <= 80 else f"{value[:77]}…"
    which = "readers.counted" if value else "readers.counted_empty"
    message = text(which, row=rows[0], field=field, value=shown, n=len(rows), note=clause_of(note))
    return Problem(rows[0], field, value, severity, message)


# The steadiest first; what is behind them counts for rows that are alike in all of these.
_FURTHER = ("address", "city", "kind", "program", "schedule", "recurrence", "phone", "url")


def _content(record: JsonObject) -> tuple[str, ...]:
    parts = [str(record.get("name") or "")]
    parts += [str(record.get(field) or "") for field in _FURTHER]
    rest = [
        f"{k}={v}"
        for k, v in sorted(record.items())
        if k not in ("row", "original", "known_by", "name", *_FURTHER) and v
    ]
    kept = json.dumps(record.get("original"), default=str, sort_keys=True)
    return (*parts, "\x1f".join(rest) + kept)


def _print(record: JsonObject) -> str:
    if record.get("known_by"):
        return fingerprint(*(str(part or "") for part in record["known_by"]))
    named = (str(record.get(field) or "") for field in ("name", "address", "city"))
    return fingerprint(*known_by(*named))


def objects(feed: Feed, values: Iterable[Any]) -> Iterable[tuple[int, JsonDict]]:
    """(row number, object) of a JSON list; anything else in it is rejected."""
    for row, value in enumerate(values, 1):
        feed.tick(row)
        if isinstance(value, dict):
            yield row, value
        else:
            feed.reject(row, text("readers.no_object"), value)
