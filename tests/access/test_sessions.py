"""Sessions: how long they live, and how they end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from monitor.access import accounts, login, sessions
from monitor.access.roles import Grant, Person, Role
from monitor.access.sessions import TimeLeft
from monitor.context import AppContext
from monitor.store.engine import reading, writing
from monitor.store.tables import account_role, session

SANNE = "sanne@waterrijk.example"
GOOD = "vier losse natte eenden"


@pytest.fixture
def token(peopled: AppContext, now: datetime) -> str:
    """The token of a session of a leidinggevende who also has the role of toezicht."""
    engine = peopled.engine
    accounts.add_with_password(engine, SANNE, Role.LEIDINGGEVENDE, "werk", GOOD, "demo", now)
    accounts.add(engine, SANNE, Role.TOEZICHT, None, "demo", now)
    return login.check_passphrase_step(engine, peopled.secret, SANNE, GOOD, now).token


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@contextmanager
def statements(context: AppContext) -> Iterator[list[str]]:
    """Every statement sent to the store."""
    seen: list[str] = []

    def remember(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(context.engine, "before_cursor_execute", remember)
    yield seen
    event.remove(context.engine, "before_cursor_execute", remember)


def test_a_session_tells_who_is_signed_in(peopled: AppContext, token: str, now: datetime) -> None:
    person = sessions.person(peopled.engine, token, now)

    assert isinstance(person, Person)
    assert person.email == SANNE
    assert person.grants == (Grant(Role.LEIDINGGEVENDE, "werk"), Grant(Role.TOEZICHT))


@pytest.mark.parametrize("sent", [None, "", "kort", "a" * 43, "é" * 43, "x" * 10_000])
def test_anything_else_tells_nothing(
    peopled: AppContext, token: str, now: datetime, sent: str | None
) -> None:
    assert sessions.person(peopled.engine, sent, now) is None


def test_a_session_ends_after_half_an_hour_without_use(
    peopled: AppContext, token: str, now: datetime
) -> None:
    assert sessions.person(peopled.engine, token, now + minutes(29.9)) is not None
    assert sessions.person(peopled.engine, token, now + minutes(59.8)) is not None
    assert sessions.person(peopled.engine, token, now + minutes(89.9)) is None


@pytest.mark.slow
def test_a_session_ends_after_twelve_hours_of_constant_use(
    peopled: AppContext, token: str, now: datetime
) -> None:
    for quarter in range(12 * 4):
        assert sessions.person(peopled.engine, token, now + minutes(15 * quarter)) is not None

    assert sessions.person(peopled.engine, token, now + minutes(12 * 60)) is None


def test_use_is_noted_at_most_once_a_minute(peopled: AppContext, token: str, now: datetime) -> None:
    with statements(peopled) as sent:
        for second in range(0, 60, 5):
            sessions.person(peopled.engine, token, now + timedelta(seconds=second))
        assert not [statement for statement in sent if statement.startswith("UPDATE")]
        # Each time which manifests there are, the session, its account and its roles; the
        # accounts' manifest itself once.
        assert len([statement for statement in sent if statement.startswith("SELECT")]) == 49

        sessions.person(peopled.engine, token, now + minutes(1))
        sessions.person(peopled.engine, token, now + minutes(1.5))

    assert len([statement for statement in sent if statement.startswith("UPDATE")]) == 1


def test_asking_whether_a_session_runs_is_no_use_of_it(
    peopled: AppContext, token: str, now: datetime
) -> None:
    for minute in range(30):
        assert sessions.is_alive(peopled.engine, token, now + minutes(minute))

    assert not sessions.is_alive(peopled.engine, token, now + minutes(30))
    assert not sessions.is_alive(peopled.engine, None, now)


@pytest.mark.slow
def test_how_long_a_session_still_runs_is_told_without_using_it(
    peopled: AppContext, token: str, now: datetime
) -> None:
    engine = peopled.engine
    for minute in (1, 26, 27):
        left = sessions.time_left(engine, token, now + minutes(minute))
        assert left == TimeLeft((30 - minute) * 60, by_use=True)
    sessions.person(engine, token, now + minutes(27))
    assert sessions.time_left(engine, token, now + minutes(27)) == TimeLeft(1800, by_use=True)

    for minute in range(45, 720, 20):
        sessions.person(engine, token, now + minutes(minute))
    assert sessions.time_left(engine, token, now + minutes(717)) == TimeLeft(180, by_use=False)
    assert sessions.time_left(engine, token, now + minutes(720)) is None
    assert sessions.time_left(engine, None, now) is None


def test_a_role_taken_away_is_gone_at_the_next_look(
    peopled: AppContext, token: str, now: datetime
) -> None:
    with writing(peopled.engine) as connection:
        connection.execute(account_role.delete().where(account_role.c.role == "toezicht"))
    one_left = sessions.person(peopled.engine, token, now)
    with writing(peopled.engine) as connection:
        connection.execute(account_role.delete())
    none_left = sessions.person(peopled.engine, token, now)

    assert one_left is not None
    assert one_left.grants == (Grant(Role.LEIDINGGEVENDE, "werk"),)
    assert none_left is not None
    assert none_left.grants == ()


def test_ending_one_session_leaves_the_others(
    peopled: AppContext, token: str, now: datetime
) -> None:
    other = login.check_passphrase_step(peopled.engine, peopled.secret, SANNE, GOOD, now).token

    sessions.end(peopled.engine, token)
    sessions.end(peopled.engine, token)
    sessions.end(peopled.engine, None)

    assert sessions.person(peopled.engine, token, now) is None
    kept = sessions.person(peopled.engine, other, now)
    assert kept is not None
    assert sessions.end_all(peopled.engine, kept.account) == 1
    assert sessions.person(peopled.engine, other, now) is None


def test_sessions_that_ran_out_are_removed_at_the_next_sign_in(
    peopled: AppContext, token: str, now: datetime
) -> None:
    login.check_passphrase_step(peopled.engine, peopled.secret, SANNE, GOOD, now + minutes(31))

    with reading(peopled.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(session)) == 1


def test_under_https_the_cookie_has_the_guarded_name() -> None:
    assert sessions.cookie_name(secure=False) == "teamklimaat_session"
    assert sessions.cookie_name(secure=True) == "__Host-teamklimaat_session"


def test_a_session_from_the_future_was_begun_by_a_wrong_clock_and_does_not_run(
    peopled: AppContext, now: datetime
) -> None:
    engine, later = peopled.engine, now + timedelta(days=400)
    accounts.add_with_password(engine, SANNE, Role.TOEZICHT, None, GOOD, "demo", now)
    token = login.check_passphrase_step(engine, peopled.secret, SANNE, GOOD, later).token

    assert sessions.person(engine, token, later) is not None
    assert sessions.person(engine, token, now) is None
