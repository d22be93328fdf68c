"""acts that wait for toezicht, the word of a one-time link, objections against a key"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pending_act",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=254), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.String(length=254), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_act")),
        sqlite_with_rowid=False,
    )
    op.add_column("welcome_link", sa.Column("word", sa.LargeBinary(length=32), nullable=True))
    op.add_column(
        "welcome_link", sa.Column("guesses", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("luisteraar", sa.Column("objected_on", sa.Date(), nullable=True))
    op.add_column("luisteraar", sa.Column("overruled_on", sa.Date(), nullable=True))
