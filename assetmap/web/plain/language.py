"""Which language a request is answered in: chosen, else the browser's, else the community's."""

from __future__ import annotations

from collections.abc import Sequence

# What each language calls itself.
NAMES = {"en": "English", "es": "Español"}
MOST_ASKED = 20


def preferred(header: str, offered: Sequence[str]) -> str:
    """The language of `offered` that an Accept-Language `header` likes best; else the first.

    RFC 9110 § 12.5.4 and RFC 4647 § 3.4: weights from 0 to 1, `es-MX` takes `es`.

    >>> preferred("es-MX,es;q=0.9,en;q=0.5", ["en", "es"]), preferred("fr", ["en", "es"])
    ('es', 'en')
    """
    best, weight_of_best = offered[0], 0.0
    for part in header.split(",")[:MOST_ASKED]:
        tag, _, parameter = part.strip().lower().partition(";")
        weight = _weight(parameter)
        match = next(
            (item for item in offered if tag.strip() == item or tag.strip().startswith(f"{item}-")),
            None,
        )
        if match and weight > weight_of_best:
            best, weight_of_best = match, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.replace(" ", "").partition("=")
    if name != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
