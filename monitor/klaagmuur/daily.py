"""The klaagmuur's background tasks: expiry, shred keys made ahead, the morning's mail."""

from __future__ import annotations

from datetime import datetime

from monitor.context import AppContext
from monitor.klaagmuur import expiry, key_pinning, morning_mail, shredding, token_codes


def tick(context: AppContext, now: datetime) -> None:
    """Do what is due. Safe in several processes, every minute, and after months without a run."""
    key_pinning.look(context, now)
    token_codes.note_earlier(context.engine)
    expiry.sweep(context, now)
    shredding.restock(context.keys, now)
    morning_mail.enqueue_due(context, now)
