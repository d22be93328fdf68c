"""Before and after from the store: frozen, in the export, and never chosen by luck."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.climate.history import Names, import_history
from monitor.climate.results import Results, results
from monitor.commands.followup import helps
from monitor.commands.results import export
from monitor.context import AppContext, use_context
from monitor.followup import actions, estimates, figures, nightly, released
from monitor.followup.before_after import level_after, level_before
from monitor.followup.records import NewAction, Outcome
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import periods
from monitor.pulse.questionnaire import Questionnaire, parse
from monitor.store.run_once import run_once
from tests import steps
from tests.questions import questionnaire_text

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
FIRST, START = "2024-01", "2024-12"
TEAMS = tuple(f"t{n}" for n in range(10))
TREE = Tree((Unit("stad", None, "Stad"), *(Unit(t, "stad", t.upper()) for t in TEAMS)))
QUESTIONS = questionnaire_text(werk=("fijn",))
NEW = NewAction("praktijkdialoog", "Elke maandag een kwartier", START, themes=("werk",))
WRITTEN = date(2024, 11, 20)
Fill = Callable[[dict[str, Sequence[int | None]]], Results]


@pytest.fixture
def questions() -> Questionnaire:
    return parse(QUESTIONS, "questions.toml")


@pytest.fixture
def fill(context: AppContext, questions: Questionnaire) -> Fill:
    """Import months for teams, the i-th score in the i-th month; None: too few people."""

    def _fill(scores: dict[str, Sequence[int | None]]) -> Results:
        steps.take(context, f"months of {scores}", lambda: _import(scores))
        return results(context.engine)

    def _import(scores: dict[str, Sequence[int | None]]) -> None:
        import_tree(context.engine, TREE, "test", NOW)
        lines = ["period,unit,fijn\n"]
        for unit, values in scores.items():
            for at, score in enumerate(values):
                lines += [
                    f"{periods.shifted(FIRST, at)},{unit},{answer}\n" for answer in _answers(score)
                ]
        names = Names()
        import_history(context, "".join(lines).encode(), "h.csv", questions, names, "test", NOW)

    return _fill


def _answers(score: int | None) -> list[int]:
    """Twenty people with that mean score, two where it is to be suppressed."""
    if score is None:
        return [3, 3]
    low, rest = divmod(score, 25)
    higher = rest * 20 // 25
    return [low + 2] * higher + [low + 1] * (20 - higher)


FALLING = [60, 65, 60, 65, 60, 65, 45, 40, 45, 40, 45, 45]


@pytest.mark.slow
def test_an_estimate_is_made_once_the_last_month_of_its_window_is_sealed(
    context: AppContext, fill: Fill
) -> None:
    released_ = fill({"t0": [*FALLING, 60, 60, 60], "t1": [50] * 15})
    name = actions.add(context.engine, "t0", NEW, ("werk",), WRITTEN)
    assert estimates.freeze_due(context.engine, released_) == 1
    assert estimates.freeze_due(context.engine, released_) == 0
    (estimate,) = estimates.stored(context.engine)
    assert (estimate.action, estimate.window, estimate.until) == (name, 3, "2025-03")
    assert (estimate.counted, estimate.broken, estimate.others) == (3, False, None)
    months = released.series(released_, "t0", "werk")
    signal = released.signal_before(released_, "t0", "werk", START)
    assert signal is not None
    after = level_after(months, START, 3)
    assert after is not None
    assert estimate.before == level_before(months, START, signal)
    assert estimate.after == after.level
    assert estimate.difference.points < after.level.mean - 40


@pytest.mark.slow
def test_a_frozen_estimate_stays_when_months_are_added(context: AppContext, fill: Fill) -> None:
    scores = [*FALLING, 60, 60, 60]
    released_ = fill({"t0": scores, "t1": [50] * 15})
    actions.add(context.engine, "t0", NEW, ("werk",), WRITTEN)
    estimates.freeze_due(context.engine, released_)
    (early,) = estimates.stored(context.engine)
    months = released_.months[:-1]
    assert level_after(released.series(Results(months), "t0", "werk"), START, 3) is not None
    fill_more = [*scores, 90, 90, 90]
    _append(context, fill_more, 15)
    assert estimates.freeze_due(context.engine, results(context.engine)) == 1
    assert early in estimates.stored(context.engine)


def _append(context: AppContext, scores: Sequence[int], sealed_months: int) -> None:
    lines = ["period,unit,fijn\n"]
    for at in range(sealed_months, len(scores)):
        lines += [f"{periods.shifted(FIRST, at)},t0,{a}\n" for a in _answers(scores[at])]
    questions = parse(QUESTIONS, "questions.toml")
    names = Names()
    import_history(context, "".join(lines).encode(), "h.csv", questions, names, "test", NOW)


@pytest.mark.slow
def test_worked_out_late_it_is_the_same(context: AppContext, fill: Fill) -> None:
    released_ = fill({"t0": [*FALLING, 60, 60, 60, 20, 20, 20], "t1": [50] * 18})
    actions.add(context.engine, "t0", NEW, ("werk",), WRITTEN)
    assert estimates.freeze_due(context.engine, released_) == 2
    late = estimates.stored(context.engine)[0]
    early = Results(released_.months[:15])
    months = released.series(early, "t0", "werk")
    after = level_after(months, START, 3)
    assert after is not None
    assert late.after == after.level
    signal = released.signal_before(early, "t0", "werk", START)
    assert late.before == level_before(months, START, signal)


@pytest.mark.slow
def test_withheld_months_move_the_end_of_the_window(context: AppContext, fill: Fill) -> None:
    released_ = fill({"t0": [*FALLING, 60, None, 60, 60], "t1": [50] * 16})
    actions.add(context.engine, "t0", NEW, ("werk",), WRITTEN)
    estimates.freeze_due(context.engine, released_)
    (estimate,) = estimates.stored(context.engine)
    assert estimate.until == "2025-04"


@pytest.mark.slow
def test_eight_comparable_teams_tell_how_others_moved(context: AppContext, fill: Fill) -> None:
    others = {team: [50] * 12 + [55] * 3 for team in TEAMS[1:]}
    released_ = fill({"t0": [50] * 12 + [60] * 3, **others})
    first = actions.add(context.engine, "t0", NEW, ("werk",), WRITTEN)
    actions.add(context.engine, "t1", NEW, ("werk",), WRITTEN)
    estimates.freeze_due(context.engine, released_)
    estimate = next(e for e in estimates.stored(context.engine) if e.action == first)
    assert estimate.others is not None
    assert estimate.others.mean == pytest.approx(5, abs=1)
    assert estimate.beyond_others is not None
    assert estimate.beyond_others.points < estimate.difference.points


@pytest.mark.slow
def test_teams_with_an_action_of_their_own_are_no_others(context: AppContext, fill: Fill) -> None:
    released_ = fill({team: [50] * 15 for team in TEAMS})
    first = actions.add(context.engine, "t0", NEW, ("werk",), WRITTEN)
    for team, start in (("t1", FIRST), ("t2", "2025-03")):  # in the first month and in the last
        actions.add(context.engine, team, replace(NEW, start=start), ("werk",), WRITTEN)
    estimates.freeze_due(context.engine, released_)
    estimate = next(e for e in estimates.stored(context.engine) if e.action == first)
    assert estimate.others is None


@pytest.mark.slow
def test_the_export_has_actions_levels_and_differences(
    context: AppContext, fill: Fill, tmp_path: Path
) -> None:
    fill({"t0": [*FALLING, 60, 60, 60], "t1": [50] * 15})
    name = actions.add(context.engine, "t0", NEW, ("werk",), WRITTEN)
    actions.close(context.engine, name, Outcome.DONE, "", WRITTEN + timedelta(90))
    rows = _export(context, tmp_path / "out.csv")
    (action,) = [row for row in rows if row["kind"] == "action"]
    assert (action["period"], action["unit"], action["key"]) == (START, "t0", name)
    assert (action["value"], action["note"]) == (
        "praktijkdialoog",
        "level=team outcome=done start=2024-12",
    )
    (visible,) = [row for row in rows if row["kind"] == "visible"]
    assert (visible["period"], visible["key"]) == (START, f"{name}:werk")
    assert 5 < int(visible["value"]) < 20
    assert "window=6" in visible["note"].split()
    (difference,) = [row for row in rows if row["kind"] == "difference"]
    assert (difference["period"], difference["key"]) == ("2025-03", f"{name}:werk")
    assert int(difference["low"]) <= int(difference["value"]) <= int(difference["high"])
    assert "window=3" in difference["note"].split()
    of_team = [row for row in rows if row["unit"] == "t0" and row["key"] == "werk"]
    onsets = [r["note"].removeprefix("since=") for r in of_team if r["kind"] == "signal"]
    levels = {row["period"]: int(row["value"]) for row in of_team if row["kind"] == "level"}
    assert onsets
    assert set(onsets) <= levels.keys()
    assert 58 <= levels[onsets[0]] <= 65


def _export(context: AppContext, out: Path) -> list[dict[str, str]]:
    use_context(context)
    try:
        done = CliRunner().invoke(export, ["--out", str(out)])
    finally:
        use_context(None)
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.slow
def test_an_action_of_no_theme_is_about_all(context: AppContext, fill: Fill) -> None:
    released_ = fill({"t0": [50] * 15})
    name = actions.add(context.engine, "t0", replace(NEW, themes=()), ("werk",), WRITTEN)
    action = actions.get(context.engine, name)
    assert action is not None
    assert estimates.themes_of(released_, action) == ("werk",)
    assert [f.key for f in figures.visible(released_, action)] == [f"{name}:werk"]


def test_before_there_is_anything_nothing_is_said(context: AppContext, fill: Fill) -> None:
    released_ = fill({"t0": [50, 55]})
    name = actions.add(context.engine, "t0", replace(NEW, start="2024-03"), ("werk",), WRITTEN)
    action = actions.get(context.engine, name)
    assert action is not None
    assert list(figures.visible(released_, action)) == []
    assert estimates.freeze_due(context.engine, released_) == 0


@pytest.mark.slow
def test_what_helps_needs_eight_teams(context: AppContext, fill: Fill) -> None:
    teams = {team: [50] * 12 + [60] * 3 + [80] * 3 for team in TEAMS}
    released_ = fill(teams)
    for team in TEAMS[:7]:
        actions.add(context.engine, team, NEW, ("werk",), WRITTEN)
    actions.add(context.engine, TEAMS[7], NEW, ("werk",), date(2025, 9, 1))  # when it was known
    estimates.freeze_due(context.engine, released_)
    assert estimates.what_helps(context.engine) == {}
    actions.add(context.engine, TEAMS[8], NEW, ("werk",), WRITTEN)
    estimates.freeze_due(context.engine, released_)
    (figure,) = estimates.what_helps(context.engine).values()
    assert figure.actions == 8
    assert 10 < figure.low < figure.points < figure.high  # of six months; three alone give 10


@pytest.mark.slow
def test_what_helps_is_exported_over_the_whole_organisation_only(
    context: AppContext, fill: Fill, tmp_path: Path
) -> None:
    released_ = fill({team: [60] * 12 + [50] * 6 for team in TEAMS})
    use_context(context)
    for team in TEAMS[:7]:
        actions.add(context.engine, team, NEW, ("werk",), WRITTEN)
    estimates.freeze_due(context.engine, released_)
    assert list(figures.pooled(context.engine, released_)) == []
    assert "8 teams" in CliRunner().invoke(helps, []).output

    actions.add(context.engine, TEAMS[7], NEW, ("werk",), WRITTEN)
    estimates.freeze_due(context.engine, released_)
    assert CliRunner().invoke(export, ["--out", str(tmp_path / "e.csv")]).exit_code == 0
    with (tmp_path / "e.csv").open(encoding="utf-8", newline="") as handle:
        (row,) = [row for row in csv.DictReader(handle) if row["kind"] == "pooled"]
    assert (row["unit"], row["key"]) == ("stad", "praktijkdialoog:werk")
    assert int(row["low"]) < int(row["value"]) < int(row["high"])
    assert int(row["value"]) < 0
    assert "actions=8" in row["note"].split()
    said = CliRunner().invoke(helps, []).output
    assert f"praktijkdialoog, Werk: {row['value']} punten (marge" in said
    assert ("Of misschien niets." in said) == ("perhaps_nothing" in row["note"].split())


@pytest.mark.slow
def test_once_a_day_what_is_due_is_frozen_and_erased(context: AppContext, fill: Fill) -> None:
    fill({"t0": [50] * 15})
    actions.add(context.engine, "t0", NEW, ("werk",), WRITTEN)
    assert nightly.follow_up_due(context.engine, datetime(2025, 4, 2, 3, tzinfo=UTC))
    assert len(estimates.stored(context.engine)) == 1
    assert not nightly.follow_up_due(context.engine, datetime(2025, 4, 2, 4, tzinfo=UTC))
    assert nightly.follow_up_due(context.engine, NOW)
    assert actions.listing(context.engine)  # it started less than two years ago
    assert nightly.follow_up_due(context.engine, NOW + timedelta(40))
    assert actions.listing(context.engine) == ()
    assert estimates.stored(context.engine) == ()
    assert not run_once(context.engine, f"{nightly.NAME}2027-01-05", NOW, lambda: True)
