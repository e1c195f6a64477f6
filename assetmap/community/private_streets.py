"""The streets nobody may see, taken out of what people wrote, for roles that may not see them.

The gate clears every text that is served. What lies in the ledger is kept as it was typed, so a
reason or a note on an open row may name the house of another row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from assetmap.assets.guarded import GuardedHomes
from assetmap.assets.hiding import Street
from assetmap.community.folder import Community
from assetmap.ledger import Entry
from assetmap.words import changed


class PrivateStreets:
    """The private streets of a community: of rows whose address is not served, whatever their
    list, people or an earlier entry of `entries` says it is."""

    def __init__(self, community: Community, entries: Iterable[Entry] = ()) -> None:
        assets = community.assets
        addresses = assets["address"]
        self._open = set(assets["id"][addresses.notna() & (addresses != "")])
        result = [*self._of_lists(community), *self._said(community, entries)]
        self._homes = GuardedHomes(enumerate(result))

    def clear(self, written: str) -> str:
        """The text without a private street in it."""
        return self._homes.take_out(written) if written else written

    def cleared(self, message: str) -> str:
        """The same of a text of ours, which can still be said in another language."""
        return changed(message, self.clear)

    def _of_lists(self, community: Community) -> Iterator[Street]:
        frame, ids = community.said.frame, community.said.ids
        if "address" not in frame:
            return
        cells = [
            frame[name].tolist() if name in frame else [None] * len(frame)
            for name in ("address", "city", "region")
        ]
        for asset, address, city, region in zip(ids, *cells, strict=True):
            if asset not in self._open and isinstance(address, str) and address:
                yield Street(address, _text(city), _text(region))

    def _said(self, community: Community, entries: Iterable[Entry]) -> Iterator[Street]:
        facts = community.said.facts
        for (asset, name), fact in facts.values.items():
            if name == "address" and asset not in self._open and fact.value:
                yield Street(fact.value)
        for entry in entries:
            if entry.field == "address" and entry.asset not in self._open:
                yield from (Street(item) for item in (entry.value, entry.was) if item)
        for asset, fact in facts.added.items():
            if asset not in self._open:
                yield from _of_document(fact.value)


def _of_document(content: str) -> Iterator[Street]:
    """The street of a row that somebody added."""
    try:
        document = json.loads(content)
    except ValueError:
        return
    address = document.get("address") if isinstance(document, dict) else None
    if isinstance(address, str) and address:
        yield Street(address, _text(document.get("city")), _text(document.get("region")))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
