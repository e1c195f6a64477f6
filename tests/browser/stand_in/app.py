"""A small app around the map and the list, in place of ours, with the same routes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2])]

from made import current  # noqa: E402

from assetmap.web.guard import SafeHeaders  # noqa: E402
from assetmap.web.packed import KeptCompression  # noqa: E402
from assetmap.web.routes import routes  # noqa: E402
from assetmap.web.startup import lifespan  # noqa: E402

app = st.App(
    os.environ.get("MADE_PAGE", "page.py"),
    routes=routes(current, lambda version: None),
    middleware=[Middleware(SafeHeaders), Middleware(KeptCompression)],
    lifespan=lifespan(current, lambda act: None),
)
