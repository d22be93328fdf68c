"""Checks that a browser's ``Origin`` is this installation: scheme, host and port must all agree."""

from __future__ import annotations

from urllib.parse import urlsplit

from monitor.config.mail_server import LOOPBACK

_PORTS = {"http": 80, "https": 443}


def is_own_origin(origin: str | None, base_url: str) -> bool:
    """Whether the header `origin` names the site at `base_url`.

    A missing header is no browser's: those send one with every websocket. The names of this very
    machine count as one.
    """
    return origin is None or _site(origin) == _site(base_url) is not None


def _site(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what is no address of a site."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    host = parts.hostname or ""
    return parts.scheme, LOOPBACK[0] if host in LOOPBACK else host, port
