"""Enrolling, unlocking, recovering and locking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import clock
from monitor.context import AppContext
from monitor.dashboard.klaagmuur import unlocked_session
from monitor.klaagmuur import luisteraars, reader_status, readers, reading, thread
from monitor.klaagmuur.enrolment import WAITING
from monitor.klaagmuur.reader_key import Cost
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.unlocked import HOLDER, IDLE
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SignIn
from tests.dashboard.klaagmuur.conftest import (
    EMAIL,
    PASSPHRASE,
    quick_key,
    send,
    session_digest,
    session_state,
    unlock,
)
from tests.dashboard.pages import html, labelled, press, press_labelled, shown, unescaped

T = texts("nl")


@pytest.mark.slow
def test_a_first_key_is_stored_only_when_the_sheet_is_proven(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    page = open_page(token, "postvak")
    page.text_input[0].set_value("Noor")
    page.text_input[1].set_value(PASSPHRASE)
    page.text_input[2].set_value(PASSPHRASE)
    press_labelled(page, "Sleutel maken")

    digest = session_digest(token)
    pending = WAITING.get(digest)
    assert pending is not None
    assert luisteraars.everyone(context.engine) == ()
    for field in page.text_input:
        field.set_value("0000")
    press_labelled(page, "Klaar")
    assert "staat niet zo op het blad" in shown(page)
    assert luisteraars.everyone(context.engine) == ()

    code = pending.new.recovery_code
    for field, group in zip(page.text_input, pending.group_numbers, strict=True):
        field.set_value(code[4 * group - 4 : 4 * group].lower())
    press_labelled(page, "Klaar")

    (enrolled,) = luisteraars.everyone(context.engine)
    assert enrolled.name == "Noor"
    assert HOLDER.is_open(digest)
    assert WAITING.get(digest) is None
    assert "Er is niets om te lezen" in shown(page)


@pytest.mark.usefixtures("noor")
def test_a_wrong_passphrase_shows_nothing(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    send(context)

    page = unlock(open_page(token, "postvak"), "iets heel anders dan dat")

    assert "wachtzin klopt niet" in shown(page)
    assert "te veel" not in shown(page)
    assert "bericht" not in shown(page).lower().replace("berichten", "")


@pytest.mark.slow
def test_with_the_sheet_a_new_passphrase_opens_everything(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    account = luisteraars.account_of(context.engine, EMAIL)
    assert account is not None
    reader_status.end(context.engine, noor, "test", clock.now())
    new = quick_key()
    again = luisteraars.enrol(
        context.engine, account, "Noor", new, "t", clock.now() - timedelta(20)
    )
    page = open_page(token, "postvak")
    fields = {field.label: field for field in page.text_input}
    fields["Herstelcode"].set_value(new.recovery_code)
    fields["Nieuwe wachtzin"].set_value("zes losse natte eenden")
    fields["Nog een keer"].set_value("zes losse natte eenden")

    press_labelled(page, "Nieuwe wachtzin opslaan")

    assert "Er is niets om te lezen" in shown(page)
    assert luisteraars.unlock(context.engine, again, "zes losse natte eenden") == new.key


@pytest.mark.slow
def test_losing_both_says_what_is_lost_and_announces_a_new_key(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    send(context)
    page = open_page(token, "postvak")
    assert "kan niemand de oude berichten nog lezen" in shown(page)
    next(box for box in page.checkbox if "onleesbaar" in box.label).check().run()
    press_labelled(page, "Opnieuw beginnen")
    page.text_input[1].set_value(PASSPHRASE)
    page.text_input[2].set_value(PASSPHRASE)
    press_labelled(page, "Sleutel maken")
    digest = session_digest(token)
    pending = WAITING.get(digest)
    assert pending is not None
    for field, group in zip(page.text_input, pending.group_numbers, strict=True):
        field.set_value(pending.new.recovery_code[4 * group - 4 : 4 * group])
    press_labelled(page, "Klaar")

    keys = luisteraars.own(context.engine, noor.account)
    assert len(keys) == 2
    assert [key.ended_on for key in keys if key.id == noor.id] == [None]
    assert readers.active(keys, clock.today()) == (noor,)  # it counts until the new one begins
    assert "aangekondigd" in shown(page)


@pytest.mark.slow
def test_who_holds_the_true_key_objects_to_a_new_one_in_her_name(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    mole = luisteraars.make_key("van wie in het account kwam", Cost(rounds=1, memory=8192))
    new = luisteraars.enrol(context.engine, noor.account, "Noor", mole, "test", clock.now())
    page = open_page(token, "luisteraar")
    page.selectbox(key=unlocked_session.WHICH).set_value(noor.id).run()
    unlock(page)
    assert T("unlocked.successor") in shown(page)

    press(page, f"object-{new.id}")

    assert T("successor.objected") in unescaped(page)
    (held,) = [key for key in luisteraars.everyone(context.engine) if key.id == new.id]
    assert held.is_held


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_locking_clears_the_page(context: AppContext, open_page: OpenPage, token: str) -> None:
    send(context)
    page = press_labelled(unlock(open_page(token, "postvak")), "Lezen")
    digest = session_digest(token)

    press_labelled(page, "Vergrendelen")

    assert "te veel" not in shown(page)
    assert not HOLDER.is_open(digest)


@pytest.mark.usefixtures("noor")
def test_a_reply_is_sent_though_its_writer_locks_in_the_same_breath(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    """Two clicks that come before the page is drawn are told to it together."""
    code = send(context)
    page = press_labelled(unlock(open_page(token, "postvak")), "Lezen")
    page.text_area[0].set_value("Kom je langs?")
    labelled(page, "button", "Antwoord versturen").click()

    press_labelled(page, "Vergrendelen")

    assert [note.text for note in thread.open_thread(context, code).notes] == ["Kom je langs?"]
    assert "te veel" not in shown(page)
    assert not HOLDER.is_open(session_digest(token))


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_locking_hides_the_messages_before_the_page_is_drawn(
    open_page: OpenPage, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And leaves them hidden when drawing it fails."""
    page = unlock(open_page(token, "postvak"))
    assert unlocked_session.HIDDEN not in html(page)
    monkeypatch.setattr(reading, "inbox", lambda *_: 1 // 0)

    press_labelled(page, "Vergrendelen")

    assert unlocked_session.HIDDEN in html(page)
    assert [each.value for each in page.error] == [T("app.failed")]
    assert not HOLDER.is_open(session_digest(token))


@pytest.mark.usefixtures("noor")
def test_a_warning_comes_before_locking(
    open_page: OpenPage, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = unlock(open_page(token, "postvak"))
    assert "vergrendelt zo" not in shown(page)

    monkeypatch.setattr(unlocked_session, "WARN_SECONDS", IDLE + 1)
    page.run()

    assert "vergrendelt zo" in shown(page)
    assert "Ik ben er nog" in [button.label for button in page.button]


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_nothing_typed_or_read_stays_in_the_session_after_locking(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    send(context)
    page = unlock(open_page(token, "postvak"), "iets heel anders dan dat")
    assert "iets heel anders" in session_state(page)  # the control
    page = press_labelled(unlock(page), "Lezen")
    page.text_area[0].set_value("Kom je langs?")
    press_labelled(page, "Antwoord versturen")
    assert "Kom je langs?" in shown(page)

    press_labelled(page, "Vergrendelen")

    kept = session_state(page) + str(page.main)
    for secret in ("Kom je langs", "te veel", PASSPHRASE, "iets heel anders"):
        assert secret not in kept


@pytest.mark.usefixtures("noor")
def test_another_session_of_the_same_person_starts_locked(
    open_page: OpenPage, token: str, sign_in: SignIn
) -> None:
    unlock(open_page(token, "postvak"))

    other = open_page(sign_in("luisteraar"), "postvak")

    assert next(field.label for field in other.text_input) == "Wachtzin van het postvak"
