"""What a community keeps of its surveys: their wording, and whose answers were released.

Recipes lie in `recipes/` of the community's folder as `survey infer` or the page wrote them, one
file a form, so that the form's next export just opens. `releases/people.json` has a salt and, for
each released wave, the hashes of its people. It is made when a table is released for the
community, never while answers are read.
"""

from __future__ import annotations

import json
from pathlib import Path

from assetmap.files.atomic import write_atomic
from assetmap.survey import codebook as codebooks
from assetmap.survey import recipe as recipes
from assetmap.survey.answers import PeopleMemory, PeopleSet
from assetmap.survey.questions import Codebook
from assetmap.survey.recipe import SurveyRecipe
from assetmap.survey.release import FOLDER, Release
from assetmap.survey.rules import ReleaseRefused
from assetmap.words import text

RECIPES = "recipes"


def recipes_of(folder: Path) -> dict[str, SurveyRecipe]:
    """Each kept recipe by its file's name. One that cannot be read is passed over: its form is
    then asked about again."""
    kept = {}
    for path in sorted((folder / RECIPES).glob("*.toml")):
        try:
            kept[path.name] = recipes.read(path.read_bytes(), path.name)
        except (OSError, ValueError):
            continue
    return kept


def survey_book(folder: Path, codebook: Path) -> Codebook | None:
    """The wording of every question a community's tables may have: its codebook's, and its kept
    recipes'. None where there is neither."""
    try:
        own = (
            codebooks.read(codebook.read_bytes(), codebook.name).questions
            if codebook.is_file()
            else {}
        )
    except (OSError, ValueError):
        own = {}
    kept = {
        name: question
        for recipe in recipes_of(folder).values()
        for name, question in recipe.codebook().questions.items()
    }
    return Codebook({**kept, **own}) if kept or own else None


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
