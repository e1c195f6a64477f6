"""Who may do what: the one table that the desk, the routes and the command line ask.

`live` takes effect at once, `review` waits for somebody who may accept it, `own` is live for the
one listing that a link was given for, `own_review` waits and is only for that listing, and ""
is not allowed.
"""

from __future__ import annotations

from functools import cache

from assetmap import vocabulary
from assetmap.ledger.entry import NotAllowed
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
