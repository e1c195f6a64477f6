"""The report as a PDF for print: letter or A4, black on white, large type, maps as vectors."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
from fpdf import FPDF
from fpdf.drawing import DeviceRGB, PaintedPath
from fpdf.enums import (
    MethodReturnValue,
    PathPaintRule,
    TextEmphasis,
    TextMode,
    XPos,
    YPos,
)
from fpdf.fonts import FontFace

from assetmap.report.briefing import Figure
from assetmap.report.content import Report
from assetmap.report.layers import Layer
from assetmap.report.pictures import Picture, draw
from assetmap.report.sections import Passage, Section
from assetmap.report.shades import heat
from assetmap.words import say

# A font of our own inside the file: Latin, Greek, Cyrillic and Vietnamese letters on any reader.
FONT = "DejaVu"
FONTS = Path(__file__).with_name("fonts")
_FACES = {"": "DejaVuSansCondensed.ttf", "B": "DejaVuSansCondensed-Bold.ttf"}
SIZE, SMALL, TABLE = 12.0, 10.5, 9.5
MARGIN_MM = 18.0
MAP_MM = 92.0
# The map of the first page is as high as leaves room for all of the briefing.
FIRST_MAPS_MM = (80.0, 70.0, 60.0, 50.0, 40.0)
LEGEND_MM = 52.0
EDGE_MM = 0.4
GREY, WHITE = (85, 85, 85), (255, 255, 255)


def add_faces(paper: FPDF) -> None:
    """Give `paper` the font FONT, regular and bold."""
    for style, file in _FACES.items():
        paper.add_font(FONT, style, FONTS / file)


class Paper(FPDF):
    """Pages with their number and the report's name at the foot."""

    def __init__(self, report: Report) -> None:
        super().__init__("portrait", "mm", "letter" if report.letter else "a4")
        self.report = report
        add_faces(self)
        self.set_margins(MARGIN_MM, MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, MARGIN_MM + 4)
        self.set_title(written(report.title))
        self.set_lang(report.language)
        self.set_creator("assetmap")
        self.set_creation_date(report.ground.settings.now)

    def footer(self) -> None:
        """Page number, and that the data is made up where it is."""
        self.set_y(-MARGIN_MM + 2)
        self.set_font(FONT, size=9)
        text = say("report.page", self.report.language, page=self.page_no(), pages="{nb}")
        if self.report.fictional:
            text = f"{text} · {self.report.fictional}"
        self.cell(0, 5, written(text), align="C")


def to_pdf(report: Report) -> bytes:
    """The whole document."""
    paper = Paper(report)
    _first_page(paper, report, _first_map_mm(report))
    paper.add_page()
    for section in report.sections:
        _section(paper, report, section)
    paper.ln(4)
    for text in report.closing:
        _text(paper, text, SIZE, bold=True)
    return bytes(paper.output())


def written(text: str) -> str:
    """Text in the letters the font has; others lose their marks, or become a question mark."""
    known = _letters()
    if known.issuperset(text):
        return text
    out = []
    for sign in text:
        if sign in known:
            out.append(sign)
        elif unicodedata.category(sign)[0] not in "CMZ":  # marks and controls leave no trace
            plain = unicodedata.normalize("NFKD", sign)
            out.append("".join(part for part in plain if part in known) or "?")
    return "".join(out)


@cache
def _letters() -> frozenset[str]:
    """All letters that both faces of the font have."""
    from fontTools.ttLib import TTFont

    faces = [TTFont(FONTS / file, lazy=True).getBestCmap() for file in _FACES.values()]
    return frozenset(chr(code) for code in faces[0] if code in faces[1]) | {"\n"}


def _text(paper: FPDF, text: str, size: float, bold: bool = False, after: float = 1.5) -> None:
    paper.set_font(FONT, "B" if bold else "", size)
    _lines(paper, text, size * 0.5)
    paper.ln(after)


