"""The luisteraar's pages: setting up, unlocking, reading, replying, locking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from monitor import clock
from monitor.access import accounts, sessions, tokens
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.dashboard.klaagmuur import unlocked_session
from monitor.klaagmuur import luisteraars, reader_status, reading, themes, thread, vents
from monitor.klaagmuur.content import Author, Feeling, Intention, Theme, Vent
from monitor.klaagmuur.enrolment import WAITING
from monitor.klaagmuur.reader_key import Cost
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.unlocked import HOLDER, IDLE
from monitor.klaagmuur.vents import Draft
from monitor.organisation.register import import_tree
from monitor.store.engine import writing
from tests.dashboard.conftest import TREE, OpenPage, SignIn

PASSPHRASE = "vijf losse natte eenden"
EMAIL = "luisteraar@waterrijk.example"
PLAIN = "Het was me *te veel* <b>vandaag</b>."


@pytest.fixture
def token(sign_in: SignIn) -> Iterator[str]:
    """Noor's session."""
    given = sign_in("luisteraar")
    yield given
    digest = tokens.digest(given)
    assert digest is not None
    HOLDER.lock(digest)
    WAITING.forget(digest)


@pytest.fixture
def noor(context: AppContext, token: str) -> Luisteraar:
    """A luisteraar with a key."""
    account = luisteraars.account_of(context.engine, EMAIL)
    assert account is not None
    new = luisteraars.make_key(PASSPHRASE, Cost(rounds=1, memory=8192))
    return luisteraars.enrol(context.engine, account, "Noor", new, "test", clock.now())


def send(context: AppContext, **said: object) -> str:
    told = {"text": PLAIN, "intention": Intention.REPLY} | said
    return vents.send(context, Draft(Vent(**told)), clock.now())  # type: ignore[arg-type]


def words(page: AppTest) -> str:
    """Everything that can be read on a page."""
    told = [*page.markdown, *page.caption, *page.title, *page.info, *page.error, *page.warning]
    return "\n".join([*(each.value for each in told), *_html(page)])


def _html(page: AppTest) -> list[str]:
    return [each.proto.body for each in page.get("html")]


def unlock(page: AppTest, passphrase: str = PASSPHRASE) -> AppTest:
    page.text_input[0].set_value(passphrase)
    return next(one for one in page.button if one.label == "Openen").click().run()


def press(page: AppTest, label: str) -> AppTest:
    return next(one for one in page.button if one.label == label).click().run()


def state(page: AppTest) -> str:
    """Everything the framework keeps of the session, what was typed among it."""
    kept = page._session_state._state
    return repr([getattr(kept, name) for name in ("_old_state", "_new_session_state")]) + repr(
        [kept._new_widget_state.states, kept._current_interaction_widget_states]
    )


def test_nobody_else_reaches_the_pages(open_page: OpenPage, sign_in: SignIn, noor: object) -> None:
    for role in ("beheerder", "toezicht"):
        for address in ("postvak", "luisteraar"):
            page = open_page(sign_in(role), address)
            assert "Noor" not in words(page)
            assert not page.text_input


