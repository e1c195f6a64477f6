"""The desk by its addresses: who may do what, sessions, forms, and the ten jobs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ledger"))

from asgi_client import Client
from town import NOW, make

from assetmap.community import open_community
from assetmap.community.backup import standing
from assetmap.community.deciding import inbox
from assetmap.community.opening import fold_again
from assetmap.ledger import LedgerError, Store, StoreError, people, store_of
from assetmap.ledger.people import may
from assetmap.web.desk import desk_routes
from assetmap.web.desk.routes import TABLE
from assetmap.web.routes import upkeep
from assetmap.web.state import State
from assetmap.words import text

ORIGIN = {"Origin": "http://testserver"}
ROLES = ("owner", "editor", "volunteer")


class Town:
    """A town with a ledger, its desk, and a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.folder = make(folder)
        self.store: Store = store_of(self.folder)
        self.store.create()
        self.state = self._served(open_community(self.folder))
        self.app = Starlette(routes=desk_routes(lambda: self.state, self.look))

    def _served(self, community) -> State:  # type: ignore[no-untyped-def]
        return State(community, community.catalog, "v", "f", community.now.date())

    def look(self) -> None:
        from assetmap.community import version_of

        files = version_of(self.folder)
        if files != getattr(self, "files", files):
            self.state = self._served(open_community(self.folder))
        else:
            self.state = self._served(fold_again(self.state.community))
        self.files = files

    def value(self, asset: str, field: str) -> object:
        assets = self.state.community.assets.set_index("id")
        return assets.loc[asset, field] if asset in assets.index else None


class Person:
    """Somebody with a session in a browser of their own."""

    def __init__(self, town: Town, role: str, asset: str = "") -> None:
        self.town = town
        self.browser = Client(town.app)
        link = people.add(town.store, f"a {role}", role, datetime.now(UTC), asset)
        self.id = link.person.id
        self.door = "/u" if role == "steward" else "/desk"
        self.token = link.token
        done = self.browser.post(f"{self.door}/enter", data={"token": link.token}, headers=ORIGIN)
        assert done.status_code == 303, done.text
        self.cookie = done.headers["set-cookie"]

    def get(self, path: str):  # type: ignore[no-untyped-def]
        return self.browser.get(path)

    def csrf(self) -> str:
        home = "/u/listing" if self.door == "/u" else "/desk/history"
        result = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get(home).text)
        assert result
        return result[1]

    def post(self, path: str, files=None, **data: str):  # type: ignore[no-untyped-def]
        filled = {"csrf": self.csrf(), **data}
        return self.browser.post(path, data=filled, headers=ORIGIN, files=files)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setenv("ASSETMAP_NOW", NOW)
    monkeypatch.delenv("ASSETMAP_STORE", raising=False)
    yield Town(tmp_path / "town")


def number(response) -> str:  # type: ignore[no-untyped-def]
    assert response.status_code == 303, response.text
    result = re.search(r"n=(\d+)", response.headers["location"])
    assert result
    return result[1]


def sentence(response) -> str:  # type: ignore[no-untyped-def]
    result = re.search(r'class="alarm" role="alert">([^<]+)<', response.text)
    assert result, response.text
    return result[1].replace("&#39;", "'")


def test_every_route_answers_every_role_as_the_table_says(town: Town) -> None:
    visitors = {role: Person(town, role) for role in ROLES}
    visitors["steward"] = Person(town, "steward", "list:pine")
    wrong = []
    for row in TABLE:
        path = row.path.replace("{asset:path}", "list:ark")
        nobody = Client(town.app)
        answer = nobody.request(
            row.method, path, headers=ORIGIN, data={} if row.method == "POST" else None
        )
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/u" if row.kind == "steward" else "/desk",
        )
        for role, person in visitors.items():
            at_home = (role == "steward") == (row.kind == "steward")
            given = {"csrf": person.csrf()} if row.method == "POST" else None
            got = person.browser.request(row.method, path, headers=ORIGIN, data=given).status_code
            if not at_home:
                expected = got == 303
            elif not may(role, row.action):
                expected = got == 403
            else:
                expected = got in (200, 303, 422) or (got == 403 and row.method == "POST")
            if not expected:
                wrong.append((row.method, path, role, got))
    assert wrong == []


