"""What is chosen on the pages for the whole installation: its language, and the minimum.

The minimum only rises. So that nobody who can write in the store alone can lower it, the key
folder keeps every number that was chosen (empty files ``minimum-N``), and the highest counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, Engine

from monitor.errors import InputRefused
from monitor.store import audit, stored_settings
from monitor.store.engine import reading, writing
from monitor.store.key_folder import KeyFolder
from monitor.store.stored_settings import StoredSetting

RECORD = "minimum-"
HIGHEST_MINIMUM = 25
"""More would leave most teams without figures for good: it cannot be lowered again."""


def minimum(engine: Engine, keys: KeyFolder, least: int) -> int:
    """The fewest people behind a figure of a new round: the highest of all that was chosen.

    Parameters
    ----------
    least
        What the environment says.
    """
    with reading(engine) as connection:
        return max(least, *_chosen(connection, keys))


def raise_minimum(
    engine: Engine, keys: KeyFolder, current: int, number: int, actor: str, now: datetime
) -> None:
    """Use a higher minimum from the next round on; there is no way back.

    Raises
    ------
    InputRefused
        When it is not higher than the `current` one, or too high to be useful.
    """
    if not current < number <= HIGHEST_MINIMUM:
        words = {"least": current + 1, "most": HIGHEST_MINIMUM}
        raise InputRefused("set.minimum.refused", **words)
    with suppress(FileExistsError):
        keys.write(f"{RECORD}{number}", b"")
    with writing(engine) as connection:
        stored_settings.put(connection, StoredSetting.MINIMUM, number)
        audit.note(connection, actor, "installation.minimum", str(number), now)


def language(engine: Engine) -> str:
    """The language that was chosen; empty when none was."""
    with reading(engine) as connection:
        return str(stored_settings.get(connection, StoredSetting.LANGUAGE) or "")


def choose_language(engine: Engine, code: str, actor: str, now: datetime) -> None:
    """Let pages, mail and paper be in this language where nobody asks for another."""
    with writing(engine) as connection:
        stored_settings.put(connection, StoredSetting.LANGUAGE, code)
        audit.note(connection, actor, "installation.language", code, now)


def _chosen(connection: Connection, keys: KeyFolder) -> Iterator[int]:
    """Every minimum that was chosen, in the store and in the key folder."""
    stored = stored_settings.get(connection, StoredSetting.MINIMUM)
    yield stored if isinstance(stored, int) and stored <= HIGHEST_MINIMUM else 0
    for name in keys.names():
        number = name.removeprefix(RECORD)
        if name.startswith(RECORD) and number.isdecimal():
            yield int(number)
