"""letters that a mail server put off have a waiting time of their own, and its reply"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("put_off", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reply", sa.String(length=200), server_default="", nullable=False),
    ):
        op.add_column("outbox", column)
