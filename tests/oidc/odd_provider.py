"""A provider made of one dictionary per address, to have habits that a certified one has not."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests import marks
from tests.oidc.provider import CLIENT, new_key

NONCE = "n" * 43
ACCESS_TOKEN = "access"


@cache
def _signing_key() -> RSAKey:
    """Checked once, which takes longer than to sign."""
    return RSAKey.import_key(new_key("first"))


@dataclass
class OddProvider:
    """What it answers; a test changes one thing about it."""

    issuer: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    keys: list[Any] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "first"})
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    userinfo_status: int = 200
    raw: dict[str, bytes] = field(default_factory=dict)
    """Bodies that are sent as they are, by path."""

    @classmethod
    @contextmanager
    def open(cls, now: int) -> Iterator[OddProvider]:
        """Open it on a free port, with one person called bea."""
        marks.require(marks.SERVER)
        odd = cls()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                odd._answer(self)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        odd.issuer = f"http://127.0.0.1:{server.server_port}"
        odd._describe(now)
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield odd
        finally:
            server.shutdown()
            server.server_close()

    def _describe(self, now: int) -> None:
        self.metadata = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }
        private = _signing_key()
        self.keys = [dict(private.as_dict(private=False))]
        digest = hashlib.sha256(ACCESS_TOKEN.encode()).digest()[:16]
        self.claims = {
            "iss": self.issuer,
            "sub": "bea",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": NONCE,
            "at_hash": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "email": "bea@waterrijk.example",
            "email_verified": True,
            "groups": ["beheer"],
        }

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.partition("?")[0]
        length = int(request.headers.get("content-length") or 0)
        request.rfile.read(length)
        status = self.userinfo_status if path == "/userinfo" else 200
        body = self.raw.get(path) or json.dumps(self._body(path)).encode()
        request.send_response(status)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _body(self, path: str) -> Mapping[str, Any]:
        if path == "/token":
            key = _signing_key()
            token = jwt.encode(self.header, self.claims, key, algorithms=["RS256"])
            return {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": token}
        if path == "/keys":
            return {"keys": self.keys}
        if path == "/userinfo":
            return self.userinfo or {"sub": "bea"}
        return self.metadata
