"""What an operator is given: docs/run.md, container and unit files, each held to the code."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import typer.main

from assetmap.cli import app

ROOT = Path(__file__).resolve().parents[1]
_COMMAND = re.compile(r"(?:python3? -m |venv/bin/|`)assetmap ([a-z][^`'\n]*)")


def commands() -> list[tuple[str, str]]:
    """Every command of ours that the files name, with the file."""
    paths = [ROOT / name for name in ("docs/run.md", "compose.yaml")]
    paths += sorted((ROOT / "deploy").iterdir())
    return [
        (path.name, result.strip())
        for path in paths
        for result in _COMMAND.findall(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize(("file", "line"), commands())
def test_every_command_that_is_named_exists_with_its_options(file: str, line: str) -> None:
    words = shlex.split(line.partition(" #")[0].replace("$(date +%%a)", "Mon"))
    command = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]  # type: ignore[attr-defined]
    assert not hasattr(command, "commands"), f"{file}: {line} names no command"
    options = {name for parameter in command.params for name in parameter.opts}
    assert [word for word in words if word.startswith("--") and word not in options] == []


def steps(name: str) -> list[list[str]]:
    """The instructions of the Containerfile of one kind, continued lines joined."""
    whole = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.split(None, 1) for line in whole.splitlines() if line and line[0] != "#"]
    return [shlex.split(rest) for word, rest in lines if word == name]


def test_the_container_copies_what_is_there_and_installs_what_is_named() -> None:
    known = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "USER", "EXPOSE", "HEALTHCHECK"}
    whole = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    used = {line.split()[0] for line in whole.splitlines() if line and line[0] != "#"}
    assert used <= known | {"ENTRYPOINT", "CMD"}
    for *sources, _ in steps("COPY"):
        assert [name for name in sources if not (ROOT / name).exists()] == []
    [user] = steps("USER")
    assert user != ["root"]
    installed = next(step for step in steps("RUN") if "pip" in step)
    assert (ROOT / installed[-1]).is_file()


def test_the_containers_entry_runs_on_what_was_copied_alone(tmp_path: Path) -> None:
    for *sources, target in steps("COPY"):
        for name in sources:
            if (ROOT / name).is_dir():
                skip = shutil.ignore_patterns("__pycache__", "builder")
                shutil.copytree(ROOT / name, tmp_path / target, ignore=skip)
            else:
                shutil.copy(ROOT / name, tmp_path / target)
    whole = (ROOT / "Containerfile").read_text("utf-8")
    entry = json.loads(re.findall(r"(?m)^ENTRYPOINT (.*)$", whole)[0])
    command = json.loads(re.findall(r"(?m)^CMD (.*)$", whole)[0])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command[command.index("8501")] = str(port)
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    environment = {**kept, "ASSETMAP_COMMUNITY": str(tmp_path / "data" / "demo")}
    process = subprocess.Popen(
        [sys.executable, *entry[1:], *command],
        cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        end = time.monotonic() + 120
        told: dict[str, object] = {}
        while not told and time.monotonic() < end:
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as got:
                    told = json.loads(got.read())
            except (urllib.error.URLError, OSError, TimeoutError):
                time.sleep(0.2)
    finally:
        process.kill()
        process.wait()
    assert (told.get("status"), told.get("ledger")) == ("ok", {"status": "none"})


def test_compose_names_files_that_are_there_and_settings_that_are_explained() -> None:
    told = (ROOT / "compose.yaml").read_text("utf-8")
    for name in re.findall(r"- \./([^:\s]+):", told):
        assert (ROOT / name).exists(), name
    run = (ROOT / "docs" / "run.md").read_text("utf-8")
    wanted = set(re.findall(r"\$\{([A-Z_]+)", told))
    assert wanted and [name for name in wanted if name not in run] == []
    assert "\t" not in told
    # Each service is one of ours or an image with its version.
    assert all(":" in image for image in re.findall(r"image: (\S+)", told))


def test_the_unit_files_lie_where_the_manual_puts_them() -> None:
    run = (ROOT / "docs" / "run.md").read_text("utf-8")
    named = re.findall(r"program/deploy/(\S+)", run)
    assert sorted(named) == sorted(item.name for item in (ROOT / "deploy").glob("assetmap*"))
    service = (ROOT / "deploy" / "assetmap.service").read_text("utf-8")
    for path in re.findall(r"(?m)^(?:WorkingDirectory|ReadWritePaths)=(\S+)", service):
        assert path in ("/opt/assetmap/program", "/opt/assetmap/community")
