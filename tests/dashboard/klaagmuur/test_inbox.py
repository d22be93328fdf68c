"""The luisteraar's inbox: reading, replying, handling and deleting."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from monitor import clock
from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.dashboard.klaagmuur import reply_texts
from monitor.klaagmuur import luisteraars, reading, thread
from monitor.klaagmuur.content import Author, Feeling, Intention, Note, Theme, Vent
from monitor.klaagmuur.inbox_groups import Group, answer_by, group_of, grouped
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.reading import VentThread
from monitor.klaagmuur.shredding import ShredKey
from monitor.locale import texts
from monitor.organisation import workdays
from tests.dashboard.conftest import OpenPage, SignIn
from tests.dashboard.klaagmuur.conftest import PASSPHRASE, quick_key, send, unlock
from tests.dashboard.pages import labelled, press_labelled, shown

T = texts("nl")


def test_nobody_else_reaches_the_pages(open_page: OpenPage, sign_in: SignIn, noor: object) -> None:
    for role in ("beheerder", "toezicht"):
        for address in ("postvak", "luisteraar"):
            page = open_page(sign_in(role), address)
            assert "Noor" not in shown(page)
            assert not page.text_input


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_reading_and_replying(context: AppContext, open_page: OpenPage, token: str) -> None:
    code = send(context, theme=Theme.PRESSURE)
    page = unlock(open_page(token, "postvak"))
    assert "1 bericht, 1 nieuw" in shown(page)
    assert "te veel" not in shown(page)
    assert T("inbox.choose") in shown(page)
    assert T("inbox.message.danger") in shown(page)

    press_labelled(page, "Lezen")

    assert "Het was me *te veel* &lt;b&gt;vandaag&lt;/b&gt;." in shown(page)
    assert thread.open_thread(context, code).read_on == clock.today()

    page.text_area[0].set_value("Kom je langs?")
    thanks = T("inbox.message.opening.thanks")
    press_labelled(page, T("inbox.message.opening.heard.short"))
    for _ in range(2):
        press_labelled(page, T("inbox.message.opening.thanks.short"))
    assert page.text_area[0].value == f"{thanks}\n\nKom je langs?"
    press_labelled(page, T("inbox.message.preview"))
    assert T("inbox.message.preview.text") in shown(page)
    assert not thread.open_thread(context, code).notes
    press_labelled(page, "Antwoord versturen")

    (note,) = thread.open_thread(context, code).notes
    assert note.by is Author.LUISTERAAR
    assert note.text == "Dank je dat je dit met me deelt.\n\nKom je langs?"
    press_labelled(page, "Markeer als afgerond")
    assert thread.open_thread(context, code).handled


@pytest.mark.usefixtures("noor")
def test_who_only_wanted_to_say_it_is_not_answered_unasked(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    send(context, intention=Intention.SAY)
    page = press_labelled(unlock(open_page(token, "postvak")), "Lezen")

    assert T("inbox.message.no_reply") in shown(page)
    (folded,) = [each for each in page.expander if each.label == T("inbox.message.reply.anyway")]
    assert not folded.proto.expanded
    assert len(folded.text_area) == len(page.text_area) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_heavy_content_is_shown_after_a_warning_only(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    code = send(context, feeling=Feeling.AFRAID)
    page = press_labelled(unlock(open_page(token, "postvak")), "Lezen")

    assert "te veel" not in shown(page)
    assert T("inbox.message.heavy") in shown(page)
    assert thread.open_thread(context, code).read_on is None
    press_labelled(page, "Bericht tonen")

    assert "te veel" in shown(page)
    assert thread.open_thread(context, code).read_on is not None


@pytest.mark.usefixtures("noor")
def test_filters_work_on_what_is_in_memory(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    send(context, theme=Theme.PRESSURE)
    send(context, theme=Theme.COLLEAGUES, intention=Intention.SAY)
    page = unlock(open_page(token, "postvak"))

    page.selectbox(key="inbox.theme").select(Theme.PRESSURE).run()
    assert [button.label for button in page.button].count("Lezen") == 1
    page.selectbox(key="inbox.intention").select(Intention.SAY).run()

    assert "Er is niets om te lezen" in shown(page)
    assert not {"intention", "theme"} & set(page.query_params)


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_deleting_takes_two_steps(context: AppContext, open_page: OpenPage, token: str) -> None:
    send(context)
    page = press_labelled(unlock(open_page(token, "postvak")), "Lezen")
    assert labelled(page, "button", "Voorgoed verwijderen").disabled

    labelled(page, "checkbox", "Ik weet het zeker").check().run()
    press_labelled(page, "Voorgoed verwijderen")

    assert "Er is niets om te lezen" in shown(page)


def _karim(context: AppContext) -> Luisteraar:
    """Another luisteraar."""
    accounts.add(context.engine, "karim@waterrijk.example", Role.LUISTERAAR, None, "t", clock.now())
    account = luisteraars.account_of(context.engine, "karim@waterrijk.example")
    assert account is not None
    return luisteraars.enrol(context.engine, account, "Karim", quick_key(), "test", clock.now())


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_after_a_handover_every_note_keeps_the_name_of_its_writer(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    code = send(context, handover=True)
    key = luisteraars.unlock(context.engine, noor, PASSPHRASE)
    (message,) = reading.inbox(context, noor, key).letters
    earlier = replace(message, reader=_karim(context).id)
    reading.reply(context, earlier, "Van wie eerder las.", clock.now())
    (message,) = reading.inbox(context, noor, key).letters
    reading.reply(context, message, "Van mij.", clock.now())

    page = press_labelled(unlock(open_page(token, "postvak")), "Lezen")

    assert re.search(r"Karim · ", shown(page))
    assert "Jij · " in shown(page)
    as_sender = thread.open_thread(context, code)
    assert [as_sender.writer(note) for note in as_sender.notes] == ["Karim", "Noor"]


def test_what_is_unread_comes_first_in_the_inbox(context: AppContext, noor: Luisteraar) -> None:
    key = luisteraars.unlock(context.engine, noor, PASSPHRASE)
    for _ in range(3):
        send(context)
    first = reading.inbox(context, noor, key).letters[0]
    reading.mark_read(context.engine, first, clock.today())

    assert reading.inbox(context, noor, key).letters[-1].id == first.id


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("label", ["Lezen", "Bericht tonen", "Markeer als afgerond"])
def test_a_button_pressed_after_the_session_ended_does_nothing(
    context: AppContext, open_page: OpenPage, token: str, label: str
) -> None:
    code = send(context, feeling=Feeling.AFRAID if label == "Bericht tonen" else Feeling.TIRED)
    page = unlock(open_page(token, "postvak"))
    if label != "Lezen":
        press_labelled(page, "Lezen")
    before = thread.open_thread(context, code)

    sessions.end(context.engine, token)
    press_labelled(page, label)

    after = thread.open_thread(context, code)
    assert (after.read_on, after.handled) == (before.read_on, before.handled)
    assert "te veel" not in shown(page)


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_help_is_put_beneath_the_reply_as_its_writer_can_use_it(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    send(context)
    page = press_labelled(unlock(open_page(token, "postvak")), "Lezen")
    page.text_area[0].set_value("Bel eens.")
    help_button = next(button for button in page.button if button.label.startswith("+ 113"))

    help_button.click().run()

    first, last = page.text_area[0].value.split("\n\n")
    assert first == "Bel eens."
    assert last.endswith("0800-0113 https://www.113.nl")
    assert T(
        "inbox.message.room", count=2000 - len(page.text_area[0].value), longest=2000
    ) in shown(page)
    press_labelled(page, T("inbox.message.reply.send"))
    assert "Bel eens." in shown(page)
    assert T("inbox.message.warning") not in shown(page)  # over what was never heavy


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_many_are_removed_at_once_but_for_those_whose_tick_was_taken_away(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    kept = send(context, text="een echt bericht", intention=Intention.TALK)
    spared = send(context, text="ook echt, met spam erin")
    for number in range(60):
        send(context, text=f"spam {number}")
    page = unlock(open_page(token, "postvak"))
    assert [button.label for button in page.button].count("Lezen") == 25
    press_labelled(page, T("bulk.begin"))

    page.text_input(key="bulk-words").set_value("SPAM").run()
    assert T("bulk.found", count=61) in shown(page)
    rest = labelled(page, "checkbox", T("bulk.rest", count=11))
    rest.check()
    spare = [each for each in page.checkbox if "met spam erin" in each.label]
    for each in spare:  # it may be among the others, which go together
        each.uncheck()
    press_labelled(page, T("bulk.remove"))
    assert T("bulk.found", count=61) in shown(page)  # not without saying so
    labelled(page, "checkbox", T("inbox.message.delete.sure")).check()
    press_labelled(page, T("bulk.remove"))

    assert thread.open_thread(context, kept)
    if spare:
        assert thread.open_thread(context, spared)
    left = [button.label for button in page.button].count("Lezen")
    assert left == 1 + len(spare)


LONG_AGO = date(2026, 11, 2)


def _letter(intention: Intention, *authors: Author, day: date = LONG_AGO) -> VentThread:
    notes = tuple(Note(n, by, day, "x") for n, by in enumerate(authors))
    key = ShredKey(b"k", b"k")
    vent = Vent(intention=intention)
    return VentThread(b"i", vent, notes, day, day, False, False, "r", b"k", key)


@pytest.mark.parametrize(
    ("letter", "group"),
    [
        (_letter(Intention.SAY), Group.READ),
        (_letter(Intention.REPLY), Group.WAITING),
        (_letter(Intention.REPLY, Author.LUISTERAAR), Group.READ),
        (_letter(Intention.REPLY, Author.LUISTERAAR, Author.SENDER), Group.WAITING),
        (_letter(Intention.SAY, Author.SENDER), Group.WAITING),
        (replace(_letter(Intention.TALK), handled=True), Group.DONE),
    ],
)
def test_who_waits_is_who_had_the_last_word(letter: VentThread, group: Group) -> None:
    assert group_of(letter) is group


def test_who_wants_to_talk_comes_first_and_then_who_waits_longest() -> None:
    late = replace(_letter(Intention.REPLY, day=date(2026, 11, 9)), id=b"late")
    early = replace(_letter(Intention.REPLY), id=b"early")
    talk = replace(_letter(Intention.TALK, day=date(2026, 11, 10)), id=b"talk")

    waiting = grouped([late, early, talk])[Group.WAITING]

    assert [each.id for each in waiting] == [b"talk", b"early", b"late"]
    friday, works = date(2026, 11, 6), workdays.workdays()
    assert answer_by(_letter(Intention.REPLY, day=friday), 3, works) == date(2026, 11, 11)


def test_an_opening_takes_the_place_of_another_and_nothing_else_goes() -> None:
    with_opening = partial(reply_texts.with_opening, openings=("Dank.", "Gelezen."))

    assert with_opening("", "Dank.") == "Dank."
    assert with_opening("Dank.", "Gelezen.") == "Gelezen."
    assert with_opening("Dank.\n\nEigen tekst.", "Gelezen.") == "Gelezen.\n\nEigen tekst."
    assert with_opening("Dank. Dat zeg ik.", "Gelezen.") == "Gelezen.\n\nDank. Dat zeg ik."
    assert reply_texts.with_line("a\n", "112") == "a\n\n112"
    assert reply_texts.with_line("a\n\n112", "112") == "a\n\n112"
