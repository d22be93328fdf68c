"""signals: who each is for, and since when"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("signal")  # always empty until now: nothing gave signals
    op.create_table(
        "signal",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=5), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("since", sa.String(length=7), nullable=False),
        sa.CheckConstraint("audience IN ('team', 'above')", name=op.f("ck_signal_audience")),
        sa.CheckConstraint("direction IN ('down', 'up')", name=op.f("ck_signal_direction")),
        sa.ForeignKeyConstraint(
            ["period"], ["survey_round.period"], name=op.f("fk_signal_period_survey_round")
        ),
        sa.PrimaryKeyConstraint("period", "unit", "theme", "audience", name=op.f("pk_signal")),
        sqlite_with_rowid=False,
    )
