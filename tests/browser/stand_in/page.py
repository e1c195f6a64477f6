"""A page with a map, a list and a map of areas, and what they say written below each."""

from __future__ import annotations

import numpy as np
import streamlit as st
from made import INJECTIONS, current

from assetmap import maps, vocabulary
from assetmap.web import cards, map_view

st.set_page_config(page_title="Stand-in", layout="wide")
state = current()
frame = state.catalog.assets
memory = st.session_state
memory.setdefault("mine", [])
memory.setdefault("wishes", 0)
st.title("Stand-in")

shown = st.radio("Show", ["all", "a third", "one", "none"], horizontal=True)
language = st.radio("Language", ["en", "es"], horizontal=True)
place = st.text_input("Place")
rows = np.arange(len(frame))
wanted = {
    "all": rows >= 0,
    "a third": rows % 3 == 0,
    "one": rows == len(INJECTIONS) + 2,
    "none": rows < 0,
}[shown]

press = cards.pressed()
if press and press.action == "map":
    memory["wishes"] += 1
    memory["focus"] = (press.asset, memory["wishes"])
chosen = map_view.asset_map(
    state,
    wanted & (rows % 5 < 3),
    wanted & (rows % 5 == 3),
    wanted & (rows % 5 == 4),
    focus=memory.get("focus"),
    you=(42.1, -84.4),
    fit=place,
    language=language,
)
if chosen:
    memory["chosen"] = chosen
    memory["clicks"] = memory.get("clicks", 0) + 1
st.text(f"chosen {memory.get('chosen', 'nothing')} clicks {memory.get('clicks', 0)}")


def card(row: int, **more: object) -> cards.Card:
    asset = frame.iloc[row]
    kind = vocabulary.terms("kinds")[asset["kind"]]
    evil = asset["name"] if row < len(INJECTIONS) else ""
    return {
        "id": asset["id"],
        "name": asset["name"],
        "kind_label": evil or kind["label_en"],
        "icon": kind["icon"],
        "colour": vocabulary.terms("groups")[kind["group"]]["colour"],
        "when": evil or "Tonight 7:00–8:00 pm, in 2 hours",
        "way": evil or "1.2 mi north-east",
        "fits": [evil or "children welcome", "free", "takes a record"],
        "ask": [evil or "Is there child care?"],
        "visit": evil or kind["expect_en"],
        "know": [evil or "There is a waiting list"],
        "notes": [evil or "Ring twice"],
        "facts": [(evil or "Cost", evil or "$120 a week")],
        "email": evil or "circle@example.org",
        "dial": evil or "(618) 555-0159,,503#",
        "phone": evil or "555-0142",
        "text_phone": True,
        "directions": (42.1, -84.4),
        "join": evil or "https://example.org/join",
        "website": evil or "https://example.org/",
        "on_map": True,
        "saved": asset["id"] in memory["mine"],
        "run_by": evil or "Alder Recovery Community",
        "checked": evil or "checked by phone 12 Oct 2026",
        "problem_url": evil or "mailto:map@example.org",
        **more,
    }


safe = range(len(INJECTIONS), len(INJECTIONS) + 3)
sections = [
    cards.CardSection("3 fit", [card(row) for row in safe]),
    cards.CardSection(
        "1 comes close",
        [card(20, differs="Fits, but starts Saturday.", phone="", text_phone=False)],
        note="One thing differs.",
    ),
    cards.CardSection("Tied to a court", [card(30, court=True)], folded=True),
    cards.CardSection(INJECTIONS[0], [card(row) for row in range(len(INJECTIONS))], INJECTIONS[2]),
]
done = cards.show(sections, language=language, more=20, chosen=memory.get("chosen"))
if done:
    memory["done"] = f"{done.action} {done.asset}"
    if done.action == "add":
        memory["mine"].append(done.asset)
        st.rerun()
st.text(f"done {memory.get('done', 'nothing')}")

step = st.number_input("Step", 0, 5, 0)
ids = state.community.areas["id"]
area = map_view.area_map(
    state,
    classes={name: (at + step) % 3 if at % 7 else None for at, name in enumerate(ids)},
    colours=["#edf8fb", "#66c2a4", "#006d2c"],
    labels={name: f"{at + step} minutes {INJECTIONS[1]}" for at, name in enumerate(ids) if at % 7},
    legend=maps.Legend(INJECTIONS[0], ("near", "further", INJECTIONS[2]), "Not known"),
    language=language,
)
st.text(f"area {area}")
