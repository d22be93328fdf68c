"""The mail route in use: the one in the environment, else the one chosen in the app.

The password is stored encrypted under the installation's secret, which is not in the store or its
backups. The ciphertext is bound to the server it was entered for: whoever can write in the store
cannot have it sent to another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from monitor.config.mail_server import MailRoute, MailServer, Security
from monitor.context import AppContext
from monitor.store import audit, stored_settings, vault
from monitor.store.engine import reading, writing
from monitor.store.stored_settings import StoredSetting


@dataclass(frozen=True, slots=True)
class StoredRoute:
    """The route chosen in the app; not `readable` when the secret is another than it was then."""

    route: MailRoute
    readable: bool


def in_use(context: AppContext) -> MailRoute | None:
    """The route that mail takes now, or None where the app sends none."""
    settings = context.settings
    if settings.mail_server is not None:
        return MailRoute(settings.mail_server, settings.mail_from)
    chosen = stored(context)
    return chosen.route if chosen is not None and chosen.readable else None


def stored(context: AppContext) -> StoredRoute | None:
    """The route chosen in the app, whatever the environment says."""
    with reading(context.engine) as connection:
        row: Any = stored_settings.get_genuine(connection, StoredSetting.MAIL_ROUTE)
    if row is None:
        return None
    bare = MailServer(Security(row["security"]), row["host"], row["port"], row["user"])
    password = _password(context, bare, row["password"])
    server = replace(bare, password=password or "")
    return StoredRoute(MailRoute(server, row["sender"]), readable=password is not None)


def choose(context: AppContext, route: MailRoute, actor: str, now: datetime) -> None:
    """Send mail by this route from now on."""
    value = sealed(context, route)
    with writing(context.engine) as connection:
        stored_settings.put(connection, StoredSetting.MAIL_ROUTE, value)
        audit.note(connection, actor, "mail.server", described(value), now)


def sealed(context: AppContext, route: MailRoute) -> dict[str, Any]:
    """The route as it is stored, its password sealed for this very server."""
    server = route.server
    password = vault.seal(context.secret, _bound_to(server), server.password.encode())
    return {
        "security": server.security.value,
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "password": password.hex() if server.user else "",
        "sender": route.sender,
    }


def described(value: Mapping[str, Any]) -> str:
    """A stored route as the audit log describes it."""
    user = f"{value['user']}@" if value["user"] else ""
    return f"{value['security']}://{user}{value['host']}:{value['port']} {value['sender']}"


def forget(context: AppContext, actor: str, now: datetime) -> None:
    """Remove the chosen route; nothing happens when there is none."""
    with writing(context.engine) as connection:
        if stored_settings.remove(connection, StoredSetting.MAIL_ROUTE):
            audit.note(connection, actor, "mail.no_server", "", now)


def _password(context: AppContext, bare: MailServer, sealed: str) -> str | None:
    """The password; empty for a server without a user, None when it cannot be decrypted."""
    if not bare.user:
        return ""
    password = vault.unseal(context.secret, _bound_to(bare), bytes.fromhex(sealed))
    return None if password is None else password.decode()


def _bound_to(server: MailServer) -> str:
    return f"mail {server.security.value}://{server.user}@{server.host}:{server.port}"
