"""The table of manifests, which authenticate the rows that decide something."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String

from monitor.store.schema import table

row_manifest = table(
    # Of each kind of deciding rows: digests of its rows, under a key that is not in the store.
    "row_manifest",
    Column("kind", String(40), primary_key=True),
    Column("epoch", BigInteger, nullable=False),  # goes up with every change
    Column("body", LargeBinary, nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
)
