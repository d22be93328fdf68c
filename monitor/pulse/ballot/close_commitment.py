"""The commitment of a close: a code over what it counts, kept beside the round's key.

A close that fails is tried again. The database may still hold what the first try wrote (PostgreSQL
in its transaction log and in dead rows, SQLite in its write-ahead log). If the second try counted
another box, the difference of the two results would be about a few people. So every try counts
exactly what the first one counted, or nothing. The code is written before any result is stored, to
the key folder, which somebody who can write in the store cannot reach.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Sequence

from monitor.errors import StoreFailing
from monitor.pulse.ballot.envelope import AnswerSheet, RoundKey, key_name
from monitor.store import db_errors
from monitor.store.key_folder import KeyFolder

PREFIX = "closing-"
CODE_BYTES = 32


def code_of(key: RoundKey, rules: Sequence[object], sheets: Iterable[AnswerSheet]) -> bytes:
    """A code over the sheets that count, whatever their order, and the rules they are counted by.

    Parameters
    ----------
    rules
        Whatever else the result follows from, as JSON can hold it.
    """
    counted = sorted([sheet.unit, list(sheet.answers), sheet.replacements] for sheet in sheets)
    text = json.dumps([rules, counted], separators=(",", ":"))
    return hmac.digest(key.code_key, b"counted box\0" + text.encode(), "sha256")


def is_first_or_same(keys: KeyFolder, key: RoundKey, code: bytes) -> bool:
    """Write the code down, durably; where there is one already, whether it is the same.

    Only under the round's lock: a file that is not whole is then one in which a try ended before
    it had stored anything.

    Raises
    ------
    StoreFailing
        When there is a file that cannot be read just now, or none can be written.
    """
    name = file_name(key.public)
    before = keys.read(name)
    if before is None and name in keys.names():
        raise StoreFailing(db_errors.DISK)  # it may hold the code of another box
    if before is not None and len(before) == CODE_BYTES:
        return hmac.compare_digest(before, code)
    try:
        keys.destroy(name)
        keys.write(name, code)
    except OSError:
        raise StoreFailing(db_errors.DISK) from None
    return True


def file_name(public: bytes) -> str:
    """The file beside the key with that public half."""
    return PREFIX + key_name(public).partition("-")[2]


def key_beside(name: str) -> str:
    """The name of the key that such a file lies beside; any other name as it is."""
    return "round-" + name.removeprefix(PREFIX) if name.startswith(PREFIX) else name
