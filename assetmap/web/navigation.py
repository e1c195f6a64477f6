"""The pages of the app, each a folder (or file) with `show(state)`: a page is one line here."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A page: its address (the first page's is the root), the module that shows it, its icon."""

    name: str
    module: str
    icon: str


PAGES = (
    Entry("find", "assetmap.web.find.page", ":material/search:"),
    Entry("gaps", "assetmap.web.gaps.page", ":material/balance:"),
    Entry("survey", "assetmap.web.survey.page", ":material/ballot:"),
    Entry("about", "assetmap.web.about", ":material/info:"),
)
PATHS = ("", *(f"/{page.name}" for page in PAGES))
