"""What the one dark block of the overview lists beside the step."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from monitor.dashboard.results import next_step
from monitor.dashboard.visit import Visit
from monitor.followup.records import Action
from monitor.locale import texts
from tests.dashboard.conftest import TREE

T = texts("nl")


def visit(*led: str) -> Visit:
    """Somebody who leads these units."""
    names = {unit.key: unit.name for unit in TREE.units}
    context = SimpleNamespace(engine=None)
    stand_in = SimpleNamespace(
        t=T, tree=TREE, replies_to=led, context=context, unit_name=names.__getitem__
    )
    return cast(Visit, stand_in)


def action(unit: str, title: str, *, is_open: bool = True) -> Action:
    """An action since May."""
    stand_in = SimpleNamespace(unit=unit, title=title, start="2026-05", is_open=is_open)
    return cast(Action, stand_in)


def test_what_runs_beneath_is_named_for_who_leads_it_and_for_nobody_else() -> None:
    assert set(next_step._units(visit("werk", "noord", "zuid"), "werk")) == {
        "werk",
        "noord",
        "zuid",
    }
    assert next_step._units(visit("noord"), "werk") == ("werk", "noord")
    assert next_step._units(visit(), "waterrijk") == ("waterrijk",)
    assert next_step._units(visit("noord"), "gone") == ("gone",)


def test_open_actions_are_listed_with_the_unit_where_that_is_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actions_there = [
        action("werk", "Eigen"),
        action("zuid", "Van <zuid>"),
        action("werk", "Af", is_open=False),
    ]
    monkeypatch.setattr(next_step.actions, "listing", lambda engine, units: actions_there)

    listed = next_step._under_way(visit("werk", "zuid"), "werk")

    assert T("next.action", month="mei 2026") in listed
    name = TREE.get("zuid").name
    assert T("next.action.of", unit=name, month="mei 2026") in listed
    assert "Van &lt;zuid&gt;" in listed
    assert ">Af<" not in listed
    actions_there.clear()
    assert next_step._under_way(visit("werk"), "werk") == ""


def test_no_more_days_are_listed_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    today = date(2026, 9, 1)
    planned = [
        SimpleNamespace(
            starts_at=datetime(2026, 9, day, 12, tzinfo=UTC),
            state=next_step.ConversationState.PLANNED,
        )
        for day in range(9, 2, -1)
    ]
    monkeypatch.setattr(next_step.rounds, "current_open", lambda engine: None)
    monkeypatch.setattr(next_step.conversations, "planned", lambda engine: {"noord"})
    monkeypatch.setattr(next_step.conversations, "listing", lambda engine, unit: planned)

    days = next_step._days(visit("noord"), "werk", today)

    assert [day.day for day, _ in days] == [3, 4, 5, 6]
    name = TREE.get("noord").name
    assert {words for _, words in days} == {T("next.conversation", unit=name)}
    assert next_step._days(visit(), "werk", today) == []
