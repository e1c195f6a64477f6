"""Sources that are web addresses, against a server of our own on this machine."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assetmap.community import fetching, open_community, remote

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
        if self.path == "/drip":
            # A header line every 0.2 s, for ever: each byte would begin a socket's time anew.
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(100):
                try:
                    self.wfile.write(f"X-{number}: y\r\n".encode())
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.2)
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
    result = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    result.body, result.etag, result.asked, result.away = SHEET, '"1"', [], ""
    thread = threading.Thread(target=result.serve_forever, daemon=True)
    thread.start()
    yield result
    result.shutdown()
    result.server_close()


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
    with pytest.raises(fetching.FetchError, match="lies in a private network and is not fetched"):
        fetching.fetch(url.replace("http:", "https:"))
    assert server.asked == []


@pytest.mark.parametrize(
    "host",
    [
        *("10.0.0.8", "192.168.1.1", "169.254.169.254", "[::1]", "[fd00::1]"),
        *("[::ffff:127.0.0.1]", "[fec0::1]", "192.88.99.1", "192.0.0.8", "[3fff::1]"),
        *("[64:ff9b::10.0.0.8]", "[2002:7f00:1::]", "100.64.0.1", "0.0.0.0", "[ff02::1]"),
    ],
)
def test_no_address_inside_is_public(host: str):
    with pytest.raises(fetching.FetchError, match="private network"):
        fetching.fetch(f"https://{host}/x.csv")


def test_a_redirect_inside_is_refused_too(server):
    # From our own server, allowed by name, on to a page that is no web address.
    server.away = "file:///etc/passwd"
    with pytest.raises(fetching.FetchError, match="is not a web address"):
        fetching.fetch(f"http://127.0.0.1:{server.server_port}/away", private_ok=True)


def test_a_loop_ends(server):
    server.away = "/away"
    with pytest.raises(fetching.FetchError, match="sent on more than 5 times"):
        fetching.fetch(f"http://127.0.0.1:{server.server_port}/away", private_ok=True)


def test_size_is_limited(server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 10)
    with pytest.raises(fetching.FetchError, match="larger than the limit of"):
        fetching.fetch(f"http://127.0.0.1:{server.server_port}/list.csv", private_ok=True)


def test_an_error_of_the_server_is_one_sentence(server):
    url = f"http://127.0.0.1:{server.server_port}/broken"
    with pytest.raises(fetching.FetchError) as caught:
        fetching.fetch(url, private_ok=True)
    assert str(caught.value) == f"{url} answered 503; the last copy is kept."


MEETINGS = [
    {"name": f"Group {number}", "slug": f"g{number}", "day": number % 7, "time": "19:00"}
    for number in range(20)
]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"[]", "held"),
        (json.dumps(MEETINGS).encode()[:-30], "ends in the middle"),
        (json.dumps(MEETINGS[:13]).encode(), "held"),
        (json.dumps(MEETINGS[:1]).encode(), "held"),
    ],
)
def test_a_good_list_is_never_traded_for_a_bad_one(tmp_path: Path, server, body: bytes, why: str):
    folder = community(tmp_path, server, "/list.json")
    server.body = json.dumps(MEETINGS).encode()
    assert remote.refresh(folder, now=NOW) == {"live": ""}
    server.body, server.etag = body, '"2"'
    told = remote.refresh(folder, now=NOW + timedelta(days=1))["live"]
    assert "held" in told or why in told
    county = open_community(folder, NOW)
    assert len(county.assets) == 20
    (report,) = county.sources
    assert report.stale and "could not be refreshed since 2026-11-21 12:00" in report.error
    if body != b"[]":
        remote.accept(folder, "live")
        after = open_community(folder, NOW)
        assert 0 < len(after.assets) < 20
        assert after.sources[0].error == ""
        (earlier,) = (folder / ".remote").glob("live.json.1")
        assert json.loads(earlier.read_bytes()) == MEETINGS


def test_fourteen_of_twenty_rows_are_taken(tmp_path: Path, server):
    folder = community(tmp_path, server, "/list.json")
    server.body = json.dumps(MEETINGS).encode()
    remote.refresh(folder, now=NOW)
    server.body, server.etag = json.dumps(MEETINGS[:14]).encode(), '"2"'
    assert remote.refresh(folder, now=NOW + timedelta(days=1)) == {"live": ""}


def test_a_failing_address_is_named_with_since_when_and_stops_no_other(tmp_path: Path, server):
    folder = community(tmp_path, server)
    remote.refresh(folder, now=NOW)
    text = (folder / "community.toml").read_text(encoding="utf-8")
    other = text[text.index("[[assets]]") :].replace('"live"', '"second"')
    broken = text.replace("/list.csv", "/broken") + other
    (folder / "community.toml").write_text(broken, encoding="utf-8")
    for days in (1, 2):
        told = remote.refresh(folder, now=NOW + timedelta(days=days))
        assert told["live"].endswith("answered 503; the last copy is kept.")
        assert told["second"] == ""
    county = open_community(folder, NOW)
    assert county.assets["id"].tolist() == ["live:1", "second:1"]
    errors = [report.error for report in county.sources]
    assert errors[0].startswith("live could not be refreshed since 2026-11-21 12:00: ")
    assert errors[1] == ""


def test_the_time_is_a_total(server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fetching, "TIMEOUT_S", 1.0)
    begun = time.monotonic()
    with pytest.raises(fetching.FetchError, match="took longer than 1 seconds"):
        fetching.fetch(f"http://127.0.0.1:{server.server_port}/drip", private_ok=True)
    assert time.monotonic() - begun < 8


def test_a_torn_note_falls_back_to_its_file(tmp_path: Path, server):
    folder = community(tmp_path, server)
    remote.refresh(folder, now=NOW)
    (folder / ".remote" / "live.note").write_bytes(b'{"file": "li')
    assert open_community(folder, NOW).assets["id"].tolist() == ["live:1"]


def test_three_earlier_copies_are_kept(tmp_path: Path, server):
    folder = community(tmp_path, server)
    bodies = [SHEET.replace(b"Grace", name) for name in (b"A", b"B", b"C", b"D", b"E")]
    for number, body in enumerate(bodies):
        server.body, server.etag = body, f'"{number}"'
        assert remote.refresh(folder, now=NOW + timedelta(days=number)) == {"live": ""}
    kept = folder / ".remote"
    assert (kept / "live.csv").read_bytes() == bodies[4]
    earlier = [(kept / f"live.csv.{number}").read_bytes() for number in (1, 2, 3)]
    assert earlier == [bodies[3], bodies[2], bodies[1]]
    assert not (kept / "live.csv.4").exists()


def test_a_private_network_is_allowed_to_the_host_that_is_named_only(server):
    url = f"http://127.0.0.1:{server.server_port}"
    server.away = f"http://localhost:{server.server_port}/list.csv"
    with pytest.raises(fetching.FetchError, match="is not secure"):
        fetching.fetch(f"{url}/away", private_ok=True)
    with pytest.raises(fetching.FetchError, match="is not secure"):
        fetching.fetch(f"{url}/list.csv", private_ok="other.example")
    assert fetching.fetch(f"{url}/list.csv", private_ok="127.0.0.1").data == SHEET


def test_a_folder_that_is_read_only_is_still_served(
    tmp_path: Path, server, monkeypatch: pytest.MonkeyPatch
):
    folder = community(tmp_path, server)
    remote.refresh(folder, now=NOW)

    def full(path: Path, data: bytes) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(remote, "write_atomic", full)
    server.etag = '"2"'
    late = NOW + timedelta(days=2)
    told = remote.refresh(folder, only_due=True, now=late)
    assert told == {"live": "live could not be read: Read-only file system."}
    # Tried a moment ago, so that a visitor every five seconds asks no server and logs nothing.
    assert remote.refresh(folder, only_due=True, now=late + timedelta(minutes=5)) == {}
    assert open_community(folder, NOW).assets["id"].tolist() == ["live:1"]
