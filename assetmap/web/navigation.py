"""The pages of the app, each a folder (or file) with `show(state)`: a page is one line here."""

from __future__ import annotations

from typing import NamedTuple


class PageEntry(NamedTuple):
    """A page: its address (the first page's is the root), the module that shows it, its icon."""

    name: str
    module: str
    icon: str


PAGES = (
    PageEntry("find", "assetmap.web.find.page", ":material/search:"),
    PageEntry("gaps", "assetmap.web.gaps.page", ":material/balance:"),
    PageEntry("survey", "assetmap.web.survey.page", ":material/ballot:"),
    PageEntry("about", "assetmap.web.about", ":material/info:"),
)
PATHS = ("", *(f"/{page.name}" for page in PAGES))
