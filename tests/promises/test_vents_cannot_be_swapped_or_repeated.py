"""Somebody who writes in the store cannot swap, move or repeat vents and notes."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import insert, select, update

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import envelope, reading, thread, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.refusals import ReceiptRefused
from monitor.klaagmuur.vents import Draft
from monitor.store.engine import reading as looking
from monitor.store.engine import writing
from monitor.store.klaagmuur_tables import vent, vent_note
from tests.promises import canary


@pytest.fixture
def codes(context: AppContext, noor: canary.Listener) -> tuple[str, str]:
    """The receipt codes of two vents, each with a second note."""
    receipts = []
    for text in ("Van de een.", "Van de ander."):
        code = vents.send(context, Draft(Vent(text=text)), clock.now())
        thread.answer(context, code, f"Nog iets. {text}", "", clock.now())
        receipts.append(code)
    return receipts[0], receipts[1]


def name(code: str) -> bytes:
    return envelope.receipt_of(code.encode()).id


@pytest.mark.parametrize("with_keys", [False, True])
def test_two_vents_that_change_places_are_refused(
    context: AppContext, noor: canary.Listener, codes: tuple[str, str], with_keys: bool
) -> None:
    with writing(context.engine) as connection:
        rows = {row.id: row for row in connection.execute(select(vent))}
        first, second = (rows[name(code)] for code in codes)
        for each in (first, second):  # no two vents may have the same key, even for a moment
            spare = secrets.token_bytes(16)
            connection.execute(update(vent).where(vent.c.id == each.id).values(shred=spare))
        for target, source in ((first, second), (second, first)):
            shred = source.shred if with_keys else target.shred
            changed = {"sealed": source.sealed, "shred": shred}
            connection.execute(update(vent).where(vent.c.id == target.id).values(changed))

    assert reading.inbox(context, noor.reader, noor.key) == reading.Inbox((), 2)
    for code in codes:
        with pytest.raises(ReceiptRefused):
            thread.open_thread(context, code)


def test_a_note_moved_to_another_thread_is_left_out(
    context: AppContext, codes: tuple[str, str]
) -> None:
    first, second = codes
    with writing(context.engine) as connection:
        connection.execute(
            update(vent_note).where(vent_note.c.vent == name(first)).values(vent=name(second))
        )

    assert thread.open_thread(context, first).notes == ()
    (kept,) = thread.open_thread(context, second).notes
    assert kept.text == "Nog iets. Van de ander."


def test_a_note_put_in_twice_is_read_once(
    context: AppContext, noor: canary.Listener, codes: tuple[str, str]
) -> None:
    with looking(context.engine) as connection:
        rows = connection.execute(select(vent_note)).all()
    with writing(context.engine) as connection:
        for row in rows:
            copy = {"id": secrets.token_bytes(16), "vent": row.vent, "sealed": row.sealed}
            connection.execute(insert(vent_note).values(copy))

    for code in codes:
        assert len(thread.open_thread(context, code).notes) == 1
    letters = reading.inbox(context, noor.reader, noor.key).letters
    assert [len(letter.notes) for letter in letters] == [1, 1]


def test_the_control_left_in_their_places_they_open(
    context: AppContext, noor: canary.Listener, codes: tuple[str, str]
) -> None:
    texts = {letter.vent.text for letter in reading.inbox(context, noor.reader, noor.key).letters}

    assert texts == {"Van de een.", "Van de ander."}
    assert [thread.open_thread(context, code).vent.text for code in codes] == [
        "Van de een.",
        "Van de ander.",
    ]
