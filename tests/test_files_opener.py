"""One opener: the same bytes mean the same in every file that a person hands over."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assetmap.areas import read_areas
from assetmap.community import open_community
from assetmap.community.corrections import read_lines
from assetmap.files.rows import open_rows
from assetmap.files.source import MAX_ROWS, Source, UnreadableFile
from assetmap.files.table import open_records, open_table
from assetmap.files.text import decode
from assetmap.indicators import read_indicators
from assetmap.readers import read
from assetmap.survey.sheet import UnreadableSurvey, tables

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "utf-32-be",
    "cp1252",
)
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)


def _assets(data: bytes) -> str:
    return str(read(Source("list.csv", data)).frame["name"].iloc[0])


def _survey(data: bytes) -> str:
    return tables("answers.csv", data)[0].rows[1][0]


def _areas(data: bytes) -> str:
    return str(read_areas(data, "areas.csv")[0]["name"].iloc[0])


def _indicators(data: bytes) -> str:
    return str(read_indicators(data).table["area"].iloc[0])


def _records(data: bytes) -> str:
    return open_records(Source("merges.csv", data), {"keep": (), "other": ()})[0][0][1]["keep"]


# Every kind of table: its header, a row whose first told cell is Peñasco, and how it is read.
KINDS: dict[str, tuple[list[str], list[str], Callable[[bytes], str]]] = {
    "assets": (["name", "kind", "city"], ["Peñasco", "park", "Questa"], _assets),
    "survey": (["town", "age", "need"], ["Peñasco", "34", "a ride home"], _survey),
    "areas": (
        ["id", "name", "lat", "lon", "population"],
        ["35055", "Peñasco", "36.17", "-105.68", "589"],
        _areas,
    ),
    "indicators": (["area", "indicator", "value"], ["Peñasco", "poverty", "12.5"], _indicators),
    "side file": (["keep", "other", "note"], ["Peñasco", "b:2", "the same house"], _records),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_same_bytes_mean_the_same_everywhere(kind: str, delimiter: str, encoding: str) -> None:
    header, row, opened = KINDS[kind]
    content = f"{delimiter.join(header)}\r\n{delimiter.join(row)}\r\n"
    assert opened(content.encode(encoding)) == "Peñasco"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig", "utf-32"])
def test_side_files_of_a_folder_in_any_encoding(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    def write(name: str, *rows: str) -> None:
        lines = "\r\n".join(row.replace(",", delimiter) for row in rows)
        (tmp_path / name).write_bytes(lines.encode(encoding))

    (tmp_path / "community.toml").write_text(
        'name = "Town"\ntimezone = "America/Denver"\n[[assets]]\nkey = "a"\npath = "list.csv"\n'
    )
    write(
        "list.csv",
        "id,name,kind,phone",
        "1,Peñasco Park,park,575-555-0101",
        "2,Other Park,park,575-555-0102",
        "3,Third Park,park,575-555-0103",
    )
    write("places.csv", "name,lat,lon,kind", "Peñasco,36.17,-105.68,town")
    write("corrections.csv", "id,field,value,by,date,why", "a:1,name,Parque Peñasco,x,2026-11-01,y")
    write("merges.csv", "keep,other,why", "a:2,a:3,the same")
    write("connections.csv", "from,to,how", "a:1,a:Peñasco,walk")
    community = open_community(tmp_path, NOW)
    assert list(community.assets["name"]) == ["Parque Peñasco", "Other Park"]
    assert list(community.places["name"]) == ["Peñasco"]
    assert community.connections == [{"from": "a:1", "to": "a:Peñasco"}]
    assert [p for p in community.problems if p.severity == "rejected"] == []


def test_an_unclosed_quotation_mark_costs_one_line(tmp_path: Path) -> None:
    lines = ["id,field,value,by,date,why"]
    lines += [f"a:{number},phone,575-555-0{number:03},x,2026-11-01,called" for number in range(900)]
    lines[8] = 'a:7,name,"The Green Door,x,2026-11-01,called'
    path = tmp_path / "corrections.csv"
    path.write_text("\n".join(lines))
    rows, problems = read_lines(path, ("id", "field", "value"))
    assert len(rows) == 900
    assert rows[8] == (9, {"id": "a:8", "field": "phone", "value": "575-555-0008"})
    assert [(p.row, p.severity, p.message) for p in problems] == [
        (
            8,
            "fixed",
            "Row 8: a quotation mark is never closed, so its marks were read as letters; "
            "close it or take it out.",
        )
    ]


def test_inch_marks_and_cells_of_several_lines_are_left_alone() -> None:
    grid, problems = open_table(
        Source("a.csv", b'name,notes\nA,"two\nlines"\nB,a 5" step\nC,"x"\n'), ["name", "notes"]
    )
    assert grid.rows == [["A", "two\nlines"], ["B", 'a 5" step'], ["C", "x"]]
    assert problems == []


def test_one_zero_byte_is_taken_out_and_said() -> None:
    rows = "".join(f"Park {number},park\n" for number in range(616))
    data = ("name,kind\n" + rows).encode().replace(b"Park 7,", b"Par\x00k 7,")
    result = read(Source("list.csv", data))
    assert len(result.frame) == 616
    assert "Line 9: a zero byte was taken out." in [p.message for p in result.problems]


def _workbook(sheet: str) -> bytes:
    """A minimal .xlsx with `sheet` as the content of its one sheet."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="xml" ContentType="application/xml"/><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/'
        'sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
        'worksheet+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
        'main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org'
        '/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": '<worksheet xmlns="http://schemas.openxmlformats.org/'
        f'spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _cell(reference: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>name</t></is></c>'


BOMBS = {
    "a row numbered in the billions": _workbook(
        f'<row r="1">{_cell("A1")}</row><row r="99999999999">{_cell("A99999999999")}</row>'
    ),
    "one long line over many short ones": b"a," * 30_000 + b"a\n" + b"a\n" * 15_000,
    "nothing but line ends": b"name,kind\n" + b"\n" * (MAX_ROWS + 5),
    "a million columns": b",".join([b"q"] * 1_000_000) + b"\n1\n",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_would_take_the_machine_is_refused(bomb: str) -> None:
    data = BOMBS[bomb]
    name = "bomb.xlsx" if data[:2] == b"PK" else "bomb.csv"
    with pytest.raises(UnreadableFile) as refused:
        read(Source(name, data))
    assert name in str(refused.value) or "S has" in str(refused.value)
    with pytest.raises(UnreadableSurvey):
        tables(name, data)


def test_an_archive_that_is_damaged_or_locked_is_one_sentence() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("services.csv", "name,kind\n" + "Park,park\n" * 500)
    whole = buffer.getvalue()
    damaged = whole[:45] + b"\xff" * 20 + whole[65:]
    with pytest.raises(UnreadableFile) as refused:
        open_rows(Source("list.zip", damaged))
    assert str(refused.value) == (
        "list.zip is a damaged or locked archive; save it again without a password."
    )


def test_a_rows_limit_counts_what_is_there() -> None:
    rows = b"name\n" + b"x\n" * 5
    assert len(open_rows(Source("a.csv", rows))[0].rows) == 6


def test_utf_32_and_utf_16_without_a_mark() -> None:
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        assert decode("a.csv", "name,kind\nPark,park\n".encode(encoding)).encoding == encoding
