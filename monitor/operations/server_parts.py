"""What an operator sets on the server itself and decides who gets in or what is asked.

Whoever has the server has all of it, so the app cannot have a file or the environment wait for
toezicht. It notes what they said at the last start; when they say something else it is logged,
mailed to toezicht, and shown on its page until toezicht has acknowledged it. A note that somebody
else wrote in the store does not count: the part is noted anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from monitor import logs
from monitor.access import oversight_mail, pending_acts
from monitor.access.roles import Permission, Person, may
from monitor.clock import local_day
from monitor.config.settings import Settings
from monitor.context import AppContext
from monitor.errors import AccessRefused
from monitor.pulse.rounds import questionnaire_in_use
from monitor.store import audit, locks, notices, stored_settings
from monitor.store.engine import reading, writing
from monitor.store.notices import NoticeKind
from monitor.store.stored_settings import StoredSetting

CHANGED = notices.register(
    NoticeKind(
        "operations.server_part", "mail.server_part.subject", "mail.server_part.text", "/toezicht"
    )
)
ACTOR = "server"


class Part(StrEnum):
    """What may be set on the server; stored values."""

    SIGN_ON = "sign_on"
    """The organisation's provider, and which groups get which role."""
    MAIL = "mail"
    """The mail server in the environment; without its password."""
    QUESTIONNAIRE = "questionnaire"
    """The file in the data folder."""


ACTIONS = {
    Part.SIGN_ON: "account.sign_on",
    Part.MAIL: "mail.environment",
    Part.QUESTIONNAIRE: "questionnaire.file",
}
"""How the audit log calls a change of each."""


@dataclass(frozen=True, slots=True)
class NotedPart:
    """A part as it was noted last: its digest, empty when it is not set, and since when."""

    part: Part
    digest: str
    since: date
    seen: bool


def note(context: AppContext, now: datetime) -> tuple[Part, ...]:
    """Note what is set on the server today, and tell toezicht what changed; returns that.

    Several processes may do so at once.
    """
    today = {part: _digest(content) for part, content in _contents(context).items()}
    with reading(context.engine) as connection:
        if not _changed(_stored(connection), today):
            return ()
    with writing(context.engine) as connection:
        locks.exclusive(connection, "server parts")
        before = _stored(connection)
        changed = _changed(before, today)
        # While somebody sets up there is nobody to tell, and nothing to see yet.
        is_on = pending_acts.oversight(connection).on
        for part in changed:
            digest = today[part]
            before[part] = NotedPart(part, digest, local_day(now), seen=not is_on)
            audit.note(connection, ACTOR, ACTIONS[part], digest[:12] or "-", now)
            if is_on:
                key = f"{part.value} {digest[:16]} {local_day(now).isoformat()}"
                oversight_mail.tell_toezicht(connection, CHANGED, now, key)
        _store(connection, before)
    for part in changed:
        logs.note("server_part.changed", level=logging.WARNING, part=part.value)
    return changed


def noted(context: AppContext) -> tuple[NotedPart, ...]:
    """The parts that are set, or were until toezicht acknowledges that they are not."""
    with reading(context.engine) as connection:
        parts = _stored(connection)
    return tuple(parts[part] for part in Part if part in parts and _is_shown(parts[part]))


def acknowledge(context: AppContext, shown: NotedPart, person: Person, now: datetime) -> None:
    """Toezicht has seen this, and not what may have come after it.

    Raises
    ------
    AccessRefused
        When it is another by now, or this person is not toezicht.
    """
    if not may(person, Permission.CONFIRM_ACTS):
        raise AccessRefused("act.not_yours")
    with writing(context.engine) as connection:
        locks.exclusive(connection, "server parts")
        parts = _stored(connection)
        if parts.get(shown.part) != shown:
            raise AccessRefused("act.gone")
        parts[shown.part] = NotedPart(shown.part, shown.digest, shown.since, seen=True)
        _store(connection, parts)
        detail = f"{ACTIONS[shown.part]} {shown.digest[:12] or '-'}"
        audit.note(connection, person.email, "act.acknowledged", detail, now)


def _is_shown(part: NotedPart) -> bool:
    return bool(part.digest) or not part.seen


def _changed(before: Mapping[Part, NotedPart], today: Mapping[Part, str]) -> tuple[Part, ...]:
    return tuple(
        part for part in Part if today[part] != (before[part].digest if part in before else "")
    )


def _contents(context: AppContext) -> dict[Part, object]:
    settings = context.settings
    return {
        Part.SIGN_ON: _sign_on(settings),
        Part.MAIL: _mail(settings),
        Part.QUESTIONNAIRE: _file(context),
    }


def _sign_on(settings: Settings) -> object:
    if not settings.single_sign_on:
        return None
    return [settings.oidc_issuer, settings.oidc_client_id, asdict(settings.sso_rules)]


def _mail(settings: Settings) -> object:
    server = settings.mail_server
    if server is None:
        return None
    return [server.security.value, server.host, server.port, server.user, settings.mail_from]


def _file(context: AppContext) -> object:
    """What the file says. One that cannot be read is noted too, and keeps no other part unnoted."""
    if not questionnaire_in_use.has_own(context):
        return None
    try:
        return context.settings.questionnaire_file.read_bytes().hex()
    except FileNotFoundError:
        return None  # taken away while the app runs
    except OSError as error:
        return ["cannot be read", type(error).__name__]


def _digest(content: object) -> str:
    """A digest of what is set; empty when nothing is."""
    if content is None:
        return ""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _stored(connection: Connection) -> dict[Part, NotedPart]:
    value: Any = stored_settings.get_genuine(connection, StoredSetting.SERVER_PARTS) or {}
    return {
        Part(name): NotedPart(
            Part(name), each["digest"], date.fromisoformat(each["since"]), each["seen"]
        )
        for name, each in value.items()
        if name in set(Part)
    }


def _store(connection: Connection, parts: Mapping[Part, NotedPart]) -> None:
    value = {
        part.value: {"digest": each.digest, "since": each.since.isoformat(), "seen": each.seen}
        for part, each in parts.items()
    }
    stored_settings.put(connection, StoredSetting.SERVER_PARTS, value)
