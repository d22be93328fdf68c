"""Signing in: the same refusal whatever was wrong, and a growing wait."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from monitor.access import accounts, backoff, login, passphrase, sessions
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.errors import AccessRefused
from monitor.store.engine import reading
from monitor.store.tables import account, session
from tests.stores import BOTH

SANNE = "sanne@waterrijk.example"
WAITING = "karim@waterrijk.example"
NOBODY = "niemand@waterrijk.example"
GOOD = "vier losse natte eenden"
WRONG = "vijf losse natte eenden"


@pytest.fixture
def staffed(peopled: AppContext, now: datetime) -> AppContext:
    """Sanne has a passphrase, Karim has yet to choose one."""
    accounts.add_with_password(peopled.engine, SANNE, Role.TOEZICHT, None, GOOD, "demo", now)
    accounts.add(peopled.engine, WAITING, Role.TOEZICHT, None, "demo", now)
    return peopled


def refused(context: AppContext, email: str, password: str, moment: datetime) -> AccessRefused:
    with pytest.raises(AccessRefused) as caught:
        login.check_passphrase_step(context.engine, context.secret, email, password, moment)
    return caught.value


def sign_in(context: AppContext, email: str, moment: datetime) -> str:
    reached = login.check_passphrase_step(context.engine, context.secret, email, GOOD, moment)
    assert isinstance(reached, login.SignedIn)
    return reached.token


def fail(context: AppContext, times: int, moment: datetime) -> None:
    for _ in range(times):
        refused(context, SANNE, WRONG, moment)


@pytest.mark.slow
def test_every_sign_in_begins_a_session_of_its_own(staffed: AppContext, now: datetime) -> None:
    first = sign_in(staffed, " SANNE@waterrijk.example ", now)
    second = sign_in(staffed, SANNE, now)

    assert first != second
    assert sessions.person(staffed.engine, first, now) == sessions.person(
        staffed.engine, second, now
    )


def test_the_refusal_is_the_same_whatever_was_wrong(staffed: AppContext, now: datetime) -> None:
    fail(staffed, 5, now)
    refusals = [
        refused(staffed, SANNE, GOOD, now),  # right, but has to wait
        refused(staffed, SANNE, WRONG, now),
        refused(staffed, WAITING, "", now),
        refused(staffed, WAITING, GOOD, now),
        refused(staffed, NOBODY, GOOD, now),
        refused(staffed, "", "", now),
        refused(staffed, "' OR 1=1 --", "x" * 60_000, now),
    ]

    assert {(refusal.key, str(refusal.words)) for refusal in refusals} == {
        ("signin.refused", "{'minutes': 5}")
    }
    with reading(staffed.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(session)) == 0


@pytest.mark.parametrize("store", BOTH)
@pytest.mark.parametrize("email", ["", "\0", "sanne\0@waterrijk.example", "\ud800@x.example"])
def test_what_is_no_address_is_refused_like_any(
    staffed: AppContext, now: datetime, email: str
) -> None:
    assert refused(staffed, email, GOOD, now).key == "signin.refused"


@pytest.mark.slow
@pytest.mark.real_hashing
def test_a_refusal_takes_as_long_whatever_was_wrong(staffed: AppContext, now: datetime) -> None:
    passphrase.matches(None, "")  # the first ever makes the decoy

    def spent(email: str) -> float:
        before = time.thread_time()
        refused(staffed, email, WRONG, now)
        return time.thread_time() - before

    kinds = (SANNE, WAITING, NOBODY)
    rounds = [[spent(email) for email in kinds] for _ in range(4)]
    wrong, waiting, nobody = (statistics.median(times) for times in zip(*rounds, strict=True))

    # In earnest the pages round durations up; here the work itself is compared.
    assert wrong > 0.02
    assert 0.6 < waiting / wrong < 1.6
    assert 0.6 < nobody / wrong < 1.6


def test_the_wait_grows_and_never_lasts() -> None:
    waits = [backoff.wait_after(failures) for failures in range(14)]

    assert waits[: backoff.FREE_FAILURES + 1] == [0] * (backoff.FREE_FAILURES + 1)
    assert waits[5:12] == [5, 10, 20, 40, 80, 160, 300]
    assert waits == sorted(waits)
    assert backoff.wait_after(10**9) == backoff.LONGEST_WAIT


def test_after_a_few_failures_even_the_right_passphrase_has_to_wait(
    staffed: AppContext, now: datetime
) -> None:
    fail(staffed, backoff.FREE_FAILURES, now)
    assert sign_in(staffed, SANNE, now)

    fail(staffed, backoff.FREE_FAILURES + 1, now)
    refused(staffed, SANNE, GOOD, now + timedelta(seconds=backoff.FIRST_WAIT - 1))
    assert sign_in(staffed, SANNE, now + timedelta(seconds=backoff.FIRST_WAIT))


def test_trying_during_the_wait_does_not_lengthen_it(staffed: AppContext, now: datetime) -> None:
    fail(staffed, backoff.FREE_FAILURES + 1, now)
    for second in range(backoff.FIRST_WAIT):
        refused(staffed, SANNE, WRONG, now + timedelta(seconds=second))

    assert sign_in(staffed, SANNE, now + timedelta(seconds=backoff.FIRST_WAIT))


def test_success_and_a_calm_day_start_the_count_anew(staffed: AppContext, now: datetime) -> None:
    fail(staffed, backoff.FREE_FAILURES + 1, now)
    fail(staffed, backoff.FREE_FAILURES, now + timedelta(days=2))
    assert sign_in(staffed, SANNE, now + timedelta(days=2))

    fail(staffed, backoff.FREE_FAILURES, now + timedelta(days=3))
    assert sign_in(staffed, SANNE, now + timedelta(days=3))


def test_the_wait_of_one_account_is_not_that_of_another(staffed: AppContext, now: datetime) -> None:
    other = "els@waterrijk.example"
    accounts.add_with_password(staffed.engine, other, Role.TOEZICHT, None, GOOD, "demo", now)
    fail(staffed, backoff.FREE_FAILURES + 1, now)

    assert sign_in(staffed, other, now)


@pytest.mark.slow
@pytest.mark.real_hashing
def test_guesses_sent_at_once_count_one_by_one(staffed: AppContext, now: datetime) -> None:
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda _: refused(staffed, SANNE, WRONG, now), range(8)))

    with reading(staffed.engine) as connection:
        failures = connection.scalar(select(account.c.failures).where(account.c.email == SANNE))
    assert failures == backoff.FREE_FAILURES + 1


def test_a_wait_noted_by_a_clock_that_was_wrong_keeps_nobody_out(
    staffed: AppContext, now: datetime
) -> None:
    for _ in range(backoff.FREE_FAILURES + 2):
        refused(staffed, SANNE, WRONG, now + timedelta(days=400))

    login.check_passphrase_step(staffed.engine, staffed.secret, SANNE, GOOD, now)
