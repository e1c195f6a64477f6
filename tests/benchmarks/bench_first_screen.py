"""How soon an old phone on a slow link shows an answer: `/` and /directory, at 390 px.

1.6 Mb/s with 150 ms of delay and the processor slowed four times, as Chromium's own tools do it.
Told are: when the first content is painted, when the app can be used, how far the page jumps
(cumulative layout shift) and how much was fetched until then. Exits 1 on a missed goal.
Beside it stands what Streamlit alone takes on the same link to show one heading.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "browser")]

from conftest import ARGUMENTS, CHROMIUM, ROOT, serve  # noqa: E402

LINK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
SLOWER = 4
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
FIRST_MS, USABLE_MS, MOST_SHIFT, MOST_BYTES = 1000, 8000, 0.1, 800_000
DIRECTORY_MS, DIRECTORY_BYTES = 1500, 20_000

WATCH = """
window.shift = 0; window.moved = [];
new PerformanceObserver((list) => { for (const one of list.getEntries())
  if (!one.hadRecentInput) { window.shift += one.value;
    window.moved.push([Math.round(one.startTime), one.value, one.sources.map((source) =>
      (source.node?.outerHTML || source.node?.textContent || "").slice(0, 90))]); }
}).observe({ type: "layout-shift", buffered: true });
"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
# The app's own heading and a card of it, to be seen and pressed.
USABLE = """() => {
  const root = document.querySelector("#root");
  return root && !root.inert && root.querySelector("h1") &&
    [...root.querySelectorAll(".st-key-first *")].some((one) =>
      one.shadowRoot?.querySelector("article")) && performance.now();
}"""

EMPTY = 'import streamlit as st\n\nst.title("Empty")\n'
HEADING = """() => document.querySelector("#root h1") && performance.now()"""


class Taken(NamedTuple):
    first_ms: float
    usable_ms: float
    shift: float
    bytes: float


def measure(browser: Any, address: str, app: str = "") -> Taken:
    """One first visit to `address`, nothing kept of others; `app` tells when it can be used."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    page = context.new_page()
    page.add_init_script(WATCH)
    tools = context.new_cdp_session(page)
    fetched: list[float] = []
    tools.on("Network.loadingFinished", lambda event: fetched.append(event["encodedDataLength"]))
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", LINK)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    first = 0.0
    while not first:  # the plain pages' policy forbids what wait_for_function would do
        page.wait_for_timeout(50)
        first = float(page.evaluate(PAINTED))
    usable = first
    if app:
        usable = float(page.wait_for_function(app, timeout=90_000).json_value())
        total = sum(fetched)
        page.wait_for_timeout(3000)  # what jumps after that counts as well
    else:
        page.wait_for_load_state("load")
        total = sum(fetched)
    shift = float(page.evaluate("() => window.shift"))
    if "-v" in sys.argv:
        print(page.evaluate("() => window.moved"))
    context.close()
    return Taken(first, usable, shift, total)


def middle(taken: list[Taken]) -> Taken:
    """The median of each figure."""
    return Taken(*(sorted(column)[len(column) // 2] for column in zip(*taken, strict=True)))


def main() -> int:
    """Print the figures; 1 when a goal is missed."""
    from playwright.sync_api import sync_playwright

    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as home,
        serve(ROOT / "app.py") as base,
    ):
        script = Path(home) / "empty.py"
        script.write_text(EMPTY, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        for path in ("/", "/directory"):  # the server's own first time
            measure(browser, base + path, USABLE if path == "/" else "")
        app = middle([measure(browser, f"{base}/", USABLE) for _ in range(ROUNDS)])
        plain = middle([measure(browser, f"{base}/directory") for _ in range(ROUNDS)])
        with serve(script, health="/_stcore/health") as alone:
            floor = middle([measure(browser, f"{alone}/", HEADING) for _ in range(ROUNDS)])
        browser.close()
    goals = [
        ("/ first content", app.first_ms, FIRST_MS, "ms"),
        ("/ app usable", app.usable_ms, USABLE_MS, "ms"),
        ("/ layout shift × 1000", 1000 * app.shift, 1000 * MOST_SHIFT, ""),
        ("/ fetched until usable", app.bytes / 1000, MOST_BYTES / 1000, "kB"),
        ("/directory first content", plain.first_ms, DIRECTORY_MS, "ms"),
        ("/directory fetched", plain.bytes / 1000, DIRECTORY_BYTES / 1000, "kB"),
    ]
    for name, value, goal, unit in goals:
        verdict = "reached" if value <= goal else "MISSED"
        print(f"{name:26} {value:8.0f} {unit:2} (goal {goal:.0f}) {verdict}")
    times = app.usable_ms / floor.usable_ms
    print(
        f"Streamlit alone shows one heading after {floor.usable_ms:.0f} ms and "
        f"{floor.bytes / 1000:.0f} kB; the app takes {times:.1f} times that"
    )
    return int(any(value > goal for _, value, goal, _ in goals))


if __name__ == "__main__":
    sys.exit(main())
