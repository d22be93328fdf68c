"""delivery and calendar: the outbox, claims and the organisation's preferences"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.CheckConstraint("kind IN ('invite', 'remind1', 'remind2')", name=op.f("ck_outbox_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'refused')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(
            ["period"], ["survey_round.period"], name=op.f("fk_outbox_period_survey_round")
        ),
        sa.PrimaryKeyConstraint("period", "kind", "email", name=op.f("pk_outbox")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claim",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=22), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_claim")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
        sqlite_with_rowid=False,
    )
