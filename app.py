"""What `streamlit run app.py` starts: the pages, with our own HTTP addresses beside them."""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware

from assetmap.web import asking, state
from assetmap.web.base_path import BasePath
from assetmap.web.communities import Communities
from assetmap.web.desk import desk_routes
from assetmap.web.first_visits import first_visits
from assetmap.web.gaps import results
from assetmap.web.guard import Guard
from assetmap.web.middleware import KeptCompression, SafeHeaders, SmallerFonts
from assetmap.web.navigation import PATHS
from assetmap.web.no_script import NoScript
from assetmap.web.plain import plain_routes
from assetmap.web.plain.render import missing_page
from assetmap.web.plain.start import start_of
from assetmap.web.routes import routes
from assetmap.web.site import site_of
from assetmap.web.start_page import StartPage
from assetmap.web.startup import lifespan
from assetmap.web.tiles import tile_routes
from assetmap.web.upkeep import upkeep
from assetmap.web.uploads import UploadLimits

ours = [
    *routes(state.current, state.version, state.failure, upkeep),
    *tile_routes(state.current, state.version),
    *plain_routes(state.current),
    *desk_routes(state.current, state.look_now),
]
app = st.App(
    "assetmap/web/main.py",
    routes=ours,
    middleware=[
        Middleware(BasePath),
        Middleware(Communities),
        Middleware(
            Guard,
            site=site_of(state.current),
            pages=PATHS,
            routes=ours,
            missing=missing_page(state.current),
        ),
        Middleware(SafeHeaders),
        Middleware(StartPage, draw=start_of(state.current)),
        Middleware(NoScript),
        Middleware(UploadLimits),
        Middleware(SmallerFonts),
        Middleware(KeptCompression),
    ],
    lifespan=lifespan(
        state.current, state.after_swap, [first_visits(ours), asking.warm, results.warm]
    ),
)
