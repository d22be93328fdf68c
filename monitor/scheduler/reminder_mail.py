"""The occasional mail that reminds a leidinggevende to look at the results with the team.

It always says the same, whatever is due, and nothing of any figure; nobody gets more than one a
month, however many units they lead, and a beheerder cannot tell from it what a team did.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from monitor.access.roles import Role
from monitor.climate.results import results
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.followup import reminding
from monitor.mail import route
from monitor.organisation import preferences
from monitor.organisation.register import current_tree
from monitor.store import claims, notices
from monitor.store.engine import reading, writing
from monitor.store.notices import NoticeKind
from monitor.store.run_once import run_once
from monitor.store.tables import account_role

REMINDER = notices.register(
    NoticeKind("followup.reminder", "mail.followup.subject", "mail.followup.text", "/afspraken")
)
ONCE = "month"
"""The key under which a reminder is enqueued: there is one at a time per account."""
A_MONTH = timedelta(31)
"""How long a reminder is kept, sent or not; until then there is no other."""
NAME = "reminders:"
"""What the claim of a day begins with."""


def enqueue_due(context: AppContext, now: datetime) -> bool:
    """Enqueue today's reminders, once a working day; whether that was done just now."""
    today = local_day(now)
    works = preferences.read(context.engine).works(today)
    if not works or route.in_use(context) is None:
        return False
    name = f"{NAME}{today.isoformat()}"

    def work() -> bool:
        _enqueue(context, today)
        with writing(context.engine) as connection:
            claims.forget_done(connection, NAME, keep=name)
        return True

    return run_once(context.engine, name, now, work)


def _enqueue(context: AppContext, today: date) -> int:
    """Enqueue a reminder for everybody of whose own units one needs it; returns how many.

    One that still waits for the mail server is enqueued anew, or no more where nothing is due by
    now: a month passes from the day on which it went.
    """
    led = _led(context)
    units = sorted({unit for own in led.values() for unit in own})
    states = reminding.states(context.engine, results(context.engine), units, today)
    due = [
        account
        for account, own in sorted(led.items())
        if any(reminding.needs_reminder(states[unit], today) for unit in own)
    ]
    with writing(context.engine) as connection:
        notices.withdraw(connection, REMINDER)
        return sum(
            notices.enqueue(connection, REMINDER, account, ONCE, today, today + A_MONTH)
            for account in due
        )


def _led(context: AppContext) -> dict[str, set[str]]:
    """The units that each account leads itself, without those beneath and those that closed."""
    open_units = {unit.key for unit in current_tree(context.engine).open_units}
    query = select(account_role.c.account, account_role.c.unit).where(
        account_role.c.role == Role.LEIDINGGEVENDE
    )
    led: dict[str, set[str]] = {}
    with reading(context.engine) as connection:
        for row in connection.execute(query):
            if row.unit in open_units:
                led.setdefault(row.account, set()).add(row.unit)
    return led
