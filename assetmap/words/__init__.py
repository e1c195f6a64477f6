"""Every sentence a person can see, one file a language.

`en.csv` (id, text) is complete; another language may lack texts and falls back to English text by
text. Adding a language is adding its file here and, where they exist, label columns in the
vocabulary. A text whose words change with a number `n` has a row per plural form beside it:
`find.places` holds "{n} places" and `find.places[one]` "1 place"; CLDR's forms (Babel) decide.

`say` gives a text in a language at once. `text` gives a `Text`: English to everything that treats
it as a string, and still sayable in another language later by `spoken`. Problems and errors carry
such texts, because whoever reads a file does not know who will read the problem.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel import Locale

FOLDER = Path(__file__).parent
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.csv")))


@cache
def texts(language: str) -> Mapping[str, str]:
    """The texts of `language` as id → text, in file order; empty where it has no file.

    Raises ValueError where an id stands twice.
    """
    path = FOLDER / f"{language}.csv"
    rows: dict[str, str] = {}
    if not path.is_file():
        return MappingProxyType(rows)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["id"] in rows:
                raise ValueError(f"{path.name}: the id {row['id']!r} stands twice.")
            rows[row["id"]] = row["text"]
    return MappingProxyType(rows)


def missing(language: str) -> list[str]:
    """The ids of English texts that `language` has no text for.

    Of a plural form only where the language has that form.
    """
    forms = {*Locale.parse(language, sep="-").plural_form.tags, "other"}
    return [
        name
        for name in texts("en")
        if not texts(language).get(name)
        and ("[" not in name or name[name.index("[") + 1 : -1] in forms)
    ]


def words() -> Iterator[Mapping[str, str]]:
    """All interface texts as rows (id and a text per language), for tests that read them aloud."""
    for name, english in texts("en").items():
        yield {
            "id": name,
            "en": english,
            **{tag: texts(tag).get(name, "") for tag in LANGUAGES if tag != "en"},
        }


class Text(str):
    """An interface text: an English `str` that knows its id and values, for `spoken`.

    String methods give plain strings; `with_values` keeps it sayable while its values change.
    A `clause` stands inside another sentence, without its own full stop.
    """

    id: str
    values: Mapping[str, object]
    clause: bool

    def __new__(cls, text_id: str, values: Mapping[str, object], clause: bool = False) -> Text:
        words = say(text_id, "en", **values)
        self = super().__new__(cls, words.rstrip(".") if clause else words)
        self.id = text_id
        self.values = MappingProxyType(dict(values))
        self.clause = clause
        return self

    def __reduce__(self) -> tuple[type[Text], tuple[str, dict[str, object], bool]]:
        return Text, (self.id, dict(self.values), self.clause)

    def with_values(self, change: Callable[[str], str]) -> Text:
        """The same text with `change` done to every value that is a string, nested texts too."""
        changed: dict[str, object] = {}
        for name, value in self.values.items():
            if isinstance(value, Text):
                changed[name] = value.with_values(change)
            else:
                changed[name] = change(value) if isinstance(value, str) else value
        return Text(self.id, changed, self.clause)


def text(text_id: str, /, **values: object) -> Text:
    """The interface text `text_id` as a `Text`. Raises KeyError for an unknown id."""
    return Text(text_id, values)


def spoken(what: object, language: str = "en") -> str:
    """`what` in `language`: a Text, an error that carries one, or anything else as it is."""
    if isinstance(what, BaseException):
        what = sentence_of(what)
    if not isinstance(what, Text):
        return str(what)
    words = say(what.id, language, **what.values)
    return words.rstrip(".") if what.clause else words


def clause_of(what: object) -> str:
    """`what` (a Text, an error that carries one, or anything else) to put inside a sentence.

    Without its full stop, in every language it can be said in.

    >>> clause_of(text("files.empty", name="list.csv"))
    'list.csv is empty'
    """
    if isinstance(what, BaseException):
        what = sentence_of(what)
    if isinstance(what, Text):
        return Text(what.id, what.values, clause=True)
    return str(what).rstrip(".")


def joined(sentences: Iterable[str]) -> str:
    """Sentences after one another, still sayable in another language; "" for none."""
    whole: str = ""
    for sentence in sentences:
        whole = text("problem.then", first=whole, second=sentence) if whole else sentence
    return whole


def changed(what: str, change: Callable[[str], str]) -> str:
    """`what` with `change` done to it; to the values of a Text, so that it stays sayable."""
    return what.with_values(change) if isinstance(what, Text) else change(what)


def sentence_of(error: BaseException) -> str:
    """What an error says: its Text, where it carries one, else its plain message."""
    first = error.args[0] if len(error.args) == 1 else None
    return first if isinstance(first, Text) else str(error)


def say(text_id: str, language: str = "en", /, **values: object) -> str:
    """The interface text `text_id` in `language`, its {placeholders} filled from `values`.

    A value that is a Text is said in the same language. Where `n` is among the values, the row of
    its plural form wins. Falls back to English where the language has no such text. Raises
    KeyError for an unknown id.
    """
    template = _template(text_id, language, values.get("n"))
    if not values:
        return template
    spoken_values = {
        name: spoken(value, language) if isinstance(value, Text) else value
        for name, value in values.items()
    }
    return template.format(**spoken_values)


def _template(text_id: str, language: str, n: object) -> str:
    for tag in (language, "en"):
        known = texts(tag)
        if isinstance(n, (int, float)) and not isinstance(n, bool):
            form = known.get(f"{text_id}[{_plural_form(tag, n)}]")
            if form:
                return form
        if known.get(text_id):
            return known[text_id]
    return texts("en")[text_id]


@cache
def _plural_rule(language: str) -> Callable[[float], str]:
    return Locale.parse(language, sep="-").plural_form


def _plural_form(language: str, n: float) -> str:
    return _plural_rule(language)(n)
