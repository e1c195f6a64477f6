"""Whose answers were released, kept beside the published tables as salted hashes.

`releases/people.json` has a salt and, for each released wave, the hashes of its people. It is made
when a table is released for the community, never while answers are read.
"""

from __future__ import annotations

import json
from pathlib import Path

from assetmap.files.atomic import write_atomic
from assetmap.survey.publish import FOLDER
from assetmap.survey.release import Release
from assetmap.survey.rules import ReleaseRefused
from assetmap.survey.same_people import PeopleMemory, PeopleSet
from assetmap.words import text

FILE = "people.json"


def people_memory(folder: Path) -> PeopleMemory:
    """What is remembered in a community's folder; a new memory where nothing is yet.

    Raises ReleaseRefused when the file is damaged: whoever is forgotten is not protected.
    """
    path = folder / FOLDER / FILE
    if not path.is_file():
        return PeopleMemory()
    try:
        kept = json.loads(path.read_text("utf-8"))
        bytes.fromhex(kept["salt"])
        waves = {
            str(mark): PeopleSet(
                frozenset(map(str, people["ids"])),
                frozenset(map(str, people["rows"])),
                people["every_id"] is True,
            )
            for mark, people in kept["waves"].items()
        }
        return PeopleMemory(kept["salt"], waves)
    except Exception as error:  # whatever a damaged file makes its reader stumble over
        raise ReleaseRefused(text("survey.people_unreadable", file=f"{FOLDER}/{FILE}")) from error


def remember_people(folder: Path, released: Release) -> None:
    """Remember the people of a release. Raises OSError where nothing can be written."""
    memory = people_memory(folder).and_of(released.table, released.people)
    if not memory.waves:
        return
    waves = {
        mark: {"ids": sorted(people.ids), "rows": sorted(people.rows), "every_id": people.every_id}
        for mark, people in memory.waves.items()
    }
    path = folder / FOLDER / FILE
    path.parent.mkdir(exist_ok=True)
    write_atomic(path, json.dumps({"salt": memory.salt, "waves": waves}).encode())
