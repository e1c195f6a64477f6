"""Page."""

import streamlit as st


def show(state):
    st.title("gaps")