def test_a_first_key_is_stored_only_when_the_sheet_is_proven(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    page = open_page(token, "postvak")
    page.text_input[0].set_value("Noor")
    page.text_input[1].set_value(PASSPHRASE)
    page.text_input[2].set_value(PASSPHRASE)
    press(page, "Sleutel maken")

    digest = tokens.digest(token)
    assert digest is not None
    waiting = WAITING.get(digest)
    assert waiting is not None
    assert luisteraars.everyone(context.engine) == ()
    for field in page.text_input:
        field.set_value("0000")
    press(page, "Klaar")
    assert "staat niet zo op het blad" in words(page)
    assert luisteraars.everyone(context.engine) == ()

    code = waiting.new.recovery_code
    for field, group in zip(page.text_input, waiting.asked, strict=True):
        field.set_value(code[4 * group - 4 : 4 * group].lower())
    press(page, "Klaar")

    (made,) = luisteraars.everyone(context.engine)
    assert made.name == "Noor"
    assert HOLDER.is_open(digest)
    assert WAITING.get(digest) is None
    assert "Er is niets om te lezen" in words(page)


@pytest.mark.usefixtures("noor")
def test_a_wrong_passphrase_shows_nothing(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    send(context)

    page = unlock(open_page(token, "postvak"), "iets heel anders dan dat")

    assert "wachtzin klopt niet" in words(page)
    assert "te veel" not in words(page)
    assert "bericht" not in words(page).lower().replace("berichten", "")


@pytest.mark.usefixtures("noor")
def test_reading_and_replying(context: AppContext, open_page: OpenPage, token: str) -> None:
    code = send(context, theme=Theme.PRESSURE)
    page = unlock(open_page(token, "postvak"))
    assert "1 bericht, 1 nieuw" in words(page)
    assert "te veel" not in words(page)

    press(page, "Lezen")

    assert "Het was me *te veel* &lt;b&gt;vandaag&lt;/b&gt;." in words(page)
    assert thread.open_thread(context, code).read_on == clock.today()

    page.text_area[0].set_value("Kom je langs?")
    next(one for one in page.selectbox if "antwoord" in one.label).select("thanks")
    press(page, "Antwoord versturen")

    (note,) = thread.open_thread(context, code).notes
    assert note.by is Author.LUISTERAAR
    assert note.text == "Dank je dat je dit met me deelt.\n\nKom je langs?"
    press(page, "Afgerond")
    assert thread.open_thread(context, code).handled


@pytest.mark.usefixtures("noor")
def test_a_heavy_letter_hangs_behind_a_curtain(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    code = send(context, feeling=Feeling.AFRAID)
    page = press(unlock(open_page(token, "postvak")), "Lezen")

    assert "te veel" not in words(page)
    assert thread.open_thread(context, code).read_on is None
    press(page, "Gordijn open")

    assert "te veel" in words(page)
    assert thread.open_thread(context, code).read_on is not None


@pytest.mark.usefixtures("noor")
def test_filters_work_on_what_is_in_memory(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    send(context, theme=Theme.PRESSURE)
    send(context, theme=Theme.COLLEAGUES, intention=Intention.SAY)
    page = unlock(open_page(token, "postvak"))

    page.selectbox(key="inbox.theme").select(Theme.PRESSURE).run()
    assert "1 bericht" in words(page)
    page.selectbox(key="inbox.intention").select(Intention.SAY).run()

    assert "Er is niets om te lezen" in words(page)
    assert not {"intention", "theme"} & set(page.query_params)


@pytest.mark.usefixtures("noor")
def test_deleting_takes_two_steps(context: AppContext, open_page: OpenPage, token: str) -> None:
    send(context)
    page = press(unlock(open_page(token, "postvak")), "Lezen")
    assert next(one for one in page.button if one.label == "Voorgoed verwijderen").disabled

    next(one for one in page.checkbox if one.label == "Ik weet het zeker").check().run()
    press(page, "Voorgoed verwijderen")

    assert "Er is niets om te lezen" in words(page)


@pytest.mark.usefixtures("noor")
def test_locking_clears_the_page(context: AppContext, open_page: OpenPage, token: str) -> None:
    send(context)
    page = press(unlock(open_page(token, "postvak")), "Lezen")
    digest = tokens.digest(token)
    assert digest is not None

    press(page, "Vergrendelen")

    assert "te veel" not in words(page)
    assert not HOLDER.is_open(digest)


@pytest.mark.usefixtures("noor")
def test_locking_is_said_beforehand(
    open_page: OpenPage, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = unlock(open_page(token, "postvak"))
    assert "vergrendelt zo" not in words(page)

    monkeypatch.setattr(unlocked_session, "WARN_SECONDS", IDLE + 1)
    page.run()

    assert "vergrendelt zo" in words(page)
    assert "Ik ben er nog" in [one.label for one in page.button]


@pytest.mark.usefixtures("noor")
def test_after_a_handover_everybodys_words_keep_their_name(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    code = send(context, handover=True)
    key = luisteraars.unlock(context.engine, noor, PASSPHRASE)
    (letter,) = reading.inbox(context, noor, key).letters
    earlier = replace(letter, reader=_other(context).id)
    reading.reply(context, earlier, "Van wie eerder las.", clock.now())
    (letter,) = reading.inbox(context, noor, key).letters
    reading.reply(context, letter, "Van mij.", clock.now())

    page = press(unlock(open_page(token, "postvak")), "Lezen")

    assert re.search(r"Karim · ", words(page))
    assert "Jij · " in words(page)
    seen = thread.open_thread(context, code)
    assert [seen.writer(note) for note in seen.notes] == ["Karim", "Noor"]


def _other(context: AppContext) -> Luisteraar:
    accounts.add(context.engine, "karim@waterrijk.example", Role.LUISTERAAR, None, "t", clock.now())
    account = luisteraars.account_of(context.engine, "karim@waterrijk.example")
    assert account is not None
    new = luisteraars.make_key(PASSPHRASE, Cost(rounds=1, memory=8192))
    return luisteraars.enrol(context.engine, account, "Karim", new, "test", clock.now())


@pytest.mark.usefixtures("noor")
def test_nothing_typed_or_read_stays_in_the_session_after_locking(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    send(context)
    page = unlock(open_page(token, "postvak"), "iets heel anders dan dat")
    assert "iets heel anders" in state(page)  # the control
    page = press(unlock(page), "Lezen")
    page.text_area[0].set_value("Kom je langs?")
    press(page, "Antwoord versturen")
    assert "Kom je langs?" in words(page)

    press(page, "Vergrendelen")

    kept = state(page) + str(page.main)
    for secret in ("Kom je langs", "te veel", PASSPHRASE, "iets heel anders"):
        assert secret not in kept


@pytest.mark.usefixtures("noor")
def test_another_session_of_the_same_person_starts_locked(
    open_page: OpenPage, token: str, sign_in: SignIn
) -> None:
    unlock(open_page(token, "postvak"))

    other = open_page(sign_in("luisteraar"), "postvak")

    assert next(one.label for one in other.text_input) == "Wachtzin van het postvak"


def test_with_the_sheet_a_new_passphrase_opens_everything(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    account = luisteraars.account_of(context.engine, EMAIL)
    assert account is not None
    reader_status.end(context.engine, noor, "test", clock.now())
    new = luisteraars.make_key(PASSPHRASE, Cost(rounds=1, memory=8192))
    again = luisteraars.enrol(
        context.engine, account, "Noor", new, "t", clock.now() - timedelta(20)
    )
    page = open_page(token, "postvak")
    fields = {one.label: one for one in page.text_input}
    fields["Herstelcode"].set_value(new.recovery_code)
    fields["Nieuwe wachtzin"].set_value("zes losse natte eenden")
    fields["Nog een keer"].set_value("zes losse natte eenden")

    press(page, "Nieuwe wachtzin bewaren")

    assert "Er is niets om te lezen" in words(page)
    assert luisteraars.unlock(context.engine, again, "zes losse natte eenden") == new.key


def test_losing_both_says_what_is_lost_and_announces_a_new_key(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    send(context)
    page = open_page(token, "postvak")
    assert "kan niemand de oude berichten nog lezen" in words(page)
    next(one for one in page.checkbox if "onleesbaar" in one.label).check().run()
    press(page, "Opnieuw beginnen")
    page.text_input[1].set_value(PASSPHRASE)
    page.text_input[2].set_value(PASSPHRASE)
    press(page, "Sleutel maken")
    digest = tokens.digest(token)
    assert digest is not None
    waiting = WAITING.get(digest)
    assert waiting is not None
    for field, group in zip(page.text_input, waiting.asked, strict=True):
        field.set_value(waiting.new.recovery_code[4 * group - 4 : 4 * group])
    press(page, "Klaar")

    keys = luisteraars.own(context.engine, noor.account)
    assert len(keys) == 2
    assert [one.ended_on for one in keys if one.id == noor.id] == [clock.today()]
    assert "aangekondigd" in words(page)


def test_own_matters_can_be_set(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    page = unlock(open_page(token, "luisteraar"))
    assert noor.fingerprint in [one.value for one in page.code]
    next(one for one in page.checkbox if one.label == "Ik ben er niet").check()
    page.button[1].click().run()
    next(one for one in page.text_input if "bellen" in one.label).set_value("Yara, 06")
    page.button[2].click().run()

    (now,) = luisteraars.everyone(context.engine)
    assert now.is_absent(clock.today())
    assert now.support == "Yara, 06"


def test_leadership_sees_released_themes_only(
    context: AppContext, open_page: OpenPage, sign_in: SignIn, noor: Luisteraar
) -> None:
    key = luisteraars.unlock(context.engine, noor, PASSPHRASE)
    import_tree(context.engine, TREE, "test", clock.now())
    for theme, times in ((Theme.PRESSURE, 6), (Theme.COLLEAGUES, 4)):
        for _ in range(times):
            draft = Draft(Vent(theme=theme), countable=True)
            vents.send(context, draft, clock.now())
    with_tokens = themes.close_quarters(
        context.engine, noor, key, (clock.now() + timedelta(100)).date()
    )
    assert len(with_tokens) == 1

    page = open_page(sign_in("toezicht"), "klaagmuurthemas")
    beheerder = open_page(sign_in("beheerder"), "klaagmuurthemas")

    table = page.table[0].value
    assert list(table["Thema"]) == ["werkdruk"]
    assert list(table["Hoe vaak"]) == ["5 tot en met 9"]
    assert "Noor" not in words(page)
    assert "Noor" in words(beheerder)
    assert not beheerder.table


def test_themes_are_counted_when_the_key_is_unlocked_and_not_by_looking(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    page = unlock(open_page(token, "postvak"))
    earlier = clock.now() - timedelta(100)
    tokens_of_theme = [themes.new_token(Theme.PRESSURE, noor) for _ in range(themes.FEWEST)]
    with writing(context.engine) as connection:
        for each in tokens_of_theme:
            themes.drop(connection, each, noor, earlier.date())

    page.run()
    open_page(token, "luisteraar")
    assert themes.released(context.engine) == ()

    press(page, "Vergrendelen")
    unlock(open_page(token, "luisteraar"))
    (released,) = themes.released(context.engine)
    assert (released.theme, released.band) == (Theme.PRESSURE, "5-9")


def test_the_inbox_is_in_order(context: AppContext, noor: Luisteraar) -> None:
    key = luisteraars.unlock(context.engine, noor, PASSPHRASE)
    for _ in range(3):
        send(context)
    first = reading.inbox(context, noor, key).letters[0]
    reading.mark_read(context.engine, first, clock.today())

    assert reading.inbox(context, noor, key).letters[-1].id == first.id


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("label", ["Lezen", "Gordijn open", "Afgerond"])
def test_a_button_pressed_after_the_session_ended_does_nothing(
    context: AppContext, open_page: OpenPage, token: str, label: str
) -> None:
    code = send(context, feeling=Feeling.AFRAID if label == "Gordijn open" else Feeling.TIRED)
    page = unlock(open_page(token, "postvak"))
    if label != "Lezen":
        press(page, "Lezen")
    before = thread.open_thread(context, code)

    sessions.end(context.engine, token)
    press(page, label)

    after = thread.open_thread(context, code)
    assert (after.read_on, after.handled) == (before.read_on, before.handled)
    assert "te veel" not in words(page)
