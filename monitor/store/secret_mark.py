"""A store and its secret belong together: another secret is noticed before it does harm.

With another secret, second factors and links to results stop working, and a process that made a
secret of its own would sign what the other processes refuse. So the store keeps a mark that
follows from the secret and tells nothing of it, and whoever comes with another one steps back.
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
    known = _known(engine)
    if known is not None and not file.exists():
        raise SettingsRefused("secret.gone", name=file)
    secret = read_secret(file)
    if known is None:
        known = _note_first(engine, secret)
    if not hmac.compare_digest(known, mark_of(secret)):
        raise SettingsRefused("secret.other", name=file)
    return secret


def accept(engine: Engine, file: Path, actor: str, now: datetime) -> None:
    """Go on with the secret in `file`, made when there is none: the one that was is lost."""
    secret = read_secret(file)
    with writing(engine) as connection:
        stored_settings.put(connection, StoredSetting.SECRET_MARK, mark_of(secret))
        audit.note(connection, actor, "store.accept_secret", "", now)


def mark_of(secret: bytes) -> str:
    """What the store may know of a secret: enough to tell it from another."""
    return hmac.new(secret, b"teamklimaat secret mark", hashlib.sha256).hexdigest()


def _known(engine: Engine) -> str | None:
    with reading(engine) as connection:
        found = stored_settings.get(connection, StoredSetting.SECRET_MARK)
    return None if found is None else str(found)


def _note_first(engine: Engine, secret: bytes) -> str:
    """Keep the mark; of several processes that start together the first one's counts."""
    try:
        with writing(engine) as connection:
            stored_settings.add(connection, StoredSetting.SECRET_MARK, mark_of(secret))
    except IntegrityError:
        return _known(engine) or ""
    return mark_of(secret)
