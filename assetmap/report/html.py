"""The report as one web page that needs nothing else: no script, no other file, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assetmap.report.briefing import Figure
from assetmap.report.content import Report
from assetmap.report.layers import Layer
from assetmap.report.pictures import Picture, draw
from assetmap.report.sections import Passage, Section
from assetmap.report.shades import heat
from assetmap.words import say

_CSS = """
:root { color-scheme: light; }
body { font: 18px/1.5 "Source Sans 3", "Segoe UI", "Helvetica Neue", Arial, sans-serif;
  color: #000; background: #fff; max-width: 54rem; margin: 0 auto; padding: 1rem;
  overflow-wrap: break-word; }
h1 { font-size: 1.9rem; line-height: 1.2; } h2 { font-size: 1.5rem; margin-top: 2.2rem;
  border-top: 2px solid #000; padding-top: .6rem; }
h3 { font-size: 1.15rem; margin: 1.4rem 0 .4rem; }
.note { font-size: .95rem; } .fictional { border: 2px solid #000; padding: .5rem .8rem;
  font-weight: 600; } .wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { border: 1px solid #555; padding: .3rem .5rem; text-align: left; vertical-align: top; }
th { background: #eee; } td.number { text-align: right; }
.headline { font-size: 1.45rem; line-height: 1.3; font-weight: 700; }
.figures { display: flex; flex-wrap: wrap; gap: .6rem 1.6rem; padding: 0; list-style: none; }
.figures li { flex: 1 1 12rem; } .figures b { display: block; font-size: 1.8rem; line-height: 1.1; }
.figures.small li { flex: 1 1 9rem; font-size: .95rem; } .figures.small b { font-size: 1.2rem; }
.first svg { max-height: 24rem; }
figure { margin: 1rem 0; } svg { width: 100%; height: auto; max-height: 32rem; }
figcaption { font-size: .95rem; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; list-style: none; }
.legend svg { width: 1.5rem; height: 1rem; vertical-align: -.1rem; margin-right: .4rem; }
.square { display: grid; grid-template-columns: minmax(0, 9rem) 6rem minmax(0, 9rem);
  gap: .2rem .6rem; align-items: center; }
.square svg { grid-row: 1 / 3; grid-column: 2; width: 6rem; }
.square span:nth-of-type(odd) { text-align: right; grid-column: 1; }
.square span:nth-of-type(even) { grid-column: 3; }
@media print { body { max-width: none; padding: 0; font-size: 12pt; }
  .first { break-after: page; } h2 { break-after: avoid; } h3 { break-after: avoid; }
  tr, figure { break-inside: avoid; }
  thead { display: table-header-group; } }
"""
WIDTH, HEIGHT = 900.0, 520.0


def to_html(report: Report) -> bytes:
    """The whole document, UTF-8."""
    parts = [
        "<!doctype html>",
        f'<html lang="{report.language}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(report.title)}</title><style>{_CSS}</style></head><body><main>",
        f"<h1>{escape(report.title)}</h1>",
        f"<p>{escape(report.made)}</p>",
    ]
    if report.fictional:
        parts.append(f'<p class="fictional">{escape(report.fictional)}</p>')
    parts += _briefing(report)
    for section in report.sections:
        parts += _section(report, section)
    parts += [f"<p><strong>{escape(text)}</strong></p>" for text in report.closing]
    if report.fictional:
        parts.append(f'<p class="fictional">{escape(report.fictional)}</p>')
    parts.append("</main></body></html>")
    return "\n".join(parts).encode()


def _briefing(report: Report) -> list[str]:
    """The first page: a sentence, the map, three numbers, the next step, what is here."""
    result = report.briefing
    parts = [f'<section class="first"><p class="headline">{escape(result.sentence)}</p>']
    if result.layer is not None:
        parts.append(f"<h3>{escape(result.layer.title)}</h3>")
        parts += _figure(report, result.layer, 1)
    parts += _figures(result.figures, "figures")
    if result.next:
        title = escape(say("report.next_step", report.language))
        parts.append(f"<p><strong>{title}:</strong> {escape(result.next)}</p>")
    parts += _figures(result.strengths, "figures small")
    parts.append("</section>")
    return parts


def _figures(figures: Sequence[Figure], kind: str) -> list[str]:
    if not figures:
        return []
    each = "".join(
        f"<li><b>{escape(figure.value)}</b> <span>{escape(figure.words)}</span></li>"
        for figure in figures
    )
    return [f'<ul class="{kind}">{each}</ul>']


def _section(report: Report, section: Section) -> list[str]:
    parts = [f"<section><h2>{escape(section.title)}</h2>"]
    for passage in section.passages:
        parts += _passage(report, passage)
    parts.append("</section>")
    return parts


def _passage(report: Report, passage: Passage) -> list[str]:
    parts = [f"<h3>{escape(passage.title)}</h3>"] if passage.title else []
    if passage.texts:
        lines = "".join(f"<li>{escape(text)}</li>" for text in passage.texts)
        parts.append(f"<ul>{lines}</ul>")
    for layer in passage.layers:
        if not passage.title:
            parts.append(f"<h3>{escape(layer.title)}</h3>")
        parts += _figure(report, layer)
    if len(passage.frame):
        parts += _table(passage)
    if passage.note:
        parts.append(f'<p class="note">{escape(passage.note)}</p>')
    return parts


def _figure(report: Report, layer: Layer, classes: int | None = None) -> list[str]:
    """A map with its legend and words. classes: how many of its classes are told in words."""
    picture = draw(report.ground, layer.classes, WIDTH, HEIGHT, report.places)
    names = dict(zip(report.ground.ids, report.ground.names, strict=True))
    sentences = layer.alternative(names, 6, report.language)[:classes]
    parts = ["<figure>"]
    if picture is not None:
        parts.append(_svg(picture, layer, " ".join(sentences)))
    parts.append(_square(layer, report.language) if layer.square else _legend(layer))
    text = "<br>".join(escape(line) for line in sentences)
    parts.append(f"<figcaption>{text}</figcaption></figure>")
    return parts


def _svg(picture: Picture, layer: Layer, text: str) -> str:
    out = [
        f'<svg viewBox="0 0 {picture.width:.0f} {picture.height:.0f}" role="img" '
        f'aria-label="{escape(text, quote=True)}">'
    ]
    for shape in picture.shapes:
        d = "".join(
            "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in shape.rings
        )
        fill = "#fff" if shape.cls is None else layer.colours[shape.cls]
        out.append(f'<path d="{d}" fill="{fill}" fill-rule="evenodd" stroke="#000"/>')
        hatch = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) for line in shape.hatch)
        if hatch:
            out.append(f'<path d="{hatch}" fill="none" stroke="#555" stroke-width="1.6"/>')
    for name, x, y in picture.names:
        out.append(
            f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-size="17" font-weight="600" '
            'stroke="#fff" stroke-width="4" paint-order="stroke" stroke-linejoin="round">'
            f"{escape(name)}</text>"
        )
    out.append("</svg>")
    return "".join(out)


def _swatch(colour: str | None) -> str:
    inside = (
        f'<rect width="24" height="16" fill="{colour}" stroke="#000"/>'
        if colour
        else '<rect width="24" height="16" fill="#fff" stroke="#000"/>'
        '<path d="M2 16L18 0M10 16L24 2M0 10L10 0" stroke="#555" stroke-width="1.6"/>'
    )
    return f'<svg viewBox="0 0 24 16" aria-hidden="true">{inside}</svg>'


def _legend(layer: Layer) -> str:
    rows = [
        f"<li>{_swatch(colour)}{escape(entry)}</li>"
        for colour, entry in zip(layer.colours, layer.entries, strict=True)
    ]
    if None in layer.classes.values():
        rows.append(f"<li>{_swatch(None)}{escape(layer.undefined)}</li>")
    return f'<ul class="legend">{"".join(rows)}</ul>'


def _square(layer: Layer, language: str) -> str:
    """Nine colours with words at the corners."""
    cells = "".join(
        f'<rect x="{position % 3 * 40}" y="{(2 - position // 3) * 40}" width="40" height="40" '
        f'fill="{colour}" stroke="#000"/>'
        for position, colour in enumerate(layer.colours)
    )
    corners = [
        say(f"report.{name}", language)
        for name in (
            "less_need_less_reach",
            "more_need_less_reach",
            "less_need_more_reach",
            "more_need_more_reach",
        )
    ]
    words = "".join(f"<span>{escape(text)}</span>" for text in corners)
    square = f'<svg viewBox="0 0 120 120" aria-hidden="true">{cells}</svg>'
    missing = ""
    if None in layer.classes.values():
        missing = f'<ul class="legend"><li>{_swatch(None)}{escape(layer.undefined)}</li></ul>'
    return f'<div class="square">{square}{words}</div>{missing}'


def _table(passage: Passage) -> list[str]:
    # What scrolls inside itself must be reached by keyboard, and named.
    name = escape(passage.title, quote=True)
    parts = [f'<div class="wide" tabindex="0" role="region" aria-label="{name}"><table><thead><tr>']
    parts += [f'<th scope="col">{escape(str(name))}</th>' for name in passage.frame]
    parts.append("</tr></thead><tbody>")
    for values, texts in zip(passage.frame.itertuples(index=False), passage.cells(), strict=True):
        cells = []
        for value, text in zip(values, texts, strict=True):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            style = ""
            if passage.form == "week" and number:
                ground, ink = heat(float(value), passage.most)
                style = f' style="background:{ground};color:{ink}"'
            kind = ' class="number"' if number else ""
            cells.append(f"<td{kind}{style}>{escape(text)}</td>")
        parts.append(f"<tr>{''.join(cells)}</tr>")
    parts.append("</tbody></table></div>")
    return parts
