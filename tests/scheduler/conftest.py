"""A context that is ready for its first round."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from monitor.config.settings import Settings
from monitor.context import AppContext
from monitor.organisation import preferences
from monitor.organisation.members import import_members
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import Member
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from tests import steps

BEFORE = datetime.fromisoformat("2026-10-20T12:00:00+02:00")
PEOPLE = tuple(f"p{number}@waterrijk.example" for number in range(6))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a mail server that is never called: these tests stop at the outbox."""
    return replace(settings, smtp_url="smtp://127.0.0.1:9", mail_from="a@waterrijk.example")


@pytest.fixture
def peopled(context: AppContext) -> AppContext:
    """A team with members, and the calendar on."""
    tree = Tree((Unit("stad", None, "Stad"), Unit("team", "stad", "Team")))

    def add_people() -> None:
        import_tree(context.engine, tree, "test", BEFORE)
        import_members(context.engine, [Member(email, "team") for email in PEOPLE], "test", BEFORE)
        preferences.change(context.engine, "test", BEFORE, calendar=True)

    steps.take(context, "a team with members", add_people)
    return context


@pytest.fixture
def ready(peopled: AppContext) -> AppContext:
    """As `peopled`, with an earlier round, so that the checklist of the first no longer counts."""
    questions = load(peopled.settings.questionnaire_file)

    def hold_a_round() -> None:
        rounds.open_round(peopled, "2026-09", questions, None, "test", BEFORE)
        rounds.abandon(peopled, "2026-09", "test", BEFORE)

    steps.take(peopled, ("an earlier round", questions.digest), hold_a_round)
    return peopled
