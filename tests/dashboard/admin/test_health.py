"""The page that says whether the installation is sound."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert

import monitor
from monitor import clock
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.locale import texts
from monitor.store import audit, nights
from monitor.store.delivery_tables import claim
from monitor.store.engine import writing
from monitor.store.row_shuffle import NIGHT
from tests.dashboard.conftest import OpenPage
from tests.dashboard.pages import field, press, written

T = texts("nl")
LONG_AGO = date(2026, 1, 5)


def last_night_was(context: AppContext, day: date) -> None:
    """Note the last nightly work on this day."""
    with writing(context.engine) as connection:
        row = {"name": f"{NIGHT}{day.isoformat()}", "holder": "test", "until": 0, "done": True}
        connection.execute(insert(claim).values(row))


@pytest.mark.slow
def test_a_date_that_waits_for_a_person_is_confirmed_with_a_tick(
    manage: OpenPage, context: AppContext
) -> None:
    last_night_was(context, LONG_AGO)
    page = manage("gezondheid")
    assert T("health.clock.title") in [each.value for each in page.header]

    press(page, "confirm-date")
    assert nights.is_far_ahead(context.engine, clock.today())
    field(page, "checkbox", "confirm-date", "sure").check()
    press(page, "confirm-date")

    assert not nights.is_far_ahead(context.engine, clock.today())
    assert T("health.clock.title") not in [each.value for each in page.header]
    assert "clock.confirm" in [entry.action for entry in audit.entries(context.engine)]


def test_another_day_than_the_one_shown_is_not_confirmed(
    context: AppContext, now: datetime
) -> None:
    with pytest.raises(InputRefused):
        nights.confirm_day(context.engine, local_day(now) + timedelta(1), "test", now)


def test_the_version_and_what_changed_are_there(manage: OpenPage) -> None:
    page = written(manage("gezondheid"))

    assert T("health.database.sqlite") in page
    assert monitor.__version__ in page
    assert "The first version." in page


@pytest.mark.usefixtures("no_midnight")  # the help numbers count as looked at for half a year
def test_health_says_what_doctor_says(manage: OpenPage, context: AppContext) -> None:
    assert T("health.well") in written(manage("gezondheid"))
    context.settings.secret_file.chmod(0o644)

    page = manage("gezondheid")

    assert str(context.settings.secret_file.name) in page.warning[0].value.replace("\\", "")