def _lines(
    paper: FPDF,
    text: str,
    high: float,
    wide: float = 0,
    align: str = "L",
    border: bool = False,
    padding: int = 0,
) -> None:
    """Text in as many lines as it needs; the next thing stands below it at the left."""
    paper.multi_cell(
        wide,
        high,
        written(text),
        1 if border else 0,
        align,
        padding=padding,
        new_x=XPos.LMARGIN,
        new_y=YPos.NEXT,
    )


def _heading(paper: FPDF, text: str, size: float, room: float) -> None:
    """A heading that is not left alone at the foot of a page."""
    if paper.get_y() + room > paper.h - MARGIN_MM - 4:
        paper.add_page()
    paper.ln(2.5)
    _text(paper, text, size, bold=True)


def _first_map_mm(report: Report) -> float:
    """How high the map may be for the briefing to stay on one page."""
    if report.briefing.layer is None:
        return FIRST_MAPS_MM[0]
    for high in FIRST_MAPS_MM:
        trial = Paper(report)
        _first_page(trial, report, high)
        if trial.page_no() == 1:
            return high
    return FIRST_MAPS_MM[-1]


def _first_page(paper: FPDF, report: Report, map_mm: float) -> None:
    """What it is, a sentence, the map, three numbers, the next step, what is here."""
    result = report.briefing
    paper.add_page()
    _text(paper, report.title, 22, bold=True, after=2)
    _text(paper, report.made, SIZE, after=2)
    if report.fictional:
        paper.set_draw_color(0)
        paper.set_font(FONT, "B", SIZE)
        _lines(paper, report.fictional, 6.5, border=True, padding=2)
        paper.ln(2)
    _text(paper, result.sentence, 15, bold=True, after=2)
    if result.layer is not None:
        _heading(paper, result.layer.title, 13, map_mm + 30)
        _figure(paper, report, result.layer, map_mm, 1)
    _figures(paper, result.figures, 17, 3)
    if result.next:
        title = say("report.next_step", report.language)
        _text(paper, f"{title}: {result.next}", SIZE, after=3)
    _figures(paper, result.strengths, 13, 4)


def _figures(paper: FPDF, figures: Sequence[Figure], size: float, columns: int) -> None:
    """Numbers in large type, each above its words, side by side; a row is never torn apart."""
    wide = paper.epw / columns - 4
    for start in range(0, len(figures), columns):
        row = figures[start : start + columns]
        high = max(_figure_high(paper, figure, size, wide) for figure in row)
        if paper.will_page_break(high):
            paper.add_page()
        top = float(paper.get_y())
        for place, figure in enumerate(row):
            x = paper.l_margin + place * (wide + 4)
            paper.set_xy(x, top)
            paper.set_font(FONT, "B", size)
            _lines(paper, figure.value, size * 0.45, wide)
            paper.set_x(x)
            paper.set_font(FONT, size=SMALL)
            _lines(paper, figure.words, 4.6, wide)
        paper.set_xy(paper.l_margin, min(top + high + 3, paper.h - paper.b_margin))


def _figure_high(paper: FPDF, figure: Figure, size: float, wide: float) -> float:
    """Millimetres that a number and its words take."""
    high = 0.0
    for text, style, points, line in (
        (figure.value, "B", size, size * 0.45),
        (figure.words, "", SMALL, 4.6),
    ):
        paper.set_font(FONT, style, points)
        lines = paper.multi_cell(
            wide, line, written(text), dry_run=True, output=MethodReturnValue.LINES
        )
        high += line * len(cast(list[str], lines))
    return high


def _section(paper: FPDF, report: Report, section: Section) -> None:
    # A heading does not stand alone at the foot of a page.
    first = section.passages[0]
    _heading(paper, section.title, 17, MAP_MM + 40 if first.layers and not first.texts else 45)
    for passage in section.passages:
        _passage(paper, report, passage)


