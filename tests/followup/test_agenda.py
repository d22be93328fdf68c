"""The agenda of a conversation, the file for a calendar, and the night in between."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from monitor.climate.verdicts import TrendVerdict
from monitor.context import AppContext
from monitor.followup import conversations, sleeping
from monitor.followup.agenda import OPEN_MINUTES, agenda, stretched
from monitor.followup.calendar_file import calendar_file
from monitor.followup.conversations import Plan
from monitor.followup.leaders import Lead, leads
from monitor.followup.methods import MethodBook
from monitor.followup.occasion import begin_with
from monitor.followup.records import Origin, OriginKind
from monitor.followup.suggestion import Direction, suggest
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.store import audit
from monitor.store.engine import writing

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 26)
SIGNAL = Origin(OriginKind.SIGNAL, "2026-11", "respect")


@pytest.mark.parametrize("minutes", [15, 30, 45, 60, 75, 90, 120])
@pytest.mark.parametrize("has_open", [False, True])
def test_minutes_add_up_for_every_method_and_length(
    book: MethodBook, minutes: int, has_open: bool
) -> None:
    for method in book.methods:
        items = agenda(method, minutes, has_open_actions=has_open)
        assert items[0].start == 0
        assert [a.end for a in items[:-1]] == [b.start for b in items[1:]]
        assert all(item.end > item.start for item in items)
        assert items[-1].end == max(minutes, len(method.steps))


def test_open_agreements_come_first_after_the_opening(book: MethodBook) -> None:
    method = book.method("uitkomsten_lezen")
    plain = agenda(method, 30, has_open_actions=False)
    items = agenda(method, 30, has_open_actions=True)
    assert [item.is_open_actions for item in items[:3]] == [False, True, False]
    assert items[1].end - items[1].start == OPEN_MINUTES == 3
    assert [item.title for item in items if item.title] == [item.title for item in plain]
    assert [step.minutes for step in method.steps] == [item.end - item.start for item in plain]


def test_a_step_of_no_length_takes_its_minute_from_the_longest() -> None:
    assert stretched([100, 1, 1], 10) == [8, 1, 1]
    assert stretched([1, 1000], 3) == [1, 2]


def test_lengths_keep_their_proportions() -> None:
    assert stretched([2, 5, 8, 5, 5, 3, 2], 45) == [3, 8, 12, 8, 7, 4, 3]
    assert stretched([1, 1, 1], 2) == [1, 1, 1]


@pytest.fixture
def town(context: AppContext) -> AppContext:
    tree = Tree((Unit("stad", None, "Stad"), Unit("oost", "stad", "Team Oost")))
    import_tree(context.engine, tree, "test", NOW)
    return context


def planned(town: AppContext, origin: Origin, today: date = TODAY) -> str:
    plan = Plan("uitkomsten_lezen", NOW + timedelta(7), 30, Lead.COLLEAGUE, origin)
    return conversations.plan(town.engine, "oost", plan, today)


def test_a_calendar_learns_the_title_and_the_time_and_nothing_else(town: AppContext) -> None:
    conversation = conversations.get(town.engine, planned(town, SIGNAL))
    assert conversation is not None
    content = calendar_file(conversation, NOW)
    (event,) = Calendar.from_ical(content).events
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"}
    assert event["SUMMARY"] == "Teamgesprek"
    assert event.start == NOW + timedelta(7)
    assert event.end - event.start == timedelta(minutes=30)
    text = content.decode()
    for secret in ("oost", "Oost", "respect", "uitkomsten", "colleague", conversation.id, "http"):
        assert secret not in text
    assert calendar_file(conversation, NOW) == content


def test_a_plan_of_the_day_of_the_signal_sleeps_one_night(town: AppContext) -> None:
    with writing(town.engine) as connection:
        audit.note(connection, "test", "round.close", "2026-11", NOW)

    def first(origin: Origin, today: date = TODAY) -> date:
        conversation = conversations.get(town.engine, planned(town, origin, today))
        assert conversation is not None
        return sleeping.may_go_from(town.engine, conversation)

    tomorrow = TODAY + timedelta(1)
    assert first(SIGNAL) == tomorrow
    assert first(SIGNAL, tomorrow) == tomorrow
    assert first(Origin()) == TODAY
    assert first(Origin(OriginKind.SIGNAL, "2026-10", "respect")) == TODAY


def test_the_leidinggevende_does_not_lead_when_support_fell(book: MethodBook) -> None:
    fell = suggest(book, "respect", Direction.DOWN, also_fell=("steun",))
    assert Lead.LEADER not in leads(fell)
    assert Lead.LEADER in leads(suggest(book, "respect", Direction.DOWN))


def test_the_work_itself_comes_first() -> None:

    def change(word: str) -> TrendVerdict:
        return TrendVerdict(word, None, "", None, None, "team")

    words = {"respect": change("down"), "druk": change("down"), "steun": change("up")}
    assert begin_with(words) == "druk"
    assert begin_with(words | {"druk": change("stays_down")}) == "respect"
    assert begin_with({"respect": change("stable"), "steun": change("up")}) == "steun"
    assert begin_with({"respect": change("stable"), "steun": change("stable")}) == "respect"
    assert begin_with({}) == ""
