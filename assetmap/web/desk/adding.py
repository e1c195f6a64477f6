"""The form for something new."""

from __future__ import annotations

from starlette.responses import Response

from assetmap import vocabulary
from assetmap.places import fold
from assetmap.web.desk.show import field_label, show
from assetmap.web.desk.visit import Visit, after

ADDED_FIELDS = (
    *("name", "kind", "organization", "phone", "schedule", "address", "city", "postal_code"),
    *("url", "description", "description_es", "beds_total", "accepts_record", "medication_welcome"),
)


def add_form(visit: Visit) -> Response:
    """The form for something new."""
    fields = [(name, field_label(name, visit.language)) for name in ADDED_FIELDS if name != "kind"]
    kinds = [
        (kind, vocabulary.label("kinds", kind, visit.language))
        for kind in vocabulary.terms("kinds")
    ]
    return show(
        visit,
        "add.html",
        "desk.add",
        fields=fields,
        kinds=sorted(kinds, key=lambda option: fold(option[1])),
        kind_label=field_label("kind", visit.language),
    )


def add(visit: Visit) -> Response:
    """Something new, which waits where a mistake would do harm."""
    fields = {name: visit.field(name) for name in ADDED_FIELDS}
    return after(visit, "/desk/inbox", visit.recorder().add(fields))
