"""The script Streamlit runs for every visitor: the frame, then one page."""

from __future__ import annotations

import streamlit as st

from assetmap.community import CommunityError
from assetmap.vocabulary import say
from assetmap.web import frame, state
from assetmap.web.bundles import STATIC
from assetmap.web.settings import choose_language, language
from assetmap.web.views import about, find, gaps, survey


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
            lambda: find.show(now),
            title=say("frame.find", spoken),
            url_path="find",
            default=True,
            icon=":material/search:",
        ),
        st.Page(
            lambda: gaps.show(now),
            title=say("frame.gaps", spoken),
            url_path="gaps",
            icon=":material/balance:",
        ),
        st.Page(
            lambda: survey.show(now),
            title=say("frame.survey", spoken),
            url_path="survey",
            icon=":material/ballot:",
        ),
        st.Page(
            lambda: about.show(now),
            title=say("frame.about", spoken),
            url_path="about",
            icon=":material/info:",
        ),
    ]
    page = st.navigation(pages, position="top")
    frame.show_frame(now, spoken)
    choose_language(now)
    page.run()


main()
