"""The address of a gap view: what an organizer chose, by id, so that it reads in any language.

Streamlit's own binding would write the words of one language into the address.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st


def begin(name: str, options: Iterable[str], first: str | None, key: str | None = None) -> None:
    """Set the widget `key` (else `name`) to what the address says, when it is not yet chosen."""
    key = key or name
    there = list(options)
    if st.session_state.get(key) in there:
        return
    given = st.query_params.get(name)
    st.session_state[key] = given if given in there else first


def keep(**chosen: str | None) -> None:
    """Write what is chosen into the address; None takes it out. Other parts stay as they are."""
    for name, value in chosen.items():
        if value is None:
            if name in st.query_params:
                del st.query_params[name]
        elif st.query_params.get(name) != value:
            st.query_params[name] = value
