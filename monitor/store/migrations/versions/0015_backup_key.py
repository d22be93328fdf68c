"""downloaded backups are sealed to a key that toezicht keeps"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup_key",
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("public_key", name=op.f("pk_backup_key")),
        sqlite_with_rowid=False,
    )
