"""The sender's side of a vent: reading its thread, answering, and withdrawing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from monitor import clock
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import envelope, receipts, shredding
from monitor.klaagmuur.content import Author, Note, Vent, check_length
from monitor.klaagmuur.envelope import Damaged, Receipt
from monitor.klaagmuur.rate_limit import HourlyCap, store_within
from monitor.klaagmuur.refusals import ReceiptRefused, VentRefused
from monitor.klaagmuur.shredding import ShredKey
from monitor.store.engine import flush_log, reading, writing
from monitor.store.klaagmuur_tables import luisteraar, vent, vent_note

MOST_NOTES = 200
"""Notes in one thread; a longer conversation should be held elsewhere."""


@dataclass(frozen=True, slots=True)
class SenderThread:
    """A vent and its thread as the sender reads them."""

    vent: Vent
    notes: tuple[Note, ...]
    day: date
    expires_on: date
    read_on: date | None
    handled: bool
    handed_on: date | None
    reader: str
    """The name of the luisteraar it is sealed to now."""
    names: Mapping[str, str]
    """Every luisteraar's name, by id."""
    key: bytes = field(repr=False)
    shred: ShredKey = field(repr=False)

    @property
    def answerable(self) -> bool:
        """Whether there is room for another note."""
        return len(self.notes) < MOST_NOTES

    def writer(self, note: Note) -> str:
        """The name of the luisteraar who wrote a note: before a handover, another than `reader`."""
        return self.names.get(note.who, self.reader)


def open_thread(context: AppContext, typed_code: str) -> SenderThread:
    """The thread that a receipt code opens.

    Raises
    ------
    ReceiptRefused
        The same one for a code that is mistyped, withdrawn, expired, damaged or never existed.
    """
    receipt = _receipt(typed_code)
    with reading(context.engine) as connection:
        row = connection.execute(select(vent).where(vent.c.id == receipt.id)).one_or_none()
        sealed_notes = notes_of(connection, receipt.id)
        names = _names(connection) if row else {}
    shred = shredding.read(context.keys, row.shred) if row else None
    if row is None or shred is None:
        raise ReceiptRefused("receipt.unknown")
    try:
        opened = envelope.open_as_sender(row.sealed, receipt, shred.key)
        content = Vent.from_page(opened.page)
    except Damaged:
        raise ReceiptRefused("receipt.unknown") from None
    return SenderThread(
        vent=content,
        notes=open_notes(sealed_notes, receipt.id, opened.key, shred),
        day=row.day,
        expires_on=row.expires_on,
        read_on=row.read_on,
        handled=row.handled,
        handed_on=row.handed_on,
        reader=names[row.luisteraar],
        names=names,
        key=opened.key,
        shred=shred,
    )


def _names(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(luisteraar.c.id, luisteraar.c.name))
    return {row.id: row.name for row in rows}


def answer(
    context: AppContext,
    typed_code: str,
    text: str,
    once: str,
    now: datetime,
    cap: HourlyCap | None = None,
) -> None:
    """Add a note of the sender; the vent is unread again for the luisteraar.

    Parameters
    ----------
    cap
        Where a place is taken for a note that is stored, and for no other.

    Raises
    ------
    ReceiptRefused
        As :func:`open_thread`.
    VentRefused
        When the text is blank or too long, or the thread is full.
    KlaagmuurBusy
        When there is no place left in this hour.
    """
    _check(text)
    thread = open_thread(context, typed_code)
    if not thread.answerable:
        raise VentRefused("thread.full")
    receipt = _receipt(typed_code)
    note = Note(next_place(thread.notes), Author.SENDER, local_day(now), text)
    note_id = envelope.material(context.secret, "note", receipt.id.hex(), once, text)[:16]
    sealed = envelope.seal_note(note.to_page(), receipt.id, thread.key, thread.shred.key)
    if _has_note(context, note_id):
        return  # the same form a second time
    store_within(cap, clock.running(), lambda: _store_note(context, receipt.id, note_id, sealed))


def _store_note(context: AppContext, vent_id: bytes, note_id: bytes, sealed: bytes) -> bool:
    """Store a note of the sender; False when it could not be added any more."""
    try:
        with writing(context.engine) as connection:
            add_note(connection, vent_id, note_id, sealed)
            connection.execute(
                update(vent).where(vent.c.id == vent_id).values(unread=True, handled=False)
            )
    except IntegrityError:
        return False  # the same form at the same moment, or the vent expired meanwhile
    return True


def withdraw(context: AppContext, typed_code: str) -> None:
    """Remove a vent and its whole thread for good, in every copy.

    Raises
    ------
    ReceiptRefused
        When the code opens nothing.
    """
    receipt = _receipt(typed_code)
    with reading(context.engine) as connection:
        shred_name = connection.scalar(select(vent.c.shred).where(vent.c.id == receipt.id))
    if shred_name is None:
        raise ReceiptRefused("receipt.unknown")
    remove(context, {receipt.id: shred_name})


def remove(context: AppContext, vents: Mapping[bytes, bytes]) -> None:
    """Remove vents (id to name of the shred key): first the keys, then the rows, then the log.

    After the first step nobody can read them, whatever happens to the other steps.
    """
    shredding.destroy(context.keys, vents.values())
    with writing(context.engine) as connection:
        for vent_id in vents:
            connection.execute(delete(vent_note).where(vent_note.c.vent == vent_id))
            connection.execute(delete(vent).where(vent.c.id == vent_id))
    flush_log(context.engine)


def notes_of(connection: Connection, vent_id: bytes) -> list[bytes]:
    """The sealed notes of a thread, in no particular order."""
    sealed = select(vent_note.c.sealed).where(vent_note.c.vent == vent_id)
    return list(connection.execute(sealed).scalars())


def open_notes(
    sealed: Iterable[bytes], vent_id: bytes, key: bytes, shred: ShredKey
) -> tuple[Note, ...]:
    """The notes in the order in which they were written, each once; damaged ones are left out."""
    notes: set[Note] = set()
    for each in sealed:
        try:
            notes.add(Note.from_page(envelope.open_note(each, vent_id, key, shred.key)))
        except Damaged:
            continue
    return tuple(sorted(notes, key=lambda note: (note.place, note.by, note.day)))


def next_place(notes: tuple[Note, ...]) -> int:
    """The place of the next note."""
    return max((note.place for note in notes), default=-1) + 1


def add_note(connection: Connection, vent_id: bytes, note_id: bytes, sealed: bytes) -> None:
    """Store a sealed note."""
    connection.execute(insert(vent_note).values(id=note_id, vent=vent_id, sealed=sealed))


def _check(text: str) -> None:
    if not text.strip():
        raise VentRefused("thread.blank")
    check_length(text)


def _has_note(context: AppContext, note_id: bytes) -> bool:
    with reading(context.engine) as connection:
        by_id = select(vent_note.c.id).where(vent_note.c.id == note_id)
        return connection.execute(by_id).first() is not None


def _receipt(typed: str) -> Receipt:
    return envelope.receipt_of(receipts.parse_receipt(typed).encode("ascii"))
