"""What can be opened at all: encodings, delimiters, damaged and dangerous files."""

from __future__ import annotations

import io
import zipfile

import pytest

from assetmap.files.source import MAX_BYTES, Package, Source, UnreadableFile, open_path
from assetmap.readers import read


def names(name: str, data: bytes) -> list[str]:
    return list(read(Source(name, data)).frame["name"])


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for path, data in members.items():
            file.writestr(path, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_one_table_in_every_encoding(encoding: str) -> None:
    data = "name,kind\nPeña José's café,food\n".encode(encoding)
    assert names("list.csv", data) == ["Peña José's café"]


def test_two_encodings_in_one_file_are_both_read_and_said() -> None:
    data = "name,kind\nJosé,food\n".encode() + "Peña,food\n".encode("cp1252")
    result = read(Source("list.csv", data))
    assert list(result.frame["name"]) == ["José", "Peña"]
    assert [problem.message for problem in result.problems] == [
        "1 letter was not UTF-8 (UTF-8 and Windows-1252 mixed) and read as Windows-1252; look at "
        "'Peña,food' and save the file as UTF-8 if it is wrong."
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter(delimiter: str) -> None:
    lines = [["name", "kind", "city"], ["A", "food", "Milltown"], ["B", "library", "Alder"]]
    data = "\n".join(delimiter.join(line) for line in lines).encode()
    frame = read(Source("list.csv", data)).frame
    assert frame[["row", "name", "kind", "city"]].to_numpy().tolist() == [
        [1, "A", "food", "Milltown"],
        [2, "B", "library", "Alder"],
    ]


def test_commas_inside_a_semicolon_table() -> None:
    data = b'sep=;\nname;kind;description\nA, b;food;"one; two, three"\n'
    frame = read(Source("list.csv", data)).frame
    assert frame[["name", "description"]].to_numpy().tolist() == [["A, b", "one; two, three"]]


def test_header_below_a_title_is_found_and_said() -> None:
    data = b"Our list 2026,,\n,,\nAgency,Zip Code,Ward\nFirst Church,62999,7\n"
    result = read(Source("list.csv", data))
    assert result.frame["row"].tolist() == [1]
    assert result.frame["postal_code"].tolist() == ["62999"]
    assert result.frame["original"].tolist() == ['{"Ward": "7"}']
    assert "2 lines above the header were left out." in [p.message for p in result.problems]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.csv", b"", "a.csv is empty."),
        ("a.csv", b"\xef\xbb\xbf\n \n", "a.csv is empty."),
        ("a.csv", b"%PDF-1.7", "a.csv is a PDF; export the table behind it as CSV or XLSX."),
        (
            "a.csv",
            b"\xd0\xcf\x11\xe0\xa1",
            "a.csv is an old Excel or Word file; save it as .xlsx or CSV.",
        ),
        (
            "a.csv",
            b"name,kind\n\x00\x01\x02\x00\x00\x00,food",
            "a.csv is not text: it holds zero bytes; export it as CSV or JSON.",
        ),
        ("a.csv", b" <!DOCTYPE html><html>", "a.csv is a web page; download the data itself."),
        (
            "a.csv",
            b"<?xml version='1.0'?><kml/>",
            "a.csv is XML, which is not read; export it as CSV or JSON.",
        ),
        ("a.json", b"[" * 100_000, "a.json is nested too deeply to be data."),
        ("a.json", b"[{", "a.json is damaged JSON at line 1; download or export it again."),
        (
            "a.csv",
            b"foo,bar\n1,2\n",
            "No column is a name of an asset; the columns are 'foo', 'bar'. Call one of them "
            "'name', or say in a recipe which it is.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(
    name: str, data: bytes, sentence: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(Source(name, data))
    assert str(refused.value) == sentence


def test_unknown_json_names_the_formats() -> None:
    with pytest.raises(UnreadableFile, match=r"a\.json is in no format") as refused:
        read(Source("a.json", b'{"hello": 1}'))
    assert "HSDS (JSON or data package), Meeting Guide (JSON, CSV or sheet)" in str(refused.value)


def test_an_unknown_reader_names_those_there_are() -> None:
    with pytest.raises(UnreadableFile, match="There is no reader 'csv'; use one of bmlt"):
        read(Source("a.csv", b"name\nA\n"), reader="csv")


def test_300_mb_are_refused_with_the_limit_named() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(Source("big.csv", bytes(300 * 1024 * 1024)))
    assert str(refused.value) == (
        "big.csv is 300 MB, more than the limit of 200 MB; split it or leave out columns."
    )


def test_a_large_file_is_refused_before_it_is_read(tmp_path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # takes no room on the disk
    with pytest.raises(UnreadableFile, match="more than the limit of 200 MB"):
        open_path(path)


def test_no_file_is_one_sentence(tmp_path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read: No such file or directory"):
        open_path(tmp_path / "nothing.csv")


def test_a_zip_bomb_renamed_xlsx_is_refused() -> None:
    data = archive({"xl/workbook.xml": bytes(450 * 1024 * 1024)})
    assert len(data) < 1_000_000
    with pytest.raises(UnreadableFile) as refused:
        read(Source("list.xlsx", data))
    assert str(refused.value) == (
        "list.xlsx would unpack to 450 MB, more than the limit of 400 MB; save the table as CSV."
    )


def test_a_smaller_bomb_is_known_by_its_ratio() -> None:
    data = archive({"xl/workbook.xml": bytes(40 * 1024 * 1024)})
    with pytest.raises(UnreadableFile, match="times its size, more than the limit of 300 times"):
        read(Source("list.xlsx", data))


def test_damaged_workbooks_are_one_sentence() -> None:
    data = archive({"xl/workbook.xml": b"<nothing"})
    with pytest.raises(UnreadableFile, match=r"list\.xlsx is a damaged workbook; open it and save"):
        read(Source("list.xlsx", data))
    with pytest.raises(UnreadableFile, match=r"list\.xlsx is a damaged archive"):
        read(Source("list.xlsx", data[:40]))


def test_an_archive_of_pictures_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="an archive without a CSV or JSON file in it"):
        read(Source("a.zip", archive({"photo.jpg": b"x"})))
    with pytest.raises(UnreadableFile, match=r"folder holds no CSV or JSON file\."):
        read(Package("folder", {}))


def test_header_only_gives_no_rows_and_says_so() -> None:
    result = read(Source("list.csv", b"name,kind\n"))
    assert (result.rows_read, len(result.frame), result.rejected) == (0, 0, 0)
    assert [p.message for p in result.problems] == [
        "The table has a header and no rows; add a row for each asset."
    ]


def test_an_open_quotation_mark_is_said() -> None:
    result = read(Source("list.csv", b'name,kind\nA,food\n"B,food\nC,food\n'))
    assert (
        "Row 2: a quotation mark is never closed, so its marks were read as letters; "
        "close it or take it out."
    ) in [p.message for p in result.problems]
    assert list(result.frame["name"]) == ["A", '"B', "C"]


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_no_truncation_crashes(cut: int) -> None:
    feature = b'{"type":"Feature","geometry":null,"properties":{"name":"A","kind":"food"}}'
    data = b'{"type":"FeatureCollection","features":[' + b",".join([feature] * 5) + b"]}"
    try:
        result = read(Source("a.json", data[:cut]))
    except UnreadableFile as refused:
        assert str(refused).endswith(".")
    else:
        assert result.rows_read == len(result.frame) + result.rejected
