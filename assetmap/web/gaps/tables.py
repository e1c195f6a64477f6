"""A table on the Gaps page: numbers with thousands, all rows of a short one in sight."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

SHORT = 12


def show_table(table: pd.DataFrame, alt: str | None = None) -> None:
    """Draw a table as it is read; a long one scrolls inside itself."""
    columns: dict[Any, Any] = {
        name: st.column_config.NumberColumn(format="localized")
        for name in table
        if pd.api.types.is_numeric_dtype(table[name])
    }
    height: Any = "content" if len(table) <= SHORT else "auto"
    st.dataframe(table, hide_index=True, column_config=columns, height=height, alt=alt)
