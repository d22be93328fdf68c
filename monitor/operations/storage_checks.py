"""Findings on where an installation keeps things: its database, its keys, its disks."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from monitor.config.settings import Settings
from monitor.context import AppContext
from monitor.errors import KeyMissing, Refusal, SettingsRefused
from monitor.locale.formats import Month
from monitor.operations.findings import Finding
from monitor.operations.status import folders
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import UNDER_WAY
from monitor.store import checkup, file_modes

ROUND_KEY = "round-"
"""How the names of round keys begin; there are other keys in the folder."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keys_apart(settings: Settings) -> Iterator[Finding]:
    """A copy of the database's folder must not include the keys."""
    database = settings.database_file
    if database is None:
        return
    for name, place in (("KEYS_DIR", settings.keys_dir), ("SECRET_FILE", settings.secret_file)):
        if database.parent in place.parents or place in database.parents:
            yield Finding("doctor.together", {"name": name, "folder": database.parent})


def disk_space(settings: Settings) -> Iterator[Finding]:
    """The folders that the app writes to have space left."""
    short = checkup.short_of_space(*folders(settings))
    yield from (Finding(key, words) for key, words in short)


def store(context: AppContext) -> Iterator[Finding]:
    """The database is whole and answers."""
    try:
        yield from (Finding(key, words) for key, words in checkup.findings(context.engine))
    except Refusal as refusal:
        yield Finding(refusal.key, refusal.words)


def permissions(settings: Settings) -> Iterator[Finding]:
    """Only the app's own account may enter the key folder and read its files."""
    folder, secret = settings.keys_dir, settings.secret_file
    if folder.is_dir():
        yield from _open_to_others(folder, "doctor.folder_open")
        for file in sorted(folder.iterdir()):
            yield from _open_to_others(file, "doctor.file_open")
    yield from _open_to_others(secret, "doctor.file_open")
    if settings.database_file is not None:
        for file in file_modes.open_to_others(settings.database_file):
            yield Finding("doctor.file_open", {"name": file})


def key_folder(context: AppContext) -> Iterator[Finding]:
    """New keys can be written."""
    try:
        context.keys.require_writable()
    except SettingsRefused as refusal:
        yield Finding(refusal.key, refusal.words)


def round_keys(context: AppContext) -> Iterator[Finding]:
    """Each round under way has its key here, and no key outlives its round."""
    under_way = {
        round_.key_name: round_
        for round_ in rounds.all_rounds(context.engine)
        if round_.status in UNDER_WAY
    }
    present = {name for name in context.keys.names() if name.startswith(ROUND_KEY)}
    for name in sorted(under_way.keys() - present):
        period = under_way[name].period
        yield Finding("doctor.key_missing", {"month": Month(period), "period": period})
    for name in sorted(under_way.keys() & present):
        try:
            rounds.key_of(context.keys, under_way[name])
        except KeyMissing:
            words = {"period": Month(under_way[name].period), "name": context.keys.path / name}
            yield Finding("doctor.key_unreadable", words)
    for name in sorted(present - under_way.keys()):
        yield Finding("doctor.key_left", {"name": context.keys.path / name})


def _open_to_others(path: Path, key: str) -> Iterator[Finding]:
    if path.stat().st_mode & _OTHERS:
        yield Finding(key, {"name": path})
