"""The two databases the app may use, and the settings of an installation in a folder."""

from __future__ import annotations

from pathlib import Path

from monitor.config.settings import Settings, read

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)


def settings_in(folder: Path, database_url: str = "") -> Settings:
    """Settings for keys and secret in `folder`, and for a store in it unless there is another."""
    return read(
        {
            "TEAMKLIMAAT_DATABASE_URL": database_url or sqlite_url(folder),
            "TEAMKLIMAAT_KEYS_DIR": str(folder / "state" / "keys"),
            "TEAMKLIMAAT_SECRET_FILE": str(folder / "state" / "secret"),
            "TEAMKLIMAAT_ORGANISATION_NAME": "Gemeente Waterrijk",
        }
    )


def sqlite_url(folder: Path) -> str:
    """The address of a SQLite store in this folder."""
    return f"sqlite:///{folder / 'data' / 'teamklimaat.db'}"