def test_a_form_from_elsewhere_or_without_its_token_writes_nothing(town: Town) -> None:
    editor = Person(town, "editor")
    before = town.store.version()
    sent = {"asset": "list:ark", "do": "confirm", "csrf": editor.csrf()}
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {}):
        assert editor.browser.post("/desk/record", data=sent, headers=headers).status_code == 403
    sent["csrf"] = "0" * 64
    assert editor.browser.post("/desk/record", data=sent, headers=ORIGIN).status_code == 403
    assert town.store.version() == before


def test_a_link_opens_once_and_a_revoked_one_never(town: Town) -> None:
    editor = Person(town, "editor")
    for part in ("Path=/desk", "HttpOnly", "SameSite=strict", "desk="):
        assert part in editor.cookie
    assert "Secure" not in editor.cookie
    again = Client(town.app).post("/desk/enter", data={"token": editor.token}, headers=ORIGIN)
    assert again.status_code == 403
    assert "This link opens nothing." in again.text
    early = datetime.now(UTC) - timedelta(hours=25)
    old = people.add(town.store, "old", "editor", early)
    stale = Client(town.app).post("/desk/enter", data={"token": old.token}, headers=ORIGIN)
    assert stale.status_code == 403
    people.revoke(town.store, editor.id, datetime.now(UTC))
    assert editor.get("/desk/today").headers["location"] == "/desk"
    pasted = people.add(town.store, "paste", "editor", datetime.now(UTC))
    secure = Client(town.app, "https://testserver").post(
        "/desk/enter",
        data={"token": pasted.address("https://testserver")},
        headers={"Origin": "https://testserver"},
    )
    assert "Secure" in secure.headers["set-cookie"]


def test_a_wrong_phone_is_fixed_at_once_and_undone(town: Town) -> None:
    volunteer = Person(town, "volunteer")
    done = volunteer.post(
        "/desk/record", asset="list:ark", do="correct", field="phone", value="618 555 0177"
    )
    assert town.value("list:ark", "phone") == "(618) 555-0177"
    refused = volunteer.post(
        "/desk/record", asset="list:ark", do="correct", field="phone", value="call me"
    )
    assert refused.status_code == 422
    assert sentence(refused).startswith("`phone` is 'call me'; not a phone number")
    editor = Person(town, "editor")
    number(editor.post("/desk/undo", n=number(done)))
    assert town.value("list:ark", "phone") == "(618) 555-0102"


def test_a_volunteers_name_waits_and_an_editor_accepts_it(town: Town) -> None:
    volunteer, editor = Person(town, "volunteer"), Person(town, "editor")
    n = number(
        volunteer.post(
            "/desk/record", asset="list:ark", do="correct", field="name", value="Ark Dental"
        )
    )
    assert town.value("list:ark", "name") == "The Ark"
    assert volunteer.post("/desk/decide", n=n, do="accept").status_code == 403
    number(editor.post("/desk/decide", n=n, do="accept"))
    assert town.value("list:ark", "name") == "Ark Dental"


def test_what_waits_is_counted_alike_wherever_it_is_told(town: Town) -> None:
    volunteer = Person(town, "volunteer")
    number(
        volunteer.post(
            "/desk/record", asset="list:ark", do="correct", field="name", value="Ark Dental"
        )
    )
    # The program holds a row at the address of a home that is kept private.
    rows = town.folder / "list.csv"
    group = "group,Evening Group,peer_group,7 Pine Street,Milltown,IL,,We 19:00-20:00,,,\n"
    rows.write_text(rows.read_text("utf-8") + group, "utf-8")
    town.state = town._served(open_community(town.folder))
    community = town.state.community
    waiting = [item.what for item in inbox(community, duplicates=False)]
    ledger = upkeep(town.state)["ledger"]
    assert isinstance(ledger, dict)
    assert ledger["waiting"] == standing(community, town.store)["waiting"] == len(waiting)
    assert sorted(set(waiting)) == ["held", "hold"], waiting


