"""Which sites may show these pages in a frame: [web] embed of community.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assetmap.fields import JsonObject

_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
# A site as Content-Security-Policy names one: scheme, host with or without *., port.
_HOST = rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*"
_SITE = re.compile(rf"(https?://)?({_HOST})(?::([0-9]{{1,5}}|\*))?/?", re.ASCII)
HIGHEST_PORT = 65535


def framing_site(written: object) -> str:
    """A site as a policy names it, or "" for what names none; every site is none.

    >>> framing_site("https://Partner.example.org/"), framing_site("partner.example.org:8443")
    ('https://partner.example.org', 'https://partner.example.org:8443')
    >>> framing_site("*"), framing_site("https://a.org/page"), framing_site("a.org:99999")
    ('', '', '')
    """
    match = _SITE.fullmatch(written.strip().lower()) if isinstance(written, str) else None
    if match is None:
        return ""
    scheme, host, port = match[1] or "https://", match[2], match[3]
    # Of a whole ending like *.org nobody is the one who was meant.
    if host.startswith("*.") and host.count(".") < 2:
        return ""
    if port is None:
        return scheme + host
    if port != "*" and not 0 < int(port) <= HIGHEST_PORT:
        return ""
    return f"{scheme}{host}:{port}"


def unknown_sites(settings: JsonObject) -> list[str]:
    """What [web] embed holds and no site is meant by."""
    web = settings.get("web")
    listed = web.get("embed") if isinstance(web, Mapping) else None
    if listed is None:
        return []
    if not isinstance(listed, list):
        return [str(listed)]
    return [str(site) for site in listed if not framing_site(site)]
