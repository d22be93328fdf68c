"""Luisteraars in the store: who there are, enrolling one, and their locked keys."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine, and_, insert, select, update

from monitor.access.roles import Role
from monitor.clock import local_day
from monitor.klaagmuur import reader_key, readers, receipts
from monitor.klaagmuur.quarters import ANNOUNCED
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import KeyRefused, LuisteraarRefused
from monitor.klaagmuur.unlock_throttle import GUESSES
from monitor.store import audit
from monitor.store.engine import reading, writing
from monitor.store.klaagmuur_tables import luisteraar
from monitor.store.tables import account, account_role

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key pair on its way into the store, with everything that opens it."""

    key: ReaderKey
    locked: bytes = field(repr=False)
    recovery_code: str = field(repr=False)

    @property
    def recovery_lock(self) -> bytes:
        """The key under the recovery code."""
        return reader_key.lock_with_code(self.key.seed, self.recovery_code.encode("ascii"))


def make_key(passphrase: str, cost: reader_key.Cost = reader_key.COST) -> NewKey:
    """A fresh key pair, locked with the passphrase; nothing is stored yet."""
    key = reader_key.new_reader_key()
    return NewKey(key, reader_key.lock(key.seed, passphrase, cost), receipts.new_recovery())


def everyone(engine: Engine) -> tuple[Luisteraar, ...]:
    """Every key there ever was, in no order that matters."""
    with reading(engine) as connection:
        return listed(connection)


def listed(connection: Connection) -> tuple[Luisteraar, ...]:
    """As :func:`everyone`, inside a transaction of the caller."""
    holds = and_(
        account_role.c.account == luisteraar.c.account,
        account_role.c.role == Role.LUISTERAAR.value,
    )
    rows = connection.execute(
        select(luisteraar, account_role.c.role).outerjoin(account_role, holds)
    ).all()
    return tuple(
        Luisteraar(
            id=row.id,
            account=row.account,
            name=row.name,
            public=row.public_key,
            announced_on=row.announced_on,
            active_from=row.active_from,
            ended_on=row.ended_on,
            signed_by=row.signed_by,
            signature=row.signature,
            absent_from=row.absent_from,
            absent_until=row.absent_until,
            deputy=row.deputy,
            reply_days=row.reply_days,
            support=row.support,
            may_read=row.role is not None,
        )
        for row in rows
    )


def own(engine: Engine, account_id: str) -> tuple[Luisteraar, ...]:
    """The keys of one account, newest first."""
    keys = [one for one in everyone(engine) if one.account == account_id]
    return tuple(sorted(keys, key=lambda one: (one.announced_on, one.active_from), reverse=True))


def enrol(
    engine: Engine, account_id: str, name: str, new: NewKey, actor: str, now: datetime
) -> Luisteraar:
    """Store a new key. The very first is active at once, every later one is announced.

    Raises
    ------
    LuisteraarRefused
        When the account does not hold the role, or the name cannot be used.
    """
    called = check_name(name)
    today = local_day(now)
    row_id = secrets.token_urlsafe(16)
    with writing(engine) as connection:
        _require_role(connection, account_id)
        first = connection.scalar(select(luisteraar.c.id).limit(1)) is None
        connection.execute(
            insert(luisteraar).values(
                id=row_id,
                account=account_id,
                name=called,
                public_key=new.key.public,
                locked_key=new.locked,
                recovery_key=new.recovery_lock,
                announced_on=today,
                active_from=today if first else today + ANNOUNCED,
            )
        )
        action = "luisteraar.first" if first else "luisteraar.announce"
        audit.note(connection, actor, action, reader_key.fingerprint(new.key.public), now)
        made = readers.find(listed(connection), row_id)
    assert made is not None
    return made


def check_name(name: str) -> str:
    """The name as senders read it, spaces tidied.

    Raises
    ------
    LuisteraarRefused
        When it is blank, too long or holds something that cannot be shown.
    """
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise LuisteraarRefused("luisteraar.name", longest=LONGEST_NAME)
    return called


def unlock(engine: Engine, who: Luisteraar, passphrase: str) -> ReaderKey:
    """The luisteraar's key; takes about a third of a second.

    Raises
    ------
    KeyRefused
        When the passphrase is not the one, or too soon after ones that were not.
    """
    GUESSES.begin(who.id)
    with reading(engine) as connection:
        locked = connection.scalar(select(luisteraar.c.locked_key).where(luisteraar.c.id == who.id))
    try:
        key = reader_key.unlock(locked or b"", passphrase)
    except reader_key.WrongKey:
        raise KeyRefused("unlock.wrong") from None
    GUESSES.forgive(who.id)
    return key


def recover(
    engine: Engine,
    who: Luisteraar,
    typed_code: str,
    passphrase: str,
    cost: reader_key.Cost = reader_key.COST,
) -> ReaderKey:
    """With the printed sheet: the key, from now on under another passphrase.

    Raises
    ------
    KeyRefused
        When the code is not the one on this key's sheet.
    """
    code = receipts.parse_recovery(typed_code)
    with reading(engine) as connection:
        kept = connection.scalar(select(luisteraar.c.recovery_key).where(luisteraar.c.id == who.id))
    try:
        key = reader_key.unlock_with_code(kept or b"", code.encode("ascii"))
    except reader_key.WrongKey:
        raise KeyRefused("recovery.wrong") from None
    locked = reader_key.lock(key.seed, passphrase, cost)
    with writing(engine) as connection:
        change(connection, who.id, locked_key=locked)
    return key


def account_of(engine: Engine, email: str) -> str | None:
    """The account with this address, or None."""
    with reading(engine) as connection:
        found: str | None = connection.scalar(select(account.c.id).where(account.c.email == email))
    return found


def change(connection: Connection, who: str, **values: object) -> None:
    """Change columns of one key's row."""
    connection.execute(update(luisteraar).where(luisteraar.c.id == who).values(**values))


def _require_role(connection: Connection, account_id: str) -> None:
    held = select(account_role.c.account).where(
        account_role.c.account == account_id, account_role.c.role == Role.LUISTERAAR.value
    )
    if connection.scalar(held) is None:
        raise LuisteraarRefused("luisteraar.no_role")
