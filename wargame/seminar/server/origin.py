"""Where a request comes from: the cookies it carries, the network it is counted for, the page that sent it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import Request

SEAT_COOKIE, WHITE_COOKIE, DEVICE_COOKIE = "wargame_seat", "wargame_white", "wargame_device"


def network_of(request: Request) -> str:
    """Return the address that a request is counted for: an IPv6 host owns a whole /64. Headers say nothing of it."""
    return network(request.client.host if request.client else "")


def network(address: str) -> str:
    """Return what counts as one address: IPv6 hosts own a whole /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def same_origin(headers: Mapping[str, str], scheme: str) -> bool:
    """Return whether a request that changes something comes from one of our own pages.

    Browsers say so in ``Origin`` (always with a form's POST) and, where they trust the connection, in ``Sec-Fetch-Site``.
    """
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = headers.get("origin", "")
    if not origin:
        return "sec-fetch-site" in headers
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme == scheme and parts.netloc == headers.get("host", "")