def _passage(paper: FPDF, report: Report, passage: Passage) -> None:
    if passage.title:
        _heading(paper, passage.title, 13, MAP_MM + 30 if passage.layers else 40)
    left = paper.l_margin
    for text in passage.texts:
        paper.set_font(FONT, size=SIZE)
        paper.cell(5, 6, "•")
        paper.set_left_margin(left + 5)
        _lines(paper, text, 6)
        paper.set_left_margin(left)
        paper.set_x(left)
        paper.ln(1.2)
    for layer in passage.layers:
        if not passage.title:
            _heading(paper, layer.title, 13, MAP_MM + 30)
        _figure(paper, report, layer)
    if len(passage.frame):
        _table(paper, passage)
    if passage.note:
        _text(paper, passage.note, SMALL)


def _figure(
    paper: FPDF, report: Report, layer: Layer, high: float = MAP_MM, classes: int | None = None
) -> None:
    """A map with its legend and words. classes: how many of its classes are told in words."""
    picture = draw(report.ground, layer.classes, paper.epw - LEGEND_MM - 4, high, report.places)
    top = paper.get_y()
    left = paper.l_margin
    wide = 0.0
    if picture is not None:
        _draw(paper, picture, layer, left, top)
        wide = picture.width
    x = left + wide + 5
    y = top + 3
    if layer.square:
        y = _square(paper, layer, x, y, report.language)
    else:
        for colour, entry in zip(layer.colours, layer.entries, strict=True):
            y = _entry(paper, x, y, colour, entry)
    if None in layer.classes.values():
        y = _entry(paper, x, y + 1, None, layer.undefined)
    paper.set_xy(left, max(top + (picture.height if picture else 0), y) + 3)
    names = dict(zip(report.ground.ids, report.ground.names, strict=True))
    for line in layer.alternative(names, 8, report.language)[:classes]:
        _text(paper, line, SMALL, after=0.5)
    paper.ln(1)


def _draw(paper: FPDF, picture: Picture, layer: Layer, left: float, top: float) -> None:
    offset = np.array([left, top])
    paper.set_line_width(0.2)
    for shape in picture.shapes:
        colour = "#ffffff" if shape.cls is None else layer.colours[shape.cls]
        path = PaintedPath()
        for ring in shape.rings:
            points = ring + offset
            path.move_to(*points[0])
            for x, y in points[1:-1]:
                path.line_to(x, y)
            path.close()
        path.style.fill_color = DeviceRGB(*(part / 255 for part in _rgb(colour)))
        path.style.stroke_color = DeviceRGB(0, 0, 0)
        path.style.stroke_width = 0.25
        path.style.paint_rule = PathPaintRule.STROKE_FILL_EVENODD
        with paper.drawing_context() as sheet:
            sheet.add_item(path)
        paper.set_draw_color(*GREY)
        for line in shape.hatch:
            (x1, y1), (x2, y2) = line[0] + offset, line[-1] + offset
            paper.line(x1, y1, x2, y2)
    paper.set_draw_color(0)
    paper.set_font(FONT, "B", 9)
    for name, x, y in picture.names:
        _label(paper, name, left + x, top + y)


def _label(paper: FPDF, name: str, x: float, y: float) -> None:
    """A name with a white edge, so that it reads on any colour."""
    text = written(name)
    start = x - paper.get_string_width(text) / 2
    with paper.local_context(text_mode=TextMode.STROKE, draw_color=WHITE, line_width=2 * EDGE_MM):
        paper.text(start, y, text)
    paper.text(start, y, text)


