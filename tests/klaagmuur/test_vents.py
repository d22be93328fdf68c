"""Sending a vent, and the sender's side of the conversation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.context import AppContext
from monitor.errors import Refusal
from monitor.klaagmuur import envelope, quarters, shredding, thread, vents
from monitor.klaagmuur.content import LONGEST, Author, Vent
from monitor.klaagmuur.refusals import KlaagmuurClosed, ReceiptRefused, VentRefused
from monitor.klaagmuur.vents import Draft
from monitor.organisation import preferences
from monitor.organisation.preferences import Preferences
from monitor.store.engine import reading
from monitor.store.klaagmuur_tables import theme_token, vent, vent_note
from tests.klaagmuur.conftest import Enrol, Listener
from tests.stores import SQLITE

Send = Callable[..., str]


def rows(context: AppContext) -> list[tuple[object, ...]]:
    with reading(context.engine) as connection:
        return [tuple(row) for row in connection.execute(select(vent))]


def test_a_sender_reads_back_what_was_sent(context: AppContext, send: Send) -> None:
    code = send("Het was me te veel.")

    opened = thread.open_thread(context, code.lower())

    assert opened.vent.text == "Het was me te veel."
    assert opened.reader == "Noor"
    assert opened.read_on is None
    assert opened.notes == ()


def test_without_a_luisteraar_nothing_is_taken_in(context: AppContext, now: datetime) -> None:
    with pytest.raises(KlaagmuurClosed):
        vents.send(context, Draft(Vent(text="Hallo")), now)

    assert rows(context) == []


def test_nothing_said_and_too_much_said_are_refused(send: Send, context: AppContext) -> None:
    with pytest.raises(VentRefused) as blank:
        send("  \n ", theme=None, feeling=None)
    with pytest.raises(VentRefused) as long:
        send("é" * (LONGEST + 3))

    assert blank.value.key == "vent.blank"
    assert long.value.words["over"] == 3
    assert rows(context) == []


def test_a_tapped_theme_is_enough(send: Send, context: AppContext) -> None:
    assert thread.open_thread(context, send("", feeling=None)).vent.text == ""


def test_the_same_form_twice_is_one_vent(send: Send, context: AppContext) -> None:
    once = "a" * 22

    assert send("Dubbel geklikt.", once=once) == send("Dubbel geklikt.", once=once)
    other = send("Toch iets anders.", once=once)

    assert len(rows(context)) == 2
    assert thread.open_thread(context, other).vent.text == "Toch iets anders."
    with reading(context.engine) as connection:
        assert len(connection.execute(select(theme_token)).all()) == 2


@pytest.mark.parametrize("store", [SQLITE])
def test_all_vents_have_one_size_and_hold_no_order(send: Send, context: AppContext) -> None:
    for number in range(20):
        send("kort" if number % 2 else "😀" * LONGEST, theme=None)

    stored = rows(context)
    assert {len(row[3]) for row in stored} == {envelope.VENT_BYTES}  # type: ignore[arg-type]
    ids = [row[0] for row in stored]
    assert ids == sorted(ids)  # type: ignore[type-var]  # by their random ids, not as they came
    assert len({row[5] for row in stored}) > 1  # random extra days
    assert {row[4] for row in stored} == {date(2026, 11, 3)}


def test_whoever_was_picked_reads_it(
    context: AppContext, send: Send, enrol: Enrol, now: datetime
) -> None:
    karim = enrol("Karim", now - timedelta(20))

    assert thread.open_thread(context, send(luisteraar=karim.who.id)).reader == "Karim"
    with pytest.raises(VentRefused) as unpicked:
        send()
    assert unpicked.value.key == "vent.luisteraar"


def test_an_answer_makes_the_vent_unread_and_arrives_once(
    context: AppContext, send: Send, now: datetime
) -> None:
    code = send()
    for _ in range(2):
        thread.answer(context, code, "En dan nog iets.", "b" * 22, now)
    thread.answer(context, code, "Nog één ding.", "c" * 22, now + timedelta(1))

    opened = thread.open_thread(context, code)

    assert [note.text for note in opened.notes] == ["En dan nog iets.", "Nog één ding."]
    assert {note.by for note in opened.notes} == {Author.SENDER}
    with pytest.raises(VentRefused):
        thread.answer(context, code, " ", "d" * 22, now)


def test_withdrawing_takes_rows_key_and_code(
    context: AppContext, send: Send, now: datetime
) -> None:
    code, other = send("weg"), send("blijft")
    thread.answer(context, code, "ook weg", "b" * 22, now)
    receipt = envelope.receipt_of(code.encode())
    with reading(context.engine) as connection:
        name = connection.scalar(select(vent.c.shred).where(vent.c.id == receipt.id))
    assert name is not None

    thread.withdraw(context, code)

    assert shredding.read(context.keys, name) is None
    assert len(rows(context)) == 1
    with reading(context.engine) as connection:
        assert connection.execute(select(vent_note)).all() == []
    with pytest.raises(ReceiptRefused):
        thread.open_thread(context, code)
    with pytest.raises(ReceiptRefused):
        thread.withdraw(context, code)
    assert thread.open_thread(context, other).vent.text == "blijft"


def test_a_code_that_opens_nothing_gets_one_answer_whatever_is_the_matter(
    context: AppContext, send: Send
) -> None:
    withdrawn, shredded = send("a"), send("b")
    thread.withdraw(context, withdrawn)
    for name in context.keys.names():
        context.keys.destroy(name)

    answers = set()
    for code in (withdrawn, shredded, "0" * 20):
        with pytest.raises(Refusal) as refusal:
            thread.open_thread(context, code)
        answers.add((type(refusal.value), refusal.value.key, str(refusal.value.words)))

    assert len(answers) == 1


def test_a_shred_key_is_made_ahead_and_used_once(context: AppContext, now: datetime) -> None:
    shredding.restock(context.keys, now)
    ready = set(context.keys.names())
    assert len(ready) == shredding.READY

    taken = {shredding.take(context.keys, now).name for _ in range(shredding.READY)}

    assert {shredding.file_name(name) for name in taken} == ready
    assert set(context.keys.names()) == ready
    assert shredding.take(context.keys, now).name not in taken


def test_key_files_are_closed_to_others(context: AppContext, send: Send) -> None:
    send()

    for name in context.keys.names():
        assert (Path(context.keys.path) / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("sent", "mailed"),
    [
        ("2026-11-03T06:59:00+00:00", date(2026, 11, 3)),  # Tuesday, before the mail
        ("2026-11-03T07:00:00+00:00", date(2026, 11, 4)),
        ("2026-11-06T12:00:00+00:00", date(2026, 11, 9)),  # Friday
        ("2026-11-07T02:00:00+00:00", date(2026, 11, 9)),  # Saturday
        ("2026-11-08T23:30:00+00:00", date(2026, 11, 9)),  # Monday already, in Amsterdam
        ("2026-12-25T06:00:00+00:00", date(2026, 12, 28)),  # Christmas, before the hour of the mail
        ("2027-05-05T12:00:00+00:00", date(2027, 5, 7)),  # Ascension Day is the day after
    ],
)
def test_a_lifetime_counts_from_the_first_mail_after_sending(sent: str, mailed: date) -> None:
    moment = datetime.fromisoformat(sent)

    works = Preferences().works
    assert quarters.first_mail_after(moment, works) == mailed
    assert quarters.expires_on(moment, 14, 3, works) == mailed + timedelta(17)
    with pytest.raises(ValueError, match="lifetime"):
        quarters.expires_on(moment, 15, 0, works)


def test_a_lifetime_counts_from_a_day_on_which_the_organisation_works(
    context: AppContext, send: Send
) -> None:
    shut = date(2026, 12, 28)
    before_christmas = datetime.fromisoformat("2026-12-24T12:00:00+01:00")
    preferences.change(context.engine, "sanne", before_christmas, days_off=(shut,))

    code = send(at=before_christmas, lifetime=7)

    expires = thread.open_thread(context, code).expires_on
    first_mail = shut + timedelta(1)
    extra = expires - first_mail - timedelta(7)
    assert timedelta(0) <= extra <= timedelta(quarters.MOST_EXTRA)


def test_who_reads_is_a_name_and_not_an_account(
    context: AppContext, noor: Listener, send: Send
) -> None:
    opened = thread.open_thread(context, send())

    assert noor.who.account not in repr(opened)
