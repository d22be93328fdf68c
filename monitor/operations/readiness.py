"""Whether this process can do its work: it writes to the store and to the key folder and looks."""

from __future__ import annotations

import secrets
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from monitor.context import AppContext
from monitor.errors import StoreBusy
from monitor.store import stored_settings
from monitor.store.engine import writing
from monitor.store.key_folder import KeyFolder

KEEP = 10.0
"""Seconds for which an answer is kept: whoever asks more often does not make the disk work more."""
PROBE_BYTES = 8192
"""More than one page, so that a full disk is noticed."""


class Readiness:
    """The check, with its last answer."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._checked_at = float("-inf")
        self._failing: tuple[str, ...] = ()

    def failing(self, context: AppContext, running: float) -> tuple[str, ...]:
        """What cannot be written to, of ``store`` and ``keys``; nothing when all is well.

        Parameters
        ----------
        running
            Seconds of a clock that only goes forward.
        """
        with self._lock:
            if running - self._checked_at > KEEP:
                self._failing = check(context)
                self._checked_at = running
            return self._failing


def check(context: AppContext) -> tuple[str, ...]:
    """Write, read back and take away again; the places where that failed."""
    checks = {"store": _writes_store(context), "keys": _writes_keys(context.keys)}
    return tuple(name for name, works in checks.items() if not works)


def _writes_store(context: AppContext) -> bool:
    name, probe = f"probe-{secrets.token_hex(8)}", secrets.token_urlsafe(PROBE_BYTES)
    try:
        with writing(context.engine) as connection:
            stored_settings.add(connection, name, probe)
        with writing(context.engine) as connection:
            return stored_settings.get(connection, name) == probe and stored_settings.remove(
                connection, name
            )
    except (StoreBusy, SQLAlchemyError):
        return False


def _writes_keys(keys: KeyFolder) -> bool:
    name, probe = f"probe-{secrets.token_hex(8)}", secrets.token_bytes(PROBE_BYTES)
    try:
        keys.write(name, probe)
        try:
            return keys.read(name) == probe
        finally:
            keys.destroy(name)
    except OSError:
        return False
