"""Sending a vent: sealed first, then stored in one transaction; nothing is stored in clear."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from monitor import clock
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import (
    envelope,
    key_pinning,
    quarters,
    readers,
    receipts,
    shredding,
    theme_tokens,
)
from monitor.klaagmuur.content import Vent, check_length
from monitor.klaagmuur.envelope import Receipt
from monitor.klaagmuur.rate_limit import HourlyCap, store_within
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import KlaagmuurClosed, VentRefused
from monitor.organisation import preferences
from monitor.store.engine import writing
from monitor.store.klaagmuur_tables import vent

DEFAULT_LIFETIME = 14


@dataclass(frozen=True, slots=True)
class Draft:
    """A vent as its sender filled it in.

    Parameters
    ----------
    luisteraar
        The id of the luisteraar who reads it; empty where there is only one.
    lifetime
        How many days it may exist, one of ``quarters.LIFETIMES``.
    countable
        Whether its theme may be counted for the quarter.
    once
        A random text that came with the form: the same form sent twice is one vent.
    """

    vent: Vent = field(default_factory=Vent)
    luisteraar: str = ""
    lifetime: int = DEFAULT_LIFETIME
    countable: bool = False
    once: str = field(default="", repr=False)


def send(
    context: AppContext,
    draft: Draft,
    now: datetime,
    everyone: tuple[Luisteraar, ...] | None = None,
    cap: HourlyCap | None = None,
) -> str:
    """Seal and store a vent; returns the receipt code, which is stored nowhere.

    Parameters
    ----------
    everyone
        Every luisteraar as :func:`key_pinning.believed`, where the caller has just read them.
    cap
        Where a place is taken for a vent that is stored, and for no other.

    Raises
    ------
    VentRefused
        When it is blank or too long, or a choice in it is not on the form.
    KlaagmuurClosed
        When there is nobody who can read it.
    KlaagmuurBusy
        When there is no place left in this hour.
    StoreBusy
        When the store is locked for too long.
    """
    today = local_day(now)
    to = check(draft, everyone or key_pinning.everyone(context, today), today)
    code = _code(context, draft)
    receipt = envelope.receipt_of(code.encode("ascii"))
    # Before the cap: else sending a form again would tell, without a trace, that the hour is full.
    if draft.once and _is_stored(context, receipt.id):
        return code
    store_within(cap, clock.running(), lambda: _store(context, draft, to, receipt, now))
    return code


def check(draft: Draft, everyone: tuple[Luisteraar, ...], today: date) -> Luisteraar:
    """Whom the draft goes to, when it could be stored; raises as :func:`send`."""
    to = addressee(everyone, draft.luisteraar, today)
    _check(draft)
    return to


def _store(
    context: AppContext, draft: Draft, to: Luisteraar, receipt: Receipt, now: datetime
) -> bool:
    """Seal and store; False when the same form was stored in the meantime."""
    today = local_day(now)
    shred = shredding.take(context.keys, now)
    row = {
        "id": receipt.id,
        "luisteraar": to.id,
        "shred": shred.name,
        "sealed": envelope.seal_vent(draft.vent.to_page(), receipt, to.public, shred.key),
        "day": today,
        "expires_on": _expiry(context, draft, now),
    }
    theme = draft.vent.theme if draft.countable else None
    try:
        with writing(context.engine) as connection:
            connection.execute(insert(vent).values(row))
            theme_tokens.drop(connection, theme, to, today)
    except IntegrityError:
        shredding.destroy(context.keys, [shred.name])
        if not _is_stored(context, receipt.id):
            raise
        return False
    return True


def addressee(everyone: tuple[Luisteraar, ...], reader_id: str, today: date) -> Luisteraar:
    """The luisteraar a vent is sealed to.

    Raises
    ------
    KlaagmuurClosed
        When there is no active luisteraar.
    VentRefused
        When the chosen one is not (or no longer) a luisteraar, or none was chosen out of several.
    """
    present = readers.active(everyone, today)
    if not present:
        raise KlaagmuurClosed("klaagmuur.closed")
    if not reader_id and len(present) == 1:
        return present[0]
    chosen = readers.find(present, reader_id)
    if chosen is None:
        raise VentRefused("vent.luisteraar")
    return chosen


def _check(draft: Draft) -> None:
    if draft.vent.blank:
        raise VentRefused("vent.blank")
    check_length(draft.vent.text)
    if draft.lifetime not in quarters.LIFETIMES:
        raise VentRefused("vent.lifetime")


def _code(context: AppContext, draft: Draft) -> str:
    if not draft.once:
        return receipts.new_receipt()
    choices = (draft.once, draft.luisteraar, str(draft.lifetime), str(draft.countable))
    page = draft.vent.to_page().hex()
    return receipts.from_material(envelope.material(context.secret, "vent", *choices, page))


def _expiry(context: AppContext, draft: Draft, now: datetime) -> date:
    works = preferences.read(context.engine).works
    extra = secrets.randbelow(quarters.MOST_EXTRA + 1)
    return quarters.expires_on(now, draft.lifetime, extra, works)


def _is_stored(context: AppContext, vent_id: bytes) -> bool:
    with context.engine.connect() as connection:
        row = connection.execute(select(vent.c.id).where(vent.c.id == vent_id)).first()
    return row is not None
