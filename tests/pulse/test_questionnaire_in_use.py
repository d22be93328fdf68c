"""Which questionnaire the next round asks: the newest for a new installation, and no surprise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from monitor.commands.questionnaire import questionnaire as command
from monitor.context import AppContext, use_context
from monitor.errors import InputRefused
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.questionnaire_in_use import (
    FIRST,
    VERSIONS,
    choose,
    in_use,
    is_own_ignored,
    ours,
)
from monitor.store.engine import reading, writing
from monitor.store.tables import audit, survey_round


def open_round(context: AppContext, tree: Tree, now: datetime, period: str, version: str) -> None:
    import_tree(context.engine, tree, "test", now)
    rounds.open_round(context, period, load(VERSIONS[version]), None, "test", now)


def test_a_new_installation_asks_the_newest(context: AppContext) -> None:
    assert in_use(context).version == "2026-2"


@pytest.mark.parametrize("version", list(VERSIONS))
def test_one_that_asked_a_version_goes_on_with_it(
    context: AppContext, tree: Tree, now: datetime, version: str
) -> None:
    open_round(context, tree, now, "2026-10", version)

    assert in_use(context).version == version


@pytest.mark.parametrize("version", ["ons-1", "2026-1"])
def test_without_a_file_or_choice_an_own_one_that_was_asked_goes_on(
    context: AppContext, tree: Tree, now: datetime, version: str
) -> None:
    import_tree(context.engine, tree, "test", now)
    own = replace(ours("2026-1"), version=version)
    rounds.open_round(context, "2026-10", own, None, "test", now)
    assert in_use(context) == own

    # The control: an earlier survey that was read in is not what the next round asks.
    with writing(context.engine) as connection:
        of_round = survey_round.c.period == "2026-10"
        connection.execute(update(survey_round).where(of_round).values(public_key=None))
    assert in_use(context).version == ("2026-2" if version == "ons-1" else "2026-1")


def test_an_earlier_survey_read_in_for_a_later_month_does_not_change_what_is_asked(
    context: AppContext, tree: Tree, now: datetime
) -> None:
    import_tree(context.engine, tree, "test", now)
    own = replace(ours("2026-1"), version="ons-1")
    for period, asked in (("2026-09", own), ("2026-10", ours("2026-1"))):
        rounds.open_round(context, period, asked, None, "test", now)
        with writing(context.engine) as connection:
            of_round = survey_round.c.period == period
            connection.execute(update(survey_round).where(of_round).values(status="sealed"))
    assert in_use(context).version == "2026-1"  # the control: a round of our own does

    with writing(context.engine) as connection:
        connection.execute(update(survey_round).where(of_round).values(public_key=None))
    assert in_use(context) == own


def test_an_own_file_goes_before_both(context: AppContext, tmp_path: Path) -> None:
    own = tmp_path / "questionnaire.toml"
    own.write_text(FIRST.read_text("utf-8").replace("2026-1", "ons-1"), encoding="utf-8")
    theirs = replace(context, settings=replace(context.settings, questionnaire_file=own))

    assert in_use(theirs).version == "ons-1"
    assert not is_own_ignored(theirs)


def test_what_was_chosen_goes_before_the_file_and_doctor_says_so(
    context: AppContext, tmp_path: Path, now: datetime
) -> None:
    own = tmp_path / "questionnaire.toml"
    own.write_text(FIRST.read_text("utf-8").replace("2026-1", "ons-1"), encoding="utf-8")
    theirs = replace(context, settings=replace(context.settings, questionnaire_file=own))
    use_context(theirs)

    done = CliRunner().invoke(command, ["switch", "2026-1", "--agreed-on", "2026-11-02"])

    assert done.exit_code == 0, done.output
    assert in_use(theirs).version == "2026-1"
    assert is_own_ignored(theirs)
    back = CliRunner().invoke(command, ["switch", str(own), "--agreed-on", "2026-11-02"])
    assert back.exit_code == 0, back.output
    assert in_use(theirs).version == "ons-1"
    assert not is_own_ignored(theirs)


def test_a_switch_is_by_hand_and_noted_and_leaves_the_round_under_way_alone(
    context: AppContext, tree: Tree, now: datetime
) -> None:
    open_round(context, tree, now, "2026-11", "2026-1")
    with writing(context.engine) as connection:
        choose(connection, ours("2026-2"), "OR 2026-11-02", "or@stad.example", now)

    assert in_use(context).version == "2026-2"
    with reading(context.engine) as connection:
        noted = connection.execute(select(audit).where(audit.c.action == "questionnaire.switch"))
        assert [row.detail for row in noted] == ["2026-1 > 2026-2; OR 2026-11-02"]
    (under_way,) = rounds.all_rounds(context.engine)
    assert under_way.questionnaire == load(VERSIONS["2026-1"]).digest


@pytest.mark.parametrize(
    ("version", "day", "key"),
    [
        ("2026-9", "2026-11-02", "questionnaire.no_version"),
        ("2026-2", "2026-11-02", "questionnaire.same"),
        ("2026-1", "gisteren", "questionnaire.day"),
    ],
)
def test_what_makes_no_sense_is_refused(
    context: AppContext, version: str, day: str, key: str
) -> None:
    refused = CliRunner().invoke(command, ["switch", version, "--agreed-on", day])

    assert isinstance(refused.exception, InputRefused)
    assert refused.exception.key == key
    assert "2026-2" in CliRunner().invoke(command, ["show"]).output


def test_the_command_switches(context: AppContext) -> None:
    done = CliRunner().invoke(command, ["switch", "2026-1", "--agreed-on", "2026-11-02"])

    assert done.exit_code == 0
    assert in_use(context).version == "2026-1"
