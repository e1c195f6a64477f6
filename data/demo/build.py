"""Builds the fictional county's data files: `python data/demo/build.py [folder]`.

Everything is fictional. All dates stand relative to `demo_day` of community.toml (a Friday), and
the same script always writes the same bytes, so a change of the data is a change of these lists.
Needs numpy and shapely.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from builder import assets, geography, indicators, survey  # noqa: E402
from builder.rows import FIELDS  # noqa: E402


def as_csv(rows: list[dict[str, object]], columns: list[str] | None = None) -> str:
    """CSV text with the columns that hold anything."""
    if columns is None:
        columns = list(dict.fromkeys(name for row in rows for name in row))
    used = [name for name in columns if any(row.get(name) not in (None, "") for row in rows)]
    out = io.StringIO()
    writer = csv.DictWriter(out, used, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_lines(items: list[dict], before: str = "[", after: str = "]") -> str:
    """JSON with one object a line: small, and a changed row is a changed line."""
    lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    return f"{before}\n{lines}\n{after}\n"


def as_geojson(features: list[dict]) -> str:
    """A FeatureCollection, one feature a line."""
    return as_lines(features, '{"type": "FeatureCollection", "features": [', "]}")


def files() -> dict[str, str]:
    """Every generated file as text, by name."""
    return {
        "areas.geojson": as_geojson(geography.area_features()),
        "roads.geojson": as_geojson(geography.road_features()),
        "water.geojson": as_geojson(geography.water_features()),
        "places.csv": as_csv(geography.place_rows()),
        "assets.csv": as_csv(assets.own_list(), FIELDS),
        "places.geojson": as_geojson(assets.county_places()),
        "meetings.json": as_lines(assets.fellowship_meetings()),
        "indicators.csv": as_csv(indicators.rows()),
        "survey/wave1.csv": as_csv(survey.wave(1), survey.COLUMNS),
        "survey/wave2.csv": as_csv(survey.wave(2), survey.COLUMNS),
    }


def main(folder: Path) -> None:
    """Writes all files into `folder`."""
    for name, text in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
        print(f"{path}: {len(text):,} characters", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
