"""What somebody sees and changes of the own account: where one is signed in, and the codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, select

from monitor.access import passphrase_attempts, pending_login, recovery, second_factor, sessions
from monitor.access.login import PendingLogin
from monitor.access.roles import Person
from monitor.access.tokens import digest
from monitor.errors import AccessRefused
from monitor.store import audit
from monitor.store.engine import reading, writing
from monitor.store.tables import account, session


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One session; `here` when it is the one that is looking."""

    started: datetime
    last_seen: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """The state of one's own account."""

    sessions: tuple[OpenSession, ...]
    has_passphrase: bool
    has_codes: bool
    recovery_left: int


def look(engine: Engine, person: Person, token: str, now: datetime) -> AccountView:
    """The account of `person`, looked at with the session `token`; newest session first."""
    moment = int(now.timestamp())
    with reading(engine) as connection:
        rows = connection.execute(
            select(session)
            .where(
                session.c.account == person.account,
                session.c.last_seen > moment - sessions.IDLE,
                session.c.started > moment - sessions.LONGEST,
            )
            .order_by(session.c.started.desc(), session.c.last_seen.desc())
        ).all()
        stored = connection.scalar(
            select(account.c.password_hash).where(account.c.id == person.account)
        )
        return AccountView(
            sessions=tuple(
                OpenSession(
                    datetime.fromtimestamp(row.started, UTC),
                    datetime.fromtimestamp(row.last_seen, UTC),
                    row.digest == digest(token),
                )
                for row in rows
            ),
            has_passphrase=stored is not None,
            has_codes=second_factor.is_set(connection, person.account),
            recovery_left=recovery.left(connection, person.account),
        )


def end_others(engine: Engine, person: Person, token: str) -> None:
    """Sign somebody out everywhere but here."""
    with writing(engine) as connection:
        connection.execute(
            session.delete().where(
                session.c.account == person.account, session.c.digest != digest(token)
            )
        )


def begin_codes(
    engine: Engine, secret: bytes, person: Person, typed: str, now: datetime
) -> PendingLogin:
    """The ticket to set up codes, or to move them to another telephone.

    Being signed in is not enough: a screen may be left open.

    Parameters
    ----------
    typed
        A code of the present telephone or a recovery code; without codes yet, the passphrase.

    Raises
    ------
    AccessRefused
        When it is not right.
    """
    with reading(engine) as connection:
        has_codes = second_factor.is_set(connection, person.account)
    if has_codes:
        _check(engine, secret, person, typed, now)
    else:
        right = passphrase_attempts.check(engine, person.email, typed, now)
        with writing(engine) as connection:
            passphrase_attempts.forgive(connection, right)
    with writing(engine) as connection:
        token = pending_login.issue(connection, secret, person.account, now, set_up=True)
    return PendingLogin(token, set_up=True)


def new_recovery_codes(
    engine: Engine, secret: bytes, person: Person, typed: str, now: datetime
) -> tuple[str, ...]:
    """New recovery codes in the place of the old; refusals as for :func:`begin_codes`."""
    _check(engine, secret, person, typed, now)
    with writing(engine) as connection:
        audit.note(connection, person.email, "account.recovery_codes", person.email, now)
        return recovery.renew(connection, secret, person.account)


def _check(engine: Engine, secret: bytes, person: Person, typed: str, now: datetime) -> None:
    with writing(engine) as connection:
        right = second_factor.check(connection, secret, person.account, typed, now)
    if not right:
        raise AccessRefused("second.refused", minutes=second_factor.LONGEST_WAIT // 60)
