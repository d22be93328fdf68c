"""The mark of the secret in the store: a process that has another secret does not start.

With another secret, second factors and links to results stop working, and a process that made a
secret of its own would sign what the other processes refuse. The mark follows from the secret and
tells nothing of it.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from monitor.errors import SettingsRefused
from monitor.store import audit, stored_settings
from monitor.store.engine import reading, writing
from monitor.store.key_folder import read_secret
from monitor.store.stored_settings import StoredSetting


def secret_of(engine: Engine, file: Path) -> bytes:
    """The installation's secret, made at the very first start and never again.

    Raises
    ------
    SettingsRefused
        When the file is gone, unreadable or damaged, or holds the secret of another store.
    """
    mark = _stored_mark(engine)
    if mark is not None and not file.exists():
        raise SettingsRefused("secret.gone", name=file)
    secret = read_secret(file)
    if mark is None:
        mark = _store_first_mark(engine, secret)
    if not hmac.compare_digest(mark, mark_of(secret)):
        raise SettingsRefused("secret.other", name=file)
    return secret


def accept(engine: Engine, file: Path, actor: str, now: datetime) -> None:
    """Go on with the secret in `file`, or a new one when there is no file: the old one is lost."""
    secret = read_secret(file)
    with writing(engine) as connection:
        stored_settings.put(connection, StoredSetting.SECRET_MARK, mark_of(secret))
        audit.note(connection, actor, "store.accept_secret", "", now)


def mark_of(secret: bytes) -> str:
    """The mark of a secret: enough to tell it from another one, and no more."""
    return hmac.new(secret, b"teamklimaat secret mark", hashlib.sha256).hexdigest()


def _stored_mark(engine: Engine) -> str | None:
    with reading(engine) as connection:
        mark = stored_settings.get(connection, StoredSetting.SECRET_MARK)
    return None if mark is None else str(mark)


def _store_first_mark(engine: Engine, secret: bytes) -> str:
    """Store the mark; of several processes that start together the first one's counts."""
    try:
        with writing(engine) as connection:
            stored_settings.add(connection, StoredSetting.SECRET_MARK, mark_of(secret))
    except IntegrityError:
        return _stored_mark(engine) or ""
    return mark_of(secret)
