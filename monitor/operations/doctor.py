"""Examining an installation: what its operator has to mend, as a list of findings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from monitor.access import overseers
from monitor.clock import local_day
from monitor.config.mail_server import LOOPBACK
from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.errors import (
    AccessRefused,
    FileRefused,
    InputRefused,
    MailRefused,
    Refusal,
)
from monitor.followup.library import library
from monitor.klaagmuur import contacts, help
from monitor.locale.formats import Day, Month
from monitor.mail import mailer
from monitor.mail import route as mail_route
from monitor.operations import signing, storage_checks
from monitor.operations.alerts import is_backup_late
from monitor.operations.findings import Finding
from monitor.operations.status import status_of
from monitor.pulse import questionnaire
from monitor.pulse.ballot import adoption
from monitor.pulse.rounds import questionnaire_in_use, rounds
from monitor.pulse.rounds.rounds import UNDER_WAY
from monitor.store.engine import reading
from monitor.store.tables import audit

BUILT_AFTER = date(2026, 1, 1)
"""A clock that gives an earlier day is wrong."""
CLOCK_SLACK = timedelta(minutes=5)


def examine(settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """Examine everything; no findings mean the installation is sound."""
    findings = [
        *storage_checks.keys_apart(settings),
        *_questionnaire(settings),
        *_library(settings),
        *storage_checks.disk_space(settings),
    ]
    try:
        context = build_context(settings)
    except Refusal as refusal:
        return (*findings, Finding(refusal.key, refusal.words))
    except (SQLAlchemyError, OSError) as error:
        return (*findings, Finding("doctor.store", {"kind": type(error).__name__}))
    try:
        findings += [
            *storage_checks.store(context),
            *storage_checks.permissions(settings),
            *storage_checks.key_folder(context),
            *storage_checks.round_keys(context),
            *_own_questionnaire(context),
            *_ballots(context),
            *_accounts(context),
            *_signed_rows(context),
            *_clock(context, now),
            *_calendar(context, now),
            *_mail(context),
            *_sign_on(settings, now),
            *_contacts(context, now),
        ]
    finally:
        context.engine.dispose()
    return tuple(findings)


def _questionnaire(settings: Settings) -> Iterator[Finding]:
    try:
        questionnaire.load(settings.questionnaire_file)
    except FileRefused as refusal:
        yield from (Finding(fault.key, fault.words) for fault in refusal.faults)
    except Refusal as refusal:
        yield Finding(refusal.key, refusal.words)


def _own_questionnaire(context: AppContext) -> Iterator[Finding]:
    """The organisation's own file is the one that is asked."""
    with suppress(InputRefused):  # a wrong file is a finding of its own
        if questionnaire_in_use.is_own_ignored(context):
            name = context.settings.questionnaire_file.name
            yield Finding("doctor.questionnaire_ignored", {"name": name})


def _library(settings: Settings) -> Iterator[Finding]:
    try:
        library(settings.data_dir)
    except Refusal as refusal:
        yield Finding(refusal.key, refusal.words)


def _calendar(context: AppContext, now: datetime) -> Iterator[Finding]:
    """What should have happened by itself, and the backups."""
    status, today = status_of(context, now), local_day(now)
    if status.clock_ahead:
        assert status.last_night is not None  # it is what the clock is ahead of
        night = Day(status.last_night)
        words: dict[str, object] = {"day": Day(today), "night": night, "typed": today.isoformat()}
        yield Finding("doctor.clock_ahead", words)
    for period in status.overdue:
        yield Finding("doctor.overdue", {"period": Month(period)})
    if status.letters_stuck:
        yield Finding("doctor.letters_stuck", {"count": status.letters_waiting})
    if is_backup_late(status, today) and status.last_backup:
        yield Finding("doctor.backup_late", {"day": Day(local_day(status.last_backup))})
    if status.any_sealed and status.last_backup is None:
        yield Finding("doctor.backup_none")


def _signed_rows(context: AppContext) -> Iterator[Finding]:
    """What decides who may read, see or count is as the app left it, and was looked at."""
    adopted = signing.adopted(context)
    if adopted is not None:
        yield Finding("doctor.rows_adopted", {"count": len(adopted.rows) + adopted.gone})
    state = signing.state(context)
    if state.closed:
        yield Finding("doctor.rows_closed", {"kinds": ", ".join(state.closed)})
        return  # every row of a closed kind is in doubt
    for table, rows in groupby(state.doubtful, key=lambda row: row.table):
        yield Finding("doctor.rows_doubtful", {"table": table, "count": len(list(rows))})
    if state.missing:
        yield Finding("doctor.rows_missing", {"count": state.missing})


def _ballots(context: AppContext) -> Iterator[Finding]:
    """The codes of a round under way are signed; an earlier version leaves them unsigned."""
    for round_ in rounds.all_rounds(context.engine):
        if round_.status in UNDER_WAY and adoption.lost_signatures(context, round_):
            period = round_.period
            yield Finding("doctor.ballots_unsigned", {"month": Month(period), "period": period})


def _accounts(context: AppContext) -> Iterator[Finding]:
    """Nobody holds roles that are to be kept apart, and somebody can confirm acts."""
    for account in overseers.roles_to_split(context.engine):
        words = {"email": account.email, "first": account.first, "second": account.second}
        yield Finding("doctor.roles_apart", {key: str(word) for key, word in words.items()})
    any_round = bool(rounds.all_rounds(context.engine))
    if any_round and not overseers.anybody_ready(context.engine):
        yield Finding("doctor.no_toezicht")


def _mail(context: AppContext) -> Iterator[Finding]:
    """The mail server accepts a connection, and links in mail lead to this installation."""
    route = mail_route.in_use(context)
    if route is None:
        if mail_route.stored(context) is not None:
            yield Finding("mail.password_lost")
        return
    try:
        mailer.check_server(context)
    except MailRefused as refusal:
        yield Finding(refusal.key, refusal.words)
    own_host = urlsplit(context.settings.base_url).hostname
    if own_host in LOOPBACK and route.server.host not in LOOPBACK:
        yield Finding("doctor.mail_links", {"address": context.settings.base_url})


def _sign_on(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The organisation's sign-in answers, under the name that is set here, with usable keys."""
    if not settings.single_sign_on:
        return
    # Loaded only where there is a provider: it takes 15 MB.
    from monitor.access import identity_provider  # noqa: PLC0415

    try:
        identity_provider.provider(settings.oidc_issuer, now, afresh=True)
    except AccessRefused as refusal:
        yield Finding(refusal.key, refusal.words)


def _contacts(context: AppContext, now: datetime) -> Iterator[Finding]:
    """The help contacts can be read, and were checked not too long ago."""
    try:
        shown = contacts.current(context.engine, context.settings.help_file)
    except Refusal as refusal:
        yield Finding(refusal.key, refusal.words)
        return
    language = context.settings.language
    for contact in help.stale(shown, local_day(now)):
        checked = Day(contact.checked_on)
        yield Finding("doctor.help_stale", {"name": contact.name_in(language), "day": checked})


def _clock(context: AppContext, now: datetime) -> Iterator[Finding]:
    """The clock is right, as far as can be seen: sessions, closings and expiry depend on it."""
    with reading(context.engine) as connection:
        newest = connection.scalar(select(func.max(audit.c.at)))
    last_entry = datetime.fromtimestamp(newest, UTC) if newest is not None else now
    if local_day(now) < BUILT_AFTER or last_entry > now + CLOCK_SLACK:
        yield Finding("doctor.clock", {"now": now.isoformat(sep=" ", timespec="minutes")})
