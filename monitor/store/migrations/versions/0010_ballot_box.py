"""ballots carry a code that authenticates them; nothing is kept to tell of an open ballot box"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UNSAMPLED = (("ballot", "mac"), ("ballot_batch", "id"), ("ballot_batch", "period"))


def upgrade() -> None:
    op.drop_table("nightly")
    op.add_column("ballot", sa.Column("mac", sa.LargeBinary(length=16), nullable=True))
    op.create_table(
        "ballot_batch",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(
            ["period"], ["survey_round.period"], name=op.f("fk_ballot_batch_period_survey_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_batch")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        for table, column in UNSAMPLED:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
