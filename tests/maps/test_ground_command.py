"""`ground`: fills the cache of tiles where a provider allows it, and says why where not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assetmap.cli import main

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


@pytest.fixture
def upstream() -> Iterator[tuple[str, list[str]]]:
    """An own tile server: its address pattern, and what was asked of it. Row 799 fails."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(PNG)))
            self.end_headers()
            self.wfile.write(PNG)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.png", asked
    server.shutdown()
    server.server_close()


def folder(path: Path, basemap: str) -> Path:
    """A community of one small area at 38° N, 89° W."""
    (path / "community.toml").write_text(
        'name = "Here"\ncountry = "US"\ntimezone = "America/Chicago"\n'
        f'[areas]\npath = "areas.geojson"\n[basemap]\n{basemap}\n'
    )
    ring = [[-89, 38], [-88.99, 38], [-88.99, 38.01], [-89, 38.01], [-89, 38]]
    area = {
        "type": "Feature",
        "properties": {"id": "a"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    (path / "areas.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [area]})
    )
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main([str(part) for part in arguments])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def test_an_own_address_is_filled_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], upstream: tuple[str, list[str]]
) -> None:
    url, asked = upstream
    place = folder(tmp_path, f'url = "{url}"\nattribution = "Ours"\nprefetch = true')
    code, out, err = run(capsys, "ground", "--community", place, "--zoom", "8-9", "--json")
    first = json.loads(out)
    assert (code, err) == (0, "")
    assert (first["fetched"], first["kept"], first["failed"]) == (len(asked), 0, 0)
    assert first["tiles"] == len(asked) > 1
    assert {path.split("/")[1] for path in asked} == {"8", "9"}
    code, out, _ = run(capsys, "ground", "--community", place, "--zoom", "8-9", "--json")
    again = json.loads(out)
    assert (code, again["fetched"], again["kept"]) == (0, 0, first["tiles"])
    assert len(asked) == first["tiles"]  # nothing is asked twice


@pytest.mark.parametrize(
    ("basemap", "zoom", "sentence"),
    [
        (
            'provider = "OpenStreetMap.Mapnik"',
            "8-9",
            "The terms of OpenStreetMap.Mapnik do not allow fetching tiles ahead. They are fetched "
            "as people look at the map. Use a USGS provider, or an own address with "
            "prefetch = true.",
        ),
        (
            'provider = "off"',
            "8-9",
            "{folder} uses no map tiles, so there is nothing to fetch. Name a provider under "
            "[basemap] in community.toml.",
        ),
        ('provider = "USGS.USTopo"', "9-8", "--zoom is 9-8; write it like 8-15."),
        ('provider = "USGS.USTopo"', "all", "--zoom is all; write it like 8-15."),
    ],
)
def test_what_is_not_allowed_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], basemap: str, zoom: str, sentence: str
) -> None:
    place = folder(tmp_path, basemap)
    code, out, err = run(capsys, "ground", "--community", place, "--zoom", zoom, "--json")
    assert (code, out) == (2, "")
    assert err.strip() == sentence.replace("{folder}", str(place))
