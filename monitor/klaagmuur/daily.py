"""What the klaagmuur does by itself: expiry, keys laid ready, the morning's mail."""

from __future__ import annotations

from datetime import datetime

from monitor.context import AppContext
from monitor.klaagmuur import expiry, key_pinning, morning_mail, shredding


def tick(context: AppContext, now: datetime) -> None:
    """Do what is due; may run in several processes, every minute, and after months away."""
    key_pinning.look(context, now)
    expiry.sweep(context, now)
    shredding.restock(context.keys, now)
    morning_mail.enqueue_due(context, now)
