"""Every row of the real feeds is accounted for (test input beside the project, never in it)."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from assetmap.assets import Context, check
from assetmap.files.source import Source, UnreadableFile, open_path
from assetmap.readers import read

# file → reader, rows, rows among the assets; counts of feeds/README.md where it names them
COUNTS = {
    "meeting_guide/aa_orange_county_ca_2023.json": ("meeting_guide", 1967, 1967),
    "meeting_guide/alanon_massachusetts_2023.json": ("meeting_guide", 360, 360),
    "meeting_guide/aa_nw_texas_2021.json": ("meeting_guide", 613, 613),
    "meeting_guide/times_fixture.json": ("meeting_guide", 8, 8),
    "bmlt/greater_new_york_meetings_and_formats.json": ("bmlt", 1513, 1513),
    "findtreatment/california_residential_listing.json": ("findtreatment", 478, 478),
    "findtreatment/new_england_export.csv": ("findtreatment", 511, 511),
    # Its envelope says 31 services; the list holds 128.
    "hsds/oruk3_mock_service_list.json": ("hsds", 128, 128),
    "hsds/spec3.0_examples/csv": ("hsds", 1, 1),
    "hsds/spec3.0_examples/service_full.json": ("hsds", 1, 1),
    "hsds/spec3.0_examples/organization_full.json": ("hsds", 1, 1),
    "hsds/spec3.0_examples/service_at_location_full.json": ("hsds", 1, 1),
    "hsds/spec3.0_examples/tabular.json": ("hsds", 1, 1),
    "hsds/spec3.0_examples/location.json": ("hsds", 1, 0),
    "table/county_asset_map_nc_2025.csv": ("table", 157, 133),
}


@pytest.mark.parametrize("name", COUNTS)
def test_every_row_of_every_feed(shared: Path, name: str) -> None:
    reader, rows, kept = COUNTS[name]
    result = read(open_path(shared / "feeds" / name))
    assert (result.reader, result.rows_read, len(result.frame)) == (reader, rows, kept)
    assets, problems = check(result.frame, Context(), result.problems)
    assert len(assets) == kept
    assert assets["id"].is_unique
    assert all(problem.message.endswith((".", "…")) for problem in problems)
    again = read(open_path(shared / "feeds" / name))
    assert again.frame["id"].tolist() == result.frame["id"].tolist()


@pytest.mark.parametrize(
    "name", ["hsds/compiled_service_schema_3.0.json", "hsds/datapackage_3.0.json"]
)
def test_what_is_no_data_is_refused(shared: Path, name: str) -> None:
    with pytest.raises(UnreadableFile, match="in no format that is read here"):
        read(open_path(shared / "feeds" / name))


@pytest.mark.parametrize("name", ["aa_orange_county_ca_2023", "alanon_massachusetts_2023"])
def test_attendance_is_the_feeds_own_on_every_row(shared: Path, name: str) -> None:
    path = shared / "feeds" / "meeting_guide" / f"{name}.json"
    rows = json.loads(path.read_bytes())
    ours = {"in_person": "in_person", "online": "online", "hybrid": "in_person|online"}
    told = [ours.get(row.pop("attendance_option"), "") for row in rows]
    path_less = json.dumps(rows).encode()
    frame = read(Source("feed.json", path_less)).frame
    result = frame["format"].fillna("").str.replace("|phone", "", regex=False)
    assert result.tolist() == told


def test_the_numbers_of_the_readme(shared: Path) -> None:
    feeds = shared / "feeds"
    county = read(open_path(feeds / "meeting_guide/aa_orange_county_ca_2023.json")).frame
    formats = Counter(county["format"].fillna("").str.replace("|phone", "", regex=False))
    assert formats == {"in_person": 1432, "online": 385, "in_person|online": 148, "": 2}
    assert int(county["schedule"].isna().sum()) == 1  # one null day
    homes = read(open_path(feeds / "findtreatment/california_residential_listing.json")).frame
    assert int((homes["kind"] == "recovery_home").sum()) == 39
    texas = read(open_path(feeds / "meeting_guide/aa_nw_texas_2021.json"))
    assert Counter(texas.frame["open_to_public"]) == {"yes": 407, "no": 206}
    assert set(texas.frame["region"]) == {"TX"}


def test_the_county_sheet_says_its_empty_rows_once(shared: Path) -> None:
    result = read(open_path(shared / "feeds/table/county_asset_map_nc_2025.csv"))
    assert [p.message for p in result.problems if p.severity == "rejected"] == [
        "Rows 134–157 (24 rows) hold nothing but a time stamp or a number; "
        "delete them from the table."
    ]
    guessed = {p.row for p in result.problems if p.field == "kind" and p.severity == "guessed"}
    assert len(guessed) == 132  # one of 133 names one of our kinds itself
    kinds = dict(zip(result.frame["name"], result.frame["kind"], strict=True))
    assert result.frame["kind"].notna().all()
    for name, kind in {
        "Al-Anon Family Groups - Lumberton AFG": "family_group",
        "Celebrate Recovery": "meeting",
        "Gam-Anon": "family_group",
        "Grief Support Groups": "grief_group",
        "Domestic Violence Support Groups": "domestic_violence_program",
        "Prescription Drug Drop-Off": "medicine_drop_off",
        "Suicide Prevention Hotline": "crisis_line",
        "Crisis Intervention": "crisis_care",
        "Brisson Drugs": "pharmacy",
        "NC 2-1-1": "resource_connecting",
        "Red Springs Police Department": "law_enforcement_program",
        "Robeson County District Court - Adult Treatment Court": "treatment_court",
        "UNC Health Southeastern": "hospital",
        "New Hope United Methodist Church": "faith_organization",
        "Carolina Treatment Center of Fayetteville": "opioid_treatment_program",
        "Robeson County Disaster Recovery Coalition Inc.": "resource_connecting",
        "Sacred Pathways Inc.": "food",
        "Robeson Community College": "college",
    }.items():
        assert kinds[name] == kind, name
    assert "other" not in set(kinds.values())
