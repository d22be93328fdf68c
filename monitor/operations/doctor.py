"""Is this installation sound: what an operator should know, as a list of findings."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from monitor.clock import local_day
from monitor.config.mail_server import LOOPBACK
from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.errors import FileRefused, KeyMissing, MailRefused, Refusal
from monitor.klaagmuur import contacts, help
from monitor.mail import mailer
from monitor.mail import route as mail_route
from monitor.pulse import questionnaire
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import checkup
from monitor.store.engine import reading
from monitor.store.tables import audit

BUILT_AFTER = date(2026, 1, 1)
"""No clock that is right can say an earlier day."""
CLOCK_SLACK = timedelta(minutes=5)
ROUND_KEY = "round-"
"""How the names of rounds' keys begin; other keys share the folder."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: the key of its sentence, and the words in it."""

    key: str
    words: dict[str, object] = field(default_factory=dict)


def examine(settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """Look at everything; an empty answer means all is well."""
    findings = [*_places(settings), *_questionnaire(settings), *_room(settings)]
    try:
        context = build_context(settings)
    except Refusal as refused:
        return (*findings, Finding(refused.key, refused.words))
    except (SQLAlchemyError, OSError) as error:
        return (*findings, Finding("doctor.store", {"kind": type(error).__name__}))
    try:
        findings += [
            *_store(context),
            *_private(settings),
            *_round_keys(context),
            *_clock(context, now),
            *_mail(context),
            *_contacts(context, now),
        ]
    finally:
        context.engine.dispose()
    return tuple(findings)


def _places(settings: Settings) -> Iterator[Finding]:
    """Whoever copies the database's folder must not copy the keys with it."""
    database = settings.database_file
    if database is None:
        return
    for name, place in (("KEYS_DIR", settings.keys_dir), ("SECRET_FILE", settings.secret_file)):
        if database.parent in place.parents or place in database.parents:
            yield Finding("doctor.together", {"name": name, "folder": database.parent})


def _questionnaire(settings: Settings) -> Iterator[Finding]:
    try:
        questionnaire.load(settings.questionnaire_file)
    except FileRefused as refused:
        yield from (Finding(fault.key, fault.words) for fault in refused.faults)
    except Refusal as refused:
        yield Finding(refused.key, refused.words)


def _room(settings: Settings) -> Iterator[Finding]:
    database = settings.database_file
    folders = [settings.keys_dir, *([database.parent] if database else [])]
    yield from (Finding(key, words) for key, words in checkup.room(*folders))


def _store(context: AppContext) -> Iterator[Finding]:
    try:
        yield from (Finding(key, words) for key, words in checkup.findings(context.engine))
    except Refusal as refused:
        yield Finding(refused.key, refused.words)


def _private(settings: Settings) -> Iterator[Finding]:
    """Only the app's own account may enter the key folder and read what is in it."""
    folder, secret = settings.keys_dir, settings.secret_file
    if folder.is_dir():
        yield from _closed(folder, "doctor.folder_open")
        for file in sorted(folder.iterdir()):
            yield from _closed(file, "doctor.file_open")
    yield from _closed(secret, "doctor.file_open")


def _closed(path: Path, key: str) -> Iterator[Finding]:
    if path.stat().st_mode & _OTHERS:
        yield Finding(key, {"name": path})


def _round_keys(context: AppContext) -> Iterator[Finding]:
    """Each round under way has its key here, and no key outlives its round."""
    under_way = {
        known.key_name: known
        for known in rounds.all_rounds(context.engine)
        if known.status in (RoundStatus.OPEN, RoundStatus.CLOSING)
    }
    present = {name for name in context.keys.names() if name.startswith(ROUND_KEY)}
    for name in sorted(under_way.keys() - present):
        yield Finding("doctor.key_missing", {"period": under_way[name].period})
    for name in sorted(under_way.keys() & present):
        try:
            rounds.key_of(context.keys, under_way[name])
        except KeyMissing:
            words = {"period": under_way[name].period, "name": context.keys.path / name}
            yield Finding("doctor.key_unreadable", words)
    for name in sorted(present - under_way.keys()):
        yield Finding("doctor.key_left", {"name": context.keys.path / name})


def _mail(context: AppContext) -> Iterator[Finding]:
    """The mail server lets us in, and the links in the mail lead somewhere."""
    route = mail_route.in_use(context)
    if route is None:
        if mail_route.stored(context) is not None:
            yield Finding("mail.password_lost")
        return
    try:
        mailer.check_server(context)
    except MailRefused as refused:
        yield Finding(refused.key, refused.words)
    if (
        urlsplit(context.settings.base_url).hostname in LOOPBACK
        and route.server.host not in LOOPBACK
    ):
        yield Finding("doctor.mail_links", {"address": context.settings.base_url})


def _contacts(context: AppContext, now: datetime) -> Iterator[Finding]:
    """The numbers people in need are shown can be read, and were tried not too long ago."""
    try:
        shown = contacts.current(context.engine, context.settings.help_file)
    except Refusal as refused:
        yield Finding(refused.key, refused.words)
        return
    language = context.settings.language
    for one in help.stale(shown, local_day(now)):
        checked = one.checked_on.isoformat()
        yield Finding("doctor.help_stale", {"name": one.said(language), "day": checked})


def _clock(context: AppContext, now: datetime) -> Iterator[Finding]:
    """Sessions, closings and expiry trust the clock."""
    with reading(context.engine) as connection:
        newest = connection.scalar(select(func.max(audit.c.at)))
    written = datetime.fromtimestamp(newest, UTC) if newest is not None else now
    if now.date() < BUILT_AFTER or written > now + CLOCK_SLACK:
        yield Finding("doctor.clock", {"now": now.isoformat(sep=" ", timespec="minutes")})
