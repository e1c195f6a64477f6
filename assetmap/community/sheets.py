"""Share links of spreadsheets as the address of their CSV."""

from __future__ import annotations

import re

_SHEET = re.compile(
    r"https?://docs\.google\.com/spreadsheets/d/(?!e/)([\w-]+)(?:/[^?#]*)?(.*)", re.I
)
_PUBLISHED = re.compile(
    r"https?://docs\.google\.com/spreadsheets/d/e/([\w-]+)/pub(?:html)?(.*)", re.I
)
_DRIVE = re.compile(r"https?://drive\.google\.com/file/d/([\w-]+)(?:/.*)?", re.I)
_TAB = re.compile(r"[?&#]gid=(\d+)")


def csv_address(address: str) -> str:
    """The CSV export of a Google Sheet's share link; other addresses as they are.

    >>> csv_address("https://docs.google.com/spreadsheets/d/1AbC/edit?usp=sharing#gid=7")
    'https://docs.google.com/spreadsheets/d/1AbC/export?format=csv&gid=7'
    """
    published = _PUBLISHED.fullmatch(address)
    if published:
        tab = _TAB.search(published[2])
        start = f"https://docs.google.com/spreadsheets/d/e/{published[1]}/pub?output=csv"
        return f"{start}&gid={tab[1]}" if tab else start
    sheet = _SHEET.fullmatch(address)
    if sheet and "/export" not in address and "/gviz" not in address:
        tab = _TAB.search(sheet[2])
        start = f"https://docs.google.com/spreadsheets/d/{sheet[1]}/export?format=csv"
        # Without a tab in the link the first one is meant; tab 0 may not exist.
        return f"{start}&gid={tab[1]}" if tab else start
    drive = _DRIVE.fullmatch(address)
    return f"https://drive.google.com/uc?export=download&id={drive[1]}" if drive else address
