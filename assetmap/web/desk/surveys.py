"""What is published of a survey: publishing it, and taking it back."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.responses import Response

from assetmap.community.releases import keep_recipe, publish, waves_of, withdraw
from assetmap.ledger import LedgerError
from assetmap.survey.publish import table_of
from assetmap.web.desk.show import show
from assetmap.web.desk.uploads import uploaded
from assetmap.web.desk.visit import Visit, go
from assetmap.words import text


def survey(visit: Visit) -> Response:
    """Which waves are published."""
    return show(visit, "survey.html", "desk.survey", waves=waves_of(visit.state.community.path))


def survey_change(visit: Visit) -> Response:
    """Take a published wave back, publish a table, or keep the recipe of a survey."""
    community, given = visit.state.community, visit.form.get("file")
    if not isinstance(given, UploadFile):
        withdraw(community, visit.field("wave"), visit.who, visit.store)
        return go(visit.request, "/desk/survey")
    name, data = uploaded(given)
    if not data:
        raise LedgerError(text("desk.no_file"))
    if name.casefold().endswith(".toml"):
        keep_recipe(community, data, name, visit.who)
    else:
        publish(community, table_of(data, name), visit.field("decision"), visit.who, visit.store)
    return go(visit.request, "/desk/survey")
