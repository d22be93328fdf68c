"""Tables of the post and of the calendar.

What is deliberately *not* here: no code and no link (the round's key makes them again), nothing
about who answered, no time at which a letter went. A letter is forgotten when its round closes.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
)

from monitor.store.tables import metadata

outbox = Table(
    "outbox",
    metadata,
    Column("period", String(7), ForeignKey("survey_round.period"), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("email", String(254), primary_key=True),
    # As when the letter was queued: with the round's key they give the code.
    Column("unit", String(64), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    CheckConstraint("kind IN ('invite', 'remind1', 'remind2')", name="kind"),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'refused')", name="state"),
    sqlite_with_rowid=False,
)

claim = Table(
    # Something one process at a time may do, or that is done once: who has it, and until when.
    "claim",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(22), nullable=False),  # random
    Column("until", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False, default=False),
    sqlite_with_rowid=False,
)

setting = Table(
    # What the organisation chose for everybody; never anything about one person.
    "setting",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
    sqlite_with_rowid=False,
)
