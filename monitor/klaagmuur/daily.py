"""What the klaagmuur does by itself: expiry, keys laid ready, the morning's mail."""

from __future__ import annotations

from datetime import datetime

from monitor.klaagmuur import expiry, mail, shredding, witness
from monitor.wiring import House


def tick(house: House, now: datetime) -> None:
    """Do what is due; may run in several processes, every minute, and after months away."""
    witness.look(house, now)
    expiry.sweep(house, now)
    shredding.restock(house.keys, now)
    mail.send_due(house, now)
