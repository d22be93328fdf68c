"""Figures that are for a team and its own leidinggevende, and what of them is told above."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from monitor.access import accounts
from monitor.access.own_units import own_units
from monitor.access.roles import Grant, Person, Role
from monitor.climate import export_rows
from monitor.climate.audience import FEWEST_TEAMS, shown_above
from monitor.climate.figures import Figure
from monitor.climate.history import Names, import_history
from monitor.climate.results import Results, results
from monitor.config.folders import DEFAULTS
from monitor.context import AppContext
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import periods
from monitor.pulse.count.sealing import SMALLEST_MINIMUM
from monitor.pulse.questionnaire import Questionnaire, load, parse
from monitor.reports import make
from monitor.store.tables import account_role
from tests.questions import HEAD

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
PERIOD = "2026-10"
TEAMS = tuple(f"t{number}" for number in range(10))
TREE = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("groot", "stad", "Groot"),
        Unit("klein", "stad", "Klein"),
        *(Unit(team, "groot" if at < 8 else "klein", team) for at, team in enumerate(TEAMS)),
    )
)
QUESTIONS = f"""{HEAD}[[theme]]
key = "steun"
title.nl = "Steun"
[[theme.question]]
key = "leider"
team_only = true
text.nl = "Op mijn leidinggevende kan ik rekenen."
[[theme.question]]
key = "collega"
text.nl = "Op collega's kan ik rekenen."
[[theme]]
key = "werk"
title.nl = "Werk"
[[theme.question]]
key = "fijn"
text.nl = "Het is fijn."
[[theme]]
key = "opvolging"
title.nl = "Wat merken we ervan?"
signals = false
team_only = true
not_applicable = true
[[theme.question]]
key = "gepraat"
text.nl = "We praatten erover."
"""
COLUMNS = ("leider", "collega", "fijn", "gepraat")
Sheets = Mapping[str, Sequence[tuple[int, int, int, int]]]
Seal = Callable[..., Results]


@pytest.fixture
def questions() -> Questionnaire:
    return parse(QUESTIONS, "q.toml")


@pytest.fixture
def seal(context: AppContext, questions: Questionnaire) -> Seal:
    """Seal months from answers per team: leader, colleague, work, talked about."""

    def _seal(*months: Sheets) -> Results:
        import_tree(context.engine, TREE, "test", NOW)
        lines = [f"period,unit,{','.join(COLUMNS)}\n"]
        for at, sheets in enumerate(months):
            period = periods.shifted(PERIOD, at - len(months) + 1)
            for unit, people in sheets.items():
                for answers in people:
                    row = ",".join(str(a) if a else "" for a in answers)
                    lines.append(f"{period},{unit},{row}\n")
        content = "".join(lines).encode()
        import_history(context, content, "h.csv", questions, Names(), "test", NOW)
        return results(context.engine)

    return _seal


def people(count: int, last: int = 4, leader: int = 2) -> list[tuple[int, int, int, int]]:
    return [(leader, 4, 3, last)] * count


def score(released: Results, unit: str, kind: str, key: str) -> Figure:
    figure = released.figure(PERIOD, unit, kind, key)
    assert figure is not None
    return figure


@pytest.mark.slow
def test_a_teams_own_figure_carries_the_note_and_no_word_of_how_many_answered(seal: Seal) -> None:
    released = seal({team: people(8) for team in TEAMS})

    noticed = score(released, "t0", "theme", "opvolging")
    assert (noticed.value, noticed.n_band, noticed.notes) == (75, "", {"team_only"})
    leader = score(released, "t0", "question", "leider")
    assert leader.value == 25
    assert "team_only" in leader.notes
    assert leader.n_band
    assert "team_only" not in score(released, "t0", "question", "collega").notes


def test_nothing_changes_with_how_many_answered_what_was_noticed(seal: Seal) -> None:
    """All of twelve, or five of twelve: margin, bands and notes are the same."""
    some = [(2, 4, 3, 4)] * 5 + [(2, 4, 3, 0)] * 7
    released = seal({"t0": people(12), "t1": some, "t2": [(2, 4, 3, 0)] * 7 + people(5)})

    first, second, third = (
        [f for f in released.figures(PERIOD, unit) if f.unit == unit] for unit in ("t0", "t1", "t2")
    )
    for others in (second, third):
        for one, other in zip(first, others, strict=True):
            assert (one.kind, one.key, one.n_band, one.notes) == (
                other.kind,
                other.key,
                other.n_band,
                other.notes,
            )
            assert (one.value, one.low, one.high) == (other.value, other.low, other.high)


def test_above_the_team_it_is_told_over_eight_teams_or_not_at_all(seal: Seal) -> None:
    released = seal({team: people(8) for team in TEAMS})

    assert score(released, "stad", "theme", "opvolging").value == 75
    assert score(released, "klein", "theme", "opvolging").value is None
    assert score(released, "klein", "question", "gepraat").value is None
    # Less this one the whole would leave two teams.
    assert score(released, "groot", "theme", "opvolging").value is None


def test_seven_teams_are_too_few(seal: Seal) -> None:
    released = seal({team: people(8) for team in TEAMS[:7]})

    assert score(released, "stad", "theme", "opvolging").value is None
    assert score(released, "stad", "theme", "werk").value is not None


def test_a_statement_about_a_leader_is_told_above_in_its_theme_only(seal: Seal) -> None:
    released = seal({team: people(8) for team in TEAMS})

    assert score(released, "stad", "theme", "steun").value == 50
    for key in ("leider", "collega"):  # with the theme and the one, the other would follow
        figure = score(released, "groot", "question", key)
        assert (figure.value, figure.low, figure.n_band) == (None, None, "")
        assert figure.notes == {"withheld", "team_only"}
    assert score(released, "groot", "question", "fijn").value == 50


def test_whoever_leads_above_or_oversees_sees_none_of_it(seal: Seal) -> None:
    released = seal({team: people(8) for team in TEAMS})
    above = released.seen_by(frozenset({"stad", "groot"}))
    own = released.seen_by(frozenset({"t0"}))

    assert score(above, "t0", "question", "leider").value is None
    assert score(above, "t0", "theme", "opvolging").value is None
    assert score(above, "t0", "theme", "steun").value == 50
    assert all(f.value is None for f in above.series("t0", "question", "leider"))
    assert not [f for f in above.rows(["t0"]) if "team_only" in f.notes and f.value is not None]
    assert score(own, "t0", "question", "leider").value == 25
    assert score(own, "t1", "question", "leider").value is None
    assert score(released, "t1", "question", "leider").value == 25


def test_whoever_leads_above_cannot_work_out_what_is_said_of_a_leader(seal: Seal) -> None:
    """The theme is the mean of its statements: one that is hidden follows from the others."""
    released = seal({team: people(8, leader=1 + at % 5) for at, team in enumerate(TEAMS)})
    above = released.seen_by(frozenset({"stad", "groot"}))

    def worked_out(seen: Results, team: str) -> float | None:
        theme, other = (
            score(seen, team, kind, key).value
            for kind, key in (("theme", "steun"), ("question", "collega"))
        )
        return 2 * theme - other if isinstance(theme, int) and isinstance(other, int) else None

    for team in TEAMS:
        hidden = score(released, team, "question", "leider").value
        assert isinstance(hidden, int)
        # The control: from all that is released it does follow, as near as two roundings.
        assert worked_out(released, team) == pytest.approx(hidden, abs=2)
        assert worked_out(above, team) is None
        is_shown = {f.key for f in above.figures(PERIOD, team) if f.value is not None}
        assert not [key for key in is_shown if key.startswith(("leider", "collega"))]
        assert {"steun", "werk", "fijn"} <= is_shown
        assert worked_out(released.seen_by(frozenset({team})), team) is not None


def test_the_number_to_check_a_paper_by_follows_from_what_its_reader_sees(seal: Seal) -> None:
    """Whoever leads above tries every score of a statement until the number on paper is right."""
    released = seal({team: people(8) for team in TEAMS})
    above = released.seen_by(frozenset())
    for unit in ("t0", "groot", "stad"):
        number = make.control_number(released, PERIOD, PERIOD, unit)
        assert number == make.control_number(above, PERIOD, PERIOD, unit)

    # The control: a number over every row of the export, as it was.
    rows = released.figures(PERIOD, "t0")
    leader = score(released, "t0", "question", "leider")
    tried = {
        value: _over(replace(f, value=value) if f == leader else f for f in rows)
        for value in range(10, 91)
    }
    assert [value for value, number in tried.items() if number == _over(rows)] == [leader.value]
    assert score(above, "t0", "question", "leider").value is None


def _over(figures: Iterable[Figure]) -> str:
    return sha256(repr(list(export_rows.rows(figures))).encode()).hexdigest()


def test_no_distribution_is_kept_of_what_was_noticed_and_none_of_a_leader_told_above(
    seal: Seal, context: AppContext
) -> None:
    half = [(4, 4, 3, 4), (2, 2, 3, 2)] * 15
    released = seal(dict.fromkeys(TEAMS, half))

    def distributed(unit: str) -> set[str]:
        figures = released.figures(PERIOD, unit)
        return {f.key.partition(":")[0] for f in figures if f.kind == "distribution"}

    assert distributed("t0") == {"leider", "collega"}
    assert distributed("groot") == set()


@pytest.mark.slow
def test_what_is_not_watched_has_no_signal_no_chance_no_level_and_no_share_of_thresholds(
    seal: Seal,
) -> None:
    falls = [{team: people(8, 5 if at < 9 else 1) for team in TEAMS} for at in range(14)]
    released = seal(*falls)

    kinds = {(f.kind, f.key) for f in released.rows() if f.kind not in ("theme", "question")}
    assert not [key for _, key in kinds if key.startswith("opvolging")]
    assert {key for kind, key in kinds if kind == "chance"} == {"steun", "werk"}
    assert [theme.key for theme in released.questionnaire(PERIOD).themes] == ["steun", "werk"]
    assert [theme.key for theme in released.noticed(PERIOD)] == ["opvolging"]
    assert set(released.control_charts.themes) == {"steun", "werk"}


@pytest.mark.slow
def test_others_statements_break_every_trend_of_their_theme_and_signals_start_afresh(
    context: AppContext, questions: Questionnaire
) -> None:
    """All teams answer 20 points lower when the statement becomes another: nothing fell."""
    import_tree(context.engine, TREE, "test", NOW)
    other = parse(QUESTIONS.replace('"fijn"', '"ruim"').replace('"1"\nscale', '"2"\nscale'), "q")
    for at in range(16):
        asked, named = (questions, "fijn") if at < 9 else (other, "ruim")
        lines = [f"period,unit,{','.join(COLUMNS)}\n".replace("fijn", named)]
        for team in TEAMS:
            answers = [4, 4, 5, 4] if at < 9 else [4, 4, 3, 4]
            lines += [
                f"{periods.shifted(PERIOD, at - 15)},{team},"
                f"{answers[at % 4]},4,{answers[n % 4]},4\n"
                for n in range(8)
            ]
        import_history(context, "".join(lines).encode(), "h.csv", asked, Names(), "test", NOW)
    released = results(context.engine)

    for unit in ("t0", "t9", "groot", "stad"):
        broken = [f.period for f in released.series(unit, "theme", "werk") if "break" in f.notes]
        assert broken == [periods.shifted(PERIOD, -6)]
        assert not [f for f in released.series(unit, "theme", "steun") if "break" in f.notes]
    assert not [f for f in released.rows() if f.kind == "signal" and f.key.startswith("werk")]


def test_the_shipped_questionnaire_marks_what_is_about_a_leader_and_what_is_not_watched() -> None:
    shipped = load(DEFAULTS / "questionnaire-2026-2.toml")

    assert [q.key for q in shipped.questions if q.team_only] == ["op_leidinggevende_rekenen"]
    assert [t.key for t in shipped.themes if not t.signals] == ["opvolging"]
    (noticed,) = (t for t in shipped.themes if t.team_only)
    assert noticed.not_applicable
    first = load(DEFAULTS / "questionnaire.toml")
    for theme in shipped.watched.themes:
        before = next(t for t in first.themes if t.key == theme.key)
        assert {q.key for q in theme.questions} != {q.key for q in before.questions}
        for question in theme.questions:
            for earlier in before.questions:
                assert (question.key == earlier.key) == (question.text == earlier.text)


def test_old_questionnaires_are_stored_as_they_were() -> None:
    first = load(DEFAULTS / "questionnaire.toml")

    assert Questionnaire.from_json(first.to_json()) == first
    for theme in first.to_json()["themes"]:
        assert set(theme) == {"key", "title", "questions"}
        assert all(set(question) == {"key", "text"} for question in theme["questions"])
    shipped = load(DEFAULTS / "questionnaire-2026-2.toml")
    assert Questionnaire.from_json(shipped.to_json()) == shipped


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.booleans()), min_size=1, max_size=60)
)
def test_no_difference_of_told_units_is_over_fewer_than_eight_teams(
    drawn: list[tuple[int, bool, bool]],
) -> None:
    """Over random trees: each told unit less the told ones beneath it is nobody or eight teams."""
    parents = [-1] + [min(parent, at) for at, (parent, _, _) in enumerate(drawn)]
    leaf = np.array([row not in parents for row in range(len(parents))])
    answers = np.array([False] + [own for _, own, _ in drawn]) | leaf
    teams = leaf & np.array([True] + [shown for _, _, shown in drawn])

    is_shown = shown_above(parents, teams, answers)

    def beneath(row: int) -> set[int]:
        inner = {row}
        for at in range(row + 1, len(parents)):
            if parents[at] in inner:
                inner.add(at)
        return inner

    for row in np.flatnonzero(is_shown).tolist():
        rest = beneath(row)
        for other in np.flatnonzero(is_shown).tolist():
            if other != row and other in beneath(row):
                rest -= beneath(other)
        assert sum(teams[list(beneath(row))]) >= FEWEST_TEAMS
        assert sum(teams[list(rest)]) >= FEWEST_TEAMS or not any(answers[list(rest)])
    assert FEWEST_TEAMS > SMALLEST_MINIMUM


@pytest.mark.parametrize(
    ("shown_beside", "is_shown"),
    [(8, [True, True, True]), (7, [True, True, False]), (0, [True, True, False])],
)
def test_what_subtracting_leaves_is_eight_teams_with_a_figure_not_eight_teams(
    shown_beside: int, is_shown: list[bool]
) -> None:
    """Two departments, of eight teams and of twelve; of the twelve, some have no figure."""
    parents = [-1, 0, 0, *[1] * 8, *[2] * 12, 0, *[0] * 9]
    shown = [True] * 8 + [True] * 12 + [at < shown_beside for at in range(10)]
    teams = np.array([False] * 3 + shown)
    cells = np.array([False] * 3 + [True] * 30)

    assert shown_above(parents, teams, cells)[:3].tolist() == is_shown


@pytest.mark.parametrize(("teams", "is_shown"), [(8, True), (7, False)])
def test_a_figure_over_exactly_eight_teams_is_told(teams: int, is_shown: bool) -> None:
    shown = np.array([False] + [True] * teams)

    assert shown_above([-1] + [0] * teams, shown, shown).tolist() == [is_shown] + [False] * teams


@pytest.mark.parametrize(
    ("grants", "own"),
    [
        ([("groot",)], {"groot", *TEAMS[:8]}),
        ([("groot",), ("t0",)], {"groot", *TEAMS[1:8]}),
        ([("stad",), ("groot",)], {"stad", "klein", "t8", "t9"}),
    ],
)
def test_own_is_the_nearest_who_leads(
    context: AppContext, grants: list[tuple[str]], own: set[str]
) -> None:
    import_tree(context.engine, TREE, "test", NOW)
    for number, (unit,) in enumerate(grants):
        email = f"l{number}@stad.example"
        accounts.add(context.engine, email, Role.LEIDINGGEVENDE, unit, "test", NOW)
    first = Person("a", "l0@stad.example", (Grant(Role.LEIDINGGEVENDE, grants[0][0]),))
    overseer = Person("b", "or@stad.example", (Grant(Role.TOEZICHT),))

    assert own_units(context.engine, first, TREE) == own
    assert own_units(context.engine, overseer, TREE) == frozenset()


def test_whoever_deletes_the_role_between_does_not_become_the_own_leader(
    context: AppContext,
) -> None:
    import_tree(context.engine, TREE, "test", NOW)
    for email, unit in (("l0@stad.example", "groot"), ("l1@stad.example", "t0")):
        accounts.add(context.engine, email, Role.LEIDINGGEVENDE, unit, "test", NOW)
    above = Person("a", "l0@stad.example", (Grant(Role.LEIDINGGEVENDE, "groot"),))
    assert own_units(context.engine, above, TREE) == {"groot", *TEAMS[1:8]}

    with context.engine.begin() as connection:  # as anybody who has the database's password
        connection.execute(delete(account_role).where(account_role.c.unit == "t0"))
        rows = connection.execute(select(account_role.c.unit)).scalars().all()

    # The control: who goes by the rows alone finds nobody in between.
    assert "t0" not in rows
    assert own_units(context.engine, above, TREE) == {"groot"}
