"""The app that bench_map.py measures: our routes, and the cluster plugin for the other way."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import Route

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "browser" / "stand_in"), str(HERE.parents[1])]

from made import current  # noqa: E402

from assetmap.web.guard import SafeHeaders  # noqa: E402
from assetmap.web.packed import KeptCompression  # noqa: E402
from assetmap.web.routes import routes  # noqa: E402
from assetmap.web.startup import lifespan  # noqa: E402


def cluster_plugin(request: object) -> FileResponse:
    """Leaflet.markercluster 1.4.1, the plugin FastMarkerCluster needs."""
    spec = find_spec("xstatic.pkg.leaflet_markercluster")
    assert spec is not None and spec.origin is not None
    return FileResponse(Path(spec.origin).parent / "data" / "leaflet.markercluster.js")


app = st.App(
    "map_page.py",
    routes=[*routes(current, lambda version: None), Route("/bench/cluster.js", cluster_plugin)],
    middleware=[Middleware(SafeHeaders), Middleware(KeptCompression)],
    lifespan=lifespan(current),
)
