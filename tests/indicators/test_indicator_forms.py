"""Downloads as they come: each form, told by its content, gives the same numbers."""

from __future__ import annotations

import io
import json
import math
import zipfile

import pandas as pd
import pytest

from assetmap.indicators import (
    IndicatorError,
    Indicators,
    match_areas,
    notes_of,
    read_indicators,
    with_people,
)

ONE, TWO = "37155960101", "37155960102"


def values(read: Indicators, name: str) -> dict[str, tuple[float, float]]:
    rows = read.table[read.table["indicator"] == name]
    return {
        row.area: (round(row.value, 2), round(row.moe, 2) if not math.isnan(row.moe) else None)
        for row in rows.itertuples()
    }


def zip_of(files: dict[str, str]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return memory.getvalue()


# 80 of 400 are 20%; √(40² − 0.2² · 50²) / 400 = √(1600 − 100) / 400 = 9.68%.
# 10 of 40 are 25%; 30² − 0.25² · 200² < 0, so √(900 + 2500) / 40 = 145.77%.
EXPECTED = {ONE: (20.0, 9.68), TWO: (25.0, 145.77)}
NUMBERS = (("400", "50", "80", "40"), ("40", "200", "10", "30"))

DATA_CENSUS = (
    '\ufeff"GEO_ID","NAME","B17001_001E","B17001_001M","B17001_002E","B17001_002M",\n'
    '"Geography","Geographic Area Name","Estimate!!Total:","Margin of Error!!Total:",'
    '"Estimate!!Total:!!Income below","Margin of Error!!Total:!!Income below",\n'
    + "".join(
        f'"1400000US{tract}","Tract","{a}","{b}","{c}","{d}",\n'
        for tract, (a, b, c, d) in zip((ONE, TWO), NUMBERS, strict=True)
    )
)


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (
            zip_of(
                {
                    "ACSDT5Y2023.B17001-Data.csv": DATA_CENSUS,
                    "ACSDT5Y2023.B17001-Column-Metadata.csv": "Column Name,Label\n",
                    "ACSDT5Y2023.B17001-Table-Notes.txt": "notes",
                }
            ),
            "ACSDT5Y2023.B17001_2025-02-04T160257.zip",
        ),
        (DATA_CENSUS.encode(), "ACSDT5Y2023.B17001-Data.csv"),
        (
            json.dumps(
                [
                    ["NAME", "GEO_ID", "B17001_001E", "B17001_001M", "B17001_002E", "B17001_002M",
                     "state", "county", "tract"],
                    *(["Tract", f"1400000US{tract}", *row, "37", "155", tract[5:]]
                      for tract, row in zip((ONE, TWO), NUMBERS, strict=True)),
                ]
            ).encode(),
            "acs5_2023.json",
        ),
        (
            json.dumps(
                [
                    ["B17001_001E", "B17001_001M", "B17001_002E", "B17001_002M", "state", "county",
                     "tract"],
                    *([*row, "37", "155", tract[5:]]
                      for tract, row in zip((ONE, TWO), NUMBERS, strict=True)),
                ]
            ).encode(),
            "acs5_2023.json",
        ),
        (
            (
                "GEO_ID|B17001_E001|B17001_M001|B17001_E002|B17001_M002\n"
                + "".join(
                    f"1400000US{tract}|{'|'.join(row)}\n"
                    for tract, row in zip((ONE, TWO), NUMBERS, strict=True)
                )
            ).encode(),
            "acsdt5y2023-b17001.dat",
        ),
        (
            (
                "GEOID,NAME,B17001_001E,B17001_001M,B17001_002E,B17001_002M\n"
                + "".join(
                    f"{tract},Tract,{','.join(row)}\n"
                    for tract, row in zip((ONE, TWO), NUMBERS, strict=True)
                )
            ).encode(),
            "wide_2023.csv",
        ),
        (
            (
                "GEOID,NAME,variable,estimate,moe\n"
                + "".join(
                    f"{tract},Tract,B17001_001,{a},{b}\n{tract},Tract,B17001_002,{c},{d}\n"
                    for tract, (a, b, c, d) in zip((ONE, TWO), NUMBERS, strict=True)
                )
            ).encode(),
            "long_2023.csv",
        ),
        (
            json.dumps(
                {
                    "response": {
                        "data": [
                            ["GEO_ID", "NAME", "B17001_001E", "B17001_001M", "B17001_002E",
                             "B17001_002M"],
                            *([f"1400000US{tract}", "Tract", *row]
                              for tract, row in zip((ONE, TWO), NUMBERS, strict=True)),
                        ]
                    }
                }
            ).encode(),
            "ACSDT5Y2023.B17001.json",
        ),
        (
            json.dumps(
                {
                    "data": {
                        f"14000US{tract}": {
                            "B17001": {
                                "estimate": {"B17001001": float(a), "B17001002": float(c)},
                                "error": {"B17001001": float(b), "B17001002": float(d)},
                            }
                        }
                        for tract, (a, b, c, d) in zip((ONE, TWO), NUMBERS, strict=True)
                    }
                }
            ).encode(),
            "censusreporter_2023.json",
        ),
    ],
    ids=["zip", "csv", "api", "api without ids", "summary file", "tidy wide", "tidy long",
         "data.census.gov", "Census Reporter"],
)  # fmt: skip
def test_one_table_in_every_form(data: bytes, source: str) -> None:
    read = read_indicators(data, source)
    assert values(read, "poverty") == EXPECTED
    assert set(read.table["year"]) == {2023}
    assert read.problems == []
    assert read.notes["poverty"]["direction"] == "high"


