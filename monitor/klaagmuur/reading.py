"""The luisteraar's side: what was written, opened with the unlocked key, in memory only."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Engine, select, update

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
        Random; names the vent in a form, and nothing else.
    unread
        Not looked at since it came, or since the sender last answered.
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
        """Whether a curtain hangs before it."""
        return is_heavy(self.vent) or any(_HEAVY.search(note.text) for note in self.notes)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Everything one luisteraar can read, and how many letters could not be opened."""

    letters: tuple[VentThread, ...]
    lost: int


def is_heavy(told: Vent) -> bool:
    """Whether a vent may be hard to read: a threat, fear, or words of violence and death."""
    return (
        told.theme is Theme.AGGRESSION
        or told.feeling is Feeling.AFRAID
        or _HEAVY.search(told.text) is not None
    )


def inbox(context: AppContext, who: Luisteraar, key: ReaderKey) -> Inbox:
    """Open everything that was written to this luisteraar: unread first, then the latest day."""
    with reading(context.engine) as connection:
        rows = connection.execute(select(vent).where(vent.c.luisteraar == who.id)).all()
        notes: dict[bytes, list[bytes]] = {}
        of_these = select(vent_note).join(vent, vent.c.id == vent_note.c.vent)
        for row in connection.execute(of_these.where(vent.c.luisteraar == who.id)):
            notes.setdefault(row.vent, []).append(row.sealed)
    letters: list[VentThread] = []
    for row in rows:
        shred = shredding.read(context.keys, row.shred)
        if shred is None:
            continue
        try:
            opened = envelope.open_as_reader(row.sealed, row.id, key, shred.key)
            told = Vent.from_page(opened.page)
        except Damaged:
            continue
        letters.append(
            VentThread(
                id=row.id,
                vent=told,
                notes=thread.open_notes(notes.get(row.id, ()), row.id, opened.key, shred),
                day=row.day,
                expires_on=row.expires_on,
                unread=row.unread,
                handled=row.handled,
                reader=who.id,
                key=opened.key,
                shred=shred,
            )
        )
    return Inbox(in_order(letters), len(rows) - len(letters))


def in_order(letters: Iterable[VentThread]) -> tuple[VentThread, ...]:
    """Unread first, then open ones, then handled; the latest day first. Within a day by chance."""
    return tuple(
        sorted(
            letters,
            key=lambda one: (not one.unread, one.handled, -one.day.toordinal(), one.id),
        )
    )


def only(
    letters: Sequence[VentThread], intention: Intention | None, theme: Theme | None
) -> tuple[VentThread, ...]:
    """The letters with this intention and theme; None: any."""
    return tuple(
        one
        for one in letters
        if intention in (None, one.vent.intention) and theme in (None, one.vent.theme)
    )


def mark_read(engine: Engine, letter: VentThread, today: date) -> None:
    """Note that it was read; the sender sees the day of the first time."""
    with writing(engine) as connection:
        connection.execute(
            update(vent)
            .where(vent.c.id == letter.id, vent.c.read_on.is_(None))
            .values(read_on=today)
        )
        connection.execute(update(vent).where(vent.c.id == letter.id).values(unread=False))


def mark_handled(engine: Engine, letter: VentThread, handled: bool) -> None:
    """Note that nothing more needs to be done, or that it does after all."""
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
    """Seal a reply into the thread, by who reads the letter; the sender's receipt code opens it.

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
        found = connection.scalar(select(vent.c.id).where(vent.c.id == letter.id))
        if found is None:
            raise VentRefused("letter.gone")
        thread.add_note(connection, letter.id, secrets.token_bytes(16), sealed)
        connection.execute(update(vent).where(vent.c.id == letter.id).values(unread=False))


def delete(context: AppContext, letter: VentThread) -> None:
    """Remove a vent for good, before its time."""
    thread.remove(context, {letter.id: letter.shred.name})


def hand_over(
    context: AppContext,
    who: Luisteraar,
    key: ReaderKey,
    to: Luisteraar,
    letters: Sequence[VentThread],
    now: datetime,
) -> int:
    """Seal letters to another luisteraar, as far as their senders allow it; returns how many.

    Raises
    ------
    LuisteraarRefused
        When somebody hands over to themselves.
    """
    if to.id == who.id:
        raise LuisteraarRefused("luisteraar.deputy")
    today = local_day(now)
    moved = 0
    with writing(context.engine) as connection:
        for letter in letters:
            if not letter.vent.handover:
                continue
            own = (vent.c.id == letter.id, vent.c.luisteraar == who.id)
            sealed = connection.scalar(select(vent.c.sealed).where(*own))
            if sealed is None:
                continue
            again = envelope.hand_over(sealed, letter.id, key, to.public, letter.shred.key)
            moved += connection.execute(
                update(vent)
                .where(*own)
                .values(luisteraar=to.id, sealed=again, handed_on=today, unread=True)
            ).rowcount
    return moved
