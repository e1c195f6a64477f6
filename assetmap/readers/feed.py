"""Rows of a feed (JSON or a data package) on their way to plain columns, without a person's own.

A remark such as "Contact the church office for a ramp" helps everybody. A person's name, e-mail
address, phone or payment account is not ours to spread, and is taken out word by word, not
sentence by sentence. Passcodes and meeting ids are kept apart: whoever opens the card needs them,
open data does not.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from assetmap import vocabulary
from assetmap.assets.duplicates import fingerprint, known_by
from assetmap.fields import JsonDict, JsonObject, Problem, pack_original, sentence
from assetmap.files.source import as_text
from assetmap.readers.document import Document
from assetmap.readers.source import Read, ReadOptions, plain_frame
from assetmap.readers.table.ids import settle
from assetmap.words import Text, clause_of, text

LEFT_OUT = "…"
_SENTENCE = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)\s+(?=[A-ZÁÉÍÓÚÑ¿¡0-9])|\s*[\r\n]+\s*|\s*<(?:br|BR)\s*/?>\s*"
)
_EMAIL = re.compile(r"(?:mailto:)?[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[A-Za-z]{2,}")
_HANDLE = re.compile(r"(?<!\w)[@$][A-Za-z]\w{2,}(?:-\w+)*")
_PHONE = r"(?:\+?1[\s.-]{0,2})?\(?\b[2-9]\d{2}\)?[\s.-]{0,2}\d{3}[\s.-]?\d{4}\b(?![,;#*\d])"
_ANY_PHONE = re.compile(_PHONE)
_WORD = r"[A-ZÁÉÍÓÚÑ][a-záéíóúñ’'-]+"
_NAME = rf"(?:{_WORD}|[A-Z]\.?)(?:\s+(?:{_WORD}|[A-Z]\b\.?)){{0,2}}"
_NAME_BY_PHONE = re.compile(rf"({_NAME})(\s*(?:at|al|:|-|–|,|/|\|)?\s*)(?={_PHONE})")
_PHONE_BEHIND = re.compile(rf"{LEFT_OUT}\s*(?:at|al|:|-|–|,|\()?\s*{_PHONE}")
_SEVERAL = re.compile(rf"{LEFT_OUT}(?:[\s,;:/|&(–-]*(?:and|or|at|y|o)?[\s,;:/|&()–-]*{LEFT_OUT})+")
_FIRST_AND_LETTER = re.compile(rf"\b({_WORD})\s+[A-Z](?:\.|(?=\s*(?:$|[,;:)&/]|and\b|y\b)))")


class Remarks(NamedTuple):
    """`public` for the description, `joining` for the notes on joining ("" for none), and whether
    something of a person was taken out."""

    public: str
    joining: str
    taken_out: bool


@cache
def _words(means: str) -> frozenset[str]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "remark_words.csv")
    return frozenset(row["word"] for row in rows if row["means"] == means)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """(cue before a person's name, words of joining, words of payment)."""

    def any_of(means: str) -> str:
        words = sorted(_words(means), key=len, reverse=True)
        return "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in words)

    more = rf"(?:\s*(?:,|/|&|or|and|y|o)\s*{_NAME})*"
    cue = re.compile(rf"(\b(?i:{any_of('person_cue')})\b[\s:,.–-]*)({_NAME}{more})")
    joining = re.compile(rf"\b(?:{any_of('joining')})\b", re.IGNORECASE)
    payment = re.compile(rf"\b(?:{any_of('payment')})\b", re.IGNORECASE)
    return cue, joining, payment


@cache
def _little_words() -> frozenset[str]:
    return frozenset(word for cue in _words("person_cue") for word in cue.split()) | _words(
        "little"
    )


def _is_name(text: str) -> bool:
    """Whether capital words after "contact" are a person and not an office or a place."""
    words = [word.strip(".,'’").lower() for word in text.split()]
    return not any(word in _words("no_name") for word in words)


@lru_cache(maxsize=16384)
def _sentence(text: str, joining: bool) -> tuple[str, bool]:
    """The sentence without what belongs to a person, and whether something was taken out."""
    cue, _, payment = _patterns()
    if payment.search(text):
        return "", True
    plain = _EMAIL.sub(LEFT_OUT, text)
    plain = _HANDLE.sub(LEFT_OUT, plain)
    by_phone = [match for match in _NAME_BY_PHONE.finditer(plain) if _is_name(match[1])]
    for result in reversed(by_phone):
        number = _ANY_PHONE.match(plain, result.end())
        end = number.end() if number else result.end()
        plain = plain[: result.start()] + LEFT_OUT + plain[end:]
    plain = cue.sub(lambda m: m[1] + LEFT_OUT if _is_name(m[2]) else m[0], plain)
    plain = _FIRST_AND_LETTER.sub(lambda m: LEFT_OUT if _is_name(m[1]) else m[0], plain)
    # A number to dial in, or a meeting's id, stands in the notes on joining; elsewhere, and behind
    # a name, it is somebody's.
    plain = (_PHONE_BEHIND if joining else _ANY_PHONE).sub(LEFT_OUT, plain)
    changed = plain != text
    if changed:
        plain = re.sub(
            rf"{LEFT_OUT}(?:[\s,;:/|&(–-]*(?:and|or|at|y|o)?[\s,;:/|&()–-]*{LEFT_OUT})+",
            LEFT_OUT,
            plain,
        )
        left = re.findall(r"[^\W\d_]+", plain.lower())
        if all(word in _little_words() for word in left):
            plain = ""  # nothing is left but "call …"
    return plain.strip(), changed


def read_remarks(texts: Iterable[str | None], joining: Iterable[str | None] = ()) -> Remarks:
    """`texts` are remarks of any kind, `joining` the source's own notes on how to join."""
    public: list[str] = []
    notes: list[str] = []
    taken_out = False
    for group, to_join in ((texts, False), (joining, True)):
        for remark in group:
            for part in _SENTENCE.split(remark or ""):
                if not part.strip():
                    continue
                is_note = to_join or bool(_patterns()[1].search(part))
                plain, changed = _sentence(part.strip(), is_note)
                taken_out |= changed
                target = notes if is_note else public
                if plain and plain not in target:
                    target.append(plain)
    return Remarks(_joined(public), _joined(notes), taken_out)


def _joined(parts: list[str]) -> str:
    joined = ""
    for part in parts:
        stop = "" if not joined or joined.endswith((".", "!", "?", LEFT_OUT)) else "."
        joined = f"{joined}{stop} {part}".strip()
    return joined


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
