"""The mail of every working morning: always the same words, whether or not anything came."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.clock import AMSTERDAM
from monitor.context import AppContext
from monitor.klaagmuur import key_pinning, luisteraars, quarters, readers
from monitor.mail import route
from monitor.organisation import preferences
from monitor.store import notices
from monitor.store.engine import reading, writing
from monitor.store.notices import NoticeKind

MORNING = notices.register(
    NoticeKind("klaagmuur.morning", "mail.morning.subject", "mail.morning.text", "/postvak")
)
ONE_DAY = timedelta(1)


def enqueue_due(context: AppContext, now: datetime) -> int:
    """Enqueue today's mail to every luisteraar, from the hour of the mail on; returns how many.

    It is worth sending today only: tomorrow's says the same.
    """
    local = now.astimezone(AMSTERDAM)
    if local.time() < quarters.MAIL_AT or route.in_use(context) is None:
        return 0
    today = local.date()
    once_key = today.isoformat()
    with reading(context.engine) as connection:
        everyone = key_pinning.believed(context.keys, luisteraars.listed(connection), today)
        present = readers.active(everyone, today)
        enqueued = notices.recipients(connection, MORNING, once_key)
    lacking = sorted({each.account for each in present} - enqueued)
    if not lacking or not preferences.read(context.engine).works(today):
        return 0
    with writing(context.engine) as connection:
        return sum(
            notices.enqueue(connection, MORNING, account_id, once_key, today, today + ONE_DAY)
            for account_id in lacking
        )