def test_codes_of_the_census_are_no_numbers() -> None:
    data = (
        b"GEO_ID,NAME,B01003_001E,B01003_001M,B17001_001E,B17001_001M,B17001_002E,B17001_002M\n"
        b"1400000US37155960101,a,100,-555555555,50,*****,10,**\n"
        b"1400000US37155960102,b,-666666666,-222222222,(X),**,-,N\n"
    )
    read = read_indicators(data, "acs.csv")
    assert values(read, "poverty") == {
        ONE: (20.0, None),
        TWO: pytest.approx((math.nan, None), nan_ok=True),
    }
    assert read.population is not None
    assert read.population.to_dict() == pytest.approx({ONE: 100, TWO: math.nan}, nan_ok=True)


def test_codes_in_a_plain_table_are_said_once() -> None:
    data = b"area,poverty,poverty_moe\n1,10,-555555555\n2,-666666666,-222222222\n3,-888888888,2\n"
    read = read_indicators(data, "i.csv")
    assert values(read, "poverty") == {
        "1": (10.0, 0.0),
        "2": pytest.approx((math.nan, None), nan_ok=True),
        "3": pytest.approx((math.nan, 2.0), nan_ok=True),
    }
    assert [problem.message for problem in read.problems] == [
        'i.csv: 2 cells of `value` hold Census codes such as -666666666, which mean "not '
        'available"; they are taken as not known.',
        'i.csv: 2 cells of `moe` hold Census codes such as -555555555, which mean "not '
        'available"; they are taken as not known.',
    ]


def test_a_decimal_comma_in_a_semicolon_file() -> None:
    read = read_indicators(b"area;pobreza;personas\n1;12,5;1.234,0\n2;9;1,5\n", "i.csv")
    assert values(read, "pobreza") == {"1": (12.5, None), "2": (9.0, None)}
    assert values(read, "personas") == {"1": (1234.0, None), "2": (1.5, None)}
    thousands = read_indicators(b"area;people\n1;12,500\n2;1,000\n", "i.csv")
    assert values(thousands, "people") == {"1": (12500.0, None), "2": (1000.0, None)}


def test_columns_of_words_are_left_out_and_said() -> None:
    read = read_indicators(b"GEOID,NAME,poverty,rating,note\n1,a,5,high,\n2,b,6,low,\n", "i.csv")
    assert list(dict.fromkeys(read.table["indicator"])) == ["poverty", "note"]
    assert [problem.message for problem in read.problems] == [
        "i.csv: the column rating holds words, not numbers; it is left out."
    ]


