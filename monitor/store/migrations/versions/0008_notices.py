"""notices to accounts; the klaagmuur's access word among the other settings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

setting = sa.table("setting", sa.column("key", sa.String), sa.column("value", sa.JSON))
klaagmuur_setting = sa.table(
    "klaagmuur_setting", sa.column("name", sa.String), sa.column("value", sa.String)
)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("account", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("once_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sending', 'sent')", name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(
            ["account"],
            ["account.id"],
            name=op.f("fk_notice_account_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account", "kind", "once_key", name=op.f("pk_notice")),
        sqlite_with_rowid=False,
    )
    _move_access_word()
    op.drop_table("klaagmuur_setting")
    # Which night the rows were shuffled is a claim now.
    op.execute(sa.delete(setting).where(setting.c.key == "last_night"))


def _move_access_word() -> None:
    """The only setting that lasts: the others said how far one day's mail was."""
    connection = op.get_bind()
    word = connection.scalar(
        sa.select(klaagmuur_setting.c.value).where(klaagmuur_setting.c.name == "access_word")
    )
    if word:
        op.execute(sa.insert(setting).values(key="klaagmuur.access_word", value=word))
