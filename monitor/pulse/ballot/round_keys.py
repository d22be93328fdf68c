"""Reading a round's key from the key folder."""

from __future__ import annotations

from monitor.pulse.ballot.envelope import RoundKey, key_name
from monitor.store.key_folder import KeyFolder


def load_key(keys: KeyFolder, public: bytes) -> RoundKey | None:
    """The key with that public half; None when its file is missing or damaged."""
    try:
        key = RoundKey.from_bytes(keys.read(key_name(public)) or b"")
    except ValueError:
        return None
    return key if key.public == public else None
