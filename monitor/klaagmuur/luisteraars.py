"""Luisteraars in the store: reading them, enrolling one, and unlocking their keys."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, true, update

from monitor.access import account_lookup
from monitor.access.roles import Role
from monitor.clock import local_day
from monitor.klaagmuur import key_mail, reader_key, readers, receipts
from monitor.klaagmuur.quarters import ANNOUNCED
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import KeyRefused, LuisteraarRefused
from monitor.klaagmuur.unlock_throttle import GUESSES
from monitor.store import audit, signed_rows
from monitor.store.engine import reading, writing
from monitor.store.klaagmuur_tables import luisteraar
from monitor.store.tables import account_role

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key pair that is not stored yet, locked in both ways."""

    key: ReaderKey
    locked: bytes = field(repr=False)
    recovery_code: str = field(repr=False)

    @property
    def recovery_lock(self) -> bytes:
        """The key under the recovery code."""
        return reader_key.lock_with_code(self.key.seed, self.recovery_code.encode("ascii"))


def make_key(passphrase: str, cost: reader_key.Cost = reader_key.COST) -> NewKey:
    """A fresh key pair, locked with the passphrase; nothing is stored."""
    key = reader_key.new_reader_key()
    return NewKey(key, reader_key.lock(key.seed, passphrase, cost), receipts.new_recovery())


def everyone(engine: Engine) -> tuple[Luisteraar, ...]:
    """Every key that was ever enrolled, in no particular order.

    A row that this program did not write, or that was put back, is left out.
    """
    with reading(engine) as connection:
        return listed(connection)


def listed(connection: Connection) -> tuple[Luisteraar, ...]:
    """As :func:`everyone`, inside a transaction of the caller."""
    with_role = account_role.c.role == Role.LUISTERAAR.value
    roles, rows = signed_rows.genuine_in(
        connection, (account_role, with_role), (luisteraar, true())
    )
    holders = {row.account for row in roles}
    return tuple(_luisteraar(row, row.account in holders) for row in rows)


def _luisteraar(row: Row[Any], may_read: bool) -> Luisteraar:
    return Luisteraar(
        id=row.id,
        account=row.account,
        name=row.name,
        public=row.public_key,
        announced_on=row.announced_on,
        active_from=row.active_from,
        ended_on=row.ended_on,
        signed_by=row.signed_by,
        signature=row.signature,
        objected_on=row.objected_on,
        overruled_on=row.overruled_on,
        absent_from=row.absent_from,
        absent_until=row.absent_until,
        deputy=row.deputy,
        reply_days=row.reply_days,
        support=row.support,
        may_read=may_read,
    )


def own(engine: Engine, account_id: str) -> tuple[Luisteraar, ...]:
    """The keys of one account, newest first."""
    rows = [row for row in everyone(engine) if row.account == account_id]
    return tuple(sorted(rows, key=lambda row: (row.announced_on, row.active_from), reverse=True))


def enrol(
    engine: Engine, account_id: str, name: str, new: NewKey, actor: str, now: datetime
) -> Luisteraar:
    """Store a new key. The first one is active at once, every later one is announced.

    The first one is the first there ever was: also when others were deleted from the store.

    Raises
    ------
    LuisteraarRefused
        When the account does not hold the role, or the name cannot be used.
    """
    checked_name = check_name(name)
    today = local_day(now)
    row_id = secrets.token_urlsafe(16)
    with writing(engine) as connection:
        _require_role(connection, account_id)
        first = not signed_rows.any_ever(connection, luisteraar)
        connection.execute(
            insert(luisteraar).values(
                id=row_id,
                account=account_id,
                name=checked_name,
                public_key=new.key.public,
                locked_key=new.locked,
                recovery_key=new.recovery_lock,
                announced_on=today,
                active_from=today if first else today + ANNOUNCED,
            )
        )
        action = "luisteraar.first" if first else "luisteraar.announce"
        audit.note(connection, actor, action, reader_key.fingerprint(new.key.public), now)
        if not first:
            key_mail.announce(connection, account_id, row_id, now)
        enrolled = readers.find(listed(connection), row_id)
    assert enrolled is not None
    return enrolled


def check_name(name: str) -> str:
    """The name as senders read it, its spaces tidied.

    Raises
    ------
    LuisteraarRefused
        When it is blank, too long or has a character that cannot be shown.
    """
    spaced = " ".join(name.split())
    if not spaced or len(spaced) > LONGEST_NAME or not spaced.isprintable():
        raise LuisteraarRefused("luisteraar.name", longest=LONGEST_NAME)
    return spaced


def unlock(engine: Engine, reader: Luisteraar, passphrase: str) -> ReaderKey:
    """The luisteraar's key; takes about a third of a second.

    Raises
    ------
    KeyRefused
        When the passphrase is wrong, or comes too soon after wrong ones.
    """
    GUESSES.begin(reader.id)
    with reading(engine) as connection:
        locked = connection.scalar(
            select(luisteraar.c.locked_key).where(luisteraar.c.id == reader.id)
        )
    try:
        key = reader_key.unlock(locked or b"", passphrase)
    except reader_key.WrongKey:
        raise KeyRefused("unlock.wrong") from None
    GUESSES.forgive(reader.id)
    return key


def recover(
    engine: Engine,
    reader: Luisteraar,
    typed_code: str,
    passphrase: str,
    cost: reader_key.Cost = reader_key.COST,
) -> ReaderKey:
    """The luisteraar's key, unlocked with the printed code and locked with a new passphrase.

    Raises
    ------
    KeyRefused
        When the code is not the one on this key's sheet.
    """
    code = receipts.parse_recovery(typed_code)
    with reading(engine) as connection:
        by_id = luisteraar.c.id == reader.id
        recovery_lock = connection.scalar(select(luisteraar.c.recovery_key).where(by_id))
    try:
        key = reader_key.unlock_with_code(recovery_lock or b"", code.encode("ascii"))
    except reader_key.WrongKey:
        raise KeyRefused("recovery.wrong") from None
    locked = reader_key.lock(key.seed, passphrase, cost)
    with writing(engine) as connection:
        change(connection, reader.id, locked_key=locked)
    return key


def account_of(engine: Engine, email: str) -> str | None:
    """The account with this address, or None."""
    with reading(engine) as connection:
        return account_lookup.id_of(connection, [email])


def change(connection: Connection, reader_id: str, **values: object) -> None:
    """Change columns in the row of the key with id `reader_id`."""
    connection.execute(update(luisteraar).where(luisteraar.c.id == reader_id).values(**values))


def _require_role(connection: Connection, account_id: str) -> None:
    held = (account_role.c.account == account_id, account_role.c.role == Role.LUISTERAAR.value)
    if not signed_rows.genuine(connection, account_role, *held):
        raise LuisteraarRefused("luisteraar.no_role")
