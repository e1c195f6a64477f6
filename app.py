"""What `streamlit run app.py` starts: the pages, with our own HTTP addresses beside them."""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware

from assetmap.web import state
from assetmap.web.middleware import KeptCompression, SafeHeaders
from assetmap.web.routes import routes
from assetmap.web.startup import lifespan

app = st.App(
    "assetmap/web/main.py",
    routes=routes(state.current, state.version),
    middleware=[Middleware(SafeHeaders), Middleware(KeptCompression)],
    lifespan=lifespan(state.current),
)
