"""Reminders: to whom, how often, and always in the same words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import insert, select

from monitor.access import accounts
from monitor.access.roles import Role
from monitor.climate.results import Results
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.followup import actions, reminding
from monitor.followup.reminding import UnitState
from monitor.locale import texts
from monitor.mail import notices as letters
from monitor.organisation import preferences
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.scheduler import reminder_mail
from monitor.scheduler.reminder_mail import REMINDER
from monitor.store import notices
from monitor.store.delivery_tables import notice
from monitor.store.engine import reading, writing
from monitor.store.notices import NoticeState
from monitor.store.tables import account, account_role

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
"""A Thursday."""
SILENT, BUSY = UnitState(False, None, 6), UnitState(False, local_day(NOW), 6)


@pytest.fixture
def town(context: AppContext, monkeypatch: pytest.MonkeyPatch) -> AppContext:
    """Team Oost is silent, Team West and the organisation are not."""
    units = (Unit("stad", None, "Stad"), Unit("oost", "stad", "Oost"), Unit("west", "stad", "West"))
    import_tree(context.engine, Tree(units), "test", NOW)
    for unit in ("stad", "oost", "west"):
        address = f"{unit}@stad.example"
        accounts.add(context.engine, address, Role.LEIDINGGEVENDE, unit, "test", NOW)
    accounts.add(context.engine, "or@stad.example", Role.TOEZICHT, None, "test", NOW)
    states = {"stad": BUSY, "oost": SILENT, "west": BUSY}
    monkeypatch.setattr(reminding, "states", lambda *_: states)
    settings = replace(context.settings, smtp_url="smtp://127.0.0.1:9", mail_from="a@stad.example")
    return replace(context, settings=settings)


def reminded(town: AppContext) -> list[str]:
    query = select(account.c.email).join(notice, notice.c.account == account.c.id)
    with reading(town.engine) as connection:
        rows = connection.execute(query.where(notice.c.kind == REMINDER.name))
        return sorted(row.email for row in rows)


def test_whoever_leads_the_unit_itself_once_a_month(town: AppContext) -> None:
    assert reminder_mail.enqueue_due(town, NOW)
    assert reminded(town) == ["oost@stad.example"]
    for days in (0, 1, 4, 20, 29):
        reminder_mail.enqueue_due(town, NOW + timedelta(days))
        assert reminded(town) == ["oost@stad.example"]


def sent_on(town: AppContext, day: date, server: bool = True) -> list[str]:
    """To whom a reminder goes on that day, after the day's letters were enqueued."""
    now = datetime.combine(day, time(9), UTC)
    with writing(town.engine) as connection:
        notices.delete_expired(connection, day)
    reminder_mail.enqueue_due(town, now)
    if not server or not preferences.read(town.engine).works(day):
        return []
    with writing(town.engine) as connection:
        rows = notices.unsent(connection, day)
        addresses = [notices.start(connection, row) for row in rows]
        for row in rows:
            notices.end(connection, row, NoticeState.SENT)
    return [address for address in addresses if address]


@pytest.mark.slow
def test_one_a_month_over_christmas_however_many_units(town: AppContext) -> None:
    with writing(town.engine) as connection:
        led = select(account_role.c.account).where(account_role.c.unit == "oost")
        leader = connection.execute(led).scalar_one()
        more = {"account": leader, "role": Role.LEIDINGGEVENDE, "unit": "west"}
        connection.execute(insert(account_role).values(more))
    first = date(2026, 11, 24)
    days = [first + timedelta(at) for at in (0, 1, 16, 29, 30, 31, 32, 33, 34, 35, 64, 65, 66)]
    went = [day for day in days if "oost@stad.example" in sent_on(town, day)]
    assert went == [date(2026, 11, 24), date(2026, 12, 28), date(2027, 1, 28)]


@pytest.mark.slow
def test_a_month_passes_after_a_mail_server_was_away(town: AppContext) -> None:
    for at in (0, 1, 15, 28):
        assert sent_on(town, local_day(NOW) + timedelta(at), server=False) == []
    later = [local_day(NOW) + timedelta(at) for at in (29, 32, 33, 40, 62, 63)]
    went = [day for day in later if "oost@stad.example" in sent_on(town, day)]
    assert went == [date(2026, 12, 28), date(2027, 1, 28)]


def test_no_reminder_goes_once_something_was_written(
    town: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sent_on(town, local_day(NOW), server=False) == []
    monkeypatch.setattr(
        reminding, "states", lambda *_: dict.fromkeys(("stad", "oost", "west"), BUSY)
    )
    assert sent_on(town, local_day(NOW) + timedelta(1)) == []


def test_a_unit_that_closed_is_nobodys_reminder(town: AppContext) -> None:
    import_tree(town.engine, Tree((Unit("stad", None, "Stad"),)), "test", NOW)
    reminder_mail.enqueue_due(town, NOW)
    assert reminded(town) == []


def test_where_results_no_longer_come_no_reminders_do(context: AppContext) -> None:
    periods = [f"2026-{month:02}" for month in range(1, 7)]
    figure = SimpleNamespace(value=60)
    sealed = SimpleNamespace(
        periods=periods,
        figure=lambda *_: figure,
        questionnaire=lambda _: SimpleNamespace(themes=[SimpleNamespace(key="druk")]),
    )
    months = [
        reminding.states(context.engine, cast(Results, sealed), ["oost"], date(2026, month, 20))
        for month in (7, 11, 12)
    ]
    assert [state["oost"].released_months for state in months] == [6, 2, 1]


def test_not_on_a_free_day_and_not_without_mail(town: AppContext) -> None:
    assert not reminder_mail.enqueue_due(town, NOW + timedelta(2))
    silent = replace(town, settings=replace(town.settings, smtp_url=None, mail_from=None))
    assert not reminder_mail.enqueue_due(silent, NOW)
    assert reminded(town) == []


def test_the_words_tell_no_figure_and_no_reason() -> None:
    for language in ("nl", "en"):
        t = texts(language)
        assert "{" not in t(REMINDER.subject) + t(REMINDER.text)
    head = letters.Letterhead("a@stad.example", "Stad", "http://localhost", "nl")
    message = letters.letter(head, "oost@stad.example", REMINDER, "x" * 32, NOW)
    assert "http://localhost/afspraken" in str(message.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def test_the_state_of_a_unit_follows_from_what_is_stored(context: AppContext) -> None:
    from monitor.climate.results import results
    from monitor.followup.records import NewAction

    units = (Unit("stad", None, "Stad"), Unit("oost", "stad", "Oost"))
    import_tree(context.engine, Tree(units), "test", NOW)
    new = NewAction("talk", "Elke maandag een kwartier", "2026-11")
    actions.add(context.engine, "oost", new, (), local_day(NOW))
    states = reminding.states(
        context.engine, results(context.engine), ["oost", "stad"], local_day(NOW)
    )
    assert states["oost"] == UnitState(False, local_day(NOW), 0)
    assert states["stad"] == UnitState(False, None, 0)