def test_nhgis_oeps_and_places() -> None:
    nhgis = read_indicators(
        b"GISJOIN,YEAR,STATE,COUNTYA,NAME_E,AJWME001,AJWMM001\n"
        b"GIS Join Match Code,Data File Year,State Name,County Code,Area Name,Total,Total\n"
        b"G3701550960101,2018-2022,North Carolina,155,Tract,5236,612\n",
        "nhgis0001_ds262_tract.csv",
    )
    assert nhgis.table[["area", "indicator", "value", "moe", "year"]].to_numpy().tolist() == [
        [ONE, "ajwm_001", 5236.0, 612.0, 2022]
    ]
    oeps = read_indicators(
        b"HEROP_ID,PovP,Rurality\n140US37155960101,12.5,Rural\n", "tract-2022.csv"
    )
    assert oeps.table[["area", "indicator", "value"]].to_numpy().tolist() == [[ONE, "povp", 12.5]]
    places = read_indicators(
        json.dumps(
            [
                {"year": "2023", "locationid": ONE, "measureid": "MHLTH", "measure": "Distress",
                 "datavaluetypeid": kind, "data_value": value, "low_confidence_limit": "18",
                 "high_confidence_limit": "22", "totalpopulation": "5236"}
                for kind, value in (("CrdPrv", "20.1"), ("AgeAdjPrv", "99"))
            ]
        ).encode(),
        "places.json",
    )  # fmt: skip
    # Half of 18–22 is 2 at 95%, 1.68 at 90%.
    assert values(places, "mhlth") == {ONE: (20.1, 1.68)}
    assert places.notes["mhlth"]["label_en"] == "Distress"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<!DOCTYPE html><html>", "x.csv is a web page, not data; download the table itself."),
        (b"PK\x03\x04broken", "x.csv is not a whole zip file; download it again."),
        (b'{"error": 1}', "x.csv is JSON, but no table of areas."),
        (
            b'Label (Grouping),"Census Tract 9601.01, Robeson"\nTotal,5\n',
            "x.csv has a column for each tract, as it is shown on the screen; download the table "
            'as a zip ("Download table data") and give that.',
        ),
    ],
)
def test_what_is_no_table_of_areas_is_told_in_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(IndicatorError) as raised:
        read_indicators(data, "x.csv")
    assert str(raised.value) == sentence


def test_lost_zeros_are_put_back_and_matches_counted() -> None:
    read = read_indicators(b"area,poverty\n1001020100,5\n1001020200,6\n99,7\n", "i.csv")
    areas = ["01001020100", "01001020200", "01001020300"]
    matched = match_areas(read, areas, "i.csv")
    assert matched.indicators.table["area"].tolist() == ["01001020100", "01001020200", "99"]
    assert matched.areas == 2
    assert [(problem.severity, problem.message) for problem in matched.problems] == [
        ("fixed", "i.csv: 2 area ids had lost a leading zero; they are written with 11 digits "
                  "again."),
        ("kept", "i.csv: 2 of 3 areas matched; of the others this file says nothing."),
        ("kept", "i.csv: one area id matches no area of this community (99); its numbers are not "
                 "used."),
    ]  # fmt: skip


def test_connecticut_joins_across_its_change_of_counties() -> None:
    read = read_indicators(b"area,poverty\n09003400100,5\n09003990000,0\n", "i.csv")
    matched = match_areas(read, ["09110400100"], "i.csv")
    assert matched.areas == 1
    assert matched.indicators.table["area"].tolist() == ["09110400100", "09003990000"]
    assert [problem.severity for problem in matched.problems] == [
        "guessed"
    ]  # water only is not missed


def test_svi_keeps_direction_themes_and_people() -> None:
    data = (
        b"FIPS,E_TOTPOP,E_AGE17,EP_POV,EP_PCI,EP_NOVEH\n"
        b"1001020100,1000,250,20,30000,5\n1001020200,0,0,-999,-999,-999\n"
    )
    read = read_indicators(data, "SVI2018_US.csv")
    notes = notes_of(read, {"poverty": {"theme": "own"}})
    assert notes["income_per_head"]["direction"] == "low"
    assert (notes["poverty"]["theme"], notes["no_vehicle"]["theme"]) == ("own", "theme4")
    import geopandas as gpd

    areas = gpd.GeoDataFrame(
        {"id": ["01001020100", "01001020200"], "population": [math.nan, 7.0],
         "adults": [math.nan, math.nan]}, geometry=[None, None]
    )  # fmt: skip
    filled = with_people(areas, read)
    assert filled["population"].tolist() == [1000, 7]
    assert filled["adults"].tolist() == [750, 0]


def test_a_file_of_unknown_estimates_gives_them_as_they_are() -> None:
    data = (
        b"GEO_ID,NAME,B19013_001E,B19013_001M\n"
        b"Geography,Name,Estimate!!Median household income,Margin\n"
        b'1400000US37155960101,a,"250,000+",***\n'
    )
    read = read_indicators(data, "ACSDT5Y2023.B19013-Data.csv")
    assert values(read, "b19013_001") == {ONE: (250000.0, None)}
    assert read.notes["b19013_001"]["label_en"] == "Median household income"
    assert isinstance(read.table, pd.DataFrame)
