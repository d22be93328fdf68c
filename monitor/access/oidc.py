"""OpenID Connect: code flow with PKCE, in which nothing a browser brings is believed unchecked.

Entra ID, Keycloak and every other provider are met in the same way: by their discovery document.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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

from monitor.access.identity_provider import (
    TIMEOUT,
    Mismatch,
    json_object,
    kind_of,
    provider,
    refused,
    unreachable,
)

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures made with a private key; one made with the client's own secret proves too little."""
LEEWAY = 60
"""Seconds by which two clocks may differ."""
OK = 200
LONGEST_SUBJECT = 255
"""Characters, as the standard has it."""


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
    """The random values that bind one sign-in at the provider together."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


def address(client: Client, flow: Flow, now: datetime) -> str:
    """Where to send somebody to sign in.

    Raises
    ------
    AccessRefused
        ``sso.unreachable`` when the provider does not answer, ``sso.refused`` when its answer
        cannot be used.
    """
    metadata = provider(client.issuer, now).metadata
    with _session(client, metadata) as session:
        url, _ = session.create_authorization_url(
            metadata["authorization_endpoint"],
            state=flow.state,
            nonce=flow.nonce,
            code_verifier=flow.verifier,
        )
    return str(url)


def sign_out_address(client: Client, state: str, now: datetime) -> str | None:
    """Where to send somebody to sign out at the provider too; None where it has no such place.

    No token goes along, because none is kept: the provider asks the person to confirm.

    Raises
    ------
    AccessRefused
        As :func:`address`.
    """
    endpoint = provider(client.issuer, now).metadata.get("end_session_endpoint")
    if not isinstance(endpoint, str) or not endpoint.startswith(("https://", "http://")):
        return None
    query = {
        "client_id": client.client_id,
        "post_logout_redirect_uri": client.redirect_uri,
        "state": state,
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def claims(
    client: Client,
    flow: Flow,
    code: str,
    required: Collection[str],
    now: datetime,
    *,
    email_claim: str = "email",
) -> Mapping[str, Any]:
    """Exchange the code that came back for what the provider says of this person, checked.

    What is `required` and not in the signed token is asked for separately, as some providers
    expect.

    Raises
    ------
    AccessRefused
        As :func:`address`.
    """
    metadata = provider(client.issuer, now).metadata
    try:
        with _session(client, metadata) as session:
            token = session.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=flow.verifier,
            )
            signed = identity(client, flow.nonce, token, now)
            complete = signed.keys() >= set(required)
            more = {} if complete else _user_info(session, metadata, signed["sub"])
    except (OAuthError, OAuth2Error, JoseError, ValueError, KeyError, TypeError) as error:
        raise refused(error) from None
    except httpx2.HTTPError as error:
        raise unreachable(error) from None
    return _from_one_place(signed, more, email_claim)


def identity(
    client: Client, nonce: str, token: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """The claims of the ID token: signed by the provider, for us, for this sign-in, and still good.

    Raises
    ------
    JoseError, ValueError, KeyError
        When any of that is not so.
    """
    signed = _verified(token["id_token"], client.issuer, now)
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
    _explain(checked, client, int(now.timestamp()))
    checked.validate(now=int(now.timestamp()), leeway=LEEWAY)
    if not isinstance(checked["sub"], str) or not 0 < len(checked["sub"]) <= LONGEST_SUBJECT:
        raise ValueError("no subject")
    return dict(checked)


def _explain(claims: Mapping[str, Any], client: Client, now: int) -> None:
    """Say what is the matter where a provider is set up in another way than expected.

    Raises
    ------
    Mismatch
        Naming the claim; what is not found here is left to the check of the whole token.
    """
    if claims.get("iss") != client.issuer:
        raise Mismatch("iss", client.issuer, claims.get("iss"))
    for name in ("iat", "nbf"):
        ahead = claims[name] - now if isinstance(claims.get(name), int | float) else 0
        if ahead > LEEWAY:
            raise Mismatch(name, f"<= {LEEWAY} s", f"{ahead:.0f} s")
    if isinstance(claims.get("exp"), int | float) and now - claims["exp"] > LEEWAY:
        raise Mismatch("exp", f">= -{LEEWAY} s", f"{claims['exp'] - now:.0f} s")
    if claims.get("amr") and not isinstance(claims["amr"], list):
        raise Mismatch("amr", "list", kind_of(claims["amr"]))


def _from_one_place(
    signed: Mapping[str, Any], more: Mapping[str, Any], email_claim: str
) -> Mapping[str, Any]:
    """All claims; the address and the claim that it was verified come from the same response."""
    pair = {email_claim, "email_verified"}
    whole = pair <= signed.keys() or email_claim not in more
    source = signed if whole else more
    merged = {name: value for name, value in {**more, **signed}.items() if name not in pair}
    return merged | {name: source[name] for name in pair if name in source}


def _user_info(session: Any, metadata: Mapping[str, Any], subject: str) -> Mapping[str, Any]:
    """What the provider says of the person apart from the token; nothing where it has no place."""
    endpoint = metadata.get("userinfo_endpoint")
    if not endpoint:
        return {}
    response = session.get(endpoint)
    if response.status_code != OK:
        raise Mismatch("userinfo", str(OK), response.status_code)
    info = json_object(response)
    if info.get("sub") != subject:
        raise ValueError("another subject")
    return info


def _verified(token: str, issuer: str, now: datetime) -> jwt.Token:
    """The token, with its signature checked by the provider's present keys."""
    try:
        return _decoded(token, provider(issuer, now).keys)
    except InvalidKeyIdError:  # the provider changed its keys
        return _decoded(token, provider(issuer, now, afresh=True).keys)


def _decoded(token: str, keys: KeySet) -> jwt.Token:
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    return jwt.decode(token, keys, registry=registry)


def _session(client: Client, metadata: Mapping[str, Any]) -> Any:
    methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
    return OAuth2Client(
        client_id=client.client_id,
        client_secret=client.client_secret,
        scope=" ".join(client.scopes),
        redirect_uri=client.redirect_uri,
        token_endpoint_auth_method=method,
        code_challenge_method="S256",
        timeout=TIMEOUT,
    )
