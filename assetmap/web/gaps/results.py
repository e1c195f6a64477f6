"""Results of the gap engine, kept for each version of the data and each choice."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from assetmap.community.releases import with_survey
from assetmap.gaps import Gaps, Ground, gaps, ground_of, kind_gaps
from assetmap.report import Briefing, Report, briefing, next_steps, report
from assetmap.report import first_kind as report_first_kind
from assetmap.web.state import State


class Choice(NamedTuple):
    """kind or need: one of them; indicator: None for all ranked together."""

    kind: str | None
    need: str | None
    indicator: str | None
    verified_only: bool


def warm(state: State) -> None:
    """Work out what the page opens with, so that no visitor waits for it."""
    ground(state, False)
    kind = first_kind(state)
    for language in state.community.config["languages"]:
        _first_page(state.version, kind, None, None, False, language, state)


def ground(state: State, verified_only: bool) -> Ground:
    """The ground of this version; made once, its parts on first use."""
    return _ground(state.version, verified_only, state)


def result(state: State, choice: Choice, language: str) -> Gaps:
    """What the engine says of a choice."""
    return _result(state.version, *choice, language, state)


def first_kind(state: State) -> str:
    """The kind with a mark that most people live below: what an organizer came to see."""
    return _first_kind(state.version, state)


def proposal(state: State, choice: Choice, kind: str) -> next_steps.Proposal | None:
    """Where the next one would help most."""
    return _proposal(state.version, choice.verified_only, kind, choice.indicator, state)


def document(state: State, choice: Choice, language: str) -> Report:
    """The report of a choice, not yet written in a form."""
    return _document(state.version, *choice, language, state)


def first_page(state: State, choice: Choice, language: str) -> Briefing:
    """The briefing of a choice: what the page, and the report, open with."""
    return _first_page(state.version, *choice, language, state)


@st.cache_resource(max_entries=4, show_spinner=False)
def _ground(version: str, verified_only: bool, _state: State) -> Ground:
    return ground_of(with_survey(_state.community), verified_only=verified_only)


@st.cache_resource(max_entries=256, show_spinner=False)
def _result(
    version: str,
    kind: str | None,
    need: str | None,
    indicator: str | None,
    verified_only: bool,
    language: str,
    _state: State,
) -> Gaps:
    return gaps(_ground(version, verified_only, _state), kind, need, indicator, language)


@st.cache_resource(max_entries=4, show_spinner=False)
def _first_kind(version: str, _state: State) -> str:
    return report_first_kind(_ground(version, False, _state))


@st.cache_resource(max_entries=256, show_spinner=False)
def _proposal(
    version: str, verified_only: bool, kind: str, indicator: str | None, _state: State
) -> next_steps.Proposal | None:
    here = _ground(version, verified_only, _state)
    return next_steps.propose(here, kind_gaps(here, kind, here.need(indicator)))


@st.cache_resource(max_entries=64, show_spinner=False)
def _first_page(
    version: str,
    kind: str | None,
    need: str | None,
    indicator: str | None,
    verified_only: bool,
    language: str,
    _state: State,
) -> Briefing:
    here = _ground(version, verified_only, _state)
    results = _result(version, kind, need, indicator, verified_only, language, _state)
    return briefing(here, results, kind, need, language)


@st.cache_resource(max_entries=16, show_spinner=False)
def _document(
    version: str,
    kind: str | None,
    need: str | None,
    indicator: str | None,
    verified_only: bool,
    language: str,
    _state: State,
) -> Report:
    here = _ground(version, verified_only, _state)
    results = _result(version, kind, need, indicator, verified_only, language, _state)
    return report(_state.community, here, results, kind, need, language)
