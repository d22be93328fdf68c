"""Talking to an OpenID Connect provider: code flow with PKCE, and nothing believed unchecked.

Entra ID, Keycloak and every other provider are met in the same way: by their discovery document.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.base import OAuth2Error
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from monitor import logs
from monitor.errors import AccessRefused

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures made with a private key; one made with the client's own secret proves too little."""
LEEWAY = 60
TIMEOUT = 10.0
"""Seconds: how far two clocks may differ, and how long a provider may take to answer."""
LONGEST_SUBJECT = 255
"""As the standard has it."""
KEPT = timedelta(hours=1)
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")

_keeping = threading.Lock()
_known: dict[str, _Known] = {}


@dataclass(frozen=True, slots=True)
class Client:
    """What this installation is to the provider."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """What binds one trip to the provider together."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Known:
    metadata: Mapping[str, Any]
    keys: KeySet
    since: datetime


def address(client: Client, flow: Flow, now: datetime) -> str:
    """Where to send somebody to sign in.

    Raises
    ------
    AccessRefused
        ``sso.unreachable`` when the provider does not answer, ``sso.refused`` when its answer
        cannot be used.
    """
    metadata = _provider(client, now).metadata
    with _session(client, metadata) as session:
        made, _ = session.create_authorization_url(
            metadata["authorization_endpoint"],
            state=flow.state,
            nonce=flow.nonce,
            code_verifier=flow.verifier,
        )
    return str(made)


def sign_out_address(client: Client, state: str, now: datetime) -> str | None:
    """Where to send somebody to sign out at the provider too; None where it knows no such place.

    No token goes along, because none is kept: the provider asks the person to confirm.

    Raises
    ------
    AccessRefused
        As :func:`address`.
    """
    place = _provider(client, now).metadata.get("end_session_endpoint")
    if not isinstance(place, str) or not place.startswith(("https://", "http://")):
        return None
    asked = {
        "client_id": client.client_id,
        "post_logout_redirect_uri": client.redirect_uri,
        "state": state,
    }
    return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"


def has_no_sign_out(issuer: str) -> bool:
    """Whether the provider is known to have no place to sign out; asks nobody."""
    known = _known.get(issuer)
    return known is not None and not known.metadata.get("end_session_endpoint")


def claims(
    client: Client, flow: Flow, code: str, wanted: Collection[str], now: datetime
) -> Mapping[str, Any]:
    """Exchange the code that came back for what the provider says of this person, checked.

    What is `wanted` and not in the signed token is asked for separately, as some providers
    expect.

    Raises
    ------
    AccessRefused
        As :func:`address`.
    """
    metadata = _provider(client, now).metadata
    try:
        with _session(client, metadata) as session:
            token = session.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=flow.verifier,
            )
            signed = identity(client, flow.nonce, token, now)
            more: Mapping[str, Any] = {}
            endpoint = metadata.get("userinfo_endpoint")
            if endpoint and not signed.keys() >= set(wanted):
                more = _object(session.get(endpoint))
                if more.get("sub") != signed["sub"]:
                    raise ValueError("another subject")
    except (OAuthError, OAuth2Error, JoseError, ValueError, KeyError, TypeError) as error:
        raise _refused(error) from None
    except httpx2.HTTPError as error:
        raise _unreachable(error) from None
    return {**more, **signed}


def identity(
    client: Client, nonce: str, token: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """The claims of the ID token: signed by the provider, for us, for this trip, and still good.

    Raises
    ------
    JoseError, ValueError, KeyError
        When any of that is not so.
    """
    try:
        signed = _decoded(token["id_token"], _provider(client, now).keys)
    except InvalidKeyIdError:  # the provider changed its keys
        signed = _decoded(token["id_token"], _provider(client, now, afresh=True).keys)
    checked = CodeIDToken(
        signed.claims,
        signed.header,
        options={
            "iss": {"essential": True, "value": client.issuer},
            "aud": {"essential": True, "value": client.client_id},
        },
        params={
            "nonce": nonce,
            "client_id": client.client_id,
            "access_token": token.get("access_token"),
        },
    )
    checked.validate(now=int(now.timestamp()), leeway=LEEWAY)
    if not isinstance(checked["sub"], str) or not 0 < len(checked["sub"]) <= LONGEST_SUBJECT:
        raise ValueError("no subject")
    return dict(checked)


def forget() -> None:
    """Forget what was learned of providers; it is learned again at the next trip."""
    with _keeping:
        _known.clear()


def _provider(client: Client, now: datetime, *, afresh: bool = False) -> _Known:
    with _keeping:
        known = _known.get(client.issuer)
        if known is not None and not afresh and now - known.since < KEPT:
            return known
        known = _known[client.issuer] = _discover(client, now)
        return known


def _discover(client: Client, now: datetime) -> _Known:
    place = client.issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        with httpx2.Client(timeout=TIMEOUT) as session:
            metadata = _object(session.get(place))
            if metadata["issuer"] != client.issuer or not all(map(metadata.get, NEEDED)):
                raise ValueError("not this issuer")
            keys = KeySet.import_key_set(_object(session.get(metadata["jwks_uri"])))  # type: ignore[arg-type]
    except httpx2.HTTPError as error:
        raise _unreachable(error) from None
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _refused(error) from None
    return _Known(metadata, keys, now)


def _decoded(token: str, keys: KeySet) -> jwt.Token:
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    return jwt.decode(token, keys, registry=registry)


def _session(client: Client, metadata: Mapping[str, Any]) -> Any:
    ways = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    return OAuth2Client(
        client_id=client.client_id,
        client_secret=client.client_secret,
        scope=" ".join(client.scopes),
        redirect_uri=client.redirect_uri,
        token_endpoint_auth_method=way,
        code_challenge_method="S256",
        timeout=TIMEOUT,
    )


def _object(answer: Any) -> Mapping[str, Any]:
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _refused(error: Exception) -> AccessRefused:
    _note(error)
    return AccessRefused("sso.refused")


def _unreachable(error: Exception) -> AccessRefused:
    _note(error)
    return AccessRefused("sso.unreachable")


def _note(error: Exception) -> None:
    """What went wrong, for the operator: its kind and which claim, never what was in it."""
    claim = getattr(error, "claim", None) or ""
    kind = type(error).__name__
    logs.note("sso.failed", level=logging.WARNING, error=kind, claim=str(claim))