def test_two_editors_on_one_field_the_second_is_told(town: Town) -> None:
    item, two = Person(town, "editor"), Person(town, "owner")
    seen = str(town.store.version())
    number(item.post("/desk/record", asset="list:ark", do="correct", field="phone",
                    value="618 555 0177", seen=seen))  # fmt: skip
    late = two.post("/desk/record", asset="list:ark", do="correct", field="phone",
                    value="618 555 0188", seen=seen)  # fmt: skip
    assert late.status_code == 409
    assert "(618) 555-0177" in sentence(late) and "(618) 555-0188" in sentence(late)
    assert town.value("list:ark", "phone") == "(618) 555-0177"


def test_a_home_is_added_by_one_and_looked_at_by_another(town: Town) -> None:
    editor, owner = Person(town, "editor"), Person(town, "owner")
    told = {"name": "Cedar House", "kind": "recovery_home", "address": "9 Elm Street",
            "city": "Milltown", "phone": "6185550123"}  # fmt: skip
    n = number(editor.post("/desk/add", **told))
    own = editor.post("/desk/decide", n=n, do="accept")
    assert own.status_code == 403
    volunteer = Person(town, "volunteer")
    assert "9 Elm Street" not in volunteer.get("/desk/inbox").text
    number(owner.post("/desk/decide", n=n, do="accept"))
    assert town.value("added:cedar-house", "location_precision") == "area"
    for page in ("/desk/listing/added:cedar-house", "/desk/history", "/desk/inbox"):
        assert "9 Elm" not in volunteer.get(page).text
    assert "9 Elm Street" in owner.get("/desk/listing/added:cedar-house").text


def test_a_place_closes_and_opens_and_a_call_confirms(town: Town) -> None:
    editor = Person(town, "editor")
    number(editor.post("/desk/record", asset="list:book", do="close"))
    assert town.value("list:book", "status") == "inactive"
    number(editor.post("/desk/record", asset="list:book", do="reopen"))
    assert town.value("list:book", "status") == "active"
    page = editor.get("/desk/today").text
    assert "Open Door" in page and "Book Room" in page
    number(editor.post("/desk/call", asset="list:door", outcome="right"))
    assert town.value("list:door", "verified_on") == "2026-11-25"
    assert "Open Door" not in editor.get("/desk/today").text.split("<ol")[1]


def test_beds_called_tuesday_are_of_tuesday(town: Town) -> None:
    editor = Person(town, "editor")
    number(editor.post("/desk/record", asset="list:pine", do="beds", beds="2", at="2026-11-24"))
    assert town.value("list:pine", "beds_open") == 2
    assert town.value("list:pine", "beds_as_of") == "2026-11-24T12:00"


def test_a_steward_has_one_listing(town: Town) -> None:
    steward = Person(town, "steward", "list:pine")
    page = steward.get("/u/listing").text
    assert "Pine House" in page and "7 Pine Street" in page
    number(steward.post("/u/record", do="beds", beds="3"))
    assert town.value("list:pine", "beds_open") == 3
    other = steward.post("/u/record", asset="list:ark", do="confirm")
    assert other.status_code == 403
    held = steward.post("/u/record", do="correct", field="name", value="Pine Home")
    assert "how=held" in held.headers["location"]
    number(steward.post("/u/record", do="withdraw"))
    assert town.value("list:pine", "name") is None
    number(steward.post("/u/record", do="listed"))
    assert town.value("list:pine", "name") == "Pine House"


def test_this_years_sheet_is_compared_taken_and_taken_back(town: Town) -> None:
    editor = Person(town, "editor")
    sheet = (town.folder / "list.csv").read_bytes()
    fresh = sheet + b"gym,Gym,sober_sport,2 Oak Street,Milltown,IL,,,,,\n"
    page = editor.post("/desk/import", source="list", files={"file": ("new.csv", fresh)})
    assert page.status_code == 200
    assert "5 rows: 1 new, 0 changed, 0 gone" in page.text
    assert (town.folder / "list.csv").read_bytes() == sheet
    town.files = "before"
    n = number(editor.post("/desk/import/take", key="list"))
    assert town.value("list:gym", "name") == "Gym"
    town.files = "before"
    number(editor.post("/desk/undo", n=n))
    assert (town.folder / "list.csv").read_bytes() == sheet


