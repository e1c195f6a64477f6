"""Staff and stewards, their links and their sessions: no passwords, and no visitor ever.

A link carries 256 random bits after `#`; the store keeps their hash only. A link opens one
session within 24 hours and is used up; a session lasts 30 days and ends when its person is
revoked. A steward's link is for one listing and may be opened again and again until it is
revoked, because it also hangs as a code on the wall of the house.

Who may do what is one table that the desk, the routes and the command line ask. `live` takes
effect at once, `review` waits for somebody who may accept it, `own` is live for the one listing
that a link was given for, `own_review` waits and is only for that listing, and "" is not allowed.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.ledger.databases import Run
from assetmap.ledger.entry import ROLES, LedgerError, NotAllowed, stamp
from assetmap.ledger.store import Store
from assetmap.words import text

_ROLES = ("visitor", "steward", "volunteer", "editor", "owner")
_TABLE = {
    #              visitor  steward        volunteer  editor    owner
    "suggest": ("review", "review", "review", "review", "review"),
    "confirm": ("", "own", "live", "live", "live"),
    "correct_phone": ("", "own", "live", "live", "live"),
    "correct_hours": ("", "own", "live", "live", "live"),
    "correct": ("", "own_review", "review", "live", "live"),
    "beds": ("", "own", "live", "live", "live"),
    "consent": ("", "own", "review", "live", "live"),
    "call": ("", "", "live", "live", "live"),
    "add": ("", "", "review", "live", "live"),
    "close": ("", "own_review", "review", "live", "live"),
    "reopen": ("", "own_review", "review", "live", "live"),
    "merge": ("", "", "review", "live", "live"),
    "not_same": ("", "", "review", "live", "live"),
    "id_moved": ("", "", "review", "live", "live"),
    "release": ("", "", "review", "live", "live"),
    "decide": ("", "", "", "live", "live"),
    "undo": ("", "", "", "live", "live"),
    "import": ("", "", "", "live", "live"),
    "history": ("", "own", "live", "live", "live"),
    "inbox": ("", "", "live", "live", "live"),
    "see_hidden": ("", "own", "", "live", "live"),
    "people": ("", "", "", "", "live"),
    "publish": ("", "", "", "", "live"),
}
ACTIONS = tuple(_TABLE)
# Fields that a steward and a volunteer may set at once, by the action that says so.
_LIVE_FIELDS = {
    "phone": "correct_phone",
    "text_phone": "correct_phone",
    "conference_phone": "correct_phone",
    "schedule": "correct_hours",
    "recurrence": "correct_hours",
    "intake_hours": "correct_hours",
    "by_appointment": "correct_hours",
    "dates": "correct_hours",
    "beds_open": "beds",
    "beds_as_of": "beds",
    "listed_ok": "consent",
    "status": "close",
}
# Showing more of a place than was shown is never one person's decision.
UNHIDING = frozenset(("address_ok", "location_precision"))
MANY_ROWS = 20
LINK_LASTS = timedelta(hours=24)
SESSION_LASTS = timedelta(days=30)
STEWARD_LASTS = timedelta(days=366)
_LONGEST_LABEL = 80


def may(role: str, action: str) -> str:
    """`live`, `review`, `own`, `own_review` or "" for a role and an action of the table."""
    column = _ROLES.index(role) if role in _ROLES else 0
    return _TABLE[action][column]


def action_for(field: str) -> str:
    """The action that correcting `field` is."""
    return _LIVE_FIELDS.get(field, "correct")


def allowed(role: str, action: str, asset: str = "", own: str = "") -> str:
    """`live` or `review` for this asset; `own` is the one asset that a steward looks after.

    Raises NotAllowed with a sentence.
    """
    result = may(role, action)
    if result.startswith("own"):
        if not own or own != asset:
            raise NotAllowed(text("ledger.not_your_listing"))
        return "review" if result == "own_review" else "live"
    if not result:
        raise NotAllowed(text("ledger.not_allowed", role=text(f"role.{_known(role)}")))
    return result


def _known(role: str) -> str:
    return role if role in _ROLES else "visitor"


def needs_second_eyes(what: str, field: str, value: str, kind: str, was: str = "") -> bool:
    """Whether even an editor's word waits for another person's look.

    Un-hiding an address, and adding or closing a home or shelter.
    """
    if field == "address_ok":
        return value.casefold() in ("yes", "true")
    if field == "location_precision":
        order = ("exact", "street", "area", "hidden")
        return value in order and order.index(value) < order.index(was if was in order else "area")
    closes = what in ("close", "add") or (field == "status" and value != "active")
    return closes and is_shelter(kind)


def is_shelter(kind: str) -> bool:
    """Whether people live there, so that a wrong word leaves somebody without a roof."""
    return kind in _shelters()


@cache
def _shelters() -> frozenset[str]:
    kinds = vocabulary.terms("kinds")
    guarded = {kind for kind, row in kinds.items() if row["protected"] == "yes"}
    return frozenset(vocabulary.kinds_of_need("bed_tonight")) | guarded


class Person(NamedTuple):
    """Somebody who may write: `asset` is the one listing of a steward."""

    id: int
    label: str
    role: str
    asset: str
    disabled: bool

    def as_dict(self) -> dict[str, object]:
        """The person as the command line prints it."""
        return self._asdict()


class Link(NamedTuple):
    """A fresh link: `token` is shown once and not kept; `expires` is aware."""

    person: Person
    token: str
    expires: datetime

    def address(self, base: str) -> str:
        """The whole address; the token stands after #, where no server or log sees it."""
        page = "u" if self.person.role == "steward" else "desk"
        return f"{base.rstrip('/')}/{page}#{self.token}"


