"""The luisteraar's side: opening, replying, handing over, deleting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import reading, thread
from monitor.klaagmuur.content import Author, Feeling, Intention, Theme, Vent
from monitor.klaagmuur.refusals import LuisteraarRefused, ReceiptRefused, VentRefused
from monitor.store.engine import writing
from monitor.store.klaagmuur_tables import vent
from tests.klaagmuur.conftest import Enrol, Listener

Send = Callable[..., str]


def test_what_is_sent_can_be_read_and_answered(
    context: AppContext, noor: Listener, send: Send, now: datetime
) -> None:
    code = send("Niemand vroeg iets.")
    (letter,) = reading.inbox(context, noor.who, noor.key).letters

    reading.mark_read(context.engine, letter, local_day(now))
    reading.reply(context, letter, "Ik wel. Hoe is het nu?", now)
    thread.answer(context, code, "Beter.", "a" * 22, now)

    (answered,) = reading.inbox(context, noor.who, noor.key).letters
    assert answered.vent.text == "Niemand vroeg iets."
    assert [note.text for note in answered.notes] == ["Ik wel. Hoe is het nu?", "Beter."]
    assert [note.by for note in answered.notes] == [Author.LUISTERAAR, Author.SENDER]
    assert answered.unread
    assert thread.open_thread(context, code).read_on == local_day(now)


def test_the_day_of_reading_is_that_of_the_first_time(
    context: AppContext, noor: Listener, send: Send, now: datetime
) -> None:
    code = send()
    (letter,) = reading.inbox(context, noor.who, noor.key).letters

    reading.mark_read(context.engine, letter, local_day(now))
    reading.mark_read(context.engine, letter, local_day(now) + timedelta(3))

    assert thread.open_thread(context, code).read_on == local_day(now)


def test_another_luisteraar_cannot_open_it(
    context: AppContext, noor: Listener, send: Send, enrol: Enrol, now: datetime
) -> None:
    send()
    karim = enrol("Karim", now - timedelta(30))

    assert reading.inbox(context, karim.who, karim.key).letters == ()
    assert reading.inbox(context, noor.who, karim.key) == reading.Inbox((), 1)


def test_damaged_and_shredded_letters_are_counted_and_block_nothing(
    context: AppContext, noor: Listener, send: Send
) -> None:
    for text in ("een", "twee", "drie"):
        send(text)
    first, second, _ = reading.inbox(context, noor.who, noor.key).letters
    with writing(context.engine) as connection:
        connection.execute(update(vent).where(vent.c.id == first.id).values(sealed=b"x"))
    context.keys.destroy("vent-" + second.shred.name.hex())

    inbox = reading.inbox(context, noor.who, noor.key)

    assert len(inbox.letters) == 1
    assert inbox.lost == 2


def test_unread_comes_first_then_the_latest_day(
    context: AppContext, noor: Listener, send: Send, now: datetime
) -> None:
    send("oud", now - timedelta(2))
    send("nieuw", now)
    send("gelezen", now)
    letters = reading.inbox(context, noor.who, noor.key).letters
    by_text = {letter.vent.text: letter for letter in letters}
    reading.mark_read(context.engine, by_text["gelezen"], local_day(now))

    before = [letter.vent.text for letter in reading.inbox(context, noor.who, noor.key).letters]
    reading.mark_handled(context.engine, by_text["nieuw"], True)
    after = [letter.vent.text for letter in reading.inbox(context, noor.who, noor.key).letters]

    assert before == ["nieuw", "oud", "gelezen"]
    assert after == ["oud", "gelezen", "nieuw"]


def test_letters_are_chosen_by_what_is_inside(
    context: AppContext, noor: Listener, send: Send
) -> None:
    send(theme=Theme.COLLEAGUES, intention=Intention.TALK)
    send(theme=None)
    letters = reading.inbox(context, noor.who, noor.key).letters

    assert len(reading.only(letters, None, None)) == 2
    assert len(reading.only(letters, Intention.TALK, None)) == 1
    assert len(reading.only(letters, Intention.TALK, Theme.PRESSURE)) == 0


@pytest.mark.parametrize(
    ("content", "heavy"),
    [
        (Vent(text="Gewoon moe."), False),
        (Vent(theme=Theme.AGGRESSION), True),
        (Vent(feeling=Feeling.AFRAID), True),
        (Vent(text="Hij had een MES bij zich."), True),
        (Vent(text="Ik wil niet meer leven."), True),
        (Vent(text="De messcherpe regels."), False),
    ],
)
def test_a_curtain_hangs_before_what_is_heavy(content: Vent, heavy: bool) -> None:
    assert reading.is_heavy(content) is heavy


def test_a_handover_takes_only_what_its_sender_allows_and_the_sender_sees_it(
    context: AppContext, noor: Listener, send: Send, enrol: Enrol, now: datetime
) -> None:
    stays, goes = send("blijft"), send("gaat mee", handover=True)
    karim = enrol("Karim", now - timedelta(30))
    letters = reading.inbox(context, noor.who, noor.key).letters
    for letter in letters:
        reading.reply(context, letter, "Ik lees het.", now)

    moved = reading.hand_over(context, noor.who, noor.key, karim.who, letters, now)

    assert moved == 1
    (own,) = reading.inbox(context, noor.who, noor.key).letters
    assert own.vent.text == "blijft"
    (theirs,) = reading.inbox(context, karim.who, karim.key).letters
    assert theirs.vent.text == "gaat mee"
    assert [note.text for note in theirs.notes] == ["Ik lees het."]
    seen = thread.open_thread(context, goes)
    assert (seen.reader, seen.handed_on) == ("Karim", local_day(now))
    assert thread.open_thread(context, stays).handed_on is None
    reading.reply(context, theirs, "Nu lees ik het.", now)
    seen = thread.open_thread(context, goes)
    assert [seen.writer(note) for note in seen.notes] == ["Noor", "Karim"]
    with pytest.raises(LuisteraarRefused):
        reading.hand_over(context, noor.who, noor.key, noor.who, letters, now)


def test_deleting_is_for_good(
    context: AppContext, noor: Listener, send: Send, now: datetime
) -> None:
    code = send()
    (letter,) = reading.inbox(context, noor.who, noor.key).letters

    reading.delete(context, letter)

    with pytest.raises(ReceiptRefused):
        thread.open_thread(context, code)
    with pytest.raises(VentRefused) as gone:
        reading.reply(context, letter, "Te laat.", now)
    assert gone.value.key == "letter.gone"


def test_a_blank_or_endless_reply_is_refused(
    context: AppContext, noor: Listener, send: Send, now: datetime
) -> None:
    send()
    (letter,) = reading.inbox(context, noor.who, noor.key).letters

    for text in (" ", "x" * 2001):
        with pytest.raises(VentRefused):
            reading.reply(context, letter, text, now)
