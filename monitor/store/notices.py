"""The queue of notices: mails to accounts, each sent once.

Any layer may enqueue a notice, in the transaction that makes it necessary; ``monitor.mail.notices``
sends it. A row says which account gets which sentences and until when that is worth while, and
nothing about why.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from monitor.store.delivery_tables import notice
from monitor.store.tables import account


class NoticeState(StrEnum):
    """How far a notice is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    """The mail server has it, or refused the address for good. Kept until the row expires, so
    that the notice is not enqueued again."""


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """What notices of one kind say: always the same words.

    Parameters
    ----------
    name
        ``package.name``; stored in each row.
    subject, text
        Keys of sentences without placeholders. A blank line in the text begins a new paragraph.
    path
        Where the link at the end leads, below the base URL.
    """

    name: str
    subject: str
    text: str
    path: str

    @property
    def package(self) -> str:
        """The package that enqueues these notices."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Notice:
    """The key of one row: no account gets the same kind twice under one `once_key`."""

    account: str
    kind: str
    once_key: str


_kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> NoticeKind:
    """Make a kind known to whoever sends; called where the kind is defined.

    Raises
    ------
    ValueError
        When another kind has that name.
    """
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"two kinds of notice are called {kind.name}")
    return kind


def kind_named(name: str) -> NoticeKind | None:
    """The registered kind; None for one of another version of the program."""
    return _kinds.get(name)


def enqueue(
    connection: Connection,
    kind: NoticeKind,
    account_id: str,
    once_key: str,
    due_on: date,
    expires_on: date,
) -> bool:
    """Add a notice in the caller's transaction; False when it was enqueued before.

    Parameters
    ----------
    once_key
        Tells this notice from others of its kind to the same account; nothing secret.
    due_on
        The first day on which it may be sent.
    expires_on
        The day on which the row is deleted, sent or not. Until then the same notice cannot be
        enqueued again.
    """
    row = Notice(account_id, kind.name, once_key)
    if _is_there(connection, row):
        return False
    values = {"state": NoticeState.WAITING, "due_on": due_on, "expires_on": expires_on}
    try:
        with connection.begin_nested():
            connection.execute(insert(notice).values(asdict(row) | values))
    except IntegrityError:
        if _is_there(connection, row):
            return False  # another process was first
        raise
    return True


def withdraw(connection: Connection, kind: NoticeKind) -> int:
    """Delete the notices of a kind that still wait to be sent; how many."""
    waiting = (notice.c.kind == kind.name, notice.c.state == NoticeState.WAITING)
    return connection.execute(delete(notice).where(*waiting)).rowcount


def recipients(connection: Connection, kind: NoticeKind, once_key: str) -> frozenset[str]:
    """The accounts for which this notice was enqueued."""
    same = (notice.c.kind == kind.name, notice.c.once_key == once_key)
    return frozenset(connection.execute(select(notice.c.account).where(*same)).scalars())


def unsent(connection: Connection, today: date) -> tuple[Notice, ...]:
    """The notices that may go today and have not gone, those of a process that died included."""
    rows = connection.execute(
        select(notice.c.account, notice.c.kind, notice.c.once_key).where(
            notice.c.state != NoticeState.SENT,
            notice.c.due_on <= today,
            notice.c.expires_on > today,
        )
    )
    return tuple(Notice(row.account, row.kind, row.once_key) for row in rows)


def start(connection: Connection, row: Notice) -> str | None:
    """Mark a waiting notice *sending*; its address, or None when it need not go any more."""
    if not _move(connection, row, NoticeState.WAITING, NoticeState.SENDING):
        return None
    address: str = connection.scalars(
        select(account.c.email).where(account.c.id == row.account)
    ).one()
    return address


def end(connection: Connection, row: Notice, state: NoticeState) -> None:
    """Write down what became of a notice that was *sending*."""
    _move(connection, row, NoticeState.SENDING, state)


def take_back(connection: Connection) -> None:
    """Let the notices of a process that died wait again."""
    sending = notice.c.state == NoticeState.SENDING
    connection.execute(update(notice).where(sending).values(state=NoticeState.WAITING))


def any_expired(connection: Connection, today: date) -> bool:
    """Whether there is a row to delete."""
    expired = select(notice.c.account).where(notice.c.expires_on <= today).limit(1)
    return connection.execute(expired).first() is not None


def delete_expired(connection: Connection, today: date) -> int:
    """Delete the rows whose time is over; how many of them were never sent."""
    expired = notice.c.expires_on <= today
    lapsed = connection.execute(
        delete(notice).where(expired, notice.c.state == NoticeState.WAITING)
    ).rowcount
    connection.execute(delete(notice).where(expired))
    return lapsed


def _is_there(connection: Connection, row: Notice) -> bool:
    return connection.execute(select(notice.c.state).where(*_is(row))).first() is not None


def _move(connection: Connection, row: Notice, before: NoticeState, after: NoticeState) -> bool:
    moved = connection.execute(
        update(notice).where(*_is(row), notice.c.state == before).values(state=after)
    )
    return moved.rowcount == 1


def _is(row: Notice) -> Collection[ColumnElement[Any]]:
    return (
        notice.c.account == row.account,
        notice.c.kind == row.kind,
        notice.c.once_key == row.once_key,
    )
