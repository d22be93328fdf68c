"""This package is the store: the database, and the key folder beside it.

Nothing in it ties a person to an answer.
"""

from monitor.store import tables

# isort: split
# After the first: the privacy page lists them in this order.
from monitor.store import (
    access_tables,
    delivery_tables,
    followup_tables,
    klaagmuur_tables,
    oversight_tables,
    signed_tables,
)

__all__ = [
    "access_tables",
    "delivery_tables",
    "followup_tables",
    "klaagmuur_tables",
    "oversight_tables",
    "signed_tables",
    "tables",
]
