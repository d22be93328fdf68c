"""Letters reach everybody once, whatever the mail server does."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from email.message import EmailMessage
from threading import Event, Thread

import pytest
from sqlalchemy import select

from monitor.context import AppContext
from monitor.errors import CodeSpent, MailRefused, RoundRefused
from monitor.organisation import preferences
from monitor.organisation.members import by_unit, import_members
from monitor.organisation.unit_files import Member
from monitor.pulse.ballot import ballot_box
from monitor.pulse.count import closing
from monitor.pulse.invitations import issue, outbox, reminders, send_until_done, undelivered
from monitor.pulse.invitations.outbox import Progress
from monitor.pulse.invitations.sending import SendTiming, deliver
from monitor.store.delivery_tables import outbox as table
from monitor.store.engine import reading
from tests.mail.conftest import EVERYBODY, OOST, PERIOD, WEST
from tests.mail.mailroom import Mailroom
from tests.stores import BOTH

QUICK = SendTiming(
    timedelta(seconds=2), timedelta(seconds=1), waits=(timedelta(seconds=1),), poll_seconds=0.05
)
LINK = re.compile(r"https://teamklimaat\.waterrijk\.example/pulse/([0-9A-Z]{20})\s")
SATURDAY = datetime.fromisoformat("2026-11-07T12:00:00+01:00")


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def code_in(message: EmailMessage) -> str:
    match = LINK.search(text_of(message))
    assert match is not None
    return match[1]


def codes_of(mailroom: Mailroom) -> dict[str, str]:
    """The code each address was sent last."""
    return {str(message["To"]): code_in(message) for message in mailroom.taken}


def send_all(context: AppContext) -> Progress:
    return send_until_done.send_until_done(context, PERIOD, lambda _: None, timing=QUICK)


@pytest.mark.parametrize("store", BOTH)
def test_everybody_gets_one_letter_with_a_link_of_their_own(
    queued: AppContext, mailroom: Mailroom
) -> None:
    reported: list[Progress] = []

    end = send_until_done.send_until_done(queued, PERIOD, reported.append, timing=QUICK)

    assert (end.sent, end.left, end.refused) == (11, 0, 0)
    assert [progress.sent for progress in reported] == list(range(1, 12))
    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)
    codes = codes_of(mailroom)
    assert len(set(codes.values())) == 11
    for code in codes.values():
        assert ballot_box.open_sheet(queued, code)


def test_sending_again_sends_nothing(queued: AppContext, mailroom: Mailroom) -> None:
    send_all(queued)
    send_all(queued)
    assert deliver(queued).sent == 0

    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)


def test_one_refused_address_does_not_keep_the_others_from_theirs(
    queued: AppContext, mailroom: Mailroom
) -> None:
    mailroom.on_rcpt = lambda to, _: "550 no such user" if to == OOST[2] else None

    end = send_all(queued)

    assert (end.sent, end.refused, end.left) == (10, 1, 0)
    assert outbox.refused(queued.engine, PERIOD) == (("oost", OOST[2]),)
    assert set(mailroom.to) == EVERYBODY - {OOST[2]}

    mailroom.on_rcpt = lambda _to, _: None
    assert outbox.retry_refused(queued.engine, PERIOD) == 1
    send_all(queued)
    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)


def test_a_server_that_hangs_up_half_way_gets_the_letter_again(
    queued: AppContext, mailroom: Mailroom
) -> None:
    mailroom.hangs_up_on = frozenset({OOST[1], WEST[3]})

    end = send_all(queued)

    assert (end.sent, end.left) == (11, 0)
    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)


def test_a_server_that_puts_letters_off_is_given_time(
    queued: AppContext, mailroom: Mailroom
) -> None:
    greylisted: set[str] = set()

    def first_come_later(to: str, _taken: int) -> str | None:
        if to in greylisted:
            return None
        greylisted.add(to)
        return "450 4.2.0 greylisted, come back later"

    mailroom.on_rcpt = first_come_later

    first = deliver(queued, timing=QUICK)
    assert (first.sent, first.put_off) == (0, 11)  # every letter has begun its waiting
    assert deliver(queued, timing=QUICK).put_off == 0

    assert send_all(queued).left == 0
    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)


def test_letters_that_fall_due_while_they_are_looked_for_are_waited_for(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    mailroom.on_rcpt = lambda _to, _taken: "450 4.2.0 greylisted, come back later"
    assert deliver(queued, lambda: now, timing=QUICK).put_off == 11
    due = undelivered.first_due(queued.engine, PERIOD)
    assert due is not None
    just_before = due - timedelta(milliseconds=1)
    readings = iter((just_before, just_before, due, due))

    patience = timedelta(minutes=1)
    assert send_until_done.worth_waiting(queued.engine, PERIOD, lambda: next(readings), patience)


def test_a_server_that_keeps_putting_letters_off_is_not_waited_for_for_ever(
    queued: AppContext, mailroom: Mailroom
) -> None:
    mailroom.on_data = lambda _to, _taken: "452 4.3.1 no room"
    impatient = SendTiming(backoff=timedelta(0), waits=(timedelta(0),), poll_seconds=0.0)

    end = send_until_done.send_until_done(queued, PERIOD, lambda _: None, timing=impatient)
    assert end.left == 11
    assert mailroom.taken == []


@pytest.mark.parametrize("store", BOTH)
def test_a_slow_server_is_waited_for_and_nobody_takes_over(
    queued: AppContext, mailroom: Mailroom
) -> None:
    mailroom.slow_on = {OOST[3]: 3.5}  # longer than a silent process is believed to live
    slow = Thread(target=lambda: deliver(queued, timing=QUICK))
    slow.start()
    while not mailroom.taken:
        Event().wait(0.01)
    others = []
    while slow.is_alive():
        others.append(deliver(queued, timing=QUICK).sent)
        Event().wait(0.1)
    slow.join()

    assert len(others) > 20
    assert set(others) == {0}
    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)


def test_a_server_that_refuses_everybody_is_not_asked_eleven_times(
    queued: AppContext, mailroom: Mailroom
) -> None:
    mailroom.on_rcpt = lambda _to, _: "554 5.7.1 relay access denied"

    with pytest.raises(MailRefused, match=r"mail\.all_refused"):
        send_all(queued)

    assert outbox.progress(queued.engine, PERIOD) == Progress(waiting=11)
    assert mailroom.taken == []


def test_letters_to_a_server_that_goes_away_stay_queued(
    queued: AppContext, mailroom: Mailroom
) -> None:
    mailroom.on_data = lambda _to, taken: "421 shutting down" if taken == 4 else None
    assert deliver(queued, timing=QUICK).put_off == 3
    mailroom.on_data = lambda _to, _taken: None

    assert send_all(queued).sent == 11
    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)


@pytest.mark.parametrize("store", BOTH)
def test_several_senders_at_once_send_everything_once(
    queued: AppContext, mailroom: Mailroom
) -> None:
    mailroom.wait = 0.02
    senders = [Thread(target=send_all, args=(queued,)) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)


def test_letters_go_at_the_rate_that_was_chosen(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    preferences.change(queued.engine, "test", now, mails_a_minute=600)
    stop = Event()
    sender = Thread(target=lambda: deliver(queued, stop=stop, timing=QUICK))
    start = time.monotonic()
    sender.start()
    while len(mailroom.taken) < 5 and sender.is_alive():
        Event().wait(0.01)
    took = time.monotonic() - start
    stop.set()
    sender.join()

    assert took > 4 * 0.09  # ten a second, and the first one at once


def test_a_reminder_goes_to_everybody_with_the_same_link_also_to_people_who_answered(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    send_all(queued)
    invited = codes_of(mailroom)
    ballot_box.submit(queued, invited[OOST[0]], (4,) * 9)
    mailroom.taken.clear()

    assert reminders.remind(queued, PERIOD, "test", now).letters == 11
    send_all(queued)

    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)
    assert codes_of(mailroom) == invited
    assert all("naar iedereen" in text_of(message) for message in mailroom.taken)


@pytest.mark.parametrize("store", BOTH)
def test_there_are_two_reminders_and_no_more(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    with pytest.raises(RoundRefused, match=r"remind\.too_early"):
        reminders.remind(queued, PERIOD, "test", now)
    send_all(queued)
    for count in (1, 2):
        reminders.remind(queued, PERIOD, "test", now)
        assert reminders.remind(queued, PERIOD, "test", now).resumed
        send_all(queued)
        assert reminders.count(queued.engine, PERIOD) == count

    with pytest.raises(RoundRefused, match=r"remind\.enough"):
        reminders.remind(queued, PERIOD, "test", now)
    assert mailroom.to == dict.fromkeys(EVERYBODY, 3)
    assert set(mailroom.message_ids.values()) == {1}


def test_no_reminder_is_made_or_sent_at_the_weekend(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    send_all(queued)
    mailroom.taken.clear()
    with pytest.raises(RoundRefused, match=r"remind\.weekend"):
        reminders.remind(queued, PERIOD, "test", SATURDAY)
    reminders.remind(queued, PERIOD, "test", now)

    assert deliver(queued, lambda: SATURDAY, timing=QUICK).sent == 0
    assert mailroom.taken == []

    assert deliver(queued, lambda: SATURDAY + timedelta(2), timing=QUICK).sent == 11


def test_the_app_reminds_only_of_invitations_that_it_mailed(
    with_members: AppContext, now: datetime
) -> None:
    issue.invite(with_members, PERIOD, {"oost": 6}, "test", now)

    with pytest.raises(RoundRefused, match=r"remind\.not_ours"):
        reminders.remind(with_members, PERIOD, "test", now)


@pytest.mark.parametrize("store", BOTH)
def test_renewed_links_reach_newcomers_too_and_the_old_ones_stop(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    send_all(queued)
    old = codes_of(mailroom)
    mailroom.taken.clear()
    newcomer = Member("nieuw@waterrijk.example", "oost")
    people = [Member(email, "oost") for email in OOST[1:]] + [newcomer]
    people += [Member(email, "west") for email in WEST]
    import_members(queued.engine, people, "test", now)
    assert outbox.unreached(queued.engine, PERIOD) == {"oost": 1}

    emails = {"oost": by_unit(queued.engine)["oost"]}
    issue.mail(queued, PERIOD, emails, "test", now, replacing=True)
    send_all(queued)

    assert mailroom.to == dict.fromkeys({*OOST[1:], newcomer.email}, 1)
    assert outbox.unreached(queued.engine, PERIOD) == {}
    assert all("vernieuwd" in text_of(message) for message in mailroom.taken)
    for code in codes_of(mailroom).values():
        ballot_box.submit(queued, code, (4,) * 9)
    for email in OOST:
        with pytest.raises(CodeSpent):
            ballot_box.submit(queued, old[email], (4,) * 9)
    ballot_box.submit(queued, old[WEST[0]], (4,) * 9)


def test_links_replaced_on_paper_are_not_reminded_of(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    send_all(queued)
    issue.replace(queued, PERIOD, {"oost": 0}, "test", now)
    mailroom.taken.clear()

    reminders.remind(queued, PERIOD, "test", now)
    send_all(queued)

    assert mailroom.to == dict.fromkeys(WEST, 1)


def test_links_replaced_time_after_time_are_always_new(queued: AppContext, now: datetime) -> None:
    emails = {"west": WEST}
    for _ in range(3):
        issue.replace(queued, PERIOD, {"west": 0}, "test", now)
        issue.mail(queued, PERIOD, emails, "test", now, replacing=True)

    with reading(queued.engine) as connection:
        rows = connection.execute(select(table).where(table.c.unit == "west")).all()
    assert {row.generation for row in rows} == {30}


def test_people_who_have_left_are_not_reminded(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    send_all(queued)
    mailroom.taken.clear()
    people = [Member(email, "oost") for email in OOST]
    import_members(queued.engine, people, "test", now)

    reminders.remind(queued, PERIOD, "test", now)
    send_all(queued)

    assert set(mailroom.to) == set(OOST)


@pytest.mark.parametrize("store", BOTH)
def test_closing_ends_the_sending_and_forgets_the_letters(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    mailroom.wait = 0.05
    sender = Thread(target=lambda: deliver(queued, timing=QUICK))
    sender.start()
    while not mailroom.taken:
        Event().wait(0.01)
    closing.close(queued, PERIOD, "test", now)
    sender.join()

    assert len(mailroom.taken) < 11
    with reading(queued.engine) as connection:
        assert connection.execute(select(table)).all() == []
    assert deliver(queued).sent == 0


def test_without_the_round_s_key_nothing_is_sent(queued: AppContext, mailroom: Mailroom) -> None:
    for name in queued.keys.names():
        queued.keys.destroy(name)

    assert deliver(queued).sent == 0
    assert mailroom.connections == 0


@pytest.mark.parametrize("store", BOTH)
def test_the_store_holds_no_code_and_its_rows_reveal_nothing_about_answers(
    queued: AppContext, mailroom: Mailroom
) -> None:
    send_all(queued)
    with reading(queued.engine) as connection:
        before = connection.execute(select(table)).all()
    codes = codes_of(mailroom)
    ballot_box.submit(queued, codes[OOST[0]], (2,) * 9)

    with reading(queued.engine) as connection:
        assert connection.execute(select(table)).all() == before
    database = queued.settings.database_file
    if database is not None:
        stored = b"".join(f.read_bytes() for f in database.parent.iterdir() if f.is_file())
        assert OOST[0].encode() in stored
        assert not [code for code in codes.values() if code.encode() in stored]
