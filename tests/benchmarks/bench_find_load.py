"""Fifty people on Find, one action every two seconds, one process: how long each waits.

Each speaks to the server as the page in a browser does: over its socket, with its answers, keeping
the messages that the server marks to be kept. Told are the processor's time of a run of the script
(one visitor alone), the bytes a run sends, and the time from an action to the end of its run with
one and with fifty visitors; then the same of POSTs to /directory. Beside it stands, measured in the
same minutes, what Streamlit takes for a script of one heading behind our own middleware: no page
can be cheaper, and on a busy machine only the ratio to it tells much. Exits 1 on a missed goal.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol

ROOT = Path(__file__).resolve().parents[2]
VISITORS = int(os.environ.get("BENCH_VISITORS", "50"))
ACTIONS = int(os.environ.get("BENCH_ACTIONS", "8"))
EVERY_S = 2.0
ALONE = 40
CPU_MS, P95_MS = 30.0, 300.0
PLAIN_CPU_MS, PLAIN_P95_MS = 30.0, 50.0
WHERES = ("", "Milltown", "62999", "Alder City")
TYPED = ("", "", "", "women's meeting tonight", "sober living that takes suboxone", "rides")
NEEDS = ("home", "job", "meeting", "talk", "fun", "child_care", "ride", "dental")
TICK = os.sysconf("SC_CLK_TCK")


@contextmanager
def serve(port: int, script: str = "app.py") -> Iterator[subprocess.Popen[bytes]]:
    """Our own app alone in a process; its clock runs, so that nothing is kept over a minute."""
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    break
            except OSError:
                time.sleep(0.3)
        yield process
    finally:
        process.terminate()
        process.wait()


def cpu_s(process: subprocess.Popen[bytes]) -> float:
    """The processor's time that `process` has taken, seconds."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def at_rest(process: subprocess.Popen[bytes]) -> None:
    """Wait for what is made beside the first visitors: it is not theirs."""
    before = -1.0
    while cpu_s(process) - before > 0.02:
        before = cpu_s(process)
        time.sleep(2)


class Visitor:
    """One open page: its socket, the widgets it was sent, what it has answered."""

    def __init__(self, port: int, seed: int) -> None:
        self.address = f"ws://127.0.0.1:{port}/_stcore/stream"
        self.random = random.Random(seed)
        self.kept: dict[str, ForwardMsg] = {}
        self.questions = self.fragment = self.map_due = ""
        self.answers: dict[str, str] = {}
        self.sent = 0
        self.bytes = 0
        self.failed = ""
        self.socket: Any = None

    async def open(self) -> None:
        self.socket = await websockets.connect(
            self.address, subprotocols=[Subprotocol("streamlit")], max_size=None, compression=None
        )
        await self.run()
        await self.run()  # now with the map

    async def run(self) -> float:
        """One run of the script; milliseconds from the question to its end."""
        message = BackMsg()
        state = message.rerun_script
        state.cached_message_hashes.extend(self.kept)
        if self.map_due:
            widget = state.widget_states.widgets.add()
            widget.id = f"$$STREAMLIT_INTERNAL_KEY_{self.map_due}__events"
            widget.json_trigger_value = json.dumps([{"event": "due", "value": True}])
            state.fragment_id, self.map_due = self.fragment, ""
        if self.answers and self.questions:
            widget = state.widget_states.widgets.add()
            widget.id = self.questions
            state.fragment_id = self.fragment
            self.sent += 1
            form = {"sent": self.sent, "pairs": urlencode(self.answers)}
            widget.json_value = json.dumps({"form": form})
        began = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while True:
            data = await self.socket.recv()
            self.bytes += len(data)
            answer = ForwardMsg.FromString(data)
            kind = answer.WhichOneof("type")
            if kind == "ref_hash":
                answer = self.kept[answer.ref_hash]
                kind = answer.WhichOneof("type")
            elif answer.metadata.cacheable and answer.hash:
                self.kept[answer.hash] = answer
            if kind == "delta":
                self._take(answer.delta)
            if kind == "script_finished":
                return 1000 * (time.perf_counter() - began)

    def _take(self, delta: Any) -> None:
        element = delta.new_element
        which = element.WhichOneof("type")
        if which == "exception":
            self.failed = element.exception.message
        elif which == "bidi_component":
            part = element.bidi_component
            if part.component_name == "assetmap_questions":
                self.questions, self.fragment = part.id, delta.fragment_id
            elif part.component_name == "assetmap_map_due":
                self.map_due = part.id

    def act(self) -> None:
        """Answer one question otherwise than before."""
        name = self.random.choice(("needs", "needs", "q", "where"))
        values = {"needs": NEEDS, "q": TYPED, "where": WHERES}[name]
        self.answers[name] = self.random.choice(values)


async def alone(port: int, process: subprocess.Popen[bytes]) -> tuple[float, float, list[float]]:
    """Of one visitor: CPU milliseconds and kilobytes a run, the times of all runs."""
    visitor = Visitor(port, 1)
    await visitor.open()
    for _ in range(10):
        visitor.act()
        await visitor.run()
    begun, visitor.bytes, times = cpu_s(process), 0, []
    for _ in range(ALONE):
        visitor.act()
        times.append(await visitor.run())
        await asyncio.sleep(0.05)
    assert not visitor.failed, visitor.failed
    used = 1000 * (cpu_s(process) - begun) / ALONE
    await visitor.socket.close()
    return used, visitor.bytes / ALONE / 1000, sorted(times)


