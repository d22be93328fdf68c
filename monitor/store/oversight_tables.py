"""The table of acts that wait for toezicht.

What is deliberately *not* here: what became of an act. That stands in the audit log, for ever; a
row goes when its act is confirmed, refused, withdrawn or carried out.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, String

from monitor.store.schema import table

pending_act = table(
    "pending_act",
    Column("id", String(22), primary_key=True),  # random
    Column("kind", String(40), nullable=False),
    # The address or unit it is about, and what exactly is to be done.
    Column("about", String(254), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("proposed_by", String(254), nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
)
