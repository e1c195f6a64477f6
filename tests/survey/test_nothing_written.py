"""Nothing of an upload reaches the disk while it is read and released: told by an audit hook."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import json, os, sys
from assetmap.files.source import Source
from assetmap.survey import codebook, opened, read, recipe, release
from assetmap.survey.recipe import ConsentRule
from dataclasses import replace

rows = "".join(
    f"{'Yes' if n % 3 else 'No'},{'A home' if n % 2 else 'A job'},My group. Call 413-555-{n:04}\\n"
    for n in range(120)
)
header = "Do you agree to take part?,What do you need?,What helped?\\n"
source = Source("s.csv", (header + rows).encode())
read.read([source])  # whatever is loaded or cached once has been
written = []
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC

def hook(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES:
        written.append(str(arguments[0]))
    elif event in ("os.rename", "os.mkdir", "os.link", "socket.connect", "socket.sendto"):
        written.append(f"{event} {arguments[0]}")

sys.addaudithook(hook)
found = opened.infer([source])
answers = read.read([source], None, None, "w1", found.recipe)
made = release.release(answers, answers.codebook, None)
table = release.to_csv(made)
kept = list(written)
open(os.devnull, "w").close()
print(json.dumps({"written": kept, "hook works": len(written) > len(kept), "shown": made.shown,
                  "secret": "555" in table.decode()}))
"""


def test_nothing_is_written_while_reading_and_releasing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", PROGRAM],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # One JSON line alone: the solver greets nobody on stdout.
    assert json.loads(done.stdout) == {
        "written": [],
        "hook works": True,
        "shown": 2,
        "secret": False,
    }
