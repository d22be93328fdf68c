"""CSRF tokens: a form sent with a cookie proves that it was filled in on a page of ours."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit


def token(secret: bytes, session_or_nonce: str) -> str:
    """The form token belonging to a session, or to the nonce handed out before there is one."""
    message = b"teamklimaat form\0" + session_or_nonce.encode()
    return urlsafe_b64encode(hmac.digest(secret, message, hashlib.sha256)).decode().rstrip("=")


def valid(secret: bytes, session_or_nonce: str, submitted: str) -> bool:
    """Whether `submitted` is the form token of this session or nonce (which may not be empty)."""
    expected = token(secret, session_or_nonce)
    return bool(session_or_nonce) and hmac.compare_digest(expected.encode(), submitted.encode())


def from_own_page(headers: Mapping[str, str], hosts: Collection[str]) -> bool:
    """Whether the request's headers are those of a form on one of our own `hosts`.

    ``Origin: null`` says nothing: browsers send it for our own forms too, because our pages ask
    them to send no referrer. Old browsers send neither header; then only the token counts.

    Parameters
    ----------
    headers
        Of the request, with names in lower case or looked up without regard to case.
    hosts
        Host names with port, as in ``Host`` and in the address the app is reached at.
    """
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc in hosts
