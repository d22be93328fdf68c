"""``python -m tests.bench.floor PORT BYTES``: a server that does nothing, to compare with.

The web server with our settings, a page of the same size, and a form that is parsed and ignored:
no store and no envelope.
"""

from __future__ import annotations

import sys
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.server.serve import BACKLOG, listen


def application(size: int) -> Starlette:
    """An application with a page of `size` bytes and a form that answers with the same page."""
    page = b"x" * size

    async def show(_request: Request) -> Response:
        return Response(page, media_type="text/html")

    async def take(request: Request) -> Response:
        parse_qsl((await request.body()).decode())
        return Response(page, media_type="text/html")

    return Starlette(
        routes=[
            Route("/healthz", show),
            Route("/pulse/{code}", show, methods=["GET"]),
            Route("/pulse/{code}", take, methods=["POST"]),
        ]
    )


def main(port: int, size: int) -> None:
    """Serve until stopped."""
    config = uvicorn.Config(
        application(size),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="error",
        backlog=BACKLOG,
    )
    uvicorn.Server(config).run(sockets=[listen("127.0.0.1", port)])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
