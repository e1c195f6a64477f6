"""Indicator files as people have them become one long table, with a problem for every oddity."""

from __future__ import annotations

import math

import pytest

from assetmap.indicators import IndicatorError, read_indicators, values_by_area

LONG = b"""area id,Indicator,value,margin of error,year
01,poverty,14.5%,2.1,2023
02,poverty,"1,200",,2019-2023
03,overdose,suppressed,,2023
04,overdose,-999,,2023
05,overdose,x,,2023
,overdose,4,,2023
01,poverty,13,,2023
01,poverty,15,1,2024
"""


def test_long_table() -> None:
    read = read_indicators(LONG, "ind.csv")
    rows = read.table.astype(object).where(read.table.notna(), None).to_numpy().tolist()
    assert rows == [
        ["01", "poverty", 14.5, 2.1, 2023, False],
        ["02", "poverty", 1200.0, None, 2023, False],
        ["03", "overdose", None, None, 2023, True],
        ["04", "overdose", None, None, 2023, False],
        ["05", "overdose", None, None, 2023, False],
        ["01", "poverty", 15.0, 1.0, 2024, False],
    ]
    assert [(problem.row, problem.severity, problem.message) for problem in read.problems] == [
        (
            5,
            "kept",
            "Row 5 of ind.csv: `value` is 'x', which is not a number; it is taken as not known.",
        ),
        (6, "rejected", "Row 6 of ind.csv: `area` is empty; the row is left out."),
        (
            7,
            "rejected",
            "Row 7 of ind.csv: poverty of area 01 is there twice for the same year; the first is "
            "used.",
        ),
    ]


def test_wide_table_with_margins() -> None:
    read = read_indicators("\ufeffGEOID;Poverty;Poverty moe;No vehicle\n1;10;2;<10\n".encode())
    assert read.table[["area", "indicator", "value", "moe", "suppressed"]].to_numpy().tolist() == [
        ["1", "poverty", 10.0, 2.0, False],
        [
            "1",
            "no_vehicle",
            pytest.approx(math.nan, nan_ok=True),
            pytest.approx(math.nan, nan_ok=True),
            True,
        ],
    ]


def test_newest_value_by_area() -> None:
    table = read_indicators(LONG).table
    result = values_by_area(table, "poverty", ["02", "01", "09"])
    assert result["value"].tolist() == pytest.approx([1200, 15, math.nan], nan_ok=True)
    with pytest.raises(KeyError):
        values_by_area(table, "age", ["01"])


def test_svi_without_leading_zeros_and_since_2020() -> None:
    data = b"FIPS,E_TOTPOP,EP_POV150,MP_POV150,EP_LIMENG\n1001020100,5,20.5,-999,3\n"
    read = read_indicators(data, "SVI_2022_US.csv")
    assert read.table[["area", "indicator", "value", "year"]].to_numpy().tolist() == [
        ["01001020100", "below_150_poverty", 20.5, 2022],
        ["01001020100", "limited_english", 3.0, 2022],
    ]
    assert read.themes == {"theme1": ["below_150_poverty"], "theme2": ["limited_english"]}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "i.csv is empty."),
        (b"x,y\n1,2\n", "i.csv has no column `area` that says which area a row is about."),
        (b"area\n1\n", "i.csv has no columns `indicator` and `value`, nor any other."),
    ],
)
def test_unreadable(data: bytes, sentence: str) -> None:
    with pytest.raises(IndicatorError) as raised:
        read_indicators(data, "i.csv")
    assert str(raised.value) == sentence
