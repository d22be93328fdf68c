"""The second factor: who needs one, what is refused, and what a thief of the store finds."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pyotp
import pytest

from monitor.access import accounts, login, pending_login, second_factor, sessions
from monitor.access.login import PendingLogin, SecondFactorReady, SignedIn
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.errors import AccessRefused
from monitor.store import audit

BEA = "bea@waterrijk.example"
SANNE = "sanne@waterrijk.example"
GOOD = "vier losse natte eenden"
OTHER = "drie droge losse ganzen"
LATER = timedelta(seconds=60)


def newcomer(context: AppContext, email: str, role: Role, now: datetime) -> PendingLogin | None:
    """Add somebody who chooses a passphrase; returns the ticket that follows, if any."""
    token = accounts.add(context.engine, email, role, None, "test", now)
    account = accounts.set_password(context.engine, token, GOOD, now)
    return login.require_second_factor(context.engine, context.secret, account, now)


def prepare(
    context: AppContext, now: datetime, email: str = BEA
) -> tuple[pyotp.TOTP, SecondFactorReady]:
    """Set up a second factor; returns the telephone's codes, and the session that follows."""
    ticket = newcomer(context, email, Role.BEHEERDER, now)
    assert ticket is not None
    secret = login.find_ticket(context.engine, context.secret, ticket.token, now).secret
    assert secret is not None
    phone = pyotp.TOTP(secret)
    return phone, login.set_up(context.engine, context.secret, ticket.token, phone.at(now), now)


def enter(context: AppContext, now: datetime, email: str = BEA) -> SignedIn | PendingLogin:
    return login.check_passphrase_step(context.engine, context.secret, email, GOOD, now)


def show(context: AppContext, ticket: PendingLogin | SignedIn, typed: str, now: datetime) -> str:
    return login.second_step(context.engine, context.secret, ticket.token, typed, now).token


def refused(context: AppContext, ticket: PendingLogin | SignedIn, typed: str, now: datetime) -> str:
    with pytest.raises(AccessRefused) as caught:
        show(context, ticket, typed, now)
    return caught.value.key


def fail(
    context: AppContext, phone: pyotp.TOTP, times: int, now: datetime
) -> PendingLogin | SignedIn:
    """Type a wrong code, a number of times."""
    ticket = enter(context, now)
    around = {phone.at(now + timedelta(seconds=30 * step)) for step in (-1, 0, 1)}
    wrong = next(code for code in ("000000", "111111", "222222", "333333") if code not in around)
    for _ in range(times):
        assert refused(context, ticket, wrong, now) == "second.refused"
    return ticket


@pytest.mark.parametrize("role", [Role.BEHEERDER, Role.LUISTERAAR])
def test_who_can_do_most_sets_one_up_before_anything_else(
    peopled: AppContext, now: datetime, role: Role
) -> None:
    after_choosing = newcomer(peopled, BEA, role, now)
    after_signing_in = enter(peopled, now)

    for reached in (after_choosing, after_signing_in):
        assert isinstance(reached, PendingLogin)
        assert reached.set_up
        assert sessions.person(peopled.engine, reached.token, now) is None


def test_others_need_none(peopled: AppContext, now: datetime) -> None:
    assert newcomer(peopled, SANNE, Role.TOEZICHT, now) is None
    assert isinstance(enter(peopled, now, SANNE), SignedIn)


def test_only_an_account_of_the_demo_is_exempt(peopled: AppContext, now: datetime) -> None:
    accounts.add_with_password(peopled.engine, BEA, Role.BEHEERDER, None, GOOD, "demo", now)

    assert isinstance(enter(peopled, now), SignedIn)


def test_setting_it_up_begins_a_session_and_shows_recovery_codes(
    peopled: AppContext, now: datetime
) -> None:
    _, prepared = prepare(peopled, now)

    person = sessions.person(peopled.engine, prepared.session, now)
    assert person is not None
    assert person.email == BEA
    assert len(set(prepared.recovery_codes)) == 8
    actions = [entry.action for entry in audit.entries(peopled.engine)]
    assert "account.second_factor" in actions


