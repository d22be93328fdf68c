"""The highest epoch of each kind that this installation has seen, kept in the key folder.

It is written after the commit: a process that dies in between leaves a store that is ahead, which
is fine. A store that is behind has been put back to an earlier state.
"""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass, field
from pathlib import Path

from monitor.store import slot_file
from monitor.store.key_folder import KeyFolder
from monitor.store.signed_rows.manifest import Head
from monitor.store.slot_file import DamagedFile

FOLDER = "rows"
"""A folder in the key folder."""
_RECORD = struct.Struct(">Q32s")
_TRIES, _PAUSE = 50, 0.002
"""How often, and after how many seconds, a file is tried that another process has."""


@dataclass(frozen=True, slots=True)
class Epochs:
    """The record of one installation."""

    keys: KeyFolder
    key: bytes = field(repr=False)

    def seen(self, kind: str) -> Head | None:
        """The highest epoch of a kind, with the code of the manifest that had it.

        Raises
        ------
        DamagedFile
            When it cannot be read: it is damaged, or was made with another secret.
        """
        try:
            return Head(kind, *_RECORD.unpack(slot_file.read(self._file(kind), self.key)))
        except FileNotFoundError:
            return None
        except (struct.error, OSError):
            raise DamagedFile from None

    def note(self, head: Head) -> None:
        """Note that this epoch was seen; a lower one than before changes nothing.

        It is never an error: what was committed stays committed, and the next read notes it.
        """
        try:
            self._note(head)
        except (OSError, DamagedFile):
            return

    def forget(self, kind: str) -> None:
        """Forget a kind, when an operator accepts what is in the store."""
        self._folder.destroy(self._file(kind).name)

    def kinds(self) -> tuple[str, ...]:
        """The kinds of which anything was seen."""
        return tuple(name.replace("+", " ") for name in self._folder.names() if name[0] != ".")

    def _note(self, head: Head) -> None:
        file, record = self._file(head.kind), _RECORD.pack(head.epoch, head.mac)
        for folder in (self.keys.path, file.parent):  # each for its owner only
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists() and slot_file.create(file, self.key, record, _RECORD.size):
            return
        for _ in range(_TRIES):
            with slot_file.locked(file, self.key) as held:
                if held is not None:
                    (before, _) = _RECORD.unpack(held.content().payload)
                    if before < head.epoch:
                        held.write(record, sync=True)
                    return
            time.sleep(_PAUSE)

    @property
    def _folder(self) -> KeyFolder:
        return KeyFolder(self.keys.path / FOLDER)

    def _file(self, kind: str) -> Path:
        return self._folder.path / kind.replace(" ", "+")