def _rgb(colour: str) -> tuple[int, int, int]:
    text = colour.lstrip("#")
    if len(text) == 3:
        text = "".join(part * 2 for part in text)
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def _entry(paper: FPDF, x: float, y: float, colour: str | None, entry: str) -> float:
    """One line of a legend; the y below it."""
    paper.set_draw_color(0)
    paper.set_line_width(0.2)
    paper.set_fill_color(*_rgb(colour or "#ffffff"))
    paper.rect(x, y, 7, 4.6, "DF")
    if colour is None:
        paper.set_draw_color(*GREY)
        for start in (0.0, 2.4, 4.8):
            end = min(start + 4.6, 7)
            paper.line(x + start, y + 4.6, x + end, y + 4.6 - (end - start))
        paper.set_draw_color(0)
    paper.set_font(FONT, size=SMALL)
    paper.set_xy(x + 9, y - 0.4)
    _lines(paper, entry, 5, paper.w - paper.r_margin - x - 9)
    return float(paper.get_y()) + 1.2


def _square(paper: FPDF, layer: Layer, x: float, y: float, language: str) -> float:
    """Nine colours with words at the four corners; the y below them."""
    side = 9.0
    paper.set_font(FONT, size=9)
    above = ("less_need_less_reach", "more_need_less_reach")
    below = ("less_need_more_reach", "more_need_more_reach")
    y = _corners(paper, above, x, y, language)
    left = x + 10
    for position, colour in enumerate(layer.colours):
        paper.set_fill_color(*_rgb(colour))
        paper.rect(left + position % 3 * side, y + (2 - position // 3) * side, side, side, "DF")
    return _corners(paper, below, x, y + 3 * side + 1, language) + 2


def _corners(paper: FPDF, names: Sequence[str], x: float, y: float, language: str) -> float:
    lowest = y
    for position, name in enumerate(names):
        paper.set_xy(x + position * 24, y)
        _lines(paper, say(f"report.{name}", language), 4.2, 23, "L" if position == 0 else "R")
        lowest = max(lowest, float(paper.get_y()))
    return lowest + 1


def _table(paper: FPDF, passage: Passage) -> None:
    names = [str(name) for name in passage.frame]
    rows = passage.cells()
    paper.set_font(FONT, size=TABLE)
    paper.set_line_width(0.15)
    paper.set_draw_color(*GREY)
    with paper.table(
        col_widths=_widths(paper, names, rows),
        text_align="LEFT",
        line_height=4.8,
        padding=(0.7, 1.2),
        headings_style=FontFace(emphasis=TextEmphasis.B, fill_color=(235, 235, 235)),
    ) as drawn:
        drawn.row([written(name) for name in names])
        for row, values in zip(rows, passage.frame.itertuples(index=False), strict=True):
            line = drawn.row()
            for position, text in enumerate(row):
                style = None
                if passage.form == "week" and position:
                    ground, ink = heat(float(values[position]), passage.most)
                    style = FontFace(fill_color=_rgb(ground), color=_rgb(ink))
                line.cell(written(text), style=style)
    paper.set_draw_color(0)
    paper.ln(1.5)


def _widths(paper: FPDF, names: list[str], rows: list[list[str]]) -> tuple[float, ...]:
    """Widths by what stands in the columns: no word is broken, long texts take the rest."""
    least, wanted = [], []
    for position, name in enumerate(names):
        cells = [name, *(row[position] for row in rows)]
        parts = [part for cell in cells for part in written(cell).split()] or [""]
        least.append(max(paper.get_string_width(part) for part in parts) * 1.12 + 4)
        wanted.append(max(paper.get_string_width(written(cell)) for cell in cells) + 5)
    room = float(paper.epw)
    # One long word must not take the room of every other column: it is broken instead.
    least = [min(item, room / max(len(names), 2)) for item in least]
    wanted = [max(want, low) for want, low in zip(wanted, least, strict=True)]
    if sum(wanted) <= room:
        spare = (room - sum(wanted)) / len(names)
        return tuple(item + spare for item in wanted)
    if sum(least) >= room:
        return tuple(item * room / sum(least) for item in least)
    more = [want - low for want, low in zip(wanted, least, strict=True)]
    share = (room - sum(least)) / max(sum(more), 1e-9)
    return tuple(low + extra * share for low, extra in zip(least, more, strict=True))
