"""User text that must stay text: Streamlit reads markdown, icons and colours in every label."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:^])")


def escaped(text: object) -> str:
    """`text` with everything escaped that Streamlit would read as markup."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
