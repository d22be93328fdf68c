"""For monitoring: whether the app is up, and figures that never change with what people do."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import platform

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from monitor import clock
from monitor.context import current_context
from monitor.store.engine import is_reachable
from monitor.web.http.threads import run_reader

STARTED = clock.now().timestamp()
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
TEXT = "text/plain; version=0.0.4; charset=utf-8"


async def healthz(_request: Request) -> Response:
    """200 when the app is up and its store answers, else 503."""
    reachable = await run_reader(is_reachable, current_context().engine)
    return JSONResponse(
        {"status": "ok" if reachable else "failing", "store": "ok" if reachable else "unreachable"},
        200 if reachable else 503,
    )


async def metrics(request: Request) -> Response:
    """Prometheus text, for this machine itself or with the token; 404 for anybody else.

    No counts of requests, errors, time or memory: with one colleague answering at a time, each
    of those would reveal when.
    """
    context = current_context()
    if not (is_local(request) or has_token(request, context.secret)):
        raise HTTPException(404)
    reachable = await run_reader(is_reachable, context.engine)
    lines = (
        "# HELP teamklimaat_start_time_seconds When this process started, since 1970.",
        "# TYPE teamklimaat_start_time_seconds gauge",
        f"teamklimaat_start_time_seconds {STARTED:.0f}",
        "# HELP teamklimaat_store_reachable Whether the store answers (1) or not (0).",
        "# TYPE teamklimaat_store_reachable gauge",
        f"teamklimaat_store_reachable {int(reachable)}",
        "# HELP teamklimaat_info What runs.",
        "# TYPE teamklimaat_info gauge",
        f'teamklimaat_info{{python="{platform.python_version()}"}} 1',
        "",
    )
    return Response("\n".join(lines), headers={"content-type": TEXT})


def metrics_token(secret: bytes) -> str:
    """What a collector on another machine sends as ``Authorization: Bearer``."""
    return hmac.new(secret, b"teamklimaat metrics", hashlib.sha256).hexdigest()


def has_token(request: Request, secret: bytes) -> bool:
    """Whether the request carries the token."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    matches = hmac.compare_digest(token.strip().encode(), metrics_token(secret).encode())
    return kind.lower() == "bearer" and matches


def is_local(request: Request) -> bool:
    """Whether the request comes from this machine itself, and not through a proxy on it."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


routes = [
    Route("/healthz", healthz, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
]
