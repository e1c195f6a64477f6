"""A recipe guessed from an export that nobody gave a codebook for.

`of_sheets` reads exports, `summary` says what was decided. `sheets` goes through the columns,
`roles` are columns that ask no question, `kinds` the questions, `draft` what is decided so far.
"""

from assetmap.survey.inferring.draft import Inferred
from assetmap.survey.inferring.sheets import infer, of_sheets, summary

__all__ = ["Inferred", "infer", "of_sheets", "summary"]
