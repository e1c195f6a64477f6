"""The gap report: what a gap view says, as sections; as a web page, as a PDF for print, on screen.

Read `shades` (colours and classes), `layers` (maps of areas), `tables`, `next_steps`, `briefing`
(the first page), `sections` (each question with its passages), `content` (the report), then the
writers: `html`, `pdf`, and the Gaps page (`web.gaps.writer`), which puts what a visitor can choose
in the place of some passages.
"""

from assetmap.report.briefing import Briefing, briefing, first_kind
from assetmap.report.content import Report, Section, report
from assetmap.report.files import area_csv, area_geojson
from assetmap.report.html import to_html

__all__ = [
    "Briefing",
    "Report",
    "Section",
    "area_csv",
    "area_geojson",
    "briefing",
    "first_kind",
    "report",
    "to_html",
    "to_pdf",
]


def to_pdf(report: Report) -> bytes:
    """The report as a PDF for print (see report.pdf)."""
    # The library that writes it is a part of every start otherwise, and few ask for a PDF.
    from assetmap.report import pdf

    return pdf.to_pdf(report)
