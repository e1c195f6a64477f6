"""The file of ZIP codes says what the package it was made of says.

`python tests/test_zip_codes.py > assetmap/vocabulary/zip_codes.csv` makes it again.
"""

from __future__ import annotations

from assetmap.places import ZIP_CODES_FILE, ZipCode, timezone_of_zip, zip_code, zip_codes


def lines_of_the_package() -> list[str]:
    """The file's lines."""
    import zipcodes

    lines = ["code,state,towns,county,timezone,lat,lon,military"]
    for row in sorted(zipcodes.list_all(), key=lambda row: row["zip_code"]):
        placed = float(row["lat"]) or float(row["long"])
        cells = (
            row["zip_code"],
            row["state"],
            "|".join(name for name in (row["city"], *row["acceptable_cities"]) if name),
            row["county"] or "",
            row["timezone"] or "",
            row["lat"] if placed else "",
            row["long"] if placed else "",
            "yes" if row["zip_code_type"] == "MILITARY" else "",
        )
        assert not any("," in cell or '"' in cell or "\n" in cell for cell in cells)
        lines.append(",".join(cells))
    return lines


def test_the_file_is_what_the_package_says() -> None:
    assert ZIP_CODES_FILE.read_text(encoding="utf-8").splitlines() == lines_of_the_package()


def test_a_zip_code() -> None:
    assert zip_code("28358") == ZipCode(
        "28358",
        "NC",
        ("Lumberton",),
        "Robeson County",
        "America/New_York",
        34.6293,
        -79.0083,
        False,
    )
    assert zip_code("00000") is None
    assert (timezone_of_zip("28358"), timezone_of_zip("00000")) == ("America/New_York", "")
    assert sum(1 for _ in zip_codes()) == 42_789


if __name__ == "__main__":
    print("\n".join(lines_of_the_package()))