def add(
    store: Store, label: str, role: str, now: datetime, asset: str = "", contact: str = ""
) -> Link:
    """A new person and their first link. `contact` is the name they sign in with at a proxy.

    Raises LedgerError for an unknown role, no label, and a contact that is somebody's already.
    """
    label = " ".join(label.split())
    if role not in ROLES:
        raise LedgerError(text("ledger.no_role", role=role, roles=", ".join(ROLES)))
    if not label or len(label) > _LONGEST_LABEL:
        raise LedgerError(text("ledger.label", n=_LONGEST_LABEL))
    if role == "steward" and not asset:
        raise LedgerError(text("ledger.steward_needs_asset"))
    if role != "steward":
        asset = ""
    hashed = _contact_hash(contact) if contact.strip() else ""
    with store.writing() as run:
        if hashed and run(
            "SELECT id FROM person WHERE contact_hash = ? AND disabled = ''", (hashed,)
        ):
            raise LedgerError(text("ledger.login_taken"))
        number = int(run("SELECT coalesce(max(id), 0) FROM person", ())[0][0] or 0) + 1
        run(
            "INSERT INTO person VALUES (?, ?, ?, ?, ?, '', ?)",
            (number, label, hashed, role, asset, stamp(now)),
        )
        return _link(run, Person(number, label, role, asset, False), now)


def new_link(store: Store, person_id: int, now: datetime) -> Link:
    """Another link for somebody who is there already."""
    person = find(store, person_id)
    if person is None or person.disabled:
        raise LedgerError(text("ledger.no_person", id=person_id))
    with store.writing() as run:
        return _link(run, person, now)


def _link(run: Run, person: Person, now: datetime) -> Link:
    token = secrets.token_urlsafe(32)
    expires = now + (STEWARD_LASTS if person.role == "steward" else LINK_LASTS)
    may = "open" if person.role == "steward" else "once"
    run(
        "INSERT INTO access_key VALUES (?, ?, ?, ?, ?, '')",
        (hash_of(token), person.id, may, stamp(now), stamp(expires)),
    )
    return Link(person, token, expires)


def everybody(store: Store) -> list[Person]:
    """All people, revoked ones too, in the order they were added."""
    rows = store.rows("SELECT id, label, role, asset, disabled FROM person ORDER BY id")
    return [_person(row) for row in rows]


def find(store: Store, person_id: int) -> Person | None:
    """The person number `person_id`."""
    rows = store.rows(
        "SELECT id, label, role, asset, disabled FROM person WHERE id = ?", (person_id,)
    )
    return _person(rows[0]) if rows else None


