"""PostgreSQL keeps no samples of what is in the boxes

It makes statistics of every table by itself, with samples of what is in the rows and how often
each value occurs, and keeps them in a table of its own until it looks again: envelopes and marks of
used codes would outlive the close of their round there, and how many had answered with them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNSAMPLED = ("ballot", "envelope", "outbox", "vent", "vent_note", "theme_token")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in UNSAMPLED:
        for column, kind in _columns(table):
            # Said again, a type changes nothing, but what was gathered of the column goes.
            op.execute(
                f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind},"
                f" ALTER COLUMN {column} SET STATISTICS 0"
            )


def _columns(table: str) -> list[tuple[str, str]]:
    rows = op.get_bind().execute(
        sa.text(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 AND NOT attisdropped"
        ),
        {"name": table},
    )
    return [(row.attname, row.format_type) for row in rows]
