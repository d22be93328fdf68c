"""What an OpenID Connect provider publishes about itself: its discovery document and its keys.

Both are kept in memory for an hour, per issuer.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from monitor import logs
from monitor.errors import AccessRefused

TIMEOUT = 10.0
"""Seconds a provider may take to answer."""
KEPT = timedelta(hours=1)
SIGNING_KEYS = ("RSA", "EC")
"""The types of the keys that the accepted signatures are made with."""
LONGEST_RECEIVED = 120
"""How many characters of what a provider sent an error repeats."""
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")

_lock = threading.Lock()
_providers: dict[str, Provider] = {}


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as it described itself at the moment `since`."""

    metadata: Mapping[str, Any]
    keys: KeySet
    since: datetime


def provider(issuer: str, now: datetime, *, afresh: bool = False) -> Provider:
    """The provider at `issuer`; with `afresh` it is asked again, because its keys changed.

    Raises
    ------
    AccessRefused
        ``sso.unreachable`` when the provider does not answer, ``sso.refused`` when its answer
        cannot be used.
    """
    with _lock:
        cached = _providers.get(issuer)
        if cached is not None and not afresh and now - cached.since < KEPT:
            return cached
        described = _providers[issuer] = _discover(issuer, now)
        return described


def has_no_sign_out(issuer: str) -> bool:
    """Whether the provider is known to have no place to sign out; sends no request."""
    cached = _providers.get(issuer)
    return cached is not None and not cached.metadata.get("end_session_endpoint")


def forget() -> None:
    """Forget every provider; the next one needed is asked again."""
    with _lock:
        _providers.clear()


def json_object(response: Any) -> Mapping[str, Any]:
    """The JSON object in a provider's response.

    Raises
    ------
    httpx2.HTTPError, ValueError
        When the status is an error, or the body is something else.
    """
    response.raise_for_status()
    body = response.json()
    if not isinstance(body, dict):
        raise Mismatch("content", "object", kind_of(body))
    return body


class Mismatch(ValueError):
    """Something in the provider's answer is not what it has to be.

    Parameters
    ----------
    claim
        What differs, by the name the standards give it.
    expected, received
        Settings, states and numbers: never an address, a name or a token.
    """

    def __init__(self, claim: str, expected: str, received: object) -> None:
        super().__init__(claim)
        self.claim = claim
        self.expected = expected
        self.received = "".join(filter(str.isprintable, str(received)))[:LONGEST_RECEIVED]


def kind_of(value: object) -> str:
    """What kind of JSON value it is; of a person's claims not the value itself."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    kinds = {str: "text", int: "number", float: "number", list: "list", dict: "object"}
    return kinds.get(type(value), "other")


def refused(error: Exception) -> AccessRefused:
    """The refusal for an answer that cannot be used; `error` is noted in the log."""
    if not isinstance(error, Mismatch):
        _note(error)
        return AccessRefused("sso.refused")
    facts = {"claim": error.claim, "expected": error.expected, "came": error.received}
    logs.note("sso.failed", level=logging.WARNING, error="Mismatch", **facts)
    return AccessRefused("sso.mismatch", **facts)


def unreachable(error: Exception) -> AccessRefused:
    """The refusal for a provider that does not answer; `error` is noted in the log."""
    _note(error)
    return AccessRefused("sso.unreachable")


def _discover(issuer: str, now: datetime) -> Provider:
    document = issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        with httpx2.Client(timeout=TIMEOUT) as session:
            metadata = json_object(session.get(document))
            if metadata.get("issuer") != issuer:
                raise Mismatch("issuer", issuer, metadata.get("issuer"))
            for name in NEEDED:
                if not isinstance(metadata.get(name), str) or not metadata[name]:
                    raise Mismatch(name, "text", kind_of(metadata.get(name)))
            keys = _understood(json_object(session.get(metadata["jwks_uri"])))
    except httpx2.HTTPError as error:
        raise unreachable(error) from None
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise refused(error) from None
    return Provider(metadata, keys, now)


def _understood(published: Mapping[str, Any]) -> KeySet:
    """The keys to check signatures with; others are ignored, as RFC 7517 (section 5) asks."""
    entries = published.get("keys")
    if not isinstance(entries, list):
        raise Mismatch("keys", "list", kind_of(entries))
    keys = []
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
            continue
        if entry.get("kty") not in SIGNING_KEYS:
            continue
        try:
            keys.append(JWKRegistry.import_key(entry))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            logs.note("sso.key_ignored", level=logging.WARNING, error=type(error).__name__)
    if not keys:
        raise Mismatch("keys", "RSA, EC", len(entries))
    return KeySet(keys)


def _note(error: Exception) -> None:
    """Log what went wrong, for the operator: its kind and which claim, never what was in it."""
    claim = getattr(error, "claim", None) or ""
    kind = type(error).__name__
    logs.note("sso.failed", level=logging.WARNING, error=kind, claim=str(claim))
