"""the conversation in which an action was agreed, and when the team looks back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("action", sa.Column("conversation", sa.String(length=22), nullable=True))
    op.add_column(
        "action", sa.Column("look_back", sa.Integer(), server_default="6", nullable=False)
    )
    op.create_index(op.f("ix_action_conversation"), "action", ["conversation"], unique=True)
