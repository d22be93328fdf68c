"""All vents have one size, and so have all notes in their threads and all theme tokens."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import envelope, reading, thread, vents
from monitor.klaagmuur.content import LONGEST, Feeling, Intention, Theme, Vent
from monitor.klaagmuur.vents import Draft
from monitor.store.engine import reading as looking
from monitor.store.klaagmuur_tables import theme_token, vent_note
from tests.promises import canary

TEXTS = ("a", "😀" * LONGEST, "\0" * LONGEST, "é" * 700, "gewoon een zin")
VENTS = (
    *(Vent(text=text) for text in TEXTS),
    Vent(theme=Theme.OTHER),
    Vent(Intention.TALK, Theme.IGNORED_ADVICE, Feeling.POWERLESS, "x", handover=True),
)


@pytest.mark.usefixtures("noor")
def test_whatever_was_written_or_tapped(context: AppContext) -> None:
    for number, each in enumerate(VENTS):
        vents.send(context, Draft(each, countable=bool(number % 2)), clock.now())

    sizes = {len(sealed) for sealed in canary.sealed_vents(context).values()}
    assert len(canary.sealed_vents(context)) == len(VENTS)
    assert sizes == {envelope.VENT_BYTES}
    with looking(context.engine) as connection:
        tokens = list(connection.execute(select(theme_token.c.sealed)).scalars())
    assert len(tokens) == len(VENTS)
    assert len({len(token) for token in tokens}) == 1


def test_whoever_answers_and_however_long(context: AppContext, noor: canary.Listener) -> None:
    code = vents.send(context, Draft(Vent(text="a")), clock.now())
    for text in TEXTS:
        thread.answer(context, code, text, "", clock.now())
        (letter,) = reading.inbox(context, noor.reader, noor.key).letters
        reading.reply(context, letter, text, clock.now())

    with looking(context.engine) as connection:
        sealed = list(connection.execute(select(vent_note.c.sealed)).scalars())
    assert len(sealed) == 2 * len(TEXTS)
    assert {len(note) for note in sealed} == {envelope.NOTE_BYTES}


def test_handed_over_it_keeps_its_size(context: AppContext, noor: canary.Listener) -> None:
    karim = canary.enrol(context, "Karim", clock.now())
    vents.send(
        context, Draft(Vent(text="a", handover=True), luisteraar=noor.reader.id), clock.now()
    )
    letters = reading.inbox(context, noor.reader, noor.key).letters

    moved = reading.hand_over(context, noor.reader, noor.key, karim.reader, letters, clock.now())

    assert moved == 1
    assert {len(each) for each in canary.sealed_vents(context).values()} == {envelope.VENT_BYTES}


def test_the_control_unpadded_they_would_tell_how_much_was_written() -> None:
    pages = {len(each.to_page()) for each in VENTS}

    assert len(pages) == len(VENTS)
