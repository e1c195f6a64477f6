"""What `streamlit run app.py` starts: the pages, with our own HTTP addresses beside them."""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware

from assetmap.web import asking, state
from assetmap.web.communities import Communities
from assetmap.web.desk import desk_routes
from assetmap.web.fonts import SmallerFonts
from assetmap.web.gaps import results
from assetmap.web.guard import Guard, SafeHeaders
from assetmap.web.layers import tile_routes
from assetmap.web.main import PATHS
from assetmap.web.packed import KeptCompression
from assetmap.web.plain import plain_routes
from assetmap.web.plain.render import missing_page
from assetmap.web.plain.start import start_of
from assetmap.web.routes import routes, upkeep
from assetmap.web.site import BasePath, site_of
from assetmap.web.start_page import NoScript, StartPage
from assetmap.web.startup import first_visits, lifespan
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