def of_contact(store: Store, contact: str) -> Person | None:
    """Who signs in as `contact` at the proxy in front; nobody who was revoked."""
    if not contact.strip():
        return None
    rows = store.rows(
        "SELECT id, label, role, asset, disabled FROM person "
        "WHERE contact_hash = ? AND disabled = ''",
        (_contact_hash(contact),),
    )
    return _person(rows[0]) if rows else None


def _contact_hash(contact: str) -> str:
    return hash_of(contact.casefold().strip())


def _person(row: tuple[str | int | None, ...]) -> Person:
    number, label, role, asset, disabled = row
    return Person(int(number or 0), str(label), str(role), str(asset), bool(disabled))


def revoke(store: Store, person_id: int, now: datetime) -> Person:
    """End all links and sessions of a person, at once. What they said stays.

    Raises LedgerError for nobody, and for the last owner.
    """
    person = find(store, person_id)
    if person is None:
        raise LedgerError(text("ledger.no_person", id=person_id))
    with store.writing() as run:
        owners = run("SELECT id FROM person WHERE role = 'owner' AND disabled = ''", ())
        if person.role == "owner" and not person.disabled and len(owners) == 1:
            raise LedgerError(text("ledger.last_owner"))
        run("UPDATE person SET disabled = ? WHERE id = ?", (stamp(now), person_id))
        run("DELETE FROM access_key WHERE person = ?", (person_id,))
    return person._replace(disabled=True)


def open_session(store: Store, token: str, now: datetime) -> tuple[str, Person]:
    """A session's token for a link's `token`. Raises LedgerError for one that opens nothing.

    A link that was used, has expired, was revoked or never existed are told apart by nothing.
    """
    with store.writing() as run:
        result = _valid(run, token, now, ("once", "open"))
        if result is None:
            raise LedgerError(text("ledger.link_opens_nothing"))
        person, may = result
        if may == "once":
            run("UPDATE access_key SET used = ? WHERE token_hash = ?", (stamp(now), hash_of(token)))
        return _session(run, person, now), person


def session_for(store: Store, person: Person, now: datetime) -> str:
    """A session's token for somebody whom the proxy in front has let in."""
    with store.writing() as run:
        return _session(run, person, now)


def _session(run: Run, person: Person, now: datetime) -> str:
    session = secrets.token_urlsafe(32)
    run(
        "INSERT INTO access_key VALUES (?, ?, 'session', ?, ?, '')",
        (hash_of(session), person.id, stamp(now), stamp(now + SESSION_LASTS)),
    )
    run("DELETE FROM access_key WHERE expires < ?", (stamp(now - SESSION_LASTS),))
    return session


def of_session(store: Store, token: str, now: datetime) -> Person | None:
    """Who a session's token belongs to; None when it is over."""
    if not token or len(token) > 200:
        return None
    result = _valid(store.rows, token, now, ("session",))
    return result[0] if result else None


def end_session(store: Store, token: str) -> None:
    """Forget a session."""
    with store.writing() as run:
        run("DELETE FROM access_key WHERE token_hash = ?", (hash_of(token),))


def _valid(
    run: Run, token: str, now: datetime, kinds: tuple[str, ...]
) -> tuple[Person, str] | None:
    rows = run(
        "SELECT person.id, person.label, person.role, person.asset, person.disabled, "
        "access_key.may, access_key.expires, access_key.used, access_key.created "
        "FROM access_key JOIN person ON person.id = access_key.person "
        "WHERE access_key.token_hash = ?",
        (hash_of(token),),
    )
    if not rows:
        return None
    person = _person(rows[0][:5])
    may, expires, used, created = (str(value) for value in rows[0][5:])
    if person.disabled or may not in kinds or used:
        return None
    # A clock that was set back must not open what has not begun; an hour is for small drifts.
    if stamp(now) > expires or stamp(now + timedelta(hours=1)) < created:
        return None
    return person, may


def hash_of(token: str) -> str:
    """What the store keeps of a token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
