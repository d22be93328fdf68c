"""Reminders: to whom, how often, and always in the same words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from monitor.access import accounts
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.followup import actions, reminding
from monitor.followup.reminding import UnitState
from monitor.locale import texts
from monitor.mail import notices as letters
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.scheduler import reminder_mail
from monitor.scheduler.reminder_mail import REMINDER
from monitor.store.delivery_tables import notice
from monitor.store.engine import reading
from monitor.store.tables import account

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
"""A Thursday."""
SILENT, BUSY = UnitState(False, None, 6), UnitState(False, NOW.date(), 6)


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
    actions.add(context.engine, "oost", new, (), NOW.date())
    states = reminding.states(context.engine, results(context.engine), ["oost", "stad"])
    assert states["oost"] == UnitState(False, NOW.date(), 0)
    assert states["stad"] == UnitState(False, None, 0)
