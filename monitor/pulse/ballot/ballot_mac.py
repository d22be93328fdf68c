"""What authenticates a row of the table `ballot`: a code of 16 bytes under a key of the round.

Who can write in the store, but has no access to the key folder, can put an earlier row back as it
was, and nothing else: not another unit or edition, and not another state. The codes of an answered
and of a voided row look alike without the key.
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass, field
from enum import IntEnum

MAC_BYTES = 16
_PLACE = struct.Struct(">IIB")


class BallotState(IntEnum):
    """What became of an invitation code; `ballot.spent` does not tell the last two apart."""

    UNSPENT = 0
    ANSWERED = 1
    VOIDED = 2


@dataclass(frozen=True, slots=True)
class BallotRow:
    """The columns of a row that its code is over, but for the state."""

    fingerprint: bytes = field(repr=False)
    unit: int
    edition: int


@dataclass(frozen=True, slots=True)
class BallotMac:
    """Authenticates the rows of one round."""

    period: str
    key: bytes = field(repr=False)

    @staticmethod
    def of(code_key: bytes, period: str) -> BallotMac:
        """With a key that follows from the round's code key, which the key folder holds."""
        return BallotMac(period, hmac.digest(code_key, b"ballot rows\0", "sha256"))

    def mac(self, row: BallotRow, state: BallotState) -> bytes:
        """The code of a row in that state."""
        if not (0 <= row.unit < 2**32 and 0 <= row.edition < 2**32):
            return b""  # nothing of ours: no row has that code
        place = _PLACE.pack(row.unit, row.edition, state)
        message = b"ballot\0" + self.period.encode() + b"\0" + row.fingerprint + place
        return hmac.digest(self.key, message, "sha256")[:MAC_BYTES]

    def state(self, row: BallotRow, mac: bytes | None) -> BallotState | None:
        """The state of a row with that code; None when it is not a row of this round."""
        if not mac:
            return None
        for state in BallotState:
            if hmac.compare_digest(self.mac(row, state), mac):
                return state
        return None
