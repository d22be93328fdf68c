"""klaagmuur: luisteraars, vents and their threads, theme tokens"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "klaagmuur_setting",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_klaagmuur_setting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "theme_release",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=280), nullable=False),
        sa.PrimaryKeyConstraint("quarter", "theme", name=op.f("pk_theme_release")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "luisteraar",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("account", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=64), nullable=False),
        sa.Column("locked_key", sa.LargeBinary(), nullable=False),
        sa.Column("recovery_key", sa.LargeBinary(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("signed_by", sa.String(length=22), nullable=True),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=True),
        sa.Column("absent_from", sa.Date(), nullable=True),
        sa.Column("absent_until", sa.Date(), nullable=True),
        sa.Column("deputy", sa.String(length=22), nullable=True),
        sa.Column("reply_days", sa.Integer(), nullable=False),
        sa.Column("support", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_luisteraar_account_account")
        ),
        sa.ForeignKeyConstraint(
            ["deputy"], ["luisteraar.id"], name=op.f("fk_luisteraar_deputy_luisteraar")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["luisteraar.id"], name=op.f("fk_luisteraar_signed_by_luisteraar")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_luisteraar")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("luisteraar", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_luisteraar_account"), ["account"], unique=False)

    op.create_table(
        "theme_token",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("luisteraar", sa.String(length=22), nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["luisteraar"], ["luisteraar.id"], name=op.f("fk_theme_token_luisteraar_luisteraar")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_token")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vent",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("luisteraar", sa.String(length=22), nullable=False),
        sa.Column("shred", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("handled", sa.Boolean(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("handed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["luisteraar"], ["luisteraar.id"], name=op.f("fk_vent_luisteraar_luisteraar")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vent")),
        sa.UniqueConstraint("shred", name=op.f("uq_vent_shred")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("vent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vent_expires_on"), ["expires_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_vent_luisteraar"), ["luisteraar"], unique=False)

    op.create_table(
        "vent_note",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("vent", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vent"], ["vent.id"], name=op.f("fk_vent_note_vent_vent"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vent_note")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("vent_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vent_note_vent"), ["vent"], unique=False)
