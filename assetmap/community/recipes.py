"""The survey recipes a community keeps: one file a form, so that its next export just opens.

They lie in `recipes/` of the community's folder as `survey infer` or the page wrote them, and hold
headers and answers of the form, never anybody's own words.
"""

from __future__ import annotations

import re
from pathlib import Path

from assetmap.community.folder import Community
from assetmap.community.recording import Who
from assetmap.files.atomic import write_atomic
from assetmap.ledger.roles import allowed
from assetmap.places import fold
from assetmap.survey import codebook as codebooks
from assetmap.survey import recipe as recipes
from assetmap.survey.questions import Codebook
from assetmap.survey.recipe import SurveyRecipe

FOLDER = "recipes"
MOST_BYTES = 2 * 2**20


def recipes_of(folder: Path) -> dict[str, SurveyRecipe]:
    """Each kept recipe by its file's name. One that cannot be read is passed over: its form is
    then asked about again."""
    kept = {}
    for path in sorted((folder / FOLDER).glob("*.toml")):
        try:
            kept[path.name] = recipes.read(path.read_bytes(), path.name)
        except (OSError, ValueError):
            continue
    return kept


def book_of(community: Community) -> Codebook | None:
    """The wording of every question a community's tables may have: its codebook's, and its kept
    recipes'. None where there is neither."""
    try:
        path = community.codebook
        own = codebooks.read(path.read_bytes(), path.name).questions if path.is_file() else {}
    except (OSError, ValueError):
        own = {}
    kept = {
        name: question
        for recipe in recipes_of(community.path).values()
        for name, question in recipe.codebook().questions.items()
    }
    return Codebook({**kept, **own}) if kept or own else None


def keep_recipe(community: Community, data: bytes, name: str, who: Who) -> str:
    """Keep a recipe from the desk; the file's name. Raises RecipeError, LedgerError."""
    allowed(who.role, "publish")
    recipes.read(data[:MOST_BYTES], name)
    stem = re.sub(r"[^a-z0-9]+", "-", fold(Path(name).stem)).strip("-")[:60] or "recipe"
    target = community.path / FOLDER / f"{stem}.toml"
    target.parent.mkdir(exist_ok=True)
    write_atomic(target, data)
    return target.name
