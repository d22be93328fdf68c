"""The manifest of a kind: the code of every row of it, in the table ``row_manifest``."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update

from monitor.store.signed_rows.row_mac import BYTES, RowMac
from monitor.store.signed_tables import row_manifest

_HEADS = select(row_manifest.c.kind, row_manifest.c.epoch, row_manifest.c.mac)


@dataclass(frozen=True, slots=True)
class Head:
    """The epoch and the code of a stored manifest, which is not verified yet."""

    kind: str
    epoch: int
    mac: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest whose code was right: the code of each row, by the row's name."""

    kind: str
    epoch: int
    mac: bytes = field(repr=False)
    codes: Mapping[bytes, bytes] = field(repr=False)

    @property
    def head(self) -> Head:
        """What tells it from every other."""
        return Head(self.kind, self.epoch, self.mac)


def heads(connection: Connection, kinds: Collection[str]) -> dict[str, Head]:
    """Which manifests are stored, of these kinds."""
    rows = connection.execute(_HEADS.where(row_manifest.c.kind.in_(kinds)))
    return {row.kind: Head(row.kind, row.epoch, row.mac) for row in rows}


def lock(connection: Connection, kind: str) -> None:
    """Keep everybody else from changing the manifest until the transaction ends."""
    connection.execute(_HEADS.where(row_manifest.c.kind == kind).with_for_update())


def load(connection: Connection, macs: RowMac, kind: str) -> Manifest | None:
    """The stored manifest; None when there is none or its code is wrong."""
    query = select(row_manifest).where(row_manifest.c.kind == kind)
    row = connection.execute(query).one_or_none()
    if row is None or not 0 <= row.epoch < 2**63:
        return None
    if not hmac.compare_digest(macs.seal(kind, row.epoch, row.body), row.mac):
        return None
    return Manifest(kind, row.epoch, row.mac, _codes(row.body))


def store(
    connection: Connection, macs: RowMac, kind: str, epoch: int, codes: Mapping[bytes, bytes]
) -> Manifest:
    """Store a manifest with these codes, in the place of what was there."""
    body = b"".join(name + code for name, code in sorted(codes.items()))
    mac = macs.seal(kind, epoch, body)
    values = {"epoch": epoch, "body": body, "mac": mac}
    changed = connection.execute(
        update(row_manifest).where(row_manifest.c.kind == kind).values(values)
    )
    if changed.rowcount == 0:
        connection.execute(insert(row_manifest).values(values | {"kind": kind}))
    return Manifest(kind, epoch, mac, dict(codes))


def _codes(body: bytes) -> dict[bytes, bytes]:
    size = 2 * BYTES
    return {
        body[start : start + BYTES]: body[start + BYTES : start + size]
        for start in range(0, len(body), size)
    }
