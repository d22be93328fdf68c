"""Actions, conversations, the team's log, its compass and promise, as stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.followup import actions, compass, conversations, retention, team_log
from monitor.followup.conversations import Plan
from monitor.followup.records import (
    ConversationState,
    Level,
    NewAction,
    Origin,
    OriginKind,
    Outcome,
)
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.store import audit
from monitor.store.engine import reading
from monitor.store.followup_tables import action
from monitor.store.followup_tables import team_log as log_table

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
THEMES = ("respect", "druk", "steun")
NEW = NewAction("praktijkdialoog", "Elke maandag een kwartier over hoe we praten", "2026-12")


@pytest.fixture
def town(context: AppContext) -> AppContext:
    tree = Tree((Unit("stad", None, "Stad"), Unit("oost", "stad", "Oost")))
    import_tree(context.engine, tree, "test", NOW)
    return context


def add(town: AppContext, new: NewAction = NEW, unit: str = "oost", today: date = TODAY) -> str:
    """Store an action."""
    return actions.add(town.engine, unit, new, THEMES, today)


def refusal(what: Callable[[], object]) -> str:
    """The key of the refusal."""
    with pytest.raises(InputRefused) as refused:
        what()
    return refused.value.key


def test_an_action_comes_back_as_it_was_agreed(town: AppContext) -> None:
    signal = Origin(OriginKind.SIGNAL, "2026-10", "respect")
    new = replace(NEW, themes=("respect",), level=Level.LEADER, owner_role="senior", origin=signal)
    action = actions.get(town.engine, add(town, new))
    assert action is not None
    assert (action.unit, action.kind, action.level) == ("oost", "praktijkdialoog", Level.LEADER)
    assert (action.themes, action.owner_role, action.origin) == (("respect",), "senior", signal)
    assert (action.start, action.is_open, action.outcome) == ("2026-12", True, None)
    assert not action.written_afterwards
    assert actions.listing(town.engine, ["stad"]) == ()
    assert actions.get(town.engine, "unknown") is None


def test_a_third_open_action_asks_to_close_one(town: AppContext) -> None:
    first = add(town)
    add(town)
    assert refusal(lambda: add(town)) == "action.too_many"
    actions.close(town.engine, first, Outcome.CONTINUES, "", TODAY)
    assert refusal(lambda: add(town)) == "action.too_many"
    actions.close(town.engine, first, Outcome.STOPPED, "Te druk in de zomer.", TODAY)
    add(town)
    assert add(town, unit="stad")


@pytest.mark.parametrize("outcome", Outcome)
def test_an_action_that_continues_stays_open_and_every_other_outcome_closes_it(
    town: AppContext, outcome: Outcome
) -> None:
    name = add(town)
    action = actions.close(town.engine, name, outcome, "Het lukte.", TODAY)
    assert action.is_open == (outcome is Outcome.CONTINUES)
    assert (action.outcome, action.why) == (outcome, "Het lukte.")
    assert (action.closed_on is None) == action.is_open
    if not action.is_open:
        assert (
            refusal(lambda: actions.close(town.engine, name, Outcome.DONE, "", TODAY))
            == "action.unknown"
        )


def test_open_actions_come_first(town: AppContext) -> None:
    old = add(town, replace(NEW, start="2026-10"))
    closed = add(town, replace(NEW, start="2026-12"))
    actions.close(town.engine, closed, Outcome.DONE, "", TODAY)
    assert [a.id for a in actions.listing(town.engine)] == [old, closed]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"title": "x" * 121}, "action.text_long"),
        ({"title": "  "}, "action.text_empty"),
        ({"title": "a\x00b"}, "action.text_unprintable"),
        ({"text": "x" * 281}, "action.text_long"),
        ({"title": "Mevrouw Jansen bellen"}, "action.client_data"),
        ({"text": "Terugbellen op 06-12345678"}, "action.client_data"),
        ({"owner_role": "Meneer Pietersen"}, "action.client_data"),
        ({"kind": "#"}, "action.kind"),
        ({"kind": ""}, "action.kind"),
        ({"themes": ("weer",)}, "action.theme"),
        ({"start": "2026-13"}, "period.shape"),
        ({"start": "2028-01"}, "action.start"),
    ],
)
def test_what_may_not_be_stored_is_refused(
    town: AppContext, change: dict[str, str], key: str
) -> None:
    assert refusal(lambda: add(town, replace(NEW, **change))) == key
    assert actions.listing(town.engine) == ()


def test_an_unknown_unit_is_refused(town: AppContext) -> None:
    assert refusal(lambda: add(town, unit="west")) == "action.unit"


def test_an_action_written_down_when_its_outcome_was_known_says_so(town: AppContext) -> None:
    action = actions.get(town.engine, add(town, replace(NEW, start="2026-03")))
    assert action is not None
    assert action.written_afterwards


def test_a_request_is_answered_and_the_answer_may_be_replaced(town: AppContext) -> None:
    name = add(town, replace(NEW, level=Level.ORGANISATION))
    own = add(town)
    actions.answer_request(town.engine, name, "We kijken ernaar.", TODAY)
    actions.answer_request(town.engine, name, "Er komt iemand bij.", TODAY)
    (request,) = actions.requests(town.engine)
    assert request.answer is not None
    assert request.answer.text == "Er komt iemand bij."
    assert (
        refusal(lambda: actions.answer_request(town.engine, own, "Ja.", TODAY))
        == "action.no_request"
    )


def test_the_log_only_grows_and_a_line_taken_away_keeps_its_place(town: AppContext) -> None:
    engine = town.engine
    first = team_log.write(engine, "oost", "Gezien, we praten maandag.", date(2026, 11, 1))
    second = team_log.write(engine, "oost", "We doen het anders.", date(2026, 11, 9))
    assert team_log.write(engine, "oost", " We doen  het anders. ", date(2026, 11, 9)) == second
    third = team_log.write(engine, "oost", "En nu dit.", TODAY)
    team_log.withdraw(engine, "oost", third)
    newest = team_log.latest(engine, "oost")
    assert newest is not None
    assert newest.id == second
    team_log.blank(engine, second, "or@stad.example", NOW)
    assert [(line.id, line.text, line.state.value) for line in team_log.lines(engine, "oost")] == [
        (third, "", "withdrawn"),
        (second, "", "blanked"),
        (first, "Gezien, we praten maandag.", "shown"),
    ]
    newest_entry = audit.entries(engine)[0]
    assert (newest_entry.action, newest_entry.detail) == ("team_log.blank", "oost")
    assert refusal(lambda: team_log.withdraw(engine, "oost", third)) == "team_log.unknown"
    assert refusal(lambda: team_log.withdraw(engine, "stad", first)) == "team_log.unknown"
    assert refusal(lambda: team_log.blank(engine, second, "x", NOW)) == "team_log.unknown"


def test_a_line_about_a_person_is_refused(town: AppContext) -> None:
    text = "We spraken mevrouw De Vries."
    assert refusal(lambda: team_log.write(town.engine, "oost", text, TODAY)) == "action.client_data"


def test_conversations_are_planned_held_and_dropped(town: AppContext) -> None:
    engine = town.engine
    first = conversations.plan(engine, "oost", Plan("intervisie", NOW, 65, "coach"), TODAY)
    conversations.settle(engine, first, ConversationState.HELD)
    (conversation,) = conversations.listing(engine, "oost")
    assert (conversation.method, conversation.starts_at, conversation.minutes) == (
        "intervisie",
        NOW,
        65,
    )
    assert (conversation.led_by, conversation.state) == ("coach", ConversationState.HELD)
    for minutes in (0, 10_000):
        plan = Plan("intervisie", NOW, minutes, "coach")
        assert (
            refusal(lambda plan=plan: conversations.plan(engine, "oost", plan, TODAY))
            == "conversation.minutes"
        )
    assert (
        refusal(lambda: conversations.settle(engine, "none", ConversationState.HELD))
        == "conversation.unknown"
    )


def test_a_compass_has_ten_agreements_at_most(town: AppContext) -> None:
    engine = town.engine
    names = [compass.agree(engine, "oost", f"Afspraak {n}", TODAY) for n in range(10)]
    assert refusal(lambda: compass.agree(engine, "oost", "Nog een", TODAY)) == "compass.full"
    compass.drop(engine, "stad", names[0])
    assert len(compass.agreements(engine, "oost")) == 10
    compass.drop(engine, "oost", names[0])
    assert names[0] not in {a.id for a in compass.agreements(engine, "oost")}


def test_a_promise_is_replaced_and_taken_back(town: AppContext) -> None:
    engine = town.engine
    compass.make_promise(engine, "oost", "Ik sta achter jullie bij een bezwaar.", TODAY)
    compass.make_promise(engine, "oost", "Ook bij een klacht.", TODAY)
    promise = compass.promise_of(engine, "oost")
    assert promise is not None
    assert (promise.text, promise.promised_on) == ("Ook bij een klacht.", TODAY)
    compass.make_promise(engine, "oost", " ", TODAY)
    assert compass.promise_of(engine, "oost") is None


def test_everything_is_erased_after_two_years(town: AppContext) -> None:
    engine, then = town.engine, date(2024, 11, 26)
    closed = add(town, replace(NEW, start="2024-10"), today=date(2024, 9, 1))
    actions.close(engine, closed, Outcome.DONE, "", then)
    add(town, replace(NEW, start="2024-11"), today=then)
    kept = add(town, replace(NEW, start="2025-01"), today=then)
    at = datetime(2024, 11, 1, tzinfo=UTC)
    conversations.plan(engine, "oost", Plan("intervisie", at, 65, "coach"), then)
    compass.agree(engine, "oost", "Afspraak", then)
    compass.make_promise(engine, "oost", "Belofte", then)
    team_log.write(engine, "oost", "Regel", then)
    line = team_log.write(engine, "oost", "Latere regel", date(2024, 11, 27))
    assert retention.erase_due(engine, date(2026, 11, 25)) == 0
    assert retention.erase_due(engine, TODAY) == 6
    with reading(engine) as connection:
        assert connection.execute(select(action.c.id)).scalars().all() == [kept]
        assert connection.execute(select(log_table.c.id)).scalars().all() == [line]
    assert retention.erase_due(engine, TODAY) == 0
