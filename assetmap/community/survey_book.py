"""The wording of a community's survey: its codebook, and the recipes it keeps.

Recipes lie in `recipes/` of the community's folder as `survey infer` or the page wrote them, one
file a form, so that the form's next export just opens.
"""

from __future__ import annotations

from pathlib import Path

from assetmap.survey import codebook as codebooks
from assetmap.survey import recipe as recipes
from assetmap.survey.questions import Codebook
from assetmap.survey.recipe import SurveyRecipe

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
