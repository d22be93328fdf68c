"""Which way mail goes: as the environment says, else as chosen in the app.

The password is kept sealed with the installation's secret, which lies outside the store and its
backups. It opens for the server it was filled in for and for no other: whoever can write in the
store cannot have it sent elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.config.mail_server import MailRoute, MailServer, Security
from monitor.context import AppContext
from monitor.store import audit, stored_settings, vault
from monitor.store.engine import reading, writing
from monitor.store.stored_settings import StoredSetting


@dataclass(frozen=True, slots=True)
class StoredRoute:
    """What was chosen in the app; `readable` unless the secret is another than it was then."""

    route: MailRoute
    readable: bool


def in_use(context: AppContext) -> MailRoute | None:
    """The way mail goes now, or None where the app sends none."""
    said = context.settings
    if said.mail_server is not None:
        return MailRoute(said.mail_server, said.mail_from)
    chosen = stored(context)
    return chosen.route if chosen is not None and chosen.readable else None


def stored(context: AppContext) -> StoredRoute | None:
    """What was chosen in the app, whatever the environment says."""
    with reading(context.engine) as connection:
        row: Any = stored_settings.get(connection, StoredSetting.MAIL_ROUTE)
    if row is None:
        return None
    bare = MailServer(Security(row["security"]), row["host"], row["port"], row["user"])
    password = _opened(context, bare, row["password"])
    server = MailServer(bare.security, bare.host, bare.port, bare.user, password or "")
    return StoredRoute(MailRoute(server, row["sender"]), readable=password is not None)


def choose(context: AppContext, route: MailRoute, actor: str, now: datetime) -> None:
    """Let mail go this way from now on."""
    server = route.server
    sealed = vault.seal(context.secret, _bound_to(server), server.password.encode())
    value = {
        "security": server.security.value,
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "password": sealed.hex() if server.user else "",
        "sender": route.sender,
    }
    detail = f"{server.security.value}://{server.host}:{server.port} {route.sender}"
    with writing(context.engine) as connection:
        stored_settings.put(connection, StoredSetting.MAIL_ROUTE, value)
        audit.note(connection, actor, "mail.server", detail, now)


def forget(context: AppContext, actor: str, now: datetime) -> None:
    """Let the app send no mail; nothing happens when none was chosen."""
    with writing(context.engine) as connection:
        if stored_settings.remove(connection, StoredSetting.MAIL_ROUTE):
            audit.note(connection, actor, "mail.no_server", "", now)


def _opened(context: AppContext, bare: MailServer, sealed: str) -> str | None:
    """The password; empty for a server that asks for none, None when it cannot be read."""
    if not bare.user:
        return ""
    opened = vault.unseal(context.secret, _bound_to(bare), bytes.fromhex(sealed))
    return None if opened is None else opened.decode()


def _bound_to(server: MailServer) -> str:
    return f"mail {server.security.value}://{server.user}@{server.host}:{server.port}"
