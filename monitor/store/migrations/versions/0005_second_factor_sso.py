"""second factors, recovery codes, and people known by single sign-on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "account",
        sa.Column("exempt", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "second_factor",
        sa.Column("account", sa.String(length=22), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        _of_account("second_factor"),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_second_factor")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recovery_code",
        sa.Column("account", sa.String(length=22), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        _of_account("recovery_code"),
        sa.PrimaryKeyConstraint("account", "digest", name=op.f("pk_recovery_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "halfway",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.String(length=22), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        _of_account("halfway"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_halfway")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_halfway_account"), "halfway", ["account"])
    op.create_table(
        "sso_person",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("account", sa.String(length=22), nullable=False),
        _of_account("sso_person"),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_sso_person")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sso_person_account"), "sso_person", ["account"])
    op.create_table(
        "sso_attempt",
        sa.Column("state", sa.LargeBinary(length=32), nullable=False),
        sa.Column("browser", sa.LargeBinary(length=32), nullable=False),
        sa.Column("nonce", sa.String(length=43), nullable=False),
        sa.Column("verifier", sa.String(length=86), nullable=False),
        sa.Column("onward", sa.String(length=1000), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_sso_attempt")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sso_attempt_expires"), "sso_attempt", ["expires"])


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account"], ["account.id"], name=op.f(f"fk_{table}_account_account"), ondelete="CASCADE"
    )
