"""The luisteraar's side: vents opened with the unlocked key, in memory only."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import envelope, shredding, thread
from monitor.klaagmuur.content import Author, Feeling, Intention, Note, Theme, Vent, check_length
from monitor.klaagmuur.envelope import Damaged
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import LuisteraarRefused, VentRefused
from monitor.klaagmuur.shredding import ShredKey
from monitor.store.engine import reading, writing
from monitor.store.key_folder import KeyFolder
from monitor.store.klaagmuur_tables import vent, vent_note

_HEAVY = re.compile(
    r"\b(?:dood|doden|vermoord\w*|zelfmoord\w*|suïcid\w*|su[iï]cide|mes|wapen|pistool|bloed|"
    r"verkracht\w*|aangerand\w*|mishandel\w*|bedreig\w*|niet meer leven|er een eind aan)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class VentThread:
    """A vent as its luisteraar reads it, with its thread.

    Parameters
    ----------
    id
        Random; identifies the vent in a form.
    unread
        Not opened since it came, or since the sender last answered.
    reader
        The id of the luisteraar it is sealed to.
    """

    id: bytes
    vent: Vent
    notes: tuple[Note, ...]
    day: date
    expires_on: date
    unread: bool
    handled: bool
    reader: str
    key: bytes = field(repr=False)
    shred: ShredKey = field(repr=False)

    @property
    def heavy(self) -> bool:
        """Whether it is covered until the luisteraar asks for it.

        A luisteraar's own words never cover it: the name of 113 beneath a reply would.
        """
        received = (note.text for note in self.notes if note.by is not Author.LUISTERAAR)
        return is_heavy(self.vent) or any(map(_HEAVY.search, received))


@dataclass(frozen=True, slots=True)
class Inbox:
    """Everything one luisteraar can read, and the number of vents that could not be opened."""

    letters: tuple[VentThread, ...]
    lost: int


def is_heavy(content: Vent) -> bool:
    """Whether a vent may be hard to read: a threat, fear, or words of violence and death."""
    return (
        content.theme is Theme.AGGRESSION
        or content.feeling is Feeling.AFRAID
        or _HEAVY.search(content.text) is not None
    )


def inbox(context: AppContext, reader: Luisteraar, key: ReaderKey) -> Inbox:
    """Open everything that was written to this luisteraar, in the order of :func:`in_order`."""
    with reading(context.engine) as connection:
        rows = connection.execute(select(vent).where(vent.c.luisteraar == reader.id)).all()
        notes: dict[bytes, list[bytes]] = {}
        joined = select(vent_note).join(vent, vent.c.id == vent_note.c.vent)
        for row in connection.execute(joined.where(vent.c.luisteraar == reader.id)):
            notes.setdefault(row.vent, []).append(row.sealed)
    opened = (_open(context.keys, row, notes.get(row.id, ()), key) for row in rows)
    letters = [letter for letter in opened if letter is not None]
    return Inbox(in_order(letters), len(rows) - len(letters))


def _open(
    keys: KeyFolder, row: Row[Any], notes: Iterable[bytes], key: ReaderKey
) -> VentThread | None:
    """The vent in a row, with its thread; None when it cannot be opened."""
    shred = shredding.read(keys, row.shred)
    if shred is None:
        return None
    try:
        opened = envelope.open_as_reader(row.sealed, row.id, key, shred.key)
        content = Vent.from_page(opened.page)
    except Damaged:
        return None
    return VentThread(
        id=row.id,
        vent=content,
        notes=thread.open_notes(notes, row.id, opened.key, shred),
        day=row.day,
        expires_on=row.expires_on,
        unread=row.unread,
        handled=row.handled,
        reader=row.luisteraar,
        key=opened.key,
        shred=shred,
    )


def in_order(letters: Iterable[VentThread]) -> tuple[VentThread, ...]:
    """Unread first, then open, then handled; the latest day first, and random within a day."""

    def place(letter: VentThread) -> tuple[bool, bool, int, bytes]:
        return not letter.unread, letter.handled, -letter.day.toordinal(), letter.id

    return tuple(sorted(letters, key=place))


def only(
    letters: Sequence[VentThread], intention: Intention | None, theme: Theme | None
) -> tuple[VentThread, ...]:
    """The letters with this intention and theme; None stands for any."""
    return tuple(
        letter
        for letter in letters
        if intention in (None, letter.vent.intention) and theme in (None, letter.vent.theme)
    )


def mark_read(engine: Engine, letter: VentThread, today: date) -> None:
    """Store that it was read; the sender sees the first day on which it was."""
    with writing(engine) as connection:
        connection.execute(
            update(vent)
            .where(vent.c.id == letter.id, vent.c.read_on.is_(None))
            .values(read_on=today)
        )
        connection.execute(update(vent).where(vent.c.id == letter.id).values(unread=False))


def mark_handled(engine: Engine, letter: VentThread, handled: bool) -> None:
    """Store that nothing more needs to be done, or that something does after all."""
    with writing(engine) as connection:
        connection.execute(
            update(vent).where(vent.c.id == letter.id).values(handled=handled, unread=False)
        )


def check_reply(letter: VentThread, text: str) -> None:
    """Refuse a reply that cannot be sent.

    Raises
    ------
    VentRefused
        When the text is blank or too long, or the thread is full.
    """
    if not text.strip():
        raise VentRefused("thread.blank")
    check_length(text)
    if len(letter.notes) >= thread.MOST_NOTES:
        raise VentRefused("thread.full")


def reply(context: AppContext, letter: VentThread, text: str, now: datetime) -> None:
    """Seal a reply of the letter's luisteraar into the thread; the receipt code opens it.

    Raises
    ------
    VentRefused
        As :func:`check_reply`, or when the vent is gone.
    """
    check_reply(letter, text)
    today = local_day(now)
    note = Note(thread.next_place(letter.notes), Author.LUISTERAAR, today, text, letter.reader)
    sealed = envelope.seal_note(note.to_page(), letter.id, letter.key, letter.shred.key)
    with writing(context.engine) as connection:
        if connection.scalar(select(vent.c.id).where(vent.c.id == letter.id)) is None:
            raise VentRefused("letter.gone")
        thread.add_note(connection, letter.id, secrets.token_bytes(16), sealed)
        connection.execute(update(vent).where(vent.c.id == letter.id).values(unread=False))


def delete(context: AppContext, letter: VentThread) -> None:
    """Remove a vent for good, before it expires."""
    thread.remove(context, {letter.id: letter.shred.name})


def hand_over(
    context: AppContext,
    reader: Luisteraar,
    key: ReaderKey,
    to: Luisteraar,
    letters: Sequence[VentThread],
    now: datetime,
) -> int:
    """Seal letters to another luisteraar where their senders allow it; returns how many.

    Raises
    ------
    LuisteraarRefused
        When `to` is the luisteraar who hands over.
    """
    if to.id == reader.id:
        raise LuisteraarRefused("luisteraar.deputy")
    today = local_day(now)
    allowed = [letter for letter in letters if letter.vent.handover]
    with writing(context.engine) as connection:
        moved = [_hand_over_one(connection, reader, key, to, letter, today) for letter in allowed]
    return sum(moved)


def _hand_over_one(
    connection: Connection,
    reader: Luisteraar,
    key: ReaderKey,
    to: Luisteraar,
    letter: VentThread,
    today: date,
) -> int:
    """Seal one letter to another luisteraar; 0 when it is not, or no longer, this one's."""
    own = (vent.c.id == letter.id, vent.c.luisteraar == reader.id)
    sealed = connection.scalar(select(vent.c.sealed).where(*own))
    if sealed is None:
        return 0
    resealed = envelope.hand_over(sealed, letter.id, key, to.public, letter.shred.key)
    values = {"luisteraar": to.id, "sealed": resealed, "handed_on": today, "unread": True}
    return connection.execute(update(vent).where(*own).values(values)).rowcount
