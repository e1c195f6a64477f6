"""Files packed with brotli beside the visitors, one after the other and with pauses.

At its best brotli makes Streamlit's scripts a sixth smaller than gzip, but takes seconds for it:
nobody waits for that. Until it is made, gzip is served.
"""

from __future__ import annotations

import queue
import threading
import time

import brotli

BEST = 11
# Of its time this worker rests three quarters, so that visitors have the processor.
REST = 3.0
IDLE_S = 30.0


class BrotliAhead:
    """`add` a body under its name; `get` gives it packed once it is made."""

    def __init__(self, rest: float = REST) -> None:
        self.rest = rest
        self._made: dict[str, bytes] = {}
        self._waiting: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None

    def add(self, name: str, body: bytes) -> None:
        """Have `body` packed when there is time."""
        self._waiting.put((name, body))
        with self._lock:
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._work, daemon=True)
                self._worker.start()

    def get(self, name: str) -> bytes | None:
        """The packed body of `name`; None while it is not made."""
        return self._made.get(name)

    def wait(self) -> None:
        """Until everything added is made."""
        self._waiting.join()

    def _work(self) -> None:
        while True:
            try:
                name, body = self._waiting.get(timeout=IDLE_S)
            except queue.Empty:
                return
            began = time.monotonic()
            self._made[name] = brotli.compress(body, quality=BEST)
            self._waiting.task_done()
            time.sleep(self.rest * (time.monotonic() - began))
