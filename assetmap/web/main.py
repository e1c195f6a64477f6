"""The script Streamlit runs for every visitor: the frame, then one page."""

from __future__ import annotations

from functools import partial

import streamlit as st

from assetmap.community import CommunityError
from assetmap.web import about, frame, state
from assetmap.web.bundles import STATIC
from assetmap.web.find import page as find
from assetmap.web.gaps import page as gaps
from assetmap.web.settings import choose_language, language
from assetmap.web.survey import page as survey
from assetmap.words import say

PAGES = (
    ("find", find, ":material/search:"),
    ("gaps", gaps, ":material/balance:"),
    ("survey", survey, ":material/ballot:"),
    ("about", about, ":material/info:"),
)


def main() -> None:
    """Frame and page; a community that cannot be opened is said in one sentence."""
    st.set_page_config(page_title="assetmap", page_icon=str(STATIC / "icon.svg"), layout="wide")
    frame.style()
    try:
        now = state.current()
    except CommunityError as error:
        st.error(str(error))
        st.stop()
    spoken = language(now)
    pages = [
        st.Page(
            partial(view.show, now),
            title=say(f"frame.{name}", spoken),
            url_path=name,
            icon=icon,
            default=view is find,
        )
        for name, view, icon in PAGES
    ]
    page = st.navigation(pages, position="top")
    frame.show_frame(now, spoken)
    choose_language(now)
    page.run()


main()
