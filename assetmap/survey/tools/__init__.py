"""One file per survey tool: how its export is recognised and laid out.

A tool module has NAME, `sniff(rows)` (the sure marks) and `sheet(rows)`, which turns the export's
own layout into a Sheet: one Column per column, records of plain text, and which records are
unfinished or a preview. Meaning (which question, which answer) is not decided here but in `match`,
the same way for all tools. A new tool is one file and its line in TOOLS.
"""

from __future__ import annotations

from types import ModuleType

from assetmap.survey.tools import (
    google_forms,
    kobo,
    limesurvey,
    microsoft_forms,
    odk,
    own,
    plain,
    qualtrics,
    redcap,
    spss,
    surveymonkey,
)
from assetmap.survey.tools.layout import Column, ToolSheet

# The first tool whose marks are found reads the file; plain takes what no tool claims.
TOOLS: dict[str, ModuleType] = {
    module.NAME: module
    for module in (
        spss,
        own,
        qualtrics,
        surveymonkey,
        kobo,
        odk,
        redcap,
        limesurvey,
        microsoft_forms,
        google_forms,
        plain,
    )
}

__all__ = ["TOOLS", "Column", "ToolSheet", "recognise"]


def recognise(rows: list[list[str]]) -> str:
    """The name of the tool that made an export with these rows."""
    return next(name for name, module in TOOLS.items() if module.sniff(rows))
