"""The key folder: files that must never be in the database, a backup or a log.

Each file holds the key of one thing with a short life (an open round, a vent) and carries its
name. Destroying the file makes the thing unreadable for ever.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import SettingsRefused

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """A folder only its owner can enter (0700), with files only its owner can read (0600)."""

    path: Path

    def write(self, name: str, content: bytes) -> None:
        """Create the file `name`, durably; never over an existing one.

        Raises
        ------
        FileExistsError
            When there is one already.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create(self.path / name, content)
        self._sync_folder()

    def require_writable(self) -> None:
        """Make the folder where it is missing, and try to write in it.

        Raises
        ------
        SettingsRefused
            When that fails: no round could be opened and no vent taken in.
        """
        name = f"probe-{secrets.token_hex(8)}"
        try:
            self.write(name, b"probe")
            self.destroy(name)
        except OSError as error:
            words = {"name": self.path, "reason": error.strerror}
            raise SettingsRefused("keys.unwritable", **words) from None

    def read(self, name: str) -> bytes | None:
        """The file's content, or None when it is not there or may not be read."""
        try:
            with open(self.path / name, "rb", opener=_without_access_time) as file:
                return file.read()
        except OSError:
            return None

    def destroy(self, name: str) -> bool:
        """Overwrite and remove the file; False when it was not there.

        On flash storage and copying file systems overwriting promises little; the threat model
        says so. Removal is what counts for every copy made afterwards.
        """
        file = self.path / name
        try:
            with file.open("r+b", buffering=0) as handle:
                handle.write(b"\0" * os.fstat(handle.fileno()).st_size)
                os.fsync(handle.fileno())
            file.unlink()
        except FileNotFoundError:
            return False
        self._sync_folder()
        return True

    def written_before(self, name: str, moment: float) -> bool:
        """Whether the file exists and was written before `moment` (seconds since 1970)."""
        try:
            return (self.path / name).stat().st_mtime < moment
        except FileNotFoundError:
            return False

    def names(self) -> tuple[str, ...]:
        """The names of all files, sorted."""
        if not self.path.is_dir():
            return ()
        return tuple(sorted(entry.name for entry in self.path.iterdir() if entry.is_file()))

    def _sync_folder(self) -> None:
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_secret(file: Path) -> bytes:
    """The installation's secret; made at the first start.

    Several processes may start at once: exactly one creates it, the others read that one.

    Raises
    ------
    SettingsRefused
        When it cannot be read or made, or is damaged. A damaged one is never replaced: links and
        second factors would stop working without anybody having chosen that.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            _make_secret(file)
        secret = file.read_bytes()
    except OSError as error:
        raise SettingsRefused("secret.unreadable", name=file, reason=error.strerror) from None
    if len(secret) != SECRET_BYTES or not any(secret):
        raise SettingsRefused("doctor.secret", name=file)
    return secret


def _make_secret(file: Path) -> None:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    _create(draft, secrets.token_bytes(SECRET_BYTES))
    try:
        os.link(draft, file)  # fails when another process was first: then its secret counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _without_access_time(path: str, flags: int) -> int:
    """Open a file without noting when: a key is first read when somebody writes a vent."""
    try:
        return os.open(path, flags | getattr(os, "O_NOATIME", 0))
    except PermissionError:  # not our own file, or a file system without that option
        return os.open(path, flags)


def _create(file: Path, content: bytes) -> None:
    """Write a new file, durably; on a full disk no part of it stays."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        file.unlink(missing_ok=True)
        raise
