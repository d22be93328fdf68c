"""Choosing the mail server, which toezicht confirms.

Whoever runs the mail server can read the one-time links in the mails.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from monitor.access import act_kinds
from monitor.access.act_kinds import Act, ActKind, Payload
from monitor.config.mail_server import MailRoute
from monitor.context import AppContext
from monitor.mail import route as mail_route
from monitor.store import audit, stored_settings
from monitor.store.stored_settings import StoredSetting


def choose(context: AppContext, route: MailRoute) -> Act:
    """Sending mail by this route; its password is sealed already."""
    return Act(ROUTE, route.server.host, {"route": mail_route.sealed(context, route)})


def forget(host: str) -> Act:
    """Sending no mail any more."""
    return Act(ROUTE, host, {"route": None})


def _check(_connection: Connection, _payload: Payload, _actor: str) -> None:
    """Any route that could be written down can be chosen."""


def _do(connection: Connection, payload: Payload, actor: str, now: datetime) -> None:
    value = payload["route"]
    if value is None:
        if stored_settings.remove(connection, StoredSetting.MAIL_ROUTE):
            audit.note(connection, actor, "mail.no_server", "", now)
        return
    stored_settings.put(connection, StoredSetting.MAIL_ROUTE, value)
    audit.note(connection, actor, "mail.server", mail_route.described(value), now)


def _stays(connection: Connection, payload: Payload) -> bool:
    """Whether only the password differs from the route in use."""
    stored: Any = stored_settings.get_genuine(connection, StoredSetting.MAIL_ROUTE)
    value = payload["route"]
    return stored is not None and value is not None and _bare(stored) == _bare(value)


def _bare(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if name != "password"}


ROUTE = act_kinds.register(ActKind("mail.route", _check, _do, _stays))
