"""The days on which rounds open, remind and close."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clock import AMSTERDAM
from monitor.organisation import workdays
from monitor.organisation.preferences import Preferences
from monitor.pulse import periods
from monitor.scheduler import schedule

USUAL = Preferences(calendar=True)


def at(moment: str) -> datetime:
    """A moment in the Netherlands."""
    return datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("period", "opens", "closes"),
    [
        ("2026-11", "2026-11-03", "2026-11-17"),
        ("2026-12", "2026-12-01", "2026-12-15"),
        ("2026-04", "2026-04-07", "2026-04-21"),  # Easter Monday is the day before
        ("2026-05", "2026-05-05", "2026-05-20"),  # Ascension Day in between
        ("2030-01", "2030-01-02", "2030-01-16"),  # the first Tuesday is New Year's Day
        ("2018-12", "2018-12-04", "2018-12-18"),
    ],
)
def test_a_round_opens_the_first_tuesday_and_closes_ten_working_days_later(
    period: str, opens: str, closes: str
) -> None:
    day = schedule.opening_day(period, USUAL)

    assert day == date.fromisoformat(opens)
    assert schedule.closing_day(day, USUAL) == date.fromisoformat(closes)


def test_the_holidays_of_two_years_are_the_official_ones() -> None:
    # Rijksoverheid, "Officiële feestdagen"; Good Friday counts here too.
    of_2026 = {"01-01", "04-03", "04-05", "04-06", "04-27", "05-14", "05-24", "05-25"}
    assert {d.strftime("%m-%d") for d in workdays.public_holidays(2026)} == of_2026 | {
        "12-25",
        "12-26",
    }
    assert date(2025, 5, 5) in workdays.public_holidays(2025)  # every fifth year
    assert date(2025, 4, 26) in workdays.public_holidays(2025)  # the 27th was a Sunday


def test_days_off_of_the_organisation_count_as_holidays() -> None:
    shut = Preferences(days_off=(date(2026, 11, 3), date(2026, 11, 10)))
    open_always = Preferences(holidays=False)

    assert schedule.opening_day("2026-11", shut) == date(2026, 11, 4)
    assert schedule.closing_day(date(2026, 11, 4), shut) == date(2026, 11, 19)
    assert schedule.opening_day("2030-01", open_always) == date(2030, 1, 1)


@pytest.mark.parametrize(
    ("now", "period"),
    [
        ("2026-11-03T08:59", None),
        ("2026-11-03T09:00", "2026-11"),
        ("2026-11-05T23:00", "2026-11"),
        ("2026-11-07T12:00", None),  # Saturday: it waits for Monday
        ("2026-11-09T09:00", "2026-11"),
        ("2026-11-17T12:00", "2026-11"),
        ("2026-11-18T12:00", None),  # too late for this month
        ("2026-12-01T09:00", "2026-12"),
    ],
)
def test_a_missed_round_opens_late_but_not_too_late(now: str, period: str | None) -> None:
    due = schedule.due_round(USUAL, at(now))

    assert (due.period if due else None) == period


def test_a_late_round_lasts_as_long_but_never_until_the_next_one() -> None:
    late = schedule.due_round(USUAL, at("2026-11-10T10:00"))
    assert late == schedule.DueRound("2026-11", date(2026, 11, 24))

    long_rounds = Preferences(working_days=15, remind_after=())
    last_moment = schedule.due_round(long_rounds, at("2026-11-24T10:00"))
    assert last_moment == schedule.DueRound("2026-11", date(2026, 11, 30))


def test_a_round_due_before_the_calendar_was_switched_on_is_not_opened() -> None:
    switched_on = Preferences(calendar=True, calendar_from=date(2026, 11, 10))

    assert schedule.due_round(switched_on, at("2026-11-10T10:00")) is None
    assert schedule.next_opening(switched_on, at("2026-11-10T10:00")) == at("2026-12-01T09:00")
    assert schedule.due_round(switched_on, at("2026-12-01T10:00")) is not None


@pytest.mark.parametrize(
    ("winter_and_summer", "utc"),
    [("2026-03-03", "08:00"), ("2026-04-07", "07:00"), ("2026-11-03", "08:00")],
)
def test_nine_o_clock_is_dutch_time_in_winter_and_in_summer(
    winter_and_summer: str, utc: str
) -> None:
    nine = datetime.fromisoformat(f"{winter_and_summer}T{utc}:00+00:00")

    assert schedule.due_round(USUAL, nine - timedelta(minutes=1)) is None
    assert schedule.due_round(USUAL, nine) is not None


def test_reminders_fall_on_working_days_within_the_round() -> None:
    assert schedule.reminder_days(date(2026, 5, 5), USUAL) == (date(2026, 5, 12), date(2026, 5, 18))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-09T12:00", 0),
        ("2026-11-10T08:00", 0),
        ("2026-11-10T09:00", 1),
        ("2026-11-13T09:00", 2),
        ("2026-11-14T09:00", 0),  # Saturday
        ("2026-11-17T09:00", 2),
        ("2026-11-18T09:00", 0),  # over
    ],
)
def test_reminders_are_due_from_their_day_on(now: str, due: int) -> None:
    assert schedule.due_reminder(date(2026, 11, 3), date(2026, 11, 17), USUAL, at(now)) == due


any_preferences = st.builds(
    Preferences,
    calendar=st.just(True),
    weekday=st.integers(0, 4),
    week=st.integers(1, 4),
    working_days=st.integers(8, 15),
    holidays=st.booleans(),
)


@pytest.mark.slow
@given(any_preferences, st.integers(periods.number("2020-01"), periods.number("2060-01")))
def test_rounds_never_overlap_and_open_and_close_on_working_days(
    preferences: Preferences, number: int
) -> None:
    opens = schedule.opening_day(periods.from_number(number), preferences)
    closes = schedule.closing_day(opens, preferences)

    assert preferences.works(opens)
    assert preferences.works(closes)
    assert closes < schedule.opening_day(periods.from_number(number + 1), preferences)
    for day in schedule.reminder_days(opens, preferences):
        assert opens < day <= closes
        assert preferences.works(day)
