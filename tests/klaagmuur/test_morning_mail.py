"""The mail of every working morning: who gets it, when, and what is in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import daily
from monitor.klaagmuur.morning_mail import MORNING as MORNING_MAIL
from monitor.mail import notices
from monitor.mail.notices import Outcome
from monitor.organisation import preferences
from monitor.store import notices as queue
from monitor.store.engine import writing
from tests.fork_server import POST_EVERY, ForkServer
from tests.klaagmuur.conftest import Enrol, Listener
from tests.mail.mailroom import Mailroom
from tests.ports import free_port
from tests.stores import SQLITE

Send = Callable[..., str]
MORNING = datetime.fromisoformat("2026-11-04T08:30:00+01:00")
PATIENCE = 120
NOOR, KARIM, SANNE = (f"{name}@waterrijk.example" for name in ("noor", "karim", "sanne"))


@pytest.fixture
def mailroom() -> Iterator[Mailroom]:
    """A real mail server."""
    with Mailroom.open() as server:
        yield server


@pytest.fixture
def mailing(context: AppContext, mailroom: Mailroom) -> AppContext:
    """An installation that knows the mail server and sends without a pause."""
    preferences.change(context.engine, "sanne", MORNING - timedelta(60), mails_a_minute=6000)
    return with_server(context, mailroom.port)


def with_server(context: AppContext, port: int) -> AppContext:
    settings = replace(
        context.settings,
        smtp_url=f"smtp://127.0.0.1:{port}",
        mail_from="Teamklimaat <klimaat@waterrijk.example>",
    )
    return replace(context, settings=settings)


def minute(context: AppContext, moment: datetime) -> int:
    """What happens each minute: the klaagmuur's own tasks, then sending; how many were sent."""
    daily.tick(context, moment)
    return notices.send_waiting(context, clock=lambda: moment)[Outcome.SENT]


def text_of(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_every_luisteraar_gets_the_same_mail_once_a_working_morning(
    mailing: AppContext, mailroom: Mailroom, noor: Listener, enrol: Enrol, send: Send
) -> None:
    enrol("Karim", MORNING - timedelta(30))
    assert minute(mailing, MORNING) == 2
    send("Niet te vertellen.", luisteraar=noor.who.id)

    assert minute(mailing, MORNING + timedelta(hours=1)) == 0
    assert minute(mailing, MORNING + timedelta(days=1)) == 2

    assert mailroom.to == {NOOR: 2, KARIM: 2}
    letters = {(str(m["Subject"]), text_of(m, "plain"), text_of(m, "html")) for m in mailroom.taken}
    assert len(letters) == 1
    assert f"{mailing.settings.base_url}/postvak" in text_of(mailroom.taken[0], "plain")
    assert "vertellen" not in str(mailroom.taken)


@pytest.mark.usefixtures("noor")
def test_it_is_a_whole_mail_that_draws_no_automatic_reply(
    mailing: AppContext, mailroom: Mailroom, enrol: Enrol
) -> None:
    enrol("Karim", MORNING - timedelta(30))
    minute(mailing, MORNING)
    minute(mailing, MORNING + timedelta(days=1))

    assert len(mailroom.taken) == len(mailroom.message_ids) == 4
    for message in mailroom.taken:
        assert str(message["Message-ID"]).endswith("@waterrijk.example>")
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["X-Auto-Response-Suppress"] == "All"
        assert message["From"] == "Teamklimaat <klimaat@waterrijk.example>"
        link = f"{mailing.settings.base_url}/postvak"
        assert link in text_of(message, "plain")
        assert f'<a href="{link}">' in text_of(message, "html")
    days = {message["Date"].datetime.date() for message in mailroom.taken}
    assert days == {date(2026, 11, 4), date(2026, 11, 5)}


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-04T07:59:00+01:00",
        "2026-11-07T09:00:00+01:00",
        "2026-11-08T09:00:00+01:00",
        "2026-12-25T09:00:00+01:00",  # a Friday
        "2026-11-10T09:00:00+01:00",  # a Tuesday on which the organisation is shut
    ],
)
@pytest.mark.usefixtures("noor")
def test_not_before_eight_and_not_on_a_day_without_work(
    mailing: AppContext, mailroom: Mailroom, moment: str
) -> None:
    preferences.change(mailing.engine, "sanne", MORNING, days_off=(date(2026, 11, 10),))

    assert minute(mailing, datetime.fromisoformat(moment)) == 0
    assert mailroom.taken == []


