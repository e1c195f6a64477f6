"""Starting a community: from a county's name and a person's own lists to a folder that opens."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from assetmap.fields import JsonDict, JsonObject
from assetmap.files.atomic import write_atomic
from assetmap.sources.catalogue import SourcesError
from assetmap.sources.counties import Wanted
from assetmap.sources.download import DownloadProgress, Downloads
from assetmap.sources.ground import PublicParts, toml_value, write_rows
from assetmap.sources.lists import read_list
from assetmap.sources.report import ListAdded, NewReport
from assetmap.words import text

LISTS = ("bmlt", "findtreatment")


def new_community(
    folder: Path,
    wanted: Wanted,
    assets: Sequence[str] = (),
    files: Path | None = None,
    download: bool = True,
    public_lists: Sequence[str] = (),
    progress: DownloadProgress | None = None,
) -> NewReport:
    """Write a community into `folder` and say what came of it.

    `assets` are lists (files, or https addresses) that become its sources; `files` is a folder of
    public files given by hand; `public_lists` are names of LISTS. What cannot be had is in the
    report and the folder still opens. Raises SourcesError for a folder that is not empty or a
    list that is not there.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SourcesError(text("new.not_empty", folder=str(folder)))
    if files is not None and not files.is_dir():
        raise SourcesError(text("new.no_files", folder=str(files)))
    for path in assets:
        if not _is_address(path) and not Path(path).exists():
            raise SourcesError(text("new.no_list", path=path))
    downloads = Downloads(files, download, progress)
    report = NewReport(folder, wanted.title())
    folder.mkdir(parents=True, exist_ok=True)
    ground = PublicParts(folder, wanted, downloads, report)
    ground.areas()
    ground.towns()
    ground.streets()
    sources = [_add_list(folder, path, report) for path in assets]
    for name in public_lists:
        added = ground.public_list(name)
        if added is not None:
            sources.append(added)
    report.sources = [item for item, _ in sources]
    toml = _settings(ground, wanted, [settings for _, settings in sources])
    write_atomic(folder / "community.toml", toml.encode())
    _write_credits(folder, report)
    return report


def _is_address(path: str) -> bool:
    return path.lower().startswith(("https://", "http://"))


def _key_of(path: str) -> str:
    stem = PurePosixPath(urlsplit(path).path).stem if _is_address(path) else Path(path).stem
    return re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_") or "list"


def _add_list(folder: Path, path: str, report: NewReport) -> tuple[ListAdded, JsonDict]:
    key = _key_of(path)
    if _is_address(path):
        settings = {"key": key, "path": path, "name": urlsplit(path).hostname or key}
        return ListAdded(key, path, "", 0, error=text("new.refresh", folder=str(folder))), settings
    source = Path(path)
    name, count = source.name, 1
    while (folder / name).exists():
        count += 1
        name = f"{source.stem}-{count}{source.suffix}"
    target = folder / name
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
    key = key if count == 1 else f"{key}_{count}"
    return read_list(target, key, {"key": key, "path": name, "name": source.stem})


def _settings(ground: PublicParts, wanted: Wanted, sources: Sequence[JsonObject]) -> str:
    """community.toml: only what is known to be true, and what a person has to add."""
    centre = ground.centre()
    lines = [
        "# What is written here is true as far as the public sources go; the contact is yours to",
        "# add. `python -m assetmap check` says what the folder holds and what it lacks.",
        f"name = {toml_value(wanted.title())}",
        'country = "US"',
        f"region = {toml_value(wanted.counties[0].state)}",
        f"timezone = {toml_value(ground.timezone())}",
        'languages = ["en", "es"]',
        'unit = "mi"',
    ]
    if centre is not None:
        lines.append(f"centre = [{centre[0]}, {centre[1]}]")
    lines += [
        "",
        "# Who answers when somebody sees a mistake. Until it is filled in, check asks for it.",
        "[contact]",
        'name = ""',
        'email = ""',
        'phone = ""',
    ]
    if ground.frame is not None:
        lines += [
            "",
            "[areas]",
            'path = "areas.geojson"',
            f"name = {toml_value(f'Census tracts of {wanted.title()}')}",
        ]
    lines += ["", "[basemap]", 'provider = "USGS.USTopo"']
    for name in ("roads", "water", "outline"):
        if (ground.folder / f"{name}.geojson").is_file():
            lines.append(f'{name} = "{name}.geojson"')
    if ground.address_files:
        files = ", ".join(toml_value(name) for name in ground.address_files)
        lines += ["", "# Address ranges, by which typed addresses are found.", "[streets]"]
        lines.append(f"path = [{files}]")
    for settings in sources:
        lines += ["", "[[assets]]"]
        lines += [f"{name} = {toml_value(value)}" for name, value in settings.items()]
    return "\n".join(lines) + "\n"


def _write_credits(folder: Path, report: NewReport) -> None:
    """public_sources.csv: what was taken from where, when, and under which terms."""
    if not report.fetched:
        return
    head = ("what", "provider", "year", "fetched", "licence", "file or address")
    rows = [
        (item.what, item.provider, item.year, item.on, item.licence, item.address)
        for item in report.fetched
    ]
    write_rows(folder / "public_sources.csv", [head, *rows])
