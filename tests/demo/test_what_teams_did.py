"""What the made-up teams did: on working days, in known words, and nothing past in the future."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from monitor.clock import AMSTERDAM
from monitor.context import AppContext
from monitor.demo import stories
from monitor.demo.fill import DAYS_TO_TALK, OPEN_DAYS, first_tuesday
from monitor.demo.followup import HAPPENINGS, Followup
from monitor.followup import actions, compass, conversations, team_log
from monitor.followup.kinds import Kind
from monitor.followup.library import library
from monitor.followup.records import ConversationState, Level, Outcome
from monitor.organisation import preferences
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import periods

UNITS = (stories.ROSE, stories.SQUEEZED, stories.ASKED)
THIS_MONTHS = ("2026-11", "2027-01")
"""The second with Christmas in the month before it."""
TREE = Tree((Unit("waterrijk", None, "Stad"), *(Unit(key, "waterrijk", key) for key in UNITS)))


def at(day: date) -> datetime:
    """Some moment of that day."""
    return datetime.combine(day, time(9), UTC)


@pytest.fixture(params=THIS_MONTHS)
def story(request: pytest.FixtureRequest, context: AppContext) -> tuple[AppContext, str]:
    """The whole story, told up to this month."""
    import_tree(context.engine, TREE, "test", at(date(2024, 1, 2)))
    followup = Followup(context)
    for months_ago in range(max(HAPPENINGS), 0, -1):
        period = periods.shifted(request.param, -months_ago)
        results_on = first_tuesday(periods.first_day(period)) + timedelta(OPEN_DAYS)
        followup.after(months_ago, period, results_on + timedelta(DAYS_TO_TALK))
    return context, request.param


def test_it_is_told_on_working_days_that_have_passed(story: tuple[AppContext, str]) -> None:
    context, this_month = story
    works, today = preferences.read(context.engine).works, periods.first_day(this_month)
    days: list[date] = []
    for unit in UNITS:
        days += [line.written_on for line in team_log.lines(context.engine, unit)]
        days += [agreed.agreed_on for agreed in compass.agreements(context.engine, unit)]
        for talk in conversations.listing(context.engine, unit):
            held_on = talk.starts_at.astimezone(AMSTERDAM).date()
            assert talk.state is ConversationState.HELD
            assert talk.created_on < held_on
            days += [talk.created_on, held_on]
    for action in actions.listing(context.engine):
        days += [action.created_on, *([action.closed_on] if action.closed_on else [])]
        assert action.start == periods.shifted(periods.containing(action.created_on), 1)
    assert len(days) == 20
    assert max(days) < today
    assert all(works(day) for day in days)


def test_one_rose_one_did_not_one_was_answered_in_words_people_can_choose(
    story: tuple[AppContext, str],
) -> None:
    context, _ = story
    kinds = {action.kind for action in actions.listing(context.engine)}
    assert len(kinds) == 4
    assert kinds <= {kind.value for kind in Kind}
    known = {method.key for method in library(context.settings.data_dir).methods.methods}
    talks = [talk for unit in UNITS for talk in conversations.listing(context.engine, unit)]
    assert {talk.method for talk in talks} <= known
    ended = {
        (action.unit, action.level): action.outcome for action in actions.listing(context.engine)
    }
    assert ended == {
        (stories.ROSE, Level.TEAM): Outcome.DONE,
        (stories.SQUEEZED, Level.LEADER): Outcome.STOPPED,
        (stories.SQUEEZED, Level.TEAM): None,
        (stories.ASKED, Level.ORGANISATION): Outcome.CONTINUES,
    }
    (request,) = actions.requests(context.engine)
    assert request.answer is not None