async def many(port: int) -> list[float]:
    """The times of all actions of all visitors, milliseconds, sorted."""
    visitors = [Visitor(port, seed) for seed in range(VISITORS)]
    for visitor in visitors:
        await visitor.open()
    times: list[float] = []

    async def visit(number: int, visitor: Visitor) -> None:
        await asyncio.sleep(EVERY_S * number / VISITORS)
        for _ in range(ACTIONS):
            began = time.monotonic()
            visitor.act()
            times.append(await visitor.run())
            await asyncio.sleep(max(0.0, EVERY_S - (time.monotonic() - began)))

    await asyncio.gather(*(visit(*pair) for pair in enumerate(visitors)))
    for visitor in visitors:
        assert not visitor.failed, visitor.failed
        await visitor.socket.close()
    return sorted(times)


def asks(count: int) -> list[bytes]:
    """Made-up forms of /directory."""
    chance = random.Random(2)
    return [
        urlencode({
            "language": "en", "do": "search", "q": chance.choice(TYPED),
            "where": chance.choice(WHERES), "within": "16093", "needs": chance.choice(NEEDS),
        }).encode()
        for _ in range(count)
    ]  # fmt: skip


def post(port: int, body: bytes) -> float:
    """Milliseconds of one POST to /directory."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Encoding": "gzip"}
    connection.request("POST", "/directory", body, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    connection.close()
    return 1000 * (time.perf_counter() - began)


async def many_posts(port: int) -> list[float]:
    """The times of fifty people who each send a form every two seconds."""
    loop, times = asyncio.get_running_loop(), []
    bodies = asks(VISITORS * ACTIONS)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(VISITORS) as pool:

        async def visit(number: int) -> None:
            await asyncio.sleep(EVERY_S * number / VISITORS)
            for turn in range(ACTIONS):
                began = time.monotonic()
                body = bodies[number * ACTIONS + turn]
                times.append(await loop.run_in_executor(pool, post, port, body))
                await asyncio.sleep(max(0.0, EVERY_S - (time.monotonic() - began)))

        await asyncio.gather(*(visit(number) for number in range(VISITORS)))
    return sorted(times)


def empty_app(folder: Path) -> Path:
    """Our own app with a script that shows one heading in place of its pages."""
    script = folder / "empty.py"
    script.write_text('import streamlit as st\n\nst.title("x")\n')
    app = folder / "app.py"
    ours = (ROOT / "app.py").read_text("utf-8")
    app.write_text(ours.replace('"assetmap/web/main.py"', repr(str(script))))
    return app


def middle(times: list[float]) -> float:
    return times[len(times) // 2]


def p95(times: list[float]) -> float:
    return times[int(len(times) * 0.95)]


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Print the figures; 1 when a goal is missed."""
    port, floor_port = free_port(), free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(floor_port, str(empty_app(Path(folder)))) as floor,
        serve(port) as process,
    ):
        at_rest(floor)
        at_rest(process)
        floor_used, _, _ = asyncio.run(alone(floor_port, floor))
        floor_crowd = asyncio.run(many(floor_port))
        used, sent, times = asyncio.run(alone(port, process))
        crowd = asyncio.run(many(port))
        for body in asks(20):
            post(port, body)
        begun = cpu_s(process)
        posts = sorted(post(port, body) for body in asks(ALONE))
        plain_used = 1000 * (cpu_s(process) - begun) / ALONE
        plain_crowd = asyncio.run(many_posts(port))
    print(f"Find, one visitor: {used:.0f} ms of CPU a run (goal {CPU_MS:.0f}), {sent:.0f} kB sent, "
          f"p50 {middle(times):.0f} ms, p95 {p95(times):.0f} ms")  # fmt: skip
    print(f"Find, {VISITORS} visitors: p50 {middle(crowd):.0f} ms, p95 {p95(crowd):.0f} ms "
          f"(goal {P95_MS:.0f})")  # fmt: skip
    print(f"An empty script: {floor_used:.0f} ms of CPU a run, {VISITORS} visitors p50 "
          f"{middle(floor_crowd):.0f} ms, p95 {p95(floor_crowd):.0f} ms; Find takes "
          f"{used / floor_used:.1f} times its CPU, {p95(crowd) / p95(floor_crowd):.1f} times its "
          f"p95")  # fmt: skip
    print(f"/directory, one: {plain_used:.0f} ms of CPU a POST (goal {PLAIN_CPU_MS:.0f}), "
          f"p50 {middle(posts):.0f} ms")  # fmt: skip
    print(f"/directory, {VISITORS} visitors: p50 {middle(plain_crowd):.0f} ms, "
          f"p95 {p95(plain_crowd):.0f} ms (goal {PLAIN_P95_MS:.0f})")  # fmt: skip
    missed: Callable[..., bool] = max
    return int(
        missed(used > CPU_MS, p95(crowd) > P95_MS, plain_used > PLAIN_CPU_MS,
               p95(plain_crowd) > PLAIN_P95_MS)
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
