"""What an OpenID Connect provider publishes about itself: its discovery document and its keys.

Both are kept in memory for an hour, per issuer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from monitor import logs
from monitor.errors import AccessRefused

TIMEOUT = 10.0
"""Seconds a provider may take to answer."""
KEPT = timedelta(hours=1)
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
        kept = _providers.get(issuer)
        if kept is not None and not afresh and now - kept.since < KEPT:
            return kept
        described = _providers[issuer] = _discover(issuer, now)
        return described


def has_no_sign_out(issuer: str) -> bool:
    """Whether the provider is known to have no place to sign out; sends no request."""
    kept = _providers.get(issuer)
    return kept is not None and not kept.metadata.get("end_session_endpoint")


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
        raise ValueError("not an object")
    return body


def refused(error: Exception) -> AccessRefused:
    """The refusal for an answer that cannot be used; `error` is noted in the log."""
    _note(error)
    return AccessRefused("sso.refused")


def unreachable(error: Exception) -> AccessRefused:
    """The refusal for a provider that does not answer; `error` is noted in the log."""
    _note(error)
    return AccessRefused("sso.unreachable")


def _discover(issuer: str, now: datetime) -> Provider:
    document = issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        with httpx2.Client(timeout=TIMEOUT) as session:
            metadata = json_object(session.get(document))
            if metadata["issuer"] != issuer or not all(map(metadata.get, NEEDED)):
                raise ValueError("not this issuer")
            keys = KeySet.import_key_set(json_object(session.get(metadata["jwks_uri"])))  # type: ignore[arg-type]
    except httpx2.HTTPError as error:
        raise unreachable(error) from None
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise refused(error) from None
    return Provider(metadata, keys, now)


def _note(error: Exception) -> None:
    """Log what went wrong, for the operator: its kind and which claim, never what was in it."""
    claim = getattr(error, "claim", None) or ""
    kind = type(error).__name__
    logs.note("sso.failed", level=logging.WARNING, error=kind, claim=str(claim))
