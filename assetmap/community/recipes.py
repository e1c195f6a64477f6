"""Keeping a survey's recipe in the community's folder, from the desk.

It holds headers and answers of the form, never anybody's own words.
"""

from __future__ import annotations

import re
from pathlib import Path

from assetmap.community.folder import Community
from assetmap.community.recording import Who
from assetmap.community.survey_book import FOLDER
from assetmap.files.atomic import write_atomic
from assetmap.ledger.roles import allowed
from assetmap.places import fold
from assetmap.survey import recipe as recipes

MOST_BYTES = 2 * 2**20


def keep_recipe(community: Community, data: bytes, name: str, who: Who) -> str:
    """Keep a recipe from the desk; the file's name. Raises RecipeError, LedgerError."""
    allowed(who.role, "publish")
    recipes.read(data[:MOST_BYTES], name)
    stem = re.sub(r"[^a-z0-9]+", "-", fold(Path(name).stem)).strip("-")[:60] or "recipe"
    target = community.path / FOLDER / f"{stem}.toml"
    target.parent.mkdir(exist_ok=True)
    write_atomic(target, data)
    return target.name
