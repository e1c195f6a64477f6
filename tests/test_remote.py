"""Sources that are web addresses, against a server of our own on this machine."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assetmap.community import open_community, remote

SHEET = b"id,name,kind\n1,Grace Pantry,food\n"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Handler(BaseHTTPRequestHandler):
    """Serves `server.body` with an ETag; counts requests; redirects and fails on demand."""

    def do_GET(self) -> None:
        server = self.server
        server.asked.append((self.path, self.headers.get("If-None-Match")))
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", server.away)
            self.end_headers()
            return
        if self.path == "/broken":
            self.send_error(503)
            return
        if self.headers.get("If-None-Match") == server.etag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", server.etag)
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        self.wfile.write(server.body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.body, made.etag, made.asked, made.away = SHEET, '"1"', [], ""
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def community(folder: Path, server, path: str = "/list.csv", own: bool = True) -> Path:
    text = 'name = "T"\n[[assets]]\nkey = "live"\nname = "Live list"\n'
    text += f'path = "http://127.0.0.1:{server.server_port}{path}"\n'
    if own:
        text += "private_network = true\n"
    (folder / "community.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_source_is_fetched_kept_and_shown_with_its_time(tmp_path: Path, server):
    folder = community(tmp_path, server)
    before = open_community(folder, NOW)
    assert len(before.assets) == 0
    assert "has not been fetched yet" in before.sources[0].error
    assert remote.refresh(folder, now=NOW) == {"live": ""}
    after = open_community(folder, NOW)
    assert after.assets["id"].tolist() == ["live:1"]
    assert after.assets["fetched_at"].tolist() == ["2026-11-20T12:00+00:00"]
    assert after.sources[0].error == ""


def test_only_what_changed_is_sent_again(tmp_path: Path, server):
    folder = community(tmp_path, server)
    remote.refresh(folder, now=NOW)
    remote.refresh(folder, now=NOW + timedelta(days=2))
    assert server.asked == [("/list.csv", None), ("/list.csv", '"1"')]
    copy = remote.copy_of(folder, "live")
    assert copy is not None
    assert (copy.path.read_bytes(), copy.fetched_at) == (SHEET, NOW + timedelta(days=2))


def test_a_schedule_asks_once_a_day_and_waits_after_a_failure(tmp_path: Path, server):
    folder = community(tmp_path, server)
    remote.refresh(folder, only_due=True, now=NOW)
    remote.refresh(folder, only_due=True, now=NOW + timedelta(hours=23))
    assert len(server.asked) == 1
    community(folder, server, "/broken")
    remote.refresh(folder, only_due=True, now=NOW + timedelta(hours=25))
    remote.refresh(folder, only_due=True, now=NOW + timedelta(hours=25, minutes=30))
    assert len(server.asked) == 2
    remote.refresh(folder, only_due=True, now=NOW + timedelta(hours=27))
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html><h1>Sign in</h1></html>", ""),
        (b"%PDF-1.7 nothing here", ""),
        (b"", ""),
    ],
)
def test_a_page_that_is_no_list_leaves_the_last_good_copy(
    tmp_path: Path, server, body: bytes, says: str
):
    folder = community(tmp_path, server)
    remote.refresh(folder, now=NOW)
    server.body, server.etag = body, '"2"'
    told = remote.refresh(folder, now=NOW + timedelta(days=1))
    assert told["live"] and "\n" not in told["live"]
    assert open_community(folder, NOW).assets["id"].tolist() == ["live:1"]


def test_private_networks_are_refused_unless_they_are_ones_own(tmp_path: Path, server):
    folder = community(tmp_path, server, own=False)
    url = f"http://127.0.0.1:{server.server_port}/list.csv"
    assert remote.refresh(folder, now=NOW) == {
        "live": f"{url} is not secure; give its https address."
    }
    with pytest.raises(remote.FetchError, match="lies in a private network and is not fetched"):
        remote.fetch(url.replace("http:", "https:"))
    assert server.asked == []


@pytest.mark.parametrize(
    "host",
    ["10.0.0.8", "192.168.1.1", "169.254.169.254", "[::1]", "[fd00::1]", "[::ffff:127.0.0.1]"],
)
def test_no_address_inside_is_public(host: str):
    with pytest.raises(remote.FetchError, match="private network"):
        remote.fetch(f"https://{host}/x.csv")


def test_a_redirect_inside_is_refused_too(server):
    # From our own server, allowed by name, on to a page that is no web address.
    server.away = "file:///etc/passwd"
    with pytest.raises(remote.FetchError, match="is not a web address"):
        remote.fetch(f"http://127.0.0.1:{server.server_port}/away", private_ok=True)


def test_a_loop_ends(server):
    server.away = "/away"
    with pytest.raises(remote.FetchError, match="sent on more than 5 times"):
        remote.fetch(f"http://127.0.0.1:{server.server_port}/away", private_ok=True)


def test_size_is_limited(server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(remote, "MOST_BYTES", 10)
    with pytest.raises(remote.FetchError, match="larger than the limit of"):
        remote.fetch(f"http://127.0.0.1:{server.server_port}/list.csv", private_ok=True)


def test_an_error_of_the_server_is_one_sentence(server):
    url = f"http://127.0.0.1:{server.server_port}/broken"
    with pytest.raises(remote.FetchError) as caught:
        remote.fetch(url, private_ok=True)
    assert str(caught.value) == f"{url} answered 503; the last copy is kept."
