"""letters that were put off, with the reply; attempts of sign-on lie with the browser"""

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
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE outbox ALTER COLUMN {column.name} SET STATISTICS 0")
    op.create_table(
        "known_device",
        sa.Column("account", sa.String(length=22), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account"],
            ["account.id"],
            name=op.f("fk_known_device_account_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account", "digest", name=op.f("pk_known_device")),
        sqlite_with_rowid=False,
    )
    # The browser keeps attempts to sign in at the provider now.
    op.drop_table("sso_attempt")
