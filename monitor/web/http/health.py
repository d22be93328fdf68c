"""For monitoring: whether the app is up, and figures that never change with what people do."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from monitor import clock
from monitor.context import current_context
from monitor.operations.readiness import Readiness
from monitor.store.engine import is_reachable
from monitor.web.http import prometheus
from monitor.web.http.threads import run_reader

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_readiness = Readiness()
TEXT = "text/plain; version=0.0.4; charset=utf-8"


async def healthz(_request: Request) -> Response:
    """200 when the app is up and its store answers, else 503."""
    reachable = await run_reader(is_reachable, current_context().engine)
    return JSONResponse(
        {"status": "ok" if reachable else "failing", "store": "ok" if reachable else "unreachable"},
        200 if reachable else 503,
    )


async def readyz(request: Request) -> Response:
    """200 when a write to the store and to the key folder succeeds, else 503.

    For this machine itself or with the token; 404 for anybody else, because it makes the disk
    work. An answer is kept for some seconds.
    """
    context = current_context()
    if not (is_local(request) or has_token(request, context.secret)):
        raise HTTPException(404)
    failing = await run_reader(_readiness.failing, context, clock.running())
    answers = {name: "failing" if name in failing else "ok" for name in ("store", "keys")}
    return JSONResponse(
        {"status": "failing" if failing else "ok"} | answers, 503 if failing else 200
    )


async def metrics(request: Request) -> Response:
    """Prometheus text, for this machine itself or with the token; 404 for anybody else.

    No counts of requests, errors, time or memory: with one colleague answering at a time, each
    of those would reveal when. What is here moves with the calendar and with failures.
    """
    context = current_context()
    if not (is_local(request) or has_token(request, context.secret)):
        raise HTTPException(404)
    figures = await run_reader(prometheus.figures, context, clock.now())
    return Response(prometheus.text(figures), headers={"content-type": TEXT})


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
    Route("/readyz", readyz, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
]
