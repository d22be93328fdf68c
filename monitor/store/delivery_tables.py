"""Tables of outgoing mail, claims and settings.

What is deliberately *not* here: a code or a link (they are computed again from the round's key),
anything about who answered, the time at which a letter was sent. Letters are deleted when their
round closes.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
)

from monitor.store.schema import table

outbox = table(
    "outbox",
    Column("period", String(7), ForeignKey("survey_round.period"), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("email", String(254), primary_key=True),
    # As when the letter was queued: with the round's key they give the code.
    Column("unit", String(64), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    # What the mail server said when it did not take the letter; empty again once it has.
    Column("put_off", Integer, nullable=False, default=0, server_default="0"),
    Column("not_before", BigInteger, nullable=False, default=0, server_default="0"),
    Column("reply", String(200), nullable=False, default="", server_default=""),
    CheckConstraint("kind IN ('invite', 'remind1', 'remind2')", name="kind"),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'refused')", name="state"),
)

notice = table(
    # A mail to an account that waits, or was sent: which one, not what led to it.
    "notice",
    Column("account", String(22), ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("once_key", String(64), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("expires_on", Date, nullable=False),  # from this day on there is no row
    CheckConstraint("state IN ('waiting', 'sending', 'sent')", name="state"),
)

claim = table(
    # Work that one process at a time may do, or that is done once: who has it, until when.
    "claim",
    Column("name", String(40), primary_key=True),
    Column("holder", String(22), nullable=False),  # random
    Column("until", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False, default=False),
)

backup_key = table(
    # To whom downloaded backups are sealed: the public part of a key that toezicht keeps.
    "backup_key",
    Column("public_key", LargeBinary(32), primary_key=True),
    Column("made_on", Date, nullable=False),
)

setting = table(
    # What the organisation chose for everybody; never anything about one person.
    "setting",
    Column("key", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)
