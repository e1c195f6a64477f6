"""Numbers, dates, times and lists as people of a language write them (Babel, CLDR)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

# People of the United States read these; a language alone would give another region's manner.
_LOCALES = {"en": "en_US", "es": "es_US"}


@cache
def locale(language: str) -> Locale:
    """The Babel locale that texts in `language` are written for."""
    return Locale.parse(_LOCALES.get(language, language.replace("-", "_")))


def number(value: float, language: str = "en", digits: int = 0) -> str:
    """`value` with at most `digits` places after the point and no idle `.0`.

    >>> number(15178), number(2.0, digits=1), number(2.46, digits=1)
    ('15,178', '2', '2.5')
    """
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=locale(language)))


def money(amount: float, sign: str = "$", language: str = "en") -> str:
    """An amount as prices are written: cents in full or not at all.

    >>> money(140), money(12.5), money(1250.05, language="es")
    ('$140', '$12.50', '$1,250.05')
    """
    pattern = "#,##0" if round(amount, 2) == int(amount) else "#,##0.00"
    return sign + str(format_decimal(amount, format=pattern, locale=locale(language)))


def percent(share: float, language: str = "en") -> str:
    """A share of 1 as whole percent.

    >>> percent(0.834)
    '83%'
    """
    return str(format_percent(share, format="#,##0%", locale=locale(language)))


def day(value: date, language: str = "en") -> str:
    """A date in words, month first in English.

    >>> day(date(2026, 11, 20)), day(date(2026, 11, 20), "es")
    ('November 20, 2026', '20 de noviembre de 2026')
    """
    return str(format_date(value, format="long", locale=locale(language)))


def listed(parts: Iterable[object], language: str = "en", *, either: bool = False) -> str:
    """Parts as a sentence lists them, with "and", or with "or" where `either`.

    >>> listed(["a", "b", "c"]), listed(["a", "b"], either=True)
    ('a, b, and c', 'a or b')
    """
    written = [str(part) for part in parts]
    return str(format_list(written, style="or" if either else "standard", locale=locale(language)))