def test_a_ticket_opens_one_step_only(peopled: AppContext, now: datetime) -> None:
    ticket = newcomer(peopled, BEA, Role.BEHEERDER, now)
    assert ticket is not None
    assert refused(peopled, ticket, "000000", now) == "second.expired"
    with pytest.raises(AccessRefused, match=r"second\.mismatch"):
        login.set_up(peopled.engine, peopled.secret, ticket.token, "000000", now)

    prepare(peopled, now, "els@waterrijk.example")
    halfway_there = enter(peopled, now, "els@waterrijk.example")
    with pytest.raises(AccessRefused, match=r"second\.expired"):
        login.set_up(peopled.engine, peopled.secret, halfway_there.token, "000000", now)


def test_passphrase_and_code_together_begin_a_session(peopled: AppContext, now: datetime) -> None:
    phone, _ = prepare(peopled, now)
    later = now + LATER

    ticket = enter(peopled, later)
    token = show(peopled, ticket, phone.at(later), later)

    assert isinstance(ticket, PendingLogin)
    assert not ticket.set_up
    assert sessions.person(peopled.engine, ticket.token, later) is None
    assert sessions.person(peopled.engine, token, later) is not None
    assert refused(peopled, ticket, phone.at(later + LATER), later + LATER) == "second.expired"


@pytest.mark.slow
def test_a_code_is_good_once(peopled: AppContext, now: datetime) -> None:
    phone, _ = prepare(peopled, now)
    used = phone.at(now)
    assert refused(peopled, enter(peopled, now), used, now) == "second.refused"

    later = now + LATER
    show(peopled, enter(peopled, later), phone.at(later), later)
    for older in (-30, 0):
        moment = later + timedelta(seconds=older)
        again = refused(peopled, enter(peopled, later), phone.at(moment), later)
        assert again == "second.refused"


def test_a_code_sent_many_times_at_once_is_good_once(peopled: AppContext, now: datetime) -> None:
    phone, _ = prepare(peopled, now)
    later = now + LATER
    tickets = [enter(peopled, later) for _ in range(4)]

    def attempt(ticket: PendingLogin | SignedIn) -> bool:
        try:
            show(peopled, ticket, phone.at(later), later)
        except AccessRefused:
            return False
        return True

    with ThreadPoolExecutor(4) as many:
        assert sorted(many.map(attempt, tickets)) == [False, False, False, True]


def test_a_ticket_is_good_for_ten_minutes(peopled: AppContext, now: datetime) -> None:
    phone, _ = prepare(peopled, now)
    ticket = enter(peopled, now + LATER)
    late = now + LATER + timedelta(seconds=pending_login.SECONDS)

    assert refused(peopled, ticket, phone.at(late), late) == "second.expired"


@pytest.mark.parametrize("token", ["", "x" * 43, None])
def test_what_is_no_ticket_opens_nothing(
    peopled: AppContext, now: datetime, token: str | None
) -> None:
    with pytest.raises(AccessRefused, match=r"second\.expired"):
        login.second_step(peopled.engine, peopled.secret, token, "000000", now)
    with pytest.raises(AccessRefused, match=r"second\.expired"):
        login.find_ticket(peopled.engine, peopled.secret, token, now)


@pytest.mark.slow
def test_guessing_slows_down_and_a_recovery_code_does_not_wait(
    peopled: AppContext, now: datetime
) -> None:
    phone, prepared = prepare(peopled, now)
    later = now + LATER
    ticket = fail(peopled, phone, 5, later)

    assert refused(peopled, ticket, phone.at(later), later) == "second.refused"
    first, second, *_ = prepared.recovery_codes
    assert show(peopled, ticket, f" {first.lower().replace('-', ' ')} ", later)
    assert refused(peopled, enter(peopled, later), first, later) == "second.refused"
    assert show(peopled, enter(peopled, later), second, later)


