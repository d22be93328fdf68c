"""What authenticates a row: a code over table, key and deciding columns, under a derived key.

The key is derived from the installation's secret, which is not in the store.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from monitor.store.signed_rows.deciding import Deciding

BYTES = 16
"""Length of the name of a row and of its code: what both together need is 32 bytes a row."""

Key = tuple[Any, ...]
"""The values of a row's primary key."""


@dataclass(frozen=True, slots=True)
class RowMac:
    """Authenticates rows with one installation's key."""

    key: bytes = field(repr=False)

    @staticmethod
    def of(secret: bytes) -> RowMac:
        """With the key that follows from the installation's `secret`."""
        return RowMac(hmac.digest(secret, b"teamklimaat rows\0", hashlib.sha256))

    def name(self, table: Deciding, key: Key) -> bytes:
        """The name of a row in its manifest; it does not reveal the row's key."""
        return self._digest("name", table.table.name, [_plain(value) for value in key])

    def mark_name(self, table: Deciding) -> bytes:
        """The name of the mark of an adopted table."""
        return self._digest("adopted", table.table.name, [])

    def code(self, table: Deciding, row: Mapping[Any, Any]) -> bytes:
        """The code of a row; `row` holds at least its key and its deciding columns."""
        content = {name: _plain(row[name]) for name in (*table.key, *table.columns)}
        return self._digest("row", table.table.name, content)

    def seal(self, kind: str, epoch: int, body: bytes) -> bytes:
        """The code of a whole manifest, 32 bytes."""
        message = b"manifest\0" + kind.encode() + b"\0" + epoch.to_bytes(8, "big") + body
        return hmac.digest(self.key, message, hashlib.sha256)

    def _digest(self, use: str, table: str, content: object) -> bytes:
        text = json.dumps([use, table, content], sort_keys=True, separators=(",", ":"))
        return hmac.digest(self.key, text.encode(), hashlib.sha256)[:BYTES]


def _plain(value: Any) -> object:
    """`value` as JSON that reads the same from either database, and apart from every other type."""
    match value:
        case bytes() | bytearray() | memoryview():
            return {"bytes": bytes(value).hex()}
        case date():
            return {"date": value.isoformat()}
        case None | bool() | int() | float() | str():
            return value
    return {"json": json.dumps(value, sort_keys=True, separators=(",", ":"))}
