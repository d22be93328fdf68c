"""What every table shares: names for constraints, and no hidden row numbers.

SQLite numbers the rows of a table unless the table says otherwise; the numbers would keep the
order of arrival.
"""

from __future__ import annotations

from sqlalchemy import MetaData, Table
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *parts: SchemaItem) -> Table:
    """A table in our metadata, ``WITHOUT ROWID`` on SQLite."""
    return Table(name, metadata, *parts, sqlite_with_rowid=False)