def test_an_owner_makes_a_link_that_is_shown_once(town: Town) -> None:
    owner = Person(town, "owner")
    page = owner.post("/desk/people", do="add", label="Pine", role="steward", asset="list:pine")
    link = re.search(r'id="link">([^<]+)<', page.text)
    assert link and link[1].startswith("http://testserver/u#")
    assert "<svg" in page.text
    assert link[1] not in owner.get("/desk/people").text


# Visitors.


class Visitor:
    def __init__(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        from assetmap.web.desk import suggest

        self.now = 1_000_000.0
        monkeypatch.setattr(suggest, "_forms", {})
        monkeypatch.setattr(suggest, "_buckets", suggest.Buckets(lambda: self.now))
        monkeypatch.setattr(suggest.time, "time", lambda: self.now)
        self.town = town
        self.browser = Client(town.app)

    def form(self, asset: str) -> str:
        page = self.browser.post("/suggest", data={"asset": asset})
        assert page.status_code == 200, page.text
        assert page.headers.get("set-cookie") is None
        result = re.search(r'name="token" value="([^"]+)"', page.text)
        assert result
        return result[1]

    def send(self, asset: str, wrong: str, value: str, wait: float = 10, **more: str):  # type: ignore[no-untyped-def]
        token = more.pop("token", None) or self.form(asset)
        self.now += wait
        told = {"asset": asset, "wrong": wrong, "value": value, "token": token, **more}
        answer = self.browser.post("/suggest/send", data=told)
        self.town.look()
        return answer


@pytest.fixture
def visitor(town: Town, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    return Visitor(town, monkeypatch)


def test_a_suggestion_waits_with_both_values_and_is_taken_in(town: Town, visitor: Visitor) -> None:
    assert visitor.send("list:ark", "phone", "It is 618-555-0199").status_code == 200
    assert town.value("list:ark", "phone") == "(618) 555-0102"
    editor = Person(town, "editor")
    page = editor.get("/desk/inbox").text
    assert "(618) 555-0102" in page and "(618) 555-0199" in page
    entry = town.store.entries()[-1]
    assert (entry.role, entry.actor, entry.was) == ("visitor", None, "(618) 555-0102")
    number(editor.post("/desk/decide", n=str(entry.n), do="accept"))
    assert town.value("list:ark", "phone") == "(618) 555-0199"


def test_forms_are_ours_fresh_and_sent_once(town: Town, visitor: Visitor) -> None:
    token = visitor.form("list:ark")
    early = visitor.send("list:ark", "closed", "", wait=1, token=token)
    assert sentence(early) == "That was very quick. Wait three seconds, then send it once more."
    assert visitor.send("list:ark", "closed", "", wait=5, token=token).status_code == 200
    assert sentence(visitor.send("list:ark", "closed", "", token=token)).startswith("This was sent")
    assert visitor.send("list:book", "closed", "", token=token).status_code == 422
    assert visitor.send("list:ark", "closed", "", token="1.2.3").status_code == 422
    late = visitor.send("list:book", "closed", "", wait=4000)
    assert "more than an hour old" in sentence(late)
    assert len(town.store.entries()) == 1


def test_hostile_suggestions_leave_little(town: Town, visitor: Visitor) -> None:
    bad = "<script>alert(1)</script> https://spam.example/buy now www.x.com " + "x" * 3000
    visitor.send("list:book", "other", bad, website="http://bot")
    assert town.store.entries() == []
    visitor.send("list:book", "other", bad)
    editor = Person(town, "editor")
    page = editor.get("/desk/inbox").text
    assert "<script>alert" not in page and "spam.example" not in page and "x.com" not in page
    answers = []
    for _ in range(60):
        visitor.now += 1
        told = {"asset": "list:ark", "wrong": "other", "value": "buy this now", "token": "a.b.c"}
        answers.append(visitor.browser.post("/suggest/send", data=told).status_code)
    assert set(answers) == {422}
    for count in range(12):
        visitor.send("list:ark", "other", f"it differs {count}", wait=700)
    waiting = [item for item in town.store.entries() if item.asset == "list:ark"]
    assert len(waiting) == 3


def test_ten_thousand_hostile_suggestions_leave_two_hundred_at_most(
    town: Town, visitor: Visitor
) -> None:
    """Each from another address, with a form of its own, at one listing after the other."""
    from assetmap.ledger.entry import entry
    from assetmap.ledger.suggestions import MOST_A_DAY, MOST_PENDING, Buckets, Forms, send

    now = [1_000_000.0]
    forms, buckets = Forms(town.store, lambda: now[0]), Buckets(lambda: now[0])
    result = town.state.now()
    refused: dict[str, int] = {}
    for count in range(10_000):
        asset = f"list:{count % 90}"
        token = forms.token(asset)
        now[0] += 4
        try:
            forms.check(token, asset)
            buckets.take(f"10.0.{count // 250}.{count % 250}")
            if count % 20 == 0:
                value = f"(618) 555-{count:04d}"
                suggested = entry("suggest", asset, "phone", value, role="visitor", now=result)
                send(town.store, suggested, "<b>x</b>" * 30, "en")
        except LedgerError as error:
            refused[str(error)] = refused.get(str(error), 0) + 1
    entries = town.store.entries()
    assert len(entries) <= MOST_A_DAY
    waiting = {item.asset for item in entries}
    assert all(sum(item.asset == asset for item in entries) <= MOST_PENDING for asset in waiting)
    assert len(forms._used) <= 900, "what has run out is let go of"
    assert sum(refused.values()) == 500 - len(entries)


def test_one_address_sends_five_then_waits(town: Town, visitor: Visitor) -> None:
    assets = ("list:ark", "list:book", "list:door")
    for count in range(5):
        assert visitor.send(assets[count % 3], "other", f"says {count}").status_code == 200
    many = visitor.send("list:book", "other", "six")
    assert "ten minutes" in sentence(many)
    visitor.now += 601
    assert visitor.send("list:book", "other", "seven").status_code == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", "9.9.9.9, 8.8.4.4", "8.8.4.4"),
        ("10.0.0.2", "8.8.4.4", "8.8.4.4"),
        ("8.8.8.8", "1.2.3.4", "8.8.8.8"),
        ("127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_only_our_own_proxy_says_who_sends(peer: str, forwarded: str, address: str) -> None:
    from starlette.requests import Request

    from assetmap.web.desk.suggest import address_of

    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    assert address_of(Request(scope)) == address


def test_words_of_danger_are_answered_with_the_lines_of_help(town: Town, visitor: Visitor) -> None:
    answer = visitor.send("list:ark", "other", "I want to kill myself")
    assert 'class="alarm"' in answer.text and "988" in answer.text


def test_a_suggestion_keeps_nothing_of_who_sent_it(town: Town, visitor: Visitor) -> None:
    visitor.browser.headers["User-Agent"] = "Strange Browser 77"
    visitor.browser.headers["Cookie"] = "who=me"
    visitor.send("list:ark", "other", "the door is blue")
    for path in town.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for trace in (b"testclient", b"Strange Browser", b"who=me", b"127.0.0.1"):
                assert trace not in data, path


def test_a_visitors_word_and_one_editors_do_not_close_a_home(town: Town, visitor: Visitor) -> None:
    visitor.send("list:pine", "closed", "")
    editor, owner = Person(town, "editor"), Person(town, "owner")
    first = town.store.entries()[-1].n
    held = editor.post("/desk/decide", n=str(first), do="accept")
    assert "how=held" in held.headers["location"]
    assert town.value("list:pine", "status") == "active"
    number(owner.post("/desk/decide", n=number(held), do="accept"))
    assert town.value("list:pine", "status") == "inactive"


def test_a_ledger_that_does_not_answer_is_said_on_every_page(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, visitor = Person(town, "editor"), Client(town.app)
    csrf = editor.csrf()
    away = StoreError(text("ledger.away", store="db.example.org/map"))

    def gone(*given: object) -> None:
        raise away

    for name in ("rows", "writing"):
        monkeypatch.setattr(town.store.database, name, gone)
    shown = [row for row in TABLE if row.method == "GET" and row.kind == "desk"]
    pages = [row.path.replace("{asset:path}", "list:ark") for row in shown]
    answers = [editor.get(path) for path in ("/desk", *pages)]
    sent = {"csrf": csrf, "asset": "list:ark", "do": "confirm"}
    answers.append(editor.browser.post("/desk/record", data=sent, headers=ORIGIN))
    answers.append(editor.browser.post("/desk/enter", data={"token": "x"}, headers=ORIGIN))
    for answer in answers:
        assert answer.status_code == 503
        assert "The database db.example.org/map does not answer" in answer.text
    assert visitor.post("/suggest", data={"asset": "list:ark"}).status_code == 503


def test_a_disk_that_is_read_only_shows_the_desk_and_writes_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, visitor = Person(town, "editor"), Client(town.app)
    csrf, before = editor.csrf(), town.store.version()
    assert visitor.post("/suggest", data={"asset": "list:ark"}).status_code == 200
    connection = town.store.database._connect()  # type: ignore[attr-defined]
    connection.execute("PRAGMA query_only = ON")
    from assetmap.web.desk import suggest

    monkeypatch.setattr(suggest, "_forms", {})
    assert visitor.post("/suggest", data={"asset": "list:ark"}).status_code == 200
    for path in ("/desk/inbox", "/desk/listing/list:ark", "/desk/history"):
        assert editor.get(path).status_code == 200
    sent = {"csrf": csrf, "asset": "list:ark", "do": "confirm"}
    answer = editor.browser.post("/desk/record", data=sent, headers=ORIGIN)
    assert (answer.status_code, town.store.version()) == (503, before)
    assert "can only be read just now, so nothing was written" in sentence(answer)


def test_a_fault_of_ours_is_a_sentence_and_a_line_in_the_log(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from assetmap.community.recording import Recorder

    def fails(*given: object) -> None:
        raise KeyError("secret value")

    editor = Person(town, "editor")
    monkeypatch.setattr(Recorder, "confirm", fails)
    answer = editor.post("/desk/record", asset="list:ark", do="confirm")
    assert (answer.status_code, sentence(answer)) == (
        500,
        "Something went wrong on our side. Look whether it was written, and tell whoever runs "
        "the server.",
    )
    assert [record.getMessage() for record in caplog.records] == ["The desk failed at /desk/record"]


def test_a_private_street_in_a_note_on_an_open_row_is_for_those_who_may_see_it(town: Town) -> None:
    editor, volunteer = Person(town, "editor"), Person(town, "volunteer")
    told = {"asset": "list:book", "do": "correct", "field": "description"}
    for value, why in (
        ("By the park, across from 7 Pine Street.", "the house at 7 Pine St. called"),
        ("By the park.", "said so"),
    ):
        done = editor.post("/desk/record", value=value, why=why, **told)
        assert done.status_code == 303
    volunteer.post(
        "/desk/record", value="Reading room near 7 pine street", why="7 Pine St.", **told
    )
    for path in ("/desk/history", "/desk/listing/list:book", "/desk/inbox", "/desk/today"):
        assert "7 pine" in editor.get(path).text.lower() or path == "/desk/today"
        assert "7 pine" not in volunteer.get(path).text.lower(), path
    # Her own street is the library's to tell.
    assert "1 Oak Street" in volunteer.get("/desk/listing/list:book").text


def test_every_address_of_the_desk_is_in_the_table_or_open_to_all(town: Town) -> None:
    served = {
        (method, route.path)
        for route in town.app.routes
        if isinstance(route, Route)
        for method in (route.methods or ()) - {"HEAD"}
    }
    # Doors, and what every visitor may send: none of them shows or changes a listing.
    everybody = {
        *((method, f"{door}{end}") for door in ("/desk", "/u")
          for method, end in (("GET", ""), ("POST", "/enter"), ("POST", "/leave"))),
        ("GET", "/suggest/{asset:path}"),
        ("POST", "/suggest"),
        ("POST", "/suggest/send"),
    }  # fmt: skip
    assert served == {(row.method, row.path) for row in TABLE} | everybody
