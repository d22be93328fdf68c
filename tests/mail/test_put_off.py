"""Letters that are put off or refused hold up nobody else, and are not written off by mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from monitor import clock
from monitor.commands.round import round_
from monitor.context import AppContext
from monitor.mail import put_off
from monitor.organisation.members import by_unit, import_members
from monitor.organisation.unit_files import Member
from monitor.pulse.invitations import issue, outbox, undelivered
from monitor.pulse.invitations.outbox import Progress
from monitor.pulse.invitations.sending import SendResult, SendTiming, deliver
from monitor.store.delivery_tables import outbox as table
from monitor.store.engine import reading
from tests.mail.conftest import OOST, PERIOD
from tests.mail.mailroom import Mailroom
from tests.stores import BOTH

DEAD = tuple(f"a{number}@dood.example" for number in range(3))
ALIVE = tuple(f"b{number}@leeft.example" for number in range(17))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def twenty(with_members: AppContext, now: datetime) -> AppContext:
    """Three letters to a dead domain, which come first, and seventeen to one that works."""
    people = [Member(email, "oost") for email in DEAD + ALIVE]
    import_members(with_members.engine, people, "test", now)
    assert issue.mail(with_members, PERIOD, by_unit(with_members.engine), "test", now) == 20
    return with_members


def run_from(context: AppContext, start: datetime, minutes: int) -> list[SendResult]:
    """What a process does that looks every minute."""
    return [deliver(context, lambda at=start + n * MINUTE: at) for n in range(minutes)]  # type: ignore[misc]


@pytest.mark.parametrize("store", BOTH)
def test_a_dead_domain_holds_up_nobody_else(
    twenty: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    recipients: list[str] = []

    def dead(to: str, _taken: int) -> str | None:
        recipients.append(to)
        return "450 4.1.2 Domain not found" if to in DEAD else None

    mailroom.on_rcpt = dead

    results = run_from(twenty, now, 12)

    assert results[0].sent == 17
    assert mailroom.to == dict.fromkeys(ALIVE, 1)
    # At 0, 1 and 7 minutes, and not in between.
    assert [result.put_off for result in results if result.put_off] == [3, 3, 3]
    assert outbox.progress(twenty.engine, PERIOD) == Progress(waiting=3, sent=17)
    (waiting,) = undelivered.put_off_domains(twenty.engine, PERIOD)
    assert (waiting.domain, waiting.letters, waiting.refused) == ("dood.example", 3, False)
    assert waiting.reply == "450 4.1.2 Domain not found"
    assert len(recipients) == 17 + 9


@pytest.mark.parametrize("stage", ["on_rcpt", "on_data"])
def test_greylisting_delays_everybody_once_and_nobody_longer(
    twenty: AppContext, mailroom: Mailroom, now: datetime, stage: str
) -> None:
    first_seen: dict[str, datetime] = {}
    moment = now

    def greylist(to: str, _taken: int) -> str | None:
        since = moment - first_seen.setdefault(to, moment)
        return "451 4.7.1 Greylisted" if since < timedelta(seconds=300) else None

    setattr(mailroom, stage, greylist)
    for minute in range(8):
        moment = now + minute * MINUTE
        run_from(twenty, moment, 1)

    assert outbox.progress(twenty.engine, PERIOD) == Progress(sent=20)
    assert set(mailroom.to.values()) == {1}
    with reading(twenty.engine) as connection:
        left = connection.scalar(select(func.sum(table.c.put_off + table.c.not_before)))
    assert left == 0  # nothing tells which letters had to wait


def test_a_server_in_trouble_is_left_alone_after_three_domains(
    with_members: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    people = [Member(f"x@{name}.example", "oost") for name in "abcdefgh"]
    import_members(with_members.engine, people, "test", now)
    issue.mail(with_members, PERIOD, by_unit(with_members.engine), "test", now)
    mailroom.on_rcpt = lambda _to, _: "451 4.4.3 try later"

    first = deliver(with_members, lambda: now)
    assert (first.put_off, first.stopped) == (3, True)
    assert deliver(with_members, lambda: now).lease_held

    mailroom.on_rcpt = lambda to, _: "450 4.1.2 dead" if to[2:] < "d" else None
    second = deliver(with_members, lambda: now + MINUTE / 2)
    assert second.sent == 5  # those not tried yet go first


def test_a_server_whose_disk_is_full_is_left_alone_though_it_is_one_domain(
    twenty: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    mailroom.on_data = lambda _to, _: "452 4.3.1 Insufficient system storage"

    assert deliver(twenty, lambda: now).put_off == put_off.IN_A_ROW
    mailroom.on_data = lambda _to, _: None
    run_from(twenty, now + MINUTE, 3)

    assert outbox.progress(twenty.engine, PERIOD).sent == 20


@pytest.mark.parametrize("store", BOTH)
def test_a_server_that_refuses_everybody_does_not_use_up_the_round(
    twenty: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    mailroom.on_rcpt = lambda _to, _: "550 5.7.1 Relaying denied"

    results = run_from(twenty, now, 20)

    assert all(result.error is not None for result in results if result.refused)
    assert outbox.progress(twenty.engine, PERIOD) == Progress(waiting=20)
    domains = undelivered.put_off_domains(twenty.engine, PERIOD)
    assert all(each.refused and "Relaying denied" in each.reply for each in domains)

    mailroom.on_rcpt = lambda _to, _: None
    assert outbox.retry_refused(twenty.engine, PERIOD) == 20
    assert deliver(twenty, lambda: now + 20 * MINUTE).sent == 20


def test_an_address_refused_beside_others_is_written_off(
    twenty: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    mailroom.on_rcpt = lambda to, _: "550 5.1.1 unknown" if to == ALIVE[3] else None
    deliver(twenty, lambda: now)
    assert outbox.progress(twenty.engine, PERIOD) == Progress(sent=19, refused=1)
    (refused,) = undelivered.refused(twenty.engine, PERIOD)
    assert (refused.email, refused.reply) == (ALIVE[3], "550 5.1.1 unknown")

    outbox.retry_refused(twenty.engine, PERIOD)
    deliver(twenty, lambda: now + MINUTE)  # alone in its run, but others of the round arrived
    assert outbox.progress(twenty.engine, PERIOD) == Progress(sent=19, refused=1)


def test_the_only_letters_of_a_small_round_are_not_written_off(
    with_members: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    import_members(with_members.engine, [Member(OOST[0], "oost")], "test", now)
    issue.mail(with_members, PERIOD, by_unit(with_members.engine), "test", now)
    mailroom.on_rcpt = lambda _to, _: "550 5.7.1 Relaying denied"

    deliver(with_members, lambda: now)

    assert outbox.progress(with_members.engine, PERIOD) == Progress(waiting=1)


def command(*arguments: str) -> str:
    result = CliRunner().invoke(round_, ["mail", PERIOD, *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_names_the_domain_and_what_to_do_and_tries_again(
    twenty: AppContext,
    mailroom: Mailroom,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    mailroom.on_rcpt = lambda to, _: "450 4.1.2 Domain not found" if to in DEAD else None
    deliver(twenty, lambda: now)

    output = command()
    assert "3 mails aan dood.example" in output
    assert "450 4.1.2 Domain not found" in output
    assert "Vanaf 10:01" in output
    assert "Klopt de naam dood.example niet" in output

    mailroom.on_rcpt = lambda _to, _: None
    assert "20 mails van deze ronde" in command("--retry")
    assert set(mailroom.to.values()) == {1}


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("450-line one\r\n450 line two", "450 line one line two"),
        ("451 " + "x" * 400, "451 " + "x" * 196),
        ("450 a\x07b", "450 a b"),
    ],
)
def test_a_reply_is_kept_as_one_short_line(
    twenty: AppContext,
    mailroom: Mailroom,
    now: datetime,
    reply: str,
    kept: str,
) -> None:
    mailroom.on_rcpt = lambda to, _: reply if to in DEAD else None
    deliver(twenty, lambda: now)

    (waiting,) = undelivered.put_off_domains(twenty.engine, PERIOD)
    assert waiting.reply == kept


def test_a_command_waits_for_a_short_while_only(
    twenty: AppContext, mailroom: Mailroom, run_until_done: Callable[[SendTiming], Progress]
) -> None:
    mailroom.on_rcpt = lambda to, _: "450 4.1.2 Domain not found" if to in DEAD else None
    waits = (timedelta(seconds=1), timedelta(hours=1))

    end = run_until_done(SendTiming(waits=waits, poll_seconds=0.05))

    assert end == Progress(waiting=3, sent=17)
