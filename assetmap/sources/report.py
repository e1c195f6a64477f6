"""What came of starting a community: what was fetched, what is missing, and what was made."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from assetmap.sources.catalogue import NotFetched, PublicSource, catalogue
from assetmap.sources.download import Fetched
from assetmap.words import spoken, text


@dataclass(frozen=True)
class FetchedFile:
    """One public file that was had."""

    what: str
    year: int
    bytes: int
    origin: str
    on: str
    licence: str
    provider: str
    address: str = ""

    def as_json(self) -> dict[str, object]:
        """As a line of the command's document."""
        return {
            "what": self.what,
            "year": self.year,
            "bytes": self.bytes,
            "from": self.origin,
            "on": self.on,
        }


@dataclass(frozen=True)
class MissingFile:
    """One public file that could not be had: why, and what a person can do."""

    what: str
    why: str
    do: str

    def as_json(self) -> dict[str, str]:
        """As a line of the command's document."""
        return {"what": self.what, "why": str(self.why), "do": str(self.do)}


@dataclass(frozen=True)
class ListAdded:
    """A list of assets that became a source of the folder."""

    key: str
    path: str
    reader: str
    assets: int
    guessed: int = 0
    error: str = ""

    def as_json(self) -> dict[str, object]:
        """As a line of the command's document."""
        line: dict[str, object] = {
            "key": self.key,
            "path": self.path,
            "reader": self.reader,
            "assets": self.assets,
            "guessed": self.guessed,
        }
        return {**line, "error": str(self.error)} if self.error else line


@dataclass
class NewReport:
    """What `new` says. `people` is None where nobody told how many live there."""

    folder: Path
    name: str = ""
    areas: int = 0
    people: int | None = None
    indicators: int = 0
    roads: int = 0
    towns: int = 0
    sources: list[ListAdded] = field(default_factory=list)
    fetched: list[FetchedFile] = field(default_factory=list)
    missing: list[MissingFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def had(self, source: PublicSource, got: Fetched) -> None:
        """Write down a file that was had."""
        self.fetched.append(
            FetchedFile(
                "acs" if source.key == "acs_tables" else source.key,
                got.year,
                got.bytes,
                got.origin,
                got.on,
                source.licence,
                source.provider,
                got.path.name if got.origin == "file" else source.address.split("?")[0],
            )
        )

    def had_not(self, key: str) -> None:
        """Take back that a file was had, because nothing in it is of this community."""
        self.fetched = [item for item in self.fetched if item.what != key]

    def lacks(self, key: str, error: NotFetched, do: str = "", url: str = "") -> None:
        """Write down a file that could not be had, once for each key and reason."""
        do = do or error.do or (text("sources.do", url=url) if url else "")
        line = MissingFile(key, error.why, do)
        if all((item.what, str(item.why)) != (key, str(line.why)) for item in self.missing):
            self.missing.append(line)

    def as_json(self) -> dict[str, object]:
        """The document of the command."""
        return {
            "folder": str(self.folder),
            "name": self.name,
            "areas": self.areas,
            "people": self.people,
            "indicators": self.indicators,
            "roads": self.roads,
            "towns": self.towns,
            "sources": [source.as_json() for source in self.sources],
            "fetched": [item.as_json() for item in self.fetched],
            "missing": [item.as_json() for item in self.missing],
            "notes": [str(note) for note in self.notes],
        }

    def sentences(self, language: str = "en") -> list[str]:
        """For people: what was made, what is missing and what to do."""
        labels = catalogue()
        lines = [
            spoken(
                text(
                    "new.made",
                    folder=str(self.folder),
                    areas=self.areas,
                    people=f"{self.people:,}" if self.people is not None else "?",
                    indicators=self.indicators,
                    towns=self.towns,
                    roads=self.roads,
                ),
                language,
            )
        ]
        for item in self.sources:
            if item.error:
                lines.append(f"{item.path}: {spoken(item.error, language)}")
                continue
            line = text(
                "new.list", path=item.path, n=item.assets, reader=item.reader, guessed=item.guessed
            )
            lines.append(spoken(line, language))
        lines += [spoken(note, language) for note in self.notes]
        for lacking in self.missing:
            source = labels.get(lacking.what)
            label = source.labels.get(language, lacking.what) if source else lacking.what
            why, do = spoken(lacking.why, language), spoken(lacking.do, language)
            lines.append(spoken(text("new.missing", what=label, why=why, do=do), language))
        return [line.strip() for line in lines]
