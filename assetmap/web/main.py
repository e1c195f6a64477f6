"""The script Streamlit runs for every visitor: the frame, then one of PAGES.

A page is a folder (or file) with `show(state)`, and one line here.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import NamedTuple

import streamlit as st

from assetmap.community import CommunityError
from assetmap.web import frame, state
from assetmap.web.bundles import STATIC
from assetmap.web.communities import HEADER
from assetmap.web.language import choose_language, language_of
from assetmap.words import say, spoken


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


def main() -> None:
    """Frame and page; a community that cannot be opened is said in one sentence."""
    st.set_page_config(page_title="assetmap", page_icon=str(STATIC / "icon.svg"), layout="wide")
    frame.style()
    # A session is about the community at whose address it was opened.
    state.choose(st.context.headers.get(HEADER) or "")
    try:
        now = state.current()
    except CommunityError as error:
        # The lines of help are shown whatever else fails.
        frame.show_help_alone()
        st.error(spoken(error))
        st.stop()
    language = language_of(now)
    pages = [
        st.Page(
            partial(import_module(entry.module).show, now),
            title=say(f"frame.{entry.name}", language),
            url_path=entry.name,
            icon=entry.icon,
            default=entry is PAGES[0],
        )
        for entry in PAGES
    ]
    page = st.navigation(pages, position="top")
    frame.show_frame(now, language)
    choose_language(now)
    page.run()


if __name__ == "__main__":
    main()
