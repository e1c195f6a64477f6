"""serve: the app with safe settings, for one community or for many in one process."""

from __future__ import annotations

import os
import re
import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

from assetmap.cli.edge import CommunityDir, community_folder
from assetmap.community.settings import FILE, KEY, MANY, read_settings
from assetmap.ledger import store_of
from assetmap.words import text

APP = Path(__file__).resolve().parents[2] / "app.py"
_SETTINGS = {
    "server.headless": "true",
    "server.enableXsrfProtection": "true",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "viewer",
    "global.developmentMode": "false",
}


def register(app: typer.Typer) -> None:
    """Add `serve` to `app`."""
    app.command()(serve)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8501,
    base_path: Annotated[str, typer.Option(help="Where a proxy puts the pages, like /map.")] = "",
    community: CommunityDir = None,
    communities: Annotated[
        Path | None,
        typer.Option(help="A folder of communities, each at its own hosts or under its name."),
    ] = None,
) -> int:
    """Serve the pages until it is stopped (Ctrl-C)."""
    base = checked_base(base_path)
    if communities is not None and community is not None:
        raise ValueError(text("serve.one_or_many"))
    if communities is None:
        folder = community_folder(community)
        ready(folder)
        environment = environment_for(folder, base)
    else:
        environment = environment_for_many(communities, base)
    os.chdir(APP.parent)
    os.environ.update(environment)
    # In this process: a second one would read every library again, three seconds of the start.
    sys.argv = ["streamlit", *arguments_for(host, port)]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    return 0


def checked_base(path: str) -> str:
    """A base path with one slash before and none after; "" for none. Raises ValueError."""
    base = path.strip().strip("/")
    if base and not re.fullmatch(r"[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*", base):
        raise ValueError(text("serve.base", base=path))
    return f"/{base}" if base else ""


def ready(folder: Path) -> None:
    """Raises a ValueError with one sentence where the folder or its ledger cannot be served.

    An older ledger is brought to this program's version first: it loses nothing.
    """
    read_settings(folder)
    store = store_of(folder)
    if store.exists():
        before, after = store.migrate()
        if before != after:
            typer.echo(text("store.migrated", before=before, after=after), err=True)


def arguments_for(host: str, port: int) -> list[str]:
    """What Streamlit is called with to run the app."""
    arguments = ["run", str(APP)]
    settings = {**_SETTINGS, "server.address": host, "server.port": str(port)}
    for name, value in settings.items():
        arguments += [f"--{name}", value]
    return arguments


def environment_for(folder: Path, base: str) -> dict[str, str]:
    """The settings of a process that serves `folder` under `base`."""
    return {"ASSETMAP_COMMUNITY": str(folder.resolve()), "ASSETMAP_BASE_PATH": base}


def environment_for_many(folder: Path, base: str) -> dict[str, str]:
    """The settings of one process that serves every community in `folder` under `base`.

    What is wrong with one is said and keeps back none of the others. Raises a ValueError where
    there is none.
    """
    result = sorted(path.parent for path in folder.glob(f"*/{FILE}"))
    if not result:
        raise ValueError(text("serve.none", folder=str(folder), file=FILE))
    for item in result:
        if not KEY.fullmatch(item.name):
            typer.echo(text("serve.name", folder=item.name), err=True)
            continue
        try:
            ready(item)
        except (ValueError, OSError) as error:
            typer.echo(f"{item.name}: {error}", err=True)
    return {MANY: str(folder.resolve()), "ASSETMAP_BASE_PATH": base}
