"""ballots know how often their unit's codes had been replaced"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ballot", sa.Column("edition", sa.Integer(), server_default="0", nullable=False))
