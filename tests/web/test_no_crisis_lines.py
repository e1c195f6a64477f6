"""Outside the United States no crisis line is known until the community names one."""

from __future__ import annotations

from pathlib import Path

from plain_site import html_of, send, site
from small_town import NOW, SETTINGS

from assetmap.community import open_community
from assetmap.web.state import State


def _page(folder: Path, settings: str) -> str:
    folder.mkdir()
    (folder / "community.toml").write_text(settings, "utf-8")
    (folder / "assets.csv").write_text("id,name,kind\na,Circle,meeting\n", "utf-8")
    community = open_community(folder, now=NOW)
    version = folder.name
    state = State(community, community.catalog, version, "f", community.now.date())
    return html_of(send(site(state), "/directory"))


def test_no_help_in_a_crisis_is_promised_where_no_line_is_known(tmp_path: Path) -> None:
    before, _, rest = SETTINGS.partition("[[crisis]]")
    bare = before + rest[rest.index("[[assets]]") :]
    bare = 'country = "MX"\n' + bare.replace('region = "IL"\n', "")
    page = _page(tmp_path / "abroad", bare)
    assert "In crisis?" not in page and "Help right now" not in page
    assert "<summary>Leave this page fast</summary>" in page
    assert "<summary>In crisis? <b>988</b></summary>" in _page(tmp_path / "home", SETTINGS)