@pytest.mark.slow
def test_the_wait_ends(peopled: AppContext, now: datetime) -> None:
    phone, _ = prepare(peopled, now)
    fail(peopled, phone, 30, now + LATER)
    later = now + LATER + timedelta(seconds=second_factor.LONGEST_WAIT)

    assert show(peopled, enter(peopled, later), phone.at(later), later)


@pytest.mark.slow
def test_many_wrong_codes_are_written_down(peopled: AppContext, now: datetime) -> None:
    phone, _ = prepare(peopled, now)
    moment = now + LATER
    for _ in range(second_factor.ALARM):
        fail(peopled, phone, 1, moment)
        moment += timedelta(seconds=second_factor.LONGEST_WAIT)

    noted = [e for e in audit.entries(peopled.engine) if e.action == "account.codes_refused"]
    assert [entry.detail for entry in noted] == [BEA]


@pytest.mark.slow
def test_recovery_codes_of_another_account_do_not_work(peopled: AppContext, now: datetime) -> None:
    _, els = prepare(peopled, now, "els@waterrijk.example")
    prepare(peopled, now)

    assert refused(peopled, enter(peopled, now), els.recovery_codes[0], now) == "second.refused"


def test_choosing_another_passphrase_keeps_the_second_factor(
    peopled: AppContext, now: datetime
) -> None:
    phone, prepared = prepare(peopled, now)
    before = enter(peopled, now)
    link = accounts.add(peopled.engine, BEA, Role.BEHEERDER, None, "test", now)
    account = accounts.set_password(peopled.engine, link, OTHER, now)
    later = now + LATER

    assert login.require_second_factor(peopled.engine, peopled.secret, account, now) is None
    assert sessions.person(peopled.engine, prepared.session, now) is None
    assert refused(peopled, before, phone.at(later), later) == "second.expired"
    reached = login.check_passphrase_step(peopled.engine, peopled.secret, BEA, OTHER, later)
    assert isinstance(reached, PendingLogin)
    assert not reached.set_up


def test_a_role_that_needs_a_second_factor_ends_the_sessions_without_one(
    peopled: AppContext, now: datetime
) -> None:
    newcomer(peopled, SANNE, Role.TOEZICHT, now)
    reached = enter(peopled, now, SANNE)
    accounts.add(peopled.engine, SANNE, Role.LUISTERAAR, None, "test", now)

    assert sessions.person(peopled.engine, reached.token, now) is None
    assert isinstance(enter(peopled, now, SANNE), PendingLogin)


def test_another_secret_opens_nothing(peopled: AppContext, now: datetime) -> None:
    phone, prepared = prepare(peopled, now)
    ticket, later = enter(peopled, now), now + LATER
    stolen = b"\0" * 32

    for typed in (phone.at(later), prepared.recovery_codes[0]):
        with pytest.raises(AccessRefused):
            login.second_step(peopled.engine, stolen, ticket.token, typed, later)


def test_the_store_holds_no_secret_code_or_token_as_it_is(
    peopled: AppContext, now: datetime
) -> None:
    ticket = newcomer(peopled, BEA, Role.BEHEERDER, now)
    assert ticket is not None
    pending = login.find_ticket(peopled.engine, peopled.secret, ticket.token, now).secret
    assert pending is not None
    code = pyotp.TOTP(pending).at(now)
    prepared = login.set_up(peopled.engine, peopled.secret, ticket.token, code, now)
    file = peopled.settings.database_file
    assert file is not None
    with sqlite3.connect(file) as raw:
        dump = "\n".join(raw.iterdump())

    readable = {pending, ticket.token, prepared.session}
    readable |= {secret_text.replace("-", "") for secret_text in prepared.recovery_codes}
    for secret_text in readable:
        assert secret_text not in dump
        assert secret_text.encode().hex() not in dump.lower()
