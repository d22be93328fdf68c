"""Notices to accounts: enqueued once, sent once, whoever sends and whatever the server does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from monitor import logs
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.mail.notices import LEASE, REST, Outcome, send_waiting
from monitor.organisation import preferences
from monitor.store import claims, notices
from monitor.store.delivery_tables import notice
from monitor.store.engine import reading, writing
from monitor.store.notices import NoticeKind
from monitor.store.tables import account
from tests import steps
from tests.mail.mailroom import Mailroom
from tests.stores import BOTH

KIND = notices.register(
    NoticeKind("tests.hello", "mail.trial.subject", "mail.trial.text", "/hallo")
)
NOW = datetime.fromisoformat("2026-11-04T08:30:00+01:00")
TODAY = local_day(NOW)
KEPT = timedelta(7)
PEOPLE = tuple(f"{name}@waterrijk.example" for name in ("bea", "els", "karim", "noor", "sanne"))


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """What keeps the data."""
    return str(request.param)


@pytest.fixture
def ids(context: AppContext) -> dict[str, str]:
    """Five accounts: address to id."""

    def add() -> None:
        for email in PEOPLE:
            accounts.add(context.engine, email, Role.TOEZICHT, None, "test", NOW)
        preferences.change(context.engine, "test", NOW, mails_a_minute=6000)

    steps.take(context, "five accounts", add)
    with reading(context.engine) as connection:
        return {row.email: row.id for row in connection.execute(select(account))}


@pytest.fixture
def waiting(context: AppContext, ids: dict[str, str]) -> AppContext:
    """One notice waits for each account."""
    enqueue_all(context, ids)
    return context


def enqueue_all(context: AppContext, ids: dict[str, str], key: str = "once") -> int:
    with writing(context.engine) as connection:
        return sum(
            notices.enqueue(connection, KIND, each, key, TODAY, TODAY + KEPT)
            for each in ids.values()
        )


def send(context: AppContext, at: datetime = NOW) -> dict[str, int]:
    return {outcome.value: count for outcome, count in send_waiting(context, None, at_(at)).items()}


def at_(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def rows(context: AppContext) -> int:
    with reading(context.engine) as connection:
        return len(connection.execute(select(notice)).all())


def test_enqueueing_twice_is_one_mail(
    context: AppContext, mailroom: Mailroom, ids: dict[str, str]
) -> None:
    assert enqueue_all(context, ids) == 5
    assert enqueue_all(context, ids) == 0
    assert send(context) == {"sent": 5}
    assert enqueue_all(context, ids) == 0
    assert send(context) == {}
    assert enqueue_all(context, ids, "another time") == 5
    assert send(context) == {"sent": 5}

    assert mailroom.to == dict.fromkeys(PEOPLE, 2)
    assert set(mailroom.message_ids.values()) == {1}


def test_several_processes_enqueue_one_notice(context: AppContext, ids: dict[str, str]) -> None:
    added: list[int] = []
    threads = [Thread(target=lambda: added.append(enqueue_all(context, ids))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sum(added) == rows(context) == 5


def test_what_is_rolled_back_is_not_sent(
    context: AppContext, mailroom: Mailroom, ids: dict[str, str]
) -> None:
    with pytest.raises(RuntimeError), writing(context.engine) as connection:
        notices.enqueue(connection, KIND, ids[PEOPLE[0]], "once", TODAY, TODAY + KEPT)
        raise RuntimeError

    assert send(context) == {}
    assert mailroom.taken == []


def test_a_notice_to_nobody_is_refused(context: AppContext) -> None:
    with pytest.raises(IntegrityError), writing(context.engine) as connection:
        notices.enqueue(connection, KIND, "nobody", "once", TODAY, TODAY + KEPT)


def test_not_before_its_day_and_gone_after_its_last(
    context: AppContext, mailroom: Mailroom, ids: dict[str, str]
) -> None:
    due = TODAY + timedelta(2)
    with writing(context.engine) as connection:
        for email in PEOPLE[:2]:
            notices.enqueue(connection, KIND, ids[email], "once", due, due + KEPT)

    assert send(context, NOW + timedelta(1)) == {}
    mailroom.on_rcpt = lambda to, _: "450 try later" if to == PEOPLE[1] else None
    assert send(context, NOW + timedelta(2)) == {"sent": 1, "put_off": 1}
    assert rows(context) == 2  # a sent one stays, so that it is not enqueued again
    mailroom.on_rcpt = lambda _to, _: None
    assert send(context, NOW + timedelta(2) + KEPT) == {}
    assert rows(context) == 0
    assert mailroom.to == {PEOPLE[0]: 1}


def test_an_account_that_was_removed_gets_nothing(
    waiting: AppContext, mailroom: Mailroom, ids: dict[str, str]
) -> None:
    with writing(waiting.engine) as connection:
        connection.execute(delete(account).where(account.c.id == ids[PEOPLE[0]]))

    assert send(waiting) == {"sent": 4}
    assert set(mailroom.to) == set(PEOPLE[1:])


def test_who_is_put_off_is_tried_again_and_the_server_has_its_rest(
    waiting: AppContext, mailroom: Mailroom
) -> None:
    mailroom.on_rcpt = lambda to, _: "450 try later" if to == PEOPLE[2] else None

    assert send(waiting) == {"sent": 4, "put_off": 1}
    mailroom.on_rcpt = lambda _to, _: None
    assert send(waiting, NOW + REST / 2) == {}
    assert send(waiting, NOW + REST) == {"sent": 1}

    assert mailroom.to == dict.fromkeys(PEOPLE, 1)


def test_a_server_that_takes_nothing_is_soon_left_alone(
    waiting: AppContext, mailroom: Mailroom
) -> None:
    mailroom.on_data = lambda _to, _taken: "452 no room"

    assert send(waiting) == {"put_off": 3}
    mailroom.on_data = lambda _to, _taken: None
    assert send(waiting, NOW + REST) == {"sent": 5}
    assert mailroom.to == dict.fromkeys(PEOPLE, 1)


def test_a_refused_address_counts_as_done_and_is_noted_without_it(
    waiting: AppContext, mailroom: Mailroom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    mailroom.on_rcpt = lambda to, _: f"550 {to} unknown" if to == PEOPLE[1] else None

    assert send(waiting) == {"sent": 4, "refused": 1}
    assert send(waiting, NOW + REST) == {}

    notes = [record.msg for record in caplog.records if isinstance(record.msg, logs.Note)]
    assert [note.event for note in notes] == ["tests.mail_refused", "mail.notices"]
    assert not [email for email in PEOPLE if email in repr(notes)]


def test_a_server_that_is_away_is_noted_and_everything_is_kept(
    waiting: AppContext, mailroom: Mailroom, caplog: pytest.LogCaptureFixture
) -> None:
    server = replace(waiting.settings, smtp_url="smtp://127.0.0.1:1")
    caplog.set_level(logging.INFO)

    assert send(replace(waiting, settings=server)) == {"put_off": 1}
    assert send(waiting, NOW + REST) == {"sent": 5}

    notes = [record.msg for record in caplog.records if isinstance(record.msg, logs.Note)]
    assert "mail.trouble" in [note.event for note in notes]
    assert mailroom.to == dict.fromkeys(PEOPLE, 1)


def test_several_senders_at_once_send_everything_once(
    waiting: AppContext, mailroom: Mailroom
) -> None:
    mailroom.wait = 0.05
    threads = [Thread(target=send_waiting, args=(waiting, None, at_(NOW))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert mailroom.to == dict.fromkeys(PEOPLE, 1)


def test_the_notices_of_a_process_that_died_are_sent_by_another_under_the_same_message_id(
    waiting: AppContext, mailroom: Mailroom
) -> None:
    """It died after the server took the notice and before it could write that down."""
    with writing(waiting.engine) as connection:
        assert claims.take(connection, "notices", "the dead process", NOW, LEASE)
        for row in notices.unsent(connection, TODAY):
            notices.start(connection, row)

    assert send(waiting, NOW + LEASE / 2) == {}
    assert send(waiting, NOW + LEASE) == {"sent": 5}
    first = mailroom.message_ids
    with writing(waiting.engine) as connection:
        connection.execute(notice.update().values(state="sending"))
    assert send(waiting, NOW + LEASE) == {"sent": 5}

    assert mailroom.message_ids == dict.fromkeys(first, 2)


def test_who_was_silent_for_too_long_stops(waiting: AppContext, mailroom: Mailroom) -> None:
    """Another process has taken over meanwhile; the rest is for that one."""

    def taken_over(_to: str, taken: int) -> str | None:
        if taken == 1:
            with writing(waiting.engine) as connection:
                claims.take(connection, "notices", "another", NOW + LEASE, LEASE)
        return None

    mailroom.on_data = taken_over

    assert send(waiting) == {"sent": 2}
    assert sum(mailroom.to.values()) == 2


def test_it_ends_when_asked(waiting: AppContext, mailroom: Mailroom) -> None:
    stop = Event()
    stop.set()

    assert send_waiting(waiting, stop, at_(NOW)) == {Outcome.SENT: 1}
    assert send(waiting) == {"sent": 4}
    assert mailroom.to == dict.fromkeys(PEOPLE, 1)


def test_a_kind_of_another_version_is_left_alone(
    context: AppContext, mailroom: Mailroom, ids: dict[str, str]
) -> None:
    newer = NoticeKind("tests.newer", "x", "x", "/")
    with writing(context.engine) as connection:
        notices.enqueue(connection, newer, ids[PEOPLE[0]], "once", TODAY, TODAY + KEPT)

    assert send(context) == {}
    assert rows(context) == 1


def test_two_kinds_cannot_share_a_name() -> None:
    assert notices.register(KIND) is KIND
    with pytest.raises(ValueError, match=r"tests\.hello"):
        notices.register(replace(KIND, path="/elders"))


def test_a_row_holds_no_address_and_no_words(waiting: AppContext) -> None:
    with reading(waiting.engine) as connection:
        (columns, *_) = {tuple(row._fields) for row in connection.execute(select(notice))}
        values = repr(connection.execute(select(notice)).all())

    assert columns == ("account", "kind", "once_key", "state", "due_on", "expires_on")
    assert "@" not in values
