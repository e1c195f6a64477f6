"""From a choice to the painted map and list, ours against folium's FastMarkerCluster.

Run `python tests/benchmarks/bench_map.py` (needs Chromium; for the comparison also
`pip install XStatic-Leaflet-MarkerCluster`). Times are from the click in the browser to the
frame after both map and list show the new choice. Exits 1 on a missed goal.
"""

from __future__ import annotations

import statistics
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "browser")]

from conftest import ARGUMENTS, CHROMIUM, serve  # noqa: E402

GOALS_MS = {2_000: 150, 50_000: 300}
ROUNDS = 8
CHOICES = ("half", "all", "third", "all", "quarter", "all")

# Clicks a choice and waits until the list is headed by it and the map has painted it: ours says
# so on its div, folium's comes as a new frame with markers in it.
MEASURE = """([choice, way]) => new Promise((resolve, reject) => {
  const frames = () => [...document.querySelectorAll("iframe")].map((one) => one.contentWindow);
  const drawn = () => frames()[0].document.querySelector("#map_div")?.dataset.drawn;
  const before = way === "ours" ? drawn() : frames()[0].performance.timeOrigin;
  const map_done = () => way === "ours" ? drawn() !== before : frames().some((one) =>
    one.performance.timeOrigin !== before &&
    one.document.querySelector(".marker-cluster, path.leaflet-interactive"));
  const list = [...document.querySelectorAll("*")].map((one) => one.shadowRoot)
    .find((root) => root?.querySelector(".cards"));
  const list_done = () => list.querySelector(".cards h2").textContent === choice;
  const label = [...document.querySelectorAll("[data-testid=stRadio] label")]
    .find((one) => one.textContent.trim() === choice);
  const start = performance.now();
  label.click();
  const look = () => {
    if (performance.now() - start > 60000) reject(new Error(`${choice} was not painted`));
    else if (list_done() && map_done())
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    else requestAnimationFrame(look);
  };
  look();
})"""


def measure(browser: Any, base: str, way: str, rounds: int) -> dict[str, list[float]]:
    """Milliseconds for a part and for all of the assets, the first round left out."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{base}/?way={way}")
    page.wait_for_selector("iframe")
    frame = page.locator("iframe").element_handle().content_frame()
    frame.wait_for_selector(".assetmap-marker, .marker-cluster", timeout=60_000)
    taken: dict[str, list[float]] = {"part": [], "all": []}
    for turn in range(rounds + 1):
        for choice in CHOICES:
            page.wait_for_timeout(250)  # let the last run's garbage collection end
            ms = page.evaluate(MEASURE, [choice, way])
            if turn:
                taken["all" if choice == "all" else "part"].append(ms)
    page.close()
    return taken


def main() -> int:
    """Print the figures; 1 when a goal is missed."""
    from playwright.sync_api import sync_playwright

    compare = find_spec("xstatic") is not None and find_spec("xstatic.pkg.leaflet_markercluster")
    missed = 0
    print(f"{'assets':>7} {'way':18} {'part ms':>8} {'all ms':>8} {'p95 ms':>8}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        for assets, goal in GOALS_MS.items():
            with serve(HERE / "map_app.py", {"MADE_ASSETS": str(assets)}) as base:
                ours = report(assets, "ours", measure(browser, base, "ours", ROUNDS))
                if compare:
                    other = measure(browser, base, "folium", 2)
                    folium = report(assets, "FastMarkerCluster", other)
                    print(f"{'':7} {folium / ours:.1f} times as fast")
            verdict = "reached" if ours <= goal else "MISSED"
            missed += ours > goal
            print(f"{'':7} goal: {goal} ms for all, {verdict}")
        browser.close()
    return 1 if missed else 0


def report(assets: int, way: str, taken: dict[str, list[float]]) -> float:
    """Print one line; the median for all assets, in ms."""
    part, every = (statistics.median(taken[name]) for name in ("part", "all"))
    high = sorted(taken["part"] + taken["all"])
    p95 = high[int(0.95 * (len(high) - 1))]
    print(f"{assets:7} {way:18} {part:8.0f} {every:8.0f} {p95:8.0f}", flush=True)
    return every


if __name__ == "__main__":
    sys.exit(main())
