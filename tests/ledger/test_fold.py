"""The merge of what people said with what sources say: the table, as properties and as a year."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.assets.cells import plain_value
from assetmap.assets.finding_again import KnownAs, partners
from assetmap.assets.merging import ids_of
from assetmap.ledger import Applied, Entry, apply, entry, fold
from assetmap.ledger.applied import known_by
from assetmap.ledger.entry import source_hash

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
PHONES = ("(618) 555-0101", "(618) 555-0102", "(618) 555-0103", "")


def sheet(*phones: str, names: Sequence[str] = ("Ark", "Book Room", "Cedar")) -> pd.DataFrame:
    rows = [
        {"id": f"list:{n}", "source": "list", "source_id": str(n), "row": n + 1,
         "name": names[n % len(names)], "phone": phone or None}
        for n, phone in enumerate(phones)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["id", "source", "source_id", "row", "name", "phone"])


def numbered(entries: Sequence[Entry]) -> list[Entry]:
    return [item._replace(n=n) for n, item in enumerate(entries, start=1)]


def correct(value: str, source: str, asset: str = "list:0", at: datetime = NOW) -> Entry:
    plain = plain_value("phone", source, "US")
    return entry("correct", asset, "phone", value, role="editor", now=NOW, at=at,
                 was=source, source_hash=source_hash(plain))  # fmt: skip


def applied(
    frame: pd.DataFrame, entries: Sequence[Entry], known: Sequence[KnownAs] = ()
) -> Applied:
    return apply(frame, ids_of(frame), fold(entries), NOW, "US", lambda: known)


def phone(found: Applied, asset: str = "list:0") -> str:
    rows = found.frame[found.frame["id"] == asset]
    value = rows["phone"].iat[0]
    return value if isinstance(value, str) else ""


@given(
    s0=st.sampled_from(PHONES),
    s1=st.sampled_from(PHONES),
    human=st.sampled_from(PHONES),
    days=st.integers(0, 700),
)
@settings(deadline=None)
def test_the_merge_table(s0: str, s1: str, human: str, days: int) -> None:
    entries = numbered([correct(human, s0, at=NOW - timedelta(days=days))])
    result = applied(sheet(s1, "(618) 555-0177"), entries)
    assert phone(result) == human, "the person's word is served in every case"
    if s1 == s0:
        assert (result.retired, result.reviews, result.differs) == ([], [], frozenset())
    elif s1 == human:
        assert [fact.value for fact in result.retired] == [human]
        assert result.reviews == []
    else:
        assert result.differs == {("list:0", "phone")}
        [item] = result.reviews
        assert (item.what, item.value, item.was, item.old) == (
            *("import differs", s1, human),
            days > 180,
        )
    assert phone(result, "list:1") == "(618) 555-0177", "nobody else's row is touched"


def test_a_vanished_asset_is_found_again_or_kept_for_review() -> None:
    entries = numbered([correct("(618) 555-0177", "(618) 555-0101")])
    before = KnownAs("list:0", "list", "The Ark Dental", "dentist", "40 River Road", "Milltown",
                   "(618) 555-0101")  # fmt: skip
    renamed = pd.DataFrame(
        [{"id": "list:9", "source": "list", "source_id": "9", "row": 1, "name": "Ark Dental",
          "kind": "dentist", "address": "40 River Rd", "city": "Milltown",
          "phone": "(618) 555-0101"}]
    )  # fmt: skip
    result = applied(renamed, entries, [before])
    assert result.moved == {"list:0": "list:9"}
    assert phone(result, "list:9") == "(618) 555-0177"
    other = renamed.assign(name="Tire Shop", address="1 Elm Street", phone="(618) 555-0999")
    lost = applied(other, entries, [before])
    assert (lost.moved, lost.lost) == ({}, {"list:0"})
    assert [(item.what, item.asset) for item in lost.reviews] == [("id", "list:0")]
    assert phone(lost, "list:9") == "(618) 555-0999"


def test_a_corrected_text_is_not_shown_with_the_old_translation() -> None:
    frame = sheet("").assign(description="On Mondays.", description_es="Los lunes.")
    new = entry("correct", "list:0", "description", "On Fridays.", role="editor", now=NOW, at=NOW)
    row = applied(frame, [new]).frame.iloc[0]
    assert (row["description"], row["description_es"]) == ("On Fridays.", None)
    also = entry(
        "correct", "list:0", "description_es", "Los viernes.", role="editor", now=NOW, at=NOW
    )
    for said in ([new, also], [also, new]):
        row = applied(frame, said).frame.iloc[0]
        assert (row["description"], row["description_es"]) == ("On Fridays.", "Los viernes.")
    row = applied(frame, [new._replace(value="On Mondays.")]).frame.iloc[0]
    assert row["description_es"] == "Los lunes.", "it says what the source says"


def test_two_rows_alike_are_never_a_sure_partner() -> None:
    old = KnownAs("a:1", "a", "Serenity Group", "meeting", "1 Main Street", "Milltown")
    twins = [
        KnownAs("a:2", "a", "Serenity Group", "meeting", "1 Main Street", "Milltown"),
        KnownAs("a:3", "a", "Serenity Group", "meeting", "1 Main Street", "Milltown"),
    ]
    assert partners([old], twins)["a:1"].sure is False
    assert partners([old], twins[:1])["a:1"].sure is True
    there = twins[0]._replace(first_seen="2026-01-01")
    assert partners([old], [there]) == {}, "what stood beside it all along is another one"


STEPS = st.lists(
    st.tuples(st.sampled_from(("correct", "undo", "retire")), st.integers(0, 3), st.integers(1, 9)),
    max_size=25,
)


@given(steps=STEPS, source=st.sampled_from(PHONES))
@settings(max_examples=40, deadline=None)
def test_an_undo_gives_back_the_same_bytes(steps: list[tuple[str, int, int]], source: str) -> None:
    frame = sheet(source, "(618) 555-0177")
    entries: list[Entry] = []
    for what, value, about in steps:
        if what == "correct":
            result = correct(PHONES[value], source)
        elif what == "retire":
            result = entry("retire", "list:0", "phone", role="system", now=NOW)
        elif about <= len(entries):
            result = entry("undo", "list:0", role="editor", now=NOW, about=about)
        else:
            continue
        entries = numbered([*entries, result])
    before = applied(frame, entries).frame.to_csv()
    more = numbered([*entries, correct("(618) 555-0188", source)])
    more = numbered([*more, entry("undo", "list:0", role="x", now=NOW, about=len(more))])
    assert applied(frame, more).frame.to_csv() == before
    again = numbered([*more, entry("undo", "list:0", role="x", now=NOW, about=len(more))])
    assert phone(applied(frame, again)) == "(618) 555-0188"
    assert frame.equals(sheet(source, "(618) 555-0177")), "the sources' own frame is not changed"


def test_a_clock_that_was_set_back_does_not_make_a_later_word_lose() -> None:
    early = NOW - timedelta(days=3)
    back = entry("correct", "list:0", "phone", PHONES[2], role="editor", now=early)
    result = applied(sheet(PHONES[0]), numbered([correct(PHONES[1], PHONES[0]), back]))
    assert phone(result) == PHONES[2]


# A year of weekly imports.


def _typo(name: str, chance: random.Random) -> str:
    place = chance.randrange(1, max(len(name) - 1, 2))
    return name[:place] + name[place + 1 :]


def test_a_year_of_weekly_imports_loses_no_word() -> None:
    chance = random.Random(20261125)
    firsts = (
        "Maple",
        "River",
        "Hope",
        "Union",
        "Grace",
        "Harbor",
        "Valley",
        "Pine",
        "Lake",
        "Hill",
    )
    lasts = ("Dental Care", "Food Pantry", "Job Center", "Legal Aid", "Bus Office", "Book Room")
    rows = {
        n: {"key": f"r{n}", "name": f"{first} {last}", "kind": "other",
            "address": f"{100 + 7 * n} {firsts[(n + 3) % 10]} Street", "city": "Milltown",
            "phone": f"(618) 555-{1000 + n}"}
        for n, (first, last) in enumerate((f, x) for f in firsts for x in lasts)
    }  # fmt: skip
    known: dict[str, KnownAs] = {}
    entries: list[Entry] = []
    spoken_of: dict[int, str] = {}
    away: set[int] = set()
    told = 0
    for week in range(52):
        now = NOW + timedelta(days=7 * week)
        for n, row in rows.items():
            if chance.random() < 0.02:
                row["name"] = _typo(row["name"], chance) if len(row["name"]) > 8 else row["name"]
            if chance.random() < 0.02:
                row["key"] = f"r{n}w{week}"
            if chance.random() < 0.01:
                row["phone"] = f"(618) 555-{2000 + chance.randrange(900)}"
            if chance.random() < 0.01:
                away ^= {n}
        frame = pd.DataFrame(
            [{"id": f"s:{row['key']}", "source": "s", "source_id": row["key"], "row": n,
              **{name: row[name] for name in ("name", "kind", "address", "city", "phone")}}
             for n, row in rows.items() if n not in away]
        )  # fmt: skip
        ids = ids_of(frame)
        result = apply(frame, ids, fold(entries), now, "US", lambda: known.values())
        stamp = now.isoformat()
        outcome = [entry("id_moved", old, "", new, role="system", now=now)
                for old, new in result.moved.items()]  # fmt: skip
        outcome += [entry("retire", fact.asset, fact.field, role="system", now=now)
                 for fact in result.retired]  # fmt: skip
        entries = numbered([*entries, *outcome])
        present = {element.asset: element for element in known_by(frame, ids)}
        for asset, element in present.items():
            old = known.get(asset)
            since = old.first_seen if old is not None and not old.last_seen else stamp
            known[asset] = element._replace(first_seen=since)
        for asset, old in known.items():
            if asset not in present and not old.last_seen:
                known[asset] = old._replace(last_seen=stamp)
        # Three people say something each week.
        for n in chance.sample([n for n in rows if n not in away], 3):
            told += 1
            value = f"(618) 555-{5000 + told}"
            asset = f"s:{rows[n]['key']}"
            said = correct(value, rows[n]["phone"], asset)
            entries = numbered([*entries, said._replace(at=stamp, entered=stamp)])
            spoken_of[n] = value
    end = NOW + timedelta(days=365)
    result = apply(frame, ids, fold(entries), end, "US", lambda: known.values())
    served = dict(zip(result.ids, result.frame["phone"], strict=True))
    reviewed = {item.asset for item in result.reviews}
    facts = fold(entries)
    in_force = lost = 0
    for n, value in spoken_of.items():
        holders = [fact for fact in facts.values.values() if fact.value == value]
        retired = [fact for fact in facts.retired.values() if fact.value == value]
        if served.get(f"s:{rows[n]['key']}") == value:
            in_force += 1
        elif any(fact.asset in reviewed for fact in holders) or retired:
            lost += 1
        else:
            raise AssertionError(f"{rows[n]} lost {value}: {holders}")
    assert in_force + lost == len(spoken_of)
    # What is in review is mostly what the list lacks this week.
    assert in_force >= 0.9 * len(spoken_of.keys() - away), (in_force, lost, len(away))
    wrong = {
        asset: value
        for asset, value in served.items()
        if value.startswith("(618) 555-5") and value not in spoken_of.values()
    }
    assert wrong == {}, "no row shows a word that was said of another or was replaced"
