"""Changes to a luisteraar's status (accepted, turned down, absent, ended) and lines for senders."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, Engine

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import key_mail, key_pinning, readers
from monitor.klaagmuur.luisteraars import change, listed
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import LuisteraarRefused
from monitor.locale.formats import Day
from monitor.store import audit, nights
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
        When there is no such announced key, the signer is not active, or the person it belongs to
        has a key that counts, which alone may sign, or objected.
    """
    today = local_day(now)
    with writing(engine) as connection:
        new = _announced(connection, signer, new_id, today)
        own = readers.counting_keys(new.account, listed(connection), today)
        if new.is_held or (own and readers.find(own, signer.id) is None):
            raise LuisteraarRefused("luisteraar.not_announced")
        signature = key.sign(readers.statement(new.public, today))
        change(connection, new_id, active_from=today, signed_by=signer.id, signature=signature)
        audit.note(connection, actor, "luisteraar.sign", new.fingerprint, now)


def turn_down(engine: Engine, objector: Luisteraar, new_id: str, actor: str, now: datetime) -> None:
    """Keep an announced key out, on the objection of a present luisteraar.

    Raises
    ------
    LuisteraarRefused
        When there is no such announced key, or the objector is not active.
    """
    today = local_day(now)
    with writing(engine) as connection:
        new = _announced(connection, objector, new_id, today)
        change(connection, new_id, ended_on=today)
        audit.note(connection, actor, "luisteraar.turn_down", new.fingerprint, now)


def object_to(
    engine: Engine, holder: Luisteraar, key: ReaderKey, new_id: str, actor: str, now: datetime
) -> None:
    """Keep a key out that was announced in somebody's name, with the unlocked key of that person.

    Once for each key: after toezicht has let it begin there is no second objection.

    Raises
    ------
    LuisteraarRefused
        When there is no such announced key of the same account, the holder's own key does not
        count or is another, or there was an objection before.
    """
    today = local_day(now)
    with writing(engine) as connection:
        new = _announced(connection, holder, new_id, today)
        if new.account != holder.account or new.objected_on or key.public != holder.public:
            raise LuisteraarRefused("luisteraar.not_announced")
        change(connection, new_id, objected_on=today)
        key_mail.objected(connection, new.account, new_id, now)
        audit.note(connection, actor, "luisteraar.object", new.fingerprint, now)


def overrule(context: AppContext, new_id: str, actor: str, now: datetime) -> None:
    """Let a key begin that was objected to: toezicht decides, after four announced weeks.

    Raises
    ------
    LuisteraarRefused
        When there is no such key, or it is too early.
    """
    today = local_day(now)
    held = readers.find(key_pinning.everyone(context, today), new_id)
    if held is None or not held.is_held or held.has_ended(today):
        raise LuisteraarRefused("luisteraar.not_announced")
    if today < readers.may_be_overruled_on(held) or nights.is_far_ahead(context.engine, today):
        day = Day(readers.may_be_overruled_on(held))
        raise LuisteraarRefused("luisteraar.too_early", day=day)
    with writing(context.engine) as connection:
        change(connection, new_id, overruled_on=today)
        key_mail.announce(connection, held.account, f"{new_id} begins", now)
        audit.note(connection, actor, "luisteraar.overrule", held.fingerprint, now)


def end(engine: Engine, reader: Luisteraar, actor: str, now: datetime) -> None:
    """End a key: from today on nothing is sealed to it."""
    with writing(engine) as connection:
        change(connection, reader.id, ended_on=local_day(now))
        audit.note(connection, actor, "luisteraar.end", reader.fingerprint, now)


def set_absence(
    engine: Engine,
    reader: Luisteraar,
    period: tuple[date, date] | None,
    deputy: str | None,
) -> None:
    """Store the first and last day of an absence and the id of the deputy; None: not away.

    Raises
    ------
    LuisteraarRefused
        When the period ends before it starts, or the deputy is no other luisteraar.
    """
    if period is not None and period[1] < period[0]:
        raise LuisteraarRefused("luisteraar.absence")
    with writing(engine) as connection:
        if deputy is not None and (
            deputy == reader.id or readers.find(listed(connection), deputy) is None
        ):
            raise LuisteraarRefused("luisteraar.deputy")
        start, until = period or (None, None)
        change(connection, reader.id, absent_from=start, absent_until=until, deputy=deputy)


def set_care(engine: Engine, reader: Luisteraar, support: str, reply_days: int) -> None:
    """Store whom the luisteraar can call, and within how many working days senders hear back.

    Raises
    ------
    LuisteraarRefused
        When the text is too long or the number of days out of range.
    """
    spaced = " ".join(support.split())
    if len(spaced) > LONGEST_SUPPORT or not 1 <= reply_days <= MOST_REPLY_DAYS:
        raise LuisteraarRefused("luisteraar.care", longest=LONGEST_SUPPORT, most=MOST_REPLY_DAYS)
    with writing(engine) as connection:
        change(connection, reader.id, support=spaced, reply_days=reply_days)


def _announced(connection: Connection, judge: Luisteraar, new_id: str, today: date) -> Luisteraar:
    """The announced key with this id, when the luisteraar who judges it is active."""
    everyone = listed(connection)
    new = readers.find(readers.announced(everyone, today), new_id)
    if new is None or readers.find(readers.active(everyone, today), judge.id) is None:
        raise LuisteraarRefused("luisteraar.not_announced")
    return new
