"""The page with the settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from monitor.context import AppContext, current_context, use_context
from monitor.dashboard.admin.preferences import SUBJECTS
from monitor.klaagmuur import access_word
from monitor.locale import texts
from monitor.organisation import preferences, profile
from monitor.organisation.preferences import Delivery
from tests.dashboard.conftest import OpenPage, SignIn
from tests.dashboard.pages import field, fill, press, written

T = texts("nl")


@pytest.mark.slow
def test_settings_are_kept(manage: OpenPage, context: AppContext, now: datetime) -> None:
    page = manage("instellingen")

    field(page, "radio", "delivery", "way").set_value(Delivery.SLIPS)
    press(page, "delivery")
    fill(page, "word", text="  blauwe   fiets ")
    fill(page, "consent", day="2-11-2026", note="Brief 114")
    field(page, "toggle", "calendar", "on").set_value(True)
    field(page, "selectbox", "calendar", "weekday").set_value(3)
    field(page, "selectbox", "calendar", "second").set_value(0)
    field(page, "text_area", "calendar", "off").input("24-12-2026\n2026-12-31")
    press(page, "calendar")

    stored = preferences.read(context.engine)
    assert (stored.delivery, stored.calendar, stored.weekday) == (Delivery.SLIPS, True, 3)
    assert stored.remind_after == (5,)
    assert [day.isoformat() for day in stored.days_off] == ["2026-12-24", "2026-12-31"]
    assert access_word.access_word(context.engine) == "blauwe fiets"
    consent = profile.consent(context.engine)
    assert consent is not None
    assert consent.on.isoformat() == "2026-11-02"


def test_every_setting_says_what_holds_above_the_form_in_its_fold(
    manage: OpenPage, context: AppContext, now: datetime
) -> None:
    before = manage("instellingen")
    assert len(before.expander) >= len(SUBJECTS)
    for key in ("set.word.none", "set.consent.none", "set.calendar.by_hand"):
        assert T(key) in written(before)

    access_word.set_access_word(context.engine, "blauwe fiets", "test", now)
    fill(before, "consent", day="2-11-2026", note="Brief 114")
    after = manage("instellingen")

    assert T("set.word.now", word="blauwe fiets") in written(after)
    assert T("set.consent.known", day="2 november 2026", note="Brief 114") in written(after)


@pytest.mark.parametrize("day", ["", "32-1-2026", "morgen", "1-2", "1-1-2999"])
def test_an_impossible_day_is_refused_and_the_fields_keep_what_was_typed(
    manage: OpenPage, context: AppContext, day: str
) -> None:
    page = manage("instellingen")

    fill(page, "consent", day=day, note="Brief 114")

    assert page.error
    assert field(page, "text_input", "consent", "note").value == "Brief 114"
    assert profile.consent(context.engine) is None


def test_a_calendar_that_contradicts_itself_is_refused(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("instellingen")
    field(page, "selectbox", "calendar", "working_days").set_value(3)
    press(page, "calendar")

    assert page.error
    assert preferences.read(context.engine).working_days == 10


def test_the_name_counts_at_once(context: AppContext, sign_in: SignIn, open_page: OpenPage) -> None:
    use_context(replace(context, settings=replace(context.settings, organisation_name=""), name=""))
    page = open_page(sign_in("beheerder"), "instellingen")

    fill(page, "name", text="Gemeente Proefdorp")

    assert current_context().name == "Gemeente Proefdorp"
