"""Letters go in office hours of working days, reminders some days after the invitations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from typing import Any

import pytest
from sqlalchemy import update

from monitor import scheduler
from monitor.context import AppContext
from monitor.errors import RoundRefused
from monitor.mail.message import Letterhead, Part, compose
from monitor.mail.smtp import as_bytes
from monitor.organisation import preferences
from monitor.organisation.members import by_unit
from monitor.organisation.preferences import Preferences
from monitor.pulse.invitations import issue, outbox, reminders
from monitor.pulse.invitations.letters import Kind
from monitor.pulse.invitations.outbox import Progress
from monitor.pulse.invitations.sending import deliver
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.delivery_tables import outbox as table
from monitor.store.engine import writing
from tests.mail.conftest import OOST, PERIOD
from tests.mail.mailroom import Mailroom


def at(moment: str) -> datetime:
    """A moment in the Netherlands in winter."""
    return datetime.fromisoformat(f"{moment}+01:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        ("2026-11-04T09:00", True),
        ("2026-11-04T17:59", True),
        ("2026-11-04T18:00", False),
        ("2026-11-04T22:41", False),
        ("2026-11-04T07:59", False),
        ("2026-11-07T12:00", False),
        ("2026-12-25T12:00", False),
        ("2026-12-24T12:00", False),  # a day off of this organisation
    ],
)
def test_no_letter_of_any_kind_goes_outside_office_hours(
    queued: AppContext, mailroom: Mailroom, now: datetime, moment: str, goes: bool
) -> None:
    preferences.change(queued.engine, "test", now, days_off=(date(2026, 12, 24),))
    with writing(queued.engine) as connection:
        connection.execute(
            update(table).where(table.c.email == OOST[0]).values(kind=Kind.FIRST_REMINDER)
        )

    result = deliver(queued, lambda: at(moment))

    assert result.sent == (11 if goes else 0)
    assert mailroom.to.total() == result.sent


@pytest.mark.parametrize(
    ("hour", "moment", "goes"), [(7, "07:30", True), (20, "20:30", True), (9, "20:30", False)]
)
def test_the_hour_that_was_chosen_for_rounds_is_an_office_hour(
    hour: int, moment: str, goes: bool
) -> None:
    assert Preferences(hour=hour).in_office_hours(at(f"2026-11-04T{moment}")) is goes


def test_a_long_run_stops_at_the_end_of_the_day(queued: AppContext, mailroom: Mailroom) -> None:
    def late() -> datetime:
        return at("2026-11-04T17:59") + timedelta(minutes=len(mailroom.taken) // 4)

    assert deliver(queued, late).sent == 4
    assert outbox.progress(queued.engine, PERIOD).waiting == 7


def test_a_reminder_waits_for_the_invitations(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    mailroom.on_rcpt = lambda _to, taken: "450 4.2.0 later" if taken >= 5 else None
    assert deliver(queued, lambda: now).sent == 5

    with pytest.raises(RoundRefused, match=r"remind\.too_early"):
        reminders.remind(queued, PERIOD, "test", now)

    mailroom.on_rcpt = lambda _to, _taken: None
    deliver(queued, lambda: now + timedelta(minutes=1))
    assert reminders.remind(queued, PERIOD, "test", now).letters == 11


def test_one_dead_address_does_not_keep_everybody_from_a_reminder(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    mailroom.on_rcpt = lambda to, _: "450 4.1.2 no such domain" if to == OOST[0] else None
    for minute in (0, 1, 7):
        deliver(queued, lambda: now + timedelta(minutes=minute))  # noqa: B023 - used at once

    assert reminders.remind(queued, PERIOD, "test", now).letters == 10


def test_the_calendar_reminds_some_days_after_invitations_that_were_late(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    """The round opened on Tuesday 3 November; a reminder is due on Tuesday 10."""
    preferences.change(queued.engine, "test", now, calendar=True)
    monday, tuesday, wednesday = (at(f"2026-11-{day:02}T12:00") for day in (9, 10, 11))
    assert scheduler.tick(queued, tuesday).reminded == ()  # invitations wait
    assert deliver(queued, lambda: monday).sent == 11

    assert scheduler.tick(queued, tuesday).reminded == ()
    assert scheduler.tick(queued, wednesday).reminded == (PERIOD,)
    assert deliver(queued, lambda: wednesday).sent == 11


def test_a_round_begun_anew_gets_its_first_reminder(
    queued: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    preferences.change(queued.engine, "test", now, calendar=True)
    deliver(queued, lambda: now)
    assert scheduler.tick(queued, at("2026-11-10T12:00")).reminded == (PERIOD,)
    rounds.abandon(queued, PERIOD, "test", at("2026-11-11T09:00"))
    again = at("2026-11-11T10:00")
    questions = load(queued.settings.questionnaire_file)
    rounds.open_round(queued, PERIOD, questions, date(2026, 11, 25), "test", again)
    issue.mail(queued, PERIOD, by_unit(queued.engine), "test", again)
    deliver(queued, lambda: again)

    assert scheduler.tick(queued, at("2026-11-17T12:00")).reminded == ()
    assert scheduler.tick(queued, at("2026-11-18T12:00")).reminded == (PERIOD,)
    assert outbox.progress(queued.engine, PERIOD, Kind.FIRST_REMINDER) == Progress(waiting=11)


@pytest.mark.parametrize("policy", [SMTP, SMTPUTF8])
@pytest.mark.parametrize("length", range(55, 110, 3))
@pytest.mark.parametrize("letter", ["e", "é"])
def test_no_subject_begins_with_an_empty_line(
    policy: EmailPolicy[Any], length: int, letter: str, now: datetime
) -> None:
    head = Letterhead("a@waterrijk.example", "Waterrijk", "http://x.example", "nl")
    subject = ("Herinnering: hoe was het werk " + f"de afgel{letter}pen maand? " * 9)[
        :length
    ].strip()
    message = compose(head, "b@waterrijk.example", subject, (Part("Hallo."),), "m", now)

    sent = as_bytes(message, policy)

    line = next(line for line in sent.split(b"\r\n") if line.startswith(b"Subject:"))
    assert line.removeprefix(b"Subject:").strip()
    assert len(max(sent.partition(b"\r\n\r\n")[0].split(b"\r\n"), key=len)) < 998
