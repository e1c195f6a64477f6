"""Who may write, their links, and an end to them."""

from __future__ import annotations

from datetime import UTC, datetime

import segno
from markupsafe import Markup
from starlette.responses import Response

from assetmap.community.recording import listing_of
from assetmap.ledger import LedgerError, people
from assetmap.ledger.entry import ROLES
from assetmap.web.desk.show import show
from assetmap.web.desk.visit import Visit, go, is_secure
from assetmap.web.plain.render import root
from assetmap.words import say, text


def people_page(visit: Visit, person: people.Link | None = None) -> Response:
    """Everybody who may write; a fresh link is shown once."""
    link, code = "", ""
    if person is not None:
        asked = visit.request.url
        scheme = "https" if is_secure(visit.request) else asked.scheme
        link = person.address(f"{scheme}://{asked.netloc}{root(visit.request)}")
        code = segno.make(link, error="m").svg_inline(scale=4, border=2)
    roles = [(role, say(f"role.{role}", visit.language)) for role in ROLES]
    return show(
        visit,
        "people.html",
        "desk.people",
        everybody=people.everybody(visit.store),
        roles=roles,
        role_of=dict(roles),
        link=link,
        code=Markup(code),
    )


def people_change(visit: Visit) -> Response:
    """Somebody new, another link, or an end to somebody's."""
    do = visit.field("do")
    if do == "add":
        asset = visit.field("asset")
        if asset:
            asset = listing_of(visit.state.community, asset).asset
        link = people.add(
            visit.store, visit.field("label"), visit.field("role"), datetime.now(UTC), asset
        )
        return people_page(visit, link)
    number = visit.field("id")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise LedgerError(text("ledger.no_person", id=number[:20]))
    if do == "link":
        return people_page(visit, people.new_link(visit.store, int(number), datetime.now(UTC)))
    people.revoke(visit.store, int(number), datetime.now(UTC))
    return go(visit.request, "/desk/people")
