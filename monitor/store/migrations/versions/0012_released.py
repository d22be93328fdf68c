"""what was worked out of sealed months is kept beside them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "released",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("atoms_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("arrays", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["period"], ["survey_round.period"], name=op.f("fk_released_period_survey_round")
        ),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_released")),
        sqlite_with_rowid=False,
    )
