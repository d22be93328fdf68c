"""Steps that many tests take from the same store: taken once, and copied for the other tests.

A copy is taken only where the whole installation, its store, keys and secret, is byte for byte
what it was when the step was taken. So a test that did something else before takes its own steps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TypeVar, cast

from monitor.context import AppContext

Result = TypeVar("Result")
Files = dict[str, tuple[int, bytes]]
"""The mode and the content of each file of an installation."""
_after: dict[tuple[Hashable, bytes], tuple[Files, object]] = {}
"""What each step made and returned, by its name and a digest of the installation before it."""


def take(context: AppContext, name: Hashable, step: Callable[[], Result]) -> Result:
    """Do `step`, or have the installation become what this step made of an equal one.

    Returns what the step returned.

    Parameters
    ----------
    name
        The step, and everything it depends on besides the installation.
    """
    before = _installation(context)
    if before is None:
        return step()
    key = name, _digest(before)
    if key not in _after:
        result = step()
        after = _installation(context)
        assert after is not None
        _after[key] = after, result
        return result
    after, earlier = _after[key]
    _become(context, before, after)
    return cast(Result, earlier)


def _folder(context: AppContext) -> Path | None:
    """The folder in which the whole installation lies, if it does."""
    database, folder = context.settings.database_file, context.settings.secret_file.parent.parent
    return folder if database is not None and database.parent.parent == folder else None


def _installation(context: AppContext) -> Files | None:
    """All its files; None where another process may have them open."""
    folder = _folder(context)
    if folder is None:
        return None
    context.engine.dispose()  # the last connection to end leaves nothing but the database
    database, secret = context.settings.database_file, context.settings.secret_file
    assert database is not None
    if set(database.parent.iterdir()) != {database}:
        return None
    files = [database, *(path for path in secret.parent.rglob("*") if path.is_file())]
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes()) for path in files
    }


def _digest(files: Files) -> bytes:
    """Of the names, modes and contents of all files."""
    digest = hashlib.blake2b()
    for name, (mode, content) in sorted(files.items()):
        digest.update(f"{name}\0{mode} {len(content)}\0".encode() + content)
    return digest.digest()


def _become(context: AppContext, before: Files, after: Files) -> None:
    folder = _folder(context)
    assert folder is not None
    for name in before.keys() - after.keys():
        (folder / name).unlink()
    for name, (mode, content) in after.items():
        if before.get(name) != (mode, content):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(content)
            path.chmod(mode)
