"""The outermost layer: safe headers on every response, and no exception that leaves it.

It wraps the framework's own layers, because answers to errors are made there and would go out
without our headers, and because the server would log an exception that got past it with its
text, which may hold what a person typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor import logs
from monitor.context import current_context
from monitor.errors import StoreBusy
from monitor.web.http import dashboard_index, style
from monitor.web.http.error_pages import error_page
from monitor.web.http.pages import message
from monitor.web.http.paths import is_hashed, is_plain_page
from monitor.web.http.safe_headers import NO_STORE, Headers, safe_headers

INTERNAL_ERROR = 1011
"""How a websocket is closed after a failure of ours (RFC 6455, section 7.4.1)."""


def plain_page_policy() -> str:
    """Nothing but our own stylesheets, an inline icon and forms to ourselves; no script at all."""
    return _plain_page_policy(style.policy_sources())


@cache
def _plain_page_policy(styles: str) -> str:
    return (
        f"default-src 'none'; style-src {styles}; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def dashboard_policy() -> str:
    """Only files and connections of our own; the framework writes styles into its page."""
    return (
        f"default-src 'none'; script-src 'self' {' '.join(dashboard_index.script_sources())}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


class SecurityHeaders:
    """ASGI middleware around everything else; see the module's docstring."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request or connection on, and make its response safe."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        safe = safe_headers(plain_page_policy() if is_plain_page(path) else dashboard_policy())
        started = False

        async def send_safely(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                message["headers"] = secure_cookies(
                    replace_headers(message.get("headers", ()), safe, _may_be_cached(path, message))
                )
            await send(message)

        try:
            await self.app(scope, receive, send_safely)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, its text goes no further
            logs.failure("request.failed", error)
            if scope["type"] == "http" and not started:
                await _failure_page(scope, error)(scope, receive, send_safely)
            elif scope["type"] == "websocket":
                with suppress(Exception):  # it may be closed already
                    await send({"type": "websocket.close", "code": INTERNAL_ERROR})


def replace_headers(
    headers: Iterable[tuple[bytes, bytes]], safe: Headers, keep_caching: bool
) -> list[tuple[bytes, bytes]]:
    """`headers` with the `safe` ones in the place of any of the same name.

    Parameters
    ----------
    keep_caching
        Whether the response's own header about caching stands; else it is ``no-store``.
    """
    added = safe if keep_caching else (*safe, NO_STORE)
    names = {name for name, _ in added} | {b"server"}
    return [pair for pair in headers if pair[0].lower() not in names] + list(added)


def secure_cookies(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """`headers`, with every cookie marked Secure where people come by https.

    The framework does not mark its own: it sees plain http, because TLS ends at the proxy.
    """
    return [
        (name, value + b"; Secure")
        if name.lower() == b"set-cookie" and not _is_secure(value) and _by_https()
        else (name, value)
        for name, value in headers
    ]


def _is_secure(cookie: bytes) -> bool:
    return b"secure" in {part.strip().lower() for part in cookie.split(b";")[1:]}


def _by_https() -> bool:
    return current_context().settings.secure


def _may_be_cached(path: str, message: Message) -> bool:
    """Whether a browser may keep the response: a file whose name changes with its content.

    Confirming that a kept file is still valid (304) must not take that back.
    """
    if not is_hashed(path):
        return False
    caching = [v for name, v in message.get("headers", ()) if name.lower() == b"cache-control"]
    return message["status"] == 304 or any(b"immutable" in value for value in caching)


def _failure_page(scope: Scope, error: Exception) -> Response:
    try:
        if isinstance(error, StoreBusy):
            return error_page(Request(scope), error)
        return message(Request(scope), "failed", 500)
    except Exception:  # noqa: BLE001 - with no settings or templates there is still an answer
        return PlainTextResponse("Er ging iets mis. Probeer het later nog eens.", 500)
