"""The minimum only rises, whatever is written in the store; the language can be chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import delete, update

from monitor.config.settings import read
from monitor.context import AppContext, build_context, current_context, refresh_context
from monitor.errors import InputRefused
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store import installation_choices
from monitor.store.delivery_tables import setting
from monitor.store.engine import writing


def raise_to(context: AppContext, number: int, now: datetime) -> None:
    """Raise the minimum, and take it over."""
    current = current_context().settings.minimum
    installation_choices.raise_minimum(context.engine, context.keys, current, number, "test", now)
    refresh_context()


def test_a_higher_minimum_holds_from_the_next_round_on(context: AppContext, now: datetime) -> None:
    raise_to(context, 8, now)
    import_tree(context.engine, Tree((Unit("stad", None, "Stad"),)), "test", now)
    questions = load(context.settings.questionnaire_file)

    round_ = rounds.open_round(current_context(), "2026-11", questions, None, "test", now)

    assert current_context().settings.minimum == round_.minimum == 8
    again = build_context(context.settings)
    assert again.settings.minimum == 8
    again.engine.dispose()


@pytest.mark.parametrize("number", [0, 5, 8, 26, 10**9])
def test_it_cannot_be_lowered_or_raised_beyond_use(
    context: AppContext, now: datetime, number: int
) -> None:
    raise_to(context, 8, now)

    with pytest.raises(InputRefused, match=r"set\.minimum\.refused"):
        raise_to(context, number, now)

    assert current_context().settings.minimum == 8


def test_who_can_write_in_the_store_cannot_lower_it(context: AppContext, now: datetime) -> None:
    raise_to(context, 9, now)
    of_minimum = setting.c.key == "installation.minimum"
    for attack in (update(setting).where(of_minimum).values(value=5), delete(setting)):
        with writing(context.engine) as connection:
            connection.execute(attack)
        refresh_context()
        assert current_context().settings.minimum == 9


def test_on_another_machine_the_store_alone_still_says_it(
    context: AppContext, now: datetime
) -> None:
    raise_to(context, 7, now)
    elsewhere = replace(context.keys, path=context.keys.path / "elsewhere")

    assert installation_choices.minimum(context.engine, elsewhere, 5) == 7
    assert installation_choices.minimum(context.engine, elsewhere, 10) == 10


def test_the_language_is_chosen_unless_the_environment_names_one(
    context: AppContext, now: datetime
) -> None:
    assert not context.settings.language_is_fixed
    installation_choices.choose_language(context.engine, "en", "test", now)
    refresh_context()
    assert current_context().settings.language == "en"

    installation_choices.choose_language(context.engine, "xx", "test", now)
    refresh_context()
    assert current_context().settings.language == "en"  # the one before: there is no such folder
    assert read({"TEAMKLIMAAT_LANGUAGE": "nl"}).language_is_fixed
