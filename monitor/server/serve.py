"""The server: plain pages and dashboard in one process, started with every setting verified."""

from __future__ import annotations

import errno
import hashlib
import hmac
import importlib
import logging
import os
import resource
import signal
import socket
import sys
import tomllib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from types import FrameType
from typing import Any, NoReturn

import streamlit as st
import uvicorn
from streamlit import config as streamlit_config

from monitor import logs
from monitor.config.design import Design, Palette
from monitor.config.folders import PACKAGE
from monitor.context import AppContext
from monitor.errors import InputRefused, SettingsRefused
from monitor.server import memory
from monitor.server.connection_limits import Connection, Socket

Application = Callable[[Any, Any, Any], Awaitable[None]]
"""What the server calls: an ASGI application."""
DASHBOARD = PACKAGE / "dashboard"
STREAMLIT_SETTINGS = DASHBOARD / ".streamlit" / "config.toml"
BACKLOG = 2048
"""Connections that may wait to be accepted: more than when everybody opens one mail at once."""
MOST_FILES = 16_384
"""Connections, dashboards and the store's files together."""
STOP_SECONDS = 20
"""How long a request under way gets to finish when the server is asked to stop."""


def prepare(context: AppContext) -> None:
    """Put Streamlit's options in force, and make sure that they are.

    Raises
    ------
    SettingsRefused
        When an option that protects people is not in force.
    """
    os.chdir(DASHBOARD)  # Streamlit looks for its settings in the working folder
    refuse_weaker_environment(os.environ)
    refuse_other_options()
    put_theme(context.settings.branding.design)
    streamlit_config.set_option("server.cookieSecret", cookie_secret(context.secret))
    streamlit_config.set_option("server.corsAllowedOrigins", [context.settings.base_url])


def put_theme(design: Design) -> None:
    """Give the dashboard's own elements the colours the organisation chose."""
    for scheme, colours in (("light", design.light), ("dark", design.dark)):
        for option, value in theme_of(colours).items():
            streamlit_config.set_option(f"theme.{scheme}.{option}", value)
        streamlit_config.set_option(f"theme.{scheme}.sidebar.backgroundColor", colours.sunk)


def theme_of(colours: Palette) -> dict[str, str]:
    """The options of Streamlit's theme that are colours."""
    return {
        "primaryColor": colours.accent,
        "backgroundColor": colours.paper,
        "secondaryBackgroundColor": colours.surface,
        "textColor": colours.ink,
        "linkColor": colours.accent,
        "borderColor": colours.edge,
        "dataframeBorderColor": colours.line,
    }


def serve(listener: socket.socket) -> NoReturn:
    """Serve until asked to stop; requests under way are finished first."""
    allow_files()
    memory.forbid_core_dumps()
    memory.give_back_large_pieces()
    app = _application()
    logs.guard()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)  # uvicorn raises it again once everything is finished
    logs.note("serving", port=listener.getsockname()[1])
    uvicorn.Server(_server_config(app)).run(sockets=[listener])
    sys.exit(0)


def allow_files() -> None:
    """Raise the limit on open files as far as the machine allows and is of use.

    Every connection is one, and an open dashboard four: with the usual 1,024 the 250th would be
    refused.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def wanted_options() -> Iterator[tuple[str, Any]]:
    """Each option ``.streamlit/config.toml`` sets, as ``section.name``, with its value."""
    yield from _flat("", tomllib.loads(STREAMLIT_SETTINGS.read_text("utf-8")))


def _flat(section: str, options: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The options of a section and of those within it, by their whole names."""
    for name, value in options.items():
        if isinstance(value, dict):
            yield from _flat(f"{section}{name}.", value)
        else:
            yield f"{section}{name}", value


def refuse_other_options() -> None:
    """Refuse to start when an option is not what ``.streamlit/config.toml`` says.

    Another file (in the home folder, or beside the script) may have overruled it.
    """
    for option, wanted in wanted_options():
        if st.get_option(option) != wanted:
            raise SettingsRefused("serving.option", option=option)


def refuse_weaker_environment(environ: Mapping[str, str]) -> None:
    """Refuse to start when the environment sets an option of Streamlit otherwise than our file.

    Streamlit would ignore it here and follow it under ``streamlit run``: confusing at best.
    """
    for option, wanted in wanted_options():
        name = streamlit_config.get_config_options()[option].env_var
        value = environ.get(name)
        if value is not None and value.strip().lower() != _as_environment(wanted):
            raise SettingsRefused("serving.environment", name=name)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on `host` and `port` (0: any free one)."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError):
        raise InputRefused("serving.host", host=host) from None
    # The protocol number matters: without it the event loop does not see a TCP socket and
    # leaves Nagle's algorithm on, which costs 40 ms a response.
    listener = socket.socket(family, kind, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise InputRefused(_listen_fault(error), host=host, port=port) from None
    return listener


def cookie_secret(secret: bytes) -> str:
    """What Streamlit signs its cookies with: the same in every process of this installation."""
    return hmac.new(secret, b"streamlit cookies", hashlib.sha256).hexdigest()


def _listen_fault(error: OSError) -> str:
    return {
        errno.EADDRINUSE: "serving.port_taken",
        errno.EACCES: "serving.port_forbidden",
    }.get(error.errno or 0, "serving.host")


def _application() -> Application:
    """The application, logging why a start or stop fails: the server only logs *that* it did."""
    parts = importlib.import_module("monitor.server.application").PARTS
    inner: Application = st.App(**parts)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await inner(scope, receive, send)
        except Exception:
            if scope["type"] == "lifespan":
                logging.getLogger(__name__).exception("start or stop failed")
            raise

    return app


def _server_config(app: Application) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="on",
        loop="uvloop",
        http=Connection,
        ws=Socket,
        ws_max_size=streamlit_config.get_option("server.maxMessageSize") * 1024 * 1024,
        access_log=False,
        log_config=None,
        log_level=logging.WARNING,
        backlog=BACKLOG,
        proxy_headers=False,  # addresses of people are of no use here
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _as_environment(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value)).lower()
    return str(value).lower()


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    logs.note("stopped")
    sys.exit(0)
