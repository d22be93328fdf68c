"""The klaagmuur's tables.

What is deliberately *not* here: who wrote, from where, or at what time; a title, theme, feeling or
length; the order in which vents came; a link between a vent and the token that counts its theme;
a link to any table of the pulse. Days are whole days. Every key is random, and there are no
hidden row numbers.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, LargeBinary, String

from monitor.store.schema import table

luisteraar = table(
    # One row per key: a new key is a new row.
    "luisteraar",
    Column("id", String(22), primary_key=True),  # random
    Column("account", String(22), ForeignKey("account.id"), nullable=False, index=True),
    Column("name", String(120), nullable=False),  # as senders read it
    Column("public_key", LargeBinary(64), nullable=False),
    Column("locked_key", LargeBinary, nullable=False),  # under the passphrase
    Column("recovery_key", LargeBinary, nullable=False),  # under the code of the printed sheet
    Column("announced_on", Date, nullable=False),
    Column("active_from", Date, nullable=False),
    Column("ended_on", Date, nullable=True),
    # By the luisteraar of that moment: makes a key active before its fourteen days are over.
    Column("signed_by", String(22), ForeignKey("luisteraar.id"), nullable=True),
    Column("signature", LargeBinary(64), nullable=True),
    # By the holder of an earlier key of the same person: the key then waits for toezicht.
    Column("objected_on", Date, nullable=True),
    Column("overruled_on", Date, nullable=True),
    Column("absent_from", Date, nullable=True),
    Column("absent_until", Date, nullable=True),
    Column("deputy", String(22), ForeignKey("luisteraar.id"), nullable=True),
    Column("reply_days", Integer, nullable=False, default=3),  # working days, as promised
    Column("support", String(300), nullable=False, default=""),  # whom the luisteraar can call
)

vent = table(
    "vent",
    Column("id", LargeBinary(16), primary_key=True),  # follows from the receipt code
    Column("luisteraar", String(22), ForeignKey("luisteraar.id"), nullable=False, index=True),
    Column("shred", LargeBinary(16), nullable=False, unique=True),  # name of a file of keys
    Column("sealed", LargeBinary, nullable=False),  # one size for all
    Column("day", Date, nullable=False),
    Column("expires_on", Date, nullable=False, index=True),
    Column("unread", Boolean, nullable=False, default=True),
    Column("handled", Boolean, nullable=False, default=False),
    Column("read_on", Date, nullable=True),
    Column("handed_on", Date, nullable=True),  # given to another luisteraar, as the sender allowed
)

vent_note = table(
    "vent_note",
    Column("id", LargeBinary(16), primary_key=True),
    Column(
        "vent",
        LargeBinary(16),
        ForeignKey("vent.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("sealed", LargeBinary, nullable=False),  # one size for all
)

theme_token = table(
    # A theme, or nothing, in one size: only the luisteraar can tell which.
    "theme_token",
    Column("id", LargeBinary(16), primary_key=True),  # random
    Column("luisteraar", String(22), ForeignKey("luisteraar.id"), nullable=False),
    Column("quarter", String(6), nullable=False),  # 2026Q4
    Column("sealed", LargeBinary, nullable=False),
)

theme_release = table(
    # A theme at least five vents of a closed quarter carried. Lower counts exist nowhere.
    "theme_release",
    Column("quarter", String(6), primary_key=True),
    Column("theme", String(20), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("line", String(280), nullable=False, default=""),
)
