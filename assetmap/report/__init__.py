"""The gap report: what a gap view says, as tables and maps, as a web page and a PDF for print.

Read `shades` (colours and classes), `layers` (maps of areas), `tables`, `next_steps`, `content`
(the order it is read in), then `html` and `pdf`. The pages show the same tables and layers.
"""

from assetmap.report.content import Report, Section, report
from assetmap.report.files import area_csv, area_geojson
from assetmap.report.html import to_html
from assetmap.report.pdf import to_pdf

__all__ = ["Report", "Section", "area_csv", "area_geojson", "report", "to_html", "to_pdf"]
