"""Signing in at a proxy in front: whom it names is at the desk, and nobody trusts it unasked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asgi_client import Client
from starlette.requests import Request
from test_desk import NOW, Town

from assetmap.ledger import LedgerError, people
from assetmap.web.desk.visit import proxy_name

HEADER = {"X-Remote-User": "Dana@Example.gov"}


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setenv("ASSETMAP_NOW", NOW)
    monkeypatch.delenv("ASSETMAP_STORE", raising=False)
    monkeypatch.setenv("ASSETMAP_SIGN_IN_HEADER", "X-Remote-User")
    result = Town(tmp_path / "town")
    for name, role, asset in (
        ("dana@example.gov", "editor", ""),
        ("lee@example.gov", "volunteer", ""),
        ("house@example.gov", "steward", "list:house"),
    ):
        people.add(result.store, name[:4], role, datetime.now(UTC), asset, name)
    yield result


def browser(town: Town) -> Client:
    return Client(town.app)


def test_whom_the_proxy_names_is_let_in_with_their_role(town: Town) -> None:
    dana = browser(town)
    entered = dana.get("/desk", headers=HEADER)
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk/today")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/desk" in cookie
    assert dana.get("/desk/history", headers=HEADER).status_code == 200
    # A role is as far as with a link: an editor sees no people.
    assert dana.get("/desk/people", headers=HEADER).status_code == 403


def test_without_the_setting_the_header_is_a_visitors_word(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSETMAP_SIGN_IN_HEADER")
    asked = browser(town).get("/desk", headers=HEADER)
    assert asked.status_code == 200 and "set-cookie" not in asked.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-Remote-User": ""}, 200),
        ({"X-Remote-User": "somebody@example.gov"}, 403),
        ({"X-Remote-User": "house@example.gov"}, 403),  # a steward has one listing and a link
        ({"X-Other-User": "dana@example.gov"}, 200),
    ],
)
def test_nobody_else_is_let_in(town: Town, headers: dict[str, str], status: int) -> None:
    asked = browser(town).get("/desk", headers=headers)
    assert asked.status_code == status and "set-cookie" not in asked.headers
    assert "example.gov" not in asked.text


def test_a_header_that_came_twice_names_nobody(town: Town) -> None:
    def name(*values: bytes) -> str:
        headers = [(b"x-remote-user", value) for value in values]
        return proxy_name(Request({"type": "http", "headers": headers}))

    assert name(b"dana@example.gov") == "dana@example.gov"
    assert name(b"dana@example.gov", b"lee@example.gov") == ""


def test_another_person_at_the_same_computer_is_not_the_first(town: Town) -> None:
    shared = browser(town)
    shared.get("/desk", headers=HEADER)
    lee = {"X-Remote-User": "lee@example.gov"}
    turned = shared.get("/desk/history", headers=lee)
    assert (turned.status_code, turned.headers["location"]) == (303, "/desk")
    assert shared.get("/desk", headers=lee).status_code == 303
    # Lee's role now: a volunteer takes in no list, as an editor may.
    assert shared.get("/desk/import", headers=lee).status_code == 403


def test_revoked_is_out_at_once_and_the_name_is_free_again(town: Town) -> None:
    dana = browser(town)
    dana.get("/desk", headers=HEADER)
    with pytest.raises(LedgerError, match="belongs to somebody already"):
        people.add(town.store, "D", "owner", datetime.now(UTC), "", "DANA@example.gov ")
    number = next(item.id for item in people.everybody(town.store) if item.label == "dana")
    people.revoke(town.store, number, datetime.now(UTC))
    assert dana.get("/desk/history", headers=HEADER).headers["location"] == "/desk"
    assert dana.get("/desk", headers=HEADER).status_code == 403
    people.add(town.store, "D", "editor", datetime.now(UTC), "", "dana@example.gov")
    assert dana.get("/desk", headers=HEADER).status_code == 303
