"""A server, a browser, and pages that fail their test when they ask a stranger or break.

`server` is our own app, `stand_in` a small one around the map and the list alone.
`page_at(390)` opens a page of that width (`go=False`: of that origin, nothing asked yet);
whatever test uses it fails at its end when the page
asked another host for anything, raised an error or opened a dialog.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STAND_IN = Path(__file__).resolve().parent / "stand_in"
CHROMIUM = Path(os.environ.get("ASSETMAP_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 90
LIKE_A_VISITOR = {"locale": "en-US", "viewport": {"width": 390, "height": 900}}


@dataclass
class Visit:
    """An open page and what it did that it should not have."""

    page: Any
    off_origin: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def serve(
    script: Path, environment: Mapping[str, str] | None = None, health: str = "/healthz"
) -> Iterator[str]:
    """Run `streamlit run script` on a free port; give its base address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    base = f"http://localhost:{port}"
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_up(base + health, process, log)
            yield base
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_up(address: str, process: subprocess.Popen[bytes], log: Any) -> None:
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    log.seek(0)
    raise RuntimeError(f"The server did not start:\n{log.read()[-4000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; without one these tests skip, or fail where it is required."""
    if not CHROMIUM.exists():
        reason = f"There is no Chromium at {CHROMIUM}; set ASSETMAP_CHROMIUM to one."
        if os.environ.get("ASSETMAP_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def server(browser: Any) -> Iterator[str]:
    """Our own app on the demo community, its clock standing still unless told otherwise."""
    now = os.environ.get("ASSETMAP_NOW", "2026-10-16T17:30:00")  # a Friday
    with serve(ROOT / "app.py", {"ASSETMAP_NOW": now}) as base:
        yield base


@pytest.fixture(scope="session")
def stand_in(browser: Any) -> Iterator[str]:
    """The small app around the map and the list."""
    with serve(STAND_IN / "app.py") as base:
        yield base


@pytest.fixture(scope="session")
def visitor(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser that keeps the scripts it has fetched and compiled from one test to the next.

    What a page stores is cleared between tests; two seconds of compiling a page are saved.
    """
    kept = browser.browser_type.launch_persistent_context(
        str(tmp_path_factory.mktemp("browser")),
        executable_path=str(CHROMIUM),
        args=ARGUMENTS,
        **LIKE_A_VISITOR,
    )
    yield kept
    kept.close()


@pytest.fixture
def page_at(browser: Any, visitor: Any) -> Iterator[Callable[..., Visit]]:
    """`page_at(width, url="", scheme="light")` opens a page; see the head of this file.

    A second page in one test is another person's, with a browser of its own.
    """
    opened: list[Visit] = []
    others: list[Any] = []

    def open_page(
        width: int, url: str = "", scheme: str = "light", height: int = 900, go: bool = True
    ) -> Visit:
        context = visitor
        if opened:
            context = browser.new_context(**LIKE_A_VISITOR)
            others.append(context)
        visit = Visit(context.new_page())
        visit.page.set_viewport_size({"width": width, "height": height})
        # Nothing fades: what is gone is gone.
        visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        origin = url.split("/", 3)[2] if url else ""
        _watch(visit, origin)
        opened.append(visit)
        if url and go:
            visit.page.goto(url)
        return visit

    yield open_page
    for visit in opened:
        _forget(visit.page)
    for context in others:
        context.close()
    visitor.clear_cookies()
    visitor.clear_permissions()
    assert [visit.off_origin for visit in opened if visit.off_origin] == []
    assert [visit.errors for visit in opened if visit.errors] == []


def _forget(page: Any) -> None:
    """Close the page and clear what its origin stored; files it fetched are kept."""
    origin = "/".join(page.url.split("/", 3)[:3])
    if origin.startswith("http"):
        inspector = page.context.new_cdp_session(page)
        inspector.send(
            "Storage.clearDataForOrigin",
            {"origin": origin, "storageTypes": "cookies,local_storage,indexeddb,service_workers"},
        )
    page.close()


def _watch(visit: Visit, origin: str) -> None:
    own = (f"http://{origin}/", f"ws://{origin}/", "data:", "blob:", "about:")

    def asked(url: str) -> None:
        if not url.startswith(own):
            visit.off_origin.append(url)

    def talked(dialog: Any) -> None:
        visit.errors.append(f"a dialog opened: {dialog.message}")
        dialog.dismiss()

    def said(message: Any) -> None:
        # What the policy of guard.page_policy had to stop is a fault of ours too.
        if message.type == "error" and "Content Security Policy" in message.text:
            visit.errors.append(message.text)

    visit.page.on("request", lambda request: asked(request.url))
    visit.page.on("websocket", lambda socket_: asked(socket_.url))
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on("dialog", talked)
    visit.page.on("console", said)
