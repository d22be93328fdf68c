"""Everything there is to read about conversations: methods, dilemmas and cards, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from monitor.followup import cards, dilemmas, methods
from monitor.followup.cards import CardBook
from monitor.followup.dilemmas import DilemmaBook
from monitor.followup.methods import MethodBook

FILES = (methods.FILE, dilemmas.FILE, cards.FILE)


@dataclass(frozen=True, slots=True)
class Library:
    """The three books, each the organisation's own or the one that comes with the program."""

    methods: MethodBook
    dilemmas: DilemmaBook
    cards: CardBook


def library(folder: Path) -> Library:
    """The books of the organisation whose data folder is `folder`.

    A file is read once for every time it was changed.

    Raises
    ------
    InputRefused
        When one of its files is wrong; the sentence names the file, the line and how to mend it.
    """
    return _read(folder, tuple(_changed(folder / name) for name in FILES))


@lru_cache(maxsize=4)
def _read(folder: Path, _changed_at: tuple[int, ...]) -> Library:
    return Library(methods.load(folder), dilemmas.load(folder), cards.load(folder))


def _changed(file: Path) -> int:
    """When `file` was last changed; 0 when there is none."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