@pytest.mark.usefixtures("noor")
def test_where_people_work_on_public_holidays_there_is_a_mail(
    mailing: AppContext, mailroom: Mailroom
) -> None:
    preferences.change(mailing.engine, "sanne", MORNING, holidays=False)

    assert minute(mailing, datetime.fromisoformat("2026-12-25T09:00:00+01:00")) == 1


@pytest.mark.usefixtures("noor")
def test_a_mail_server_that_is_down_is_tried_again(mailing: AppContext, mailroom: Mailroom) -> None:
    down = with_server(mailing, free_port())

    assert minute(down, MORNING) == 0
    assert minute(mailing, MORNING + timedelta(minutes=1)) == 1
    assert mailroom.to == {NOOR: 1}


@pytest.mark.usefixtures("noor")
def test_of_a_day_on_which_nothing_could_be_sent_nothing_is_left(
    mailing: AppContext, mailroom: Mailroom
) -> None:
    assert minute(with_server(mailing, free_port()), MORNING) == 0

    assert minute(mailing, MORNING + timedelta(days=1)) == 1
    assert mailroom.to == {NOOR: 1}


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("answer", ["550 unknown", "450 try later"])
def test_one_refused_address_keeps_nobody_else_from_the_mail_and_nobody_gets_two(
    mailing: AppContext, mailroom: Mailroom, enrol: Enrol, answer: str
) -> None:
    for name in ("Karim", "Sanne"):
        enrol(name, MORNING - timedelta(30))
    mailroom.on_rcpt = lambda to, _: answer if to == NOOR else None

    for number in range(4):
        minute(mailing, MORNING + timedelta(minutes=number))
    assert mailroom.to == {KARIM: 1, SANNE: 1}

    mailroom.on_rcpt = lambda _to, _: None
    for number in range(4, 8):
        minute(mailing, MORNING + timedelta(minutes=number))
    late = {NOOR: 1} if answer.startswith("4") else {}
    assert mailroom.to == {KARIM: 1, SANNE: 1} | late
    assert minute(mailing, MORNING + timedelta(days=1)) == 3


@pytest.mark.usefixtures("noor")
def test_a_server_that_hangs_up_half_way_is_asked_again_for_the_rest(
    mailing: AppContext, mailroom: Mailroom, enrol: Enrol
) -> None:
    for name in ("Karim", "Sanne"):
        enrol(name, MORNING - timedelta(30))
    mailroom.on_rcpt = lambda to, _: "421 closing" if to == NOOR else None

    assert minute(mailing, MORNING) == 2
    mailroom.on_rcpt = lambda _to, _: None
    assert minute(mailing, MORNING + timedelta(minutes=1)) == 1
    assert minute(mailing, MORNING + timedelta(minutes=2)) == 0

    assert mailroom.to == {KARIM: 1, NOOR: 1, SANNE: 1}


@pytest.mark.usefixtures("noor")
def test_without_a_mail_server_nothing_happens(context: AppContext) -> None:
    assert minute(context, MORNING) == 0


@pytest.mark.parametrize("store", [SQLITE])
def test_a_running_app_sends_what_waits(
    mailing: AppContext,
    mailroom: Mailroom,
    noor: Listener,
    forks: ForkServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real_now, ahead = clock.now, MORNING.replace(hour=12) - clock.now()
    monkeypatch.setattr(clock, "now", lambda: real_now() + ahead)
    today = clock.today()
    with writing(mailing.engine) as connection:
        tomorrow = today + timedelta(1)
        queue.enqueue(connection, MORNING_MAIL, noor.who.account, "test", today, tomorrow)

    with forks.running(mailing.settings, tmp_path, ahead, {POST_EVERY: 0.2}) as live:
        give_up = time.monotonic() + PATIENCE
        while '"event": "mail.notices"' not in live.log() and time.monotonic() < give_up:
            time.sleep(0.1)
        assert live.stop() == 0
        log = live.log()

    assert mailroom.to[NOOR] >= 1  # and today's own, on a working morning
    assert '"refused": 0, "put_off": 0}' in log
    assert "waterrijk.example" not in log
