"""How a luisteraar stands: signed in or turned down, present or away, and stopping."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Engine

from monitor.clock import local_day
from monitor.klaagmuur import readers
from monitor.klaagmuur.luisteraars import change, listed
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import LuisteraarRefused
from monitor.store import audit
from monitor.store.engine import writing

LONGEST_SUPPORT = 300
MOST_REPLY_DAYS = 20


def sign_in_new(
    engine: Engine, signer: Luisteraar, key: ReaderKey, new_id: str, actor: str, now: datetime
) -> None:
    """Let an announced key in from today, on the signature of a present luisteraar.

    Raises
    ------
    LuisteraarRefused
        When there is no such announced key, or the signer is not active.
    """
    today = local_day(now)
    with writing(engine) as connection:
        known = listed(connection)
        new = readers.find(readers.announced(known, today), new_id)
        if new is None or readers.find(readers.active(known, today), signer.id) is None:
            raise LuisteraarRefused("luisteraar.not_announced")
        signature = key.sign(readers.statement(new.public, today))
        change(connection, new_id, active_from=today, signed_by=signer.id, signature=signature)
        audit.note(connection, actor, "luisteraar.sign", new.fingerprint, now)


def turn_down(engine: Engine, objector: Luisteraar, new_id: str, actor: str, now: datetime) -> None:
    """Keep an announced key out, at the word of a present luisteraar.

    Raises
    ------
    LuisteraarRefused
        When there is no such announced key, or the objector is not active.
    """
    today = local_day(now)
    with writing(engine) as connection:
        known = listed(connection)
        new = readers.find(readers.announced(known, today), new_id)
        if new is None or readers.find(readers.active(known, today), objector.id) is None:
            raise LuisteraarRefused("luisteraar.not_announced")
        change(connection, new_id, ended_on=today)
        audit.note(connection, actor, "luisteraar.turn_down", new.fingerprint, now)


def end(engine: Engine, who: Luisteraar, actor: str, now: datetime) -> None:
    """Take a key out of use: nothing more is sealed to it."""
    with writing(engine) as connection:
        change(connection, who.id, ended_on=local_day(now))
        audit.note(connection, actor, "luisteraar.end", who.fingerprint, now)


def set_absence(
    engine: Engine,
    who: Luisteraar,
    period: tuple[date, date] | None,
    deputy: str | None,
) -> None:
    """Say from when until when the luisteraar is away, and who stands in; None: not away.

    Raises
    ------
    LuisteraarRefused
        When the period is back to front, or nobody of that id is a luisteraar.
    """
    if period is not None and period[1] < period[0]:
        raise LuisteraarRefused("luisteraar.absence")
    with writing(engine) as connection:
        if deputy is not None and (
            deputy == who.id or readers.find(listed(connection), deputy) is None
        ):
            raise LuisteraarRefused("luisteraar.deputy")
        start, until = period or (None, None)
        change(connection, who.id, absent_from=start, absent_until=until, deputy=deputy)


def set_care(engine: Engine, who: Luisteraar, support: str, reply_days: int) -> None:
    """Keep whom the luisteraar can call, and within how many working days senders hear back.

    Raises
    ------
    LuisteraarRefused
        When the text is too long or the number of days cannot be.
    """
    told = " ".join(support.split())
    if len(told) > LONGEST_SUPPORT or not 1 <= reply_days <= MOST_REPLY_DAYS:
        raise LuisteraarRefused("luisteraar.care", longest=LONGEST_SUPPORT, most=MOST_REPLY_DAYS)
    with writing(engine) as connection:
        change(connection, who.id, support=told, reply_days=reply_days)
