"""Tables of any header: fields, ids, values and what is said of each row."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from assetmap.assets import Context, check
from assetmap.files.source import Source, UnreadableFile
from assetmap.readers import Read, read
from assetmap.readers.header import read_recipe


def table(text: str, **options: object) -> Read:
    return read(Source("list.csv", text.encode()), **options)  # type: ignore[arg-type]


def said(found: Read, field: str) -> list[str]:
    return [problem.message for problem in found.problems if problem.field == field]


def test_our_own_columns_come_through_as_they_are() -> None:
    result = table(
        "id,name,kind,cost,schedule,latitude,longitude,welcomes\n"
        "demo:41,Open Door,meeting,free|donation,Mo 19:00-20:00,37.9012,-89.0441,veterans|women\n"
    )
    row = result.frame.iloc[0].dropna().to_dict()
    assert row == {
        "row": 1,
        "id": "list:demo:41",
        "name": "Open Door",
        "kind": "meeting",
        "welcomes": "veterans|women",
        "cost": "free|donation",
        "latitude": "37.9012",
        "longitude": "-89.0441",
        "schedule": "Mo 19:00-20:00",
        "source": "list",
        "source_id": "demo:41",
    }
    assert result.problems == []


def test_rows_of_our_own_export_keep_their_source() -> None:
    result = table("id,name,kind,source\ndemo:41,A,food,demo\n42,B,food,a friend\n")
    assert result.frame["id"].tolist() == ["demo:41", "list:42"]
    assert result.frame["source"].tolist() == ["demo", "list"]
    # Another table's "source" is only a remark.
    assert result.frame["original"].isna().tolist() == [True, False]
    assert json.loads(result.frame["original"][1]) == {"source": "a friend"}


def test_a_county_header_is_understood() -> None:
    result = table(
        "Agency,Program Name,Service Type,Address,Zip Code,Lat,Long,Phone Number,Web Site,"
        "Contact Name,Venmo,Ward\n"
        "Alder County,Tuesday Table,Food Pantry,12 Main St,62999,37.9,-89.0,(618) 555-0112,"
        "example.org,Jane Doe,@jane,7\n"
    )
    row = result.frame.iloc[0].dropna().to_dict()
    assert row["organization"] == "Alder County"
    assert row["name"] == "Tuesday Table"
    assert row["kind"] == "food"
    assert (row["postal_code"], row["latitude"], row["longitude"]) == ("62999", "37.9", "-89.0")
    assert (row["phone"], row["url"]) == ("(618) 555-0112", "example.org")
    assert json.loads(row["original"]) == {"Service Type": "Food Pantry", "Ward": "7"}
    assert said(result, "file") == ["Columns about a person are not read: Contact Name, Venmo."]
    assert "Jane" not in repr(row) and "@jane" not in repr(row)


def test_one_column_called_agency_is_the_name() -> None:
    result = table("Agency,City\nAlder Church,Milltown\n")
    assert result.frame["name"].tolist() == ["Alder Church"]
    assert "organization" not in result.frame


def test_empty_rows_are_said_in_one_line_and_all_count() -> None:
    lines = ["Agency,Services,When", "Alder Church,,"]
    lines += [",2025-07-24T14:01:23.089Z,"] * 3 + ["Oak Library,,", "", ",,17"]
    result = table("\n".join(lines) + "\n")
    assert (result.rows_read, len(result.frame), result.rejected) == (7, 2, 5)
    assert result.frame["row"].tolist() == [1, 5]
    assert said(result, "row") == [
        "Rows 2–4, 6–7 (5 rows) hold nothing but a time stamp or a number; "
        "delete them from the table."
    ]


def test_a_cell_beyond_the_header_is_kept_and_said() -> None:
    result = table("name,kind\nA,food,more\n")
    assert result.frame["original"].tolist() == ['{"column 3": "more"}']
    assert said(result, "file") == [
        "Rows 1 have more cells than the header; the further ones are kept aside. "
        "Look for a comma in a cell without quotation marks."
    ]


def test_ids_without_an_id_column_never_depend_on_the_row() -> None:
    first = table("name,kind,address\nA,food,1 Elm St\nB,food,2 Elm St\n").frame
    again = table("name,kind,address\nC,food,3 Elm St\nB,food,2 Elm St\nA,food,1 Elm St\n").frame
    ids = dict(zip(first["name"], first["id"], strict=True))
    assert dict(zip(again["name"], again["id"], strict=True)) | ids == dict(
        zip(again["name"], again["id"], strict=True)
    )
    assert len(set(ids.values())) == 2


def test_ids_that_stand_twice_are_told_apart_whatever_the_order() -> None:
    item = table("id,name,kind\n7,A,food\n7,B,food\n8,C,food\n")
    other = table("id,name,kind\n8,C,food\n7,B,food\n7,A,food\n")
    by_name = dict(zip(item.frame["name"], item.frame["id"], strict=True))
    assert by_name == dict(zip(other.frame["name"], other.frame["id"], strict=True))
    assert by_name["C"] == "list:8"
    assert sorted([by_name["A"] == "list:7", by_name["B"] == "list:7"]) == [False, True]
    assert len(said(item, "id")) == 1
    assert "the id is in another row too, so this one is now list:7-" in said(item, "id")[0]


def test_rows_that_are_the_same_are_kept_and_said() -> None:
    result = table("name,kind\nA,food\nA,food\n")
    assert result.frame["id"].is_unique
    assert len(said(result, "name")) == 1
    assert "the row is the same as another one; delete one of them" in said(result, "name")[0]


@pytest.mark.parametrize(
    ("cell", "values", "severity"),
    [
        ("Free", "Free", ""),
        ("free|donation", "free|donation", ""),
        ("Sliding scale", "sliding", "fixed"),
        ("Free to low-cost", "free|discounted", "fixed"),
        ("Medicaid/insurance", "medicaid|insurance", "fixed"),
        ("Multiple insurance plans accepted", "insurance", "guessed"),
        ("No insurance needed", "No insurance needed", ""),
        ("Varies by service", "Varies by service", ""),
    ],
)
def test_cost_words(cell: str, values: str, severity: str) -> None:
    result = table(f"name,kind,Cost/Payment\nA,food,{cell}\n")
    assert result.frame["cost"].tolist() == [values]
    assert [p.severity for p in result.problems] == ([severity] if severity else [])


def test_a_cost_that_nobody_knows_is_unknown_and_kept() -> None:
    result = table("name,kind,Cost/Payment\nA,food,Varies by service\n")
    assets, problems = check(result.frame, Context(), result.problems)
    assert assets["cost"].tolist() == [None]
    assert json.loads(assets["original"][0]) == {"cost": "Varies by service"}
    assert [p.severity for p in problems] == ["kept"]


def test_addresses_in_one_cell_are_split_where_they_are_sure() -> None:
    result = table(
        "name,kind,Address\n"
        "A,food,401 East 1st Street Lumberton NC 28358\n"
        'B,food,"2550 Fayetteville Rd Lumberton, NC 28358"\n'
        'C,food,"980 Dillard Dr. SE Palm Bay Florida 32909"\n'
        'D,food,"5961 Old Rd Whiteville NC 28472 and 130 Elm St Lumberton NC 28358"\n'
        "E,food,VFW Post 2843\n"
    )
    parts = ["address", "city", "region", "postal_code"]
    assert result.frame[parts].fillna("").to_numpy().tolist() == [
        ["401 East 1st Street", "Lumberton", "NC", "28358"],
        ["2550 Fayetteville Rd", "Lumberton", "NC", "28358"],
        ["980 Dillard Dr. SE", "Palm Bay", "FL", "32909"],
        ["5961 Old Rd Whiteville NC 28472 and 130 Elm St Lumberton NC 28358", "", "", ""],
        ["VFW Post 2843", "", "", ""],
    ]
    assert said(result, "file") == [
        "3 addresses were split into street, town, state and ZIP code where all were sure."
    ]


def test_an_address_that_is_none_is_kept_and_its_point_is_an_area() -> None:
    result = table("name,kind,Address,Lat,Lon\nA,food,Various churches,34.6,-79.1\n")
    row = result.frame.iloc[0].dropna().to_dict()
    assert "address" not in row and row["location_precision"] == "area"
    assert said(result, "address") == [
        "Row 1: `address` is 'Various churches'; no street is named, so it is kept aside and the "
        "point is taken to be its area only."
    ]


def test_zip_codes_get_their_zeros_back_where_such_a_code_is_in_the_state() -> None:
    result = table("name,kind,State,Zip\nA,food,CT,6708\nB,food,NY,6708\nC,food,,2139.0\n")
    assert result.frame["postal_code"].tolist() == ["06708", "6708", "02139"]
    assert said(result, "postal_code") == [
        "Row 1: `postal_code` is '6708'; written as 06708.",
        "Row 3: `postal_code` is '2139.0'; written as 02139.",
    ]


def test_coordinates_in_one_column() -> None:
    result = table('name,kind,Coordinates\nA,food,"37.9, -89.04"\nB,food,nowhere\n')
    assert result.frame["latitude"].fillna("").tolist() == ["37.9", ""]
    assert result.frame["longitude"].fillna("").tolist() == ["-89.04", ""]
    assert said(result, "coordinates") == [
        "Row 2: `coordinates` is 'nowhere'; write it like 37.9012, -89.0441."
    ]


def test_hours_become_a_schedule_and_stay_beside_it() -> None:
    result = table("name,kind,Hours\nA,food,Mon-Fri 9am-5pm\nB,food,24/7\nC,food,Varies\n")
    assert result.frame["schedule"].fillna("").tolist() == ["Mo-Fr 09:00-17:00", "24/7", ""]
    assert json.loads(result.frame["original"][0]) == {"Hours": "Mon-Fri 9am-5pm"}
    assert json.loads(result.frame["original"][2]) == {"Hours": "Varies"}
    assert [p.severity for p in result.problems] == ["fixed", "kept"]


def test_day_and_time_in_columns_of_their_own() -> None:
    result = table("name,kind,Day,Start Time,End Time\nA,meeting,Sunday,1:00 PM,2:00 PM\n")
    assert result.frame["schedule"].tolist() == ["Su 13:00-14:00"]


def test_formulas_stay_text() -> None:
    result = table('name,kind,description\n"=HYPERLINK(""http://x.example"",""y"")",food,\'=1+1\n')
    assert result.frame["name"].tolist() == ['=HYPERLINK("http://x.example","y")']
    assert result.frame["description"].tolist() == ["=1+1"]


def test_a_kind_nobody_knows_is_left_for_the_check_to_say() -> None:
    result = table("name,kind\nAlder Church,narcotic\n")
    assert result.frame["kind"].tolist() == ["narcotic"]
    _, problems = check(result.frame, Context(), result.problems)
    assert problems[0].message.startswith("Row 1: `kind` is 'narcotic'; ")


RECIPE = """
[columns]
"Was" = "name"
"Wo" = "city"
"Geheim" = "private"
"Notiz" = ""
[fill]
kind = "employer"
"""


def test_a_recipe_maps_their_columns() -> None:
    text = "Was,Wo,Geheim,Notiz,Name\nAlder Mill,Milltown,x,y,Other\n"
    result = table(text, recipe=Source("r.toml", RECIPE.encode()))
    row = result.frame.iloc[0].dropna().to_dict()
    assert (row["name"], row["city"], row["kind"]) == ("Alder Mill", "Milltown", "employer")
    assert json.loads(row["original"]) == {"Notiz": "y", "Name": "Other"}


def test_a_recipe_may_be_a_csv_and_says_what_it_misses() -> None:
    recipe = read_recipe(Source("r.csv", b"column,field\nWas,name\nGone,city\n"))
    result = table("Was,kind\nA,food\n", recipe=recipe)
    assert result.frame["name"].tolist() == ["A"]
    assert said(result, "file") == [
        "The recipe names the column 'Gone', which the table does not have; check its spelling."
    ]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("r.toml", "[columns", "r.toml is not a recipe"),
        ("r.toml", '[columns]\nA = "nom"\n', "r.toml names a field that does not exist: 'nom'"),
        ("r.csv", "", "r.csv is empty."),
        ("r.toml", "[fill]\n", "r.toml maps no column"),
    ],
)
def test_a_bad_recipe_is_one_sentence(name: str, text: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence.replace(".", r"\.")):
        read_recipe(Source(name, text.encode()))


def test_a_workbook_is_read_from_the_sheet_with_our_columns(tmp_path) -> None:
    path = tmp_path / "list.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"note": ["not this one"]}).to_excel(book, sheet_name="About", index=False)
        pd.DataFrame(
            {"Agency": ["A"], "Zip Code": [62999.0], "Beds": [8], "Last Updated": ["2026-01-02"]}
        ).to_excel(book, sheet_name="List", index=False)
    frame = read(Source("list.xlsx", path.read_bytes())).frame
    row = frame.iloc[0].dropna().to_dict()
    assert (row["name"], row["postal_code"], row["beds_total"]) == ("A", "62999", "8")


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    table("name,kind\n" + "A,food\n" * 40, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (40, 40)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_problems_name_the_source_of_their_row() -> None:
    result = table("id,name,kind,source,Zip,State\ndemo:1,A,food,demo,6708,CT\n2,B,food,,6708,CT\n")
    assert [(p.row, p.source) for p in result.problems] == [(1, "demo"), (2, "list")]
