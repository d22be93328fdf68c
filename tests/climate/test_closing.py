"""Signals are worked out when a month is sealed, and stay as they were."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest
from sqlalchemy import insert, select

from monitor.climate import close_round, verdicts
from monitor.climate.control_charts import control_charts
from monitor.climate.results import assemble, results
from monitor.climate.verdict_words import sentences
from monitor.climate.verdicts import verdict
from monitor.config.settings import ROOT
from monitor.context import AppContext
from monitor.locale import texts
from monitor.organisation.register import import_tree
from monitor.pulse.ballot import ballot_box
from monitor.pulse.count import sealed_store
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import reading, writing
from monitor.store.tables import signal
from tests import steps
from tests.climate.conftest import TREE

Live = Callable[..., None]
HIGH, LOW = 5, 1


@pytest.fixture
def live(context: AppContext, now: datetime) -> Live:
    """``live("2026-01", oost=5)``: ten people in oost answer 5; closed as the app does."""
    questions = load(context.settings.questionnaire_file)
    steps.take(context, (TREE, now), lambda: import_tree(context.engine, TREE, "test", now))

    def close_month(period: str, people: int = 10, places: int = 12, **answers: int) -> None:
        def really_live() -> None:
            rounds.open_round(context, period, questions, None, "test", now)
            invitations = issue.invite(context, period, dict.fromkeys(answers, places), "test", now)
            sheets = [
                (code, (answer,) * len(questions.questions))
                for unit, answer in answers.items()
                for code in [i.code for i in invitations if i.unit == unit][:people]
            ]
            assert not any(ballot_box.submit_all(context, sheets))
            close_round.close(context, period, "test", now)

        steps.take(context, ("lived", period, people, places, *answers.items()), really_live)

    return close_month


def fall(live: Live, last: int) -> None:
    """Six months in which oost is content, and then is not; west stays as it is."""
    for month in range(1, last + 1):
        live(f"2026-{month:02d}", oost=HIGH if month <= 6 else LOW, west=4)


def stored(context: AppContext) -> list[tuple[str, ...]]:
    """All signals of a unit's own view."""
    with reading(context.engine) as connection:
        rows = connection.execute(select(signal).order_by(signal.c.period, signal.c.theme)).all()
    return [(r.period, r.unit, r.theme, r.direction, r.since) for r in rows if r.audience == "team"]


def test_a_fall_is_stored_when_its_month_is_sealed(context: AppContext, live: Live) -> None:
    fall(live, 7)
    assert [s for s in stored(context) if s[1] == "oost"] == [
        ("2026-07", "oost", theme, "down", "2026-07") for theme in ("druk", "respect", "steun")
    ]
    assert not [s for s in stored(context) if s[1] == "west"]


def test_pages_and_export_show_a_stored_signal(context: AppContext, live: Live) -> None:
    fall(live, 7)
    release = results(context.engine)
    own = release.figure("2026-07", "oost", "signal", "respect")
    assert own is not None
    assert (own.value, own.notes) == ("down", {"since=2026-07"})
    assert release.figure("2026-07", "oost", "signal", "respect:above") is not None
    assert "down" in release.series("oost", "theme", "respect")[-1].notes
    limits = release.figure("2026-07", "oost", "chance", "respect")
    assert limits is not None
    assert limits.low is not None
    assert limits.low > 60


def test_the_word_is_shown_for_three_months(context: AppContext, live: Live) -> None:
    words = {}
    for month in range(1, 11):
        live(f"2026-{month:02d}", oost=HIGH if month <= 6 else LOW, west=4)
        words[month] = verdict(results(context.engine), "oost", "respect").word
    assert [words[m] for m in (2, 6, 7, 8, 9, 10)] == [
        "too_few", "stable", "down", "down", "down", "stays_down",
    ]  # fmt: skip


def test_a_verdict_has_its_onset_and_how_often_it_is_false(context: AppContext, live: Live) -> None:
    fall(live, 8)
    trend = verdict(results(context.engine), "oost", "respect")
    assert (trend.word, trend.since, trend.signalled, trend.years) == (
        "down",
        "2026-07",
        "2026-07",
        5,
    )
    above = verdict(results(context.engine), "oost", "respect", audience="above")
    assert (above.word, above.years) == ("down", 20)
    text = " ".join(sentences(trend, texts("nl"), str))
    assert "2026-07" in text
    assert "eens in de 5 jaar" in text
    assert f"{trend.points} punten" in text
    assert verdict(results(context.engine), "west", "respect").word == "stable"
    assert verdict(results(context.engine), "oost", "respect", period="2026-06").word == "stable"


def test_the_word_goes_when_the_score_has_come_back(context: AppContext, live: Live) -> None:
    fall(live, 7)
    live("2026-08", oost=HIGH, west=4)
    trend = verdict(results(context.engine), "oost", "respect")
    assert (trend.word, trend.signalled, trend.recovered) == ("stable", "2026-07", True)
    text = " ".join(sentences(trend, texts("nl"), str))
    assert "In 2026-07 is een verandering opgemerkt" in text
    assert "lijkt begonnen" not in text
    assert verdict(results(context.engine), "oost", "respect", period="2026-07").word == "down"


def test_a_sustained_fall_is_remembered(
    context: AppContext, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    fall(live, 10)
    release = results(context.engine)
    trend = verdict(release, "oost", "respect")
    assert (trend.word, trend.direction, trend.since, trend.signalled) == (
        "stays_down",
        "down",
        "2026-07",
        "2026-07",
    )
    text = " ".join(sentences(trend, texts("nl"), str))
    assert "nog steeds duidelijk lager" in text
    assert texts("nl")("signals.nothing_added") in text
    assert verdict(release, "west", "respect").direction == ""
    assert release.signalled("2026-10", 3) == frozenset()
    assert "oost" in release.signalled("2026-10", 12)
    monkeypatch.setattr(verdicts, "REMEMBERED_MONTHS", 3)
    assert verdict(release, "oost", "respect").direction == ""


def test_a_fall_that_was_not_sustained_is_not_remembered(context: AppContext, live: Live) -> None:
    for month in range(1, 11):
        live(f"2026-{month:02d}", oost=LOW if month in (7, 8) else HIGH, west=4)
    trend = verdict(results(context.engine), "oost", "respect")
    assert trend.word in ("stable", "up")


@pytest.mark.parametrize(("people", "places"), [(5, 20), (4, 12)])
def test_a_month_with_few_answers_leaves_a_finding(
    context: AppContext, live: Live, people: int, places: int
) -> None:
    """Neither answers that are few nor a month that cannot be shown takes a finding back."""
    for month in range(1, 12):
        live(f"2026-{month:02d}", oost=4 if month <= 6 else 3, west=4)
    assert verdict(results(context.engine), "oost", "respect").word == "stays_down"
    live("2026-12", people, places, oost=4, west=4)

    trend = verdict(results(context.engine), "oost", "respect")
    assert (trend.word, trend.few_answers) == ("stays_down", True)
    assert sentences(trend, texts("nl"), str)[0] == texts("nl")("signals.few")
    assert verdict(results(context.engine), "west", "respect").word == "few_answers"


def test_a_month_with_enough_answers_takes_a_finding_back(context: AppContext, live: Live) -> None:
    for month in range(1, 13):
        live(f"2026-{month:02d}", oost=3 if 6 < month < 12 else 4, west=4)

    assert verdict(results(context.engine), "oost", "respect").word != "stays_down"


def test_stored_signals_are_those_that_would_be_worked_out_again(
    context: AppContext, live: Live
) -> None:
    fall(live, 9)
    months = results(context.engine).months
    charts = control_charts(months, frozen=0)
    for month in months:
        signals = {(u, t, a): s for u, t, a, s in charts.signals(month.arrays.period)}
        assert signals == month.released.signals


def test_charts_hold_no_more_than_is_used(context: AppContext, live: Live) -> None:
    fall(live, 9)
    charts = results(context.engine).control_charts
    arrays = [*vars(charts).values(), *vars(charts.kept).values()]
    of_series = [array for array in arrays if isinstance(array, np.ndarray) and array.ndim == 2]
    series_months = len(charts.groups) * len(charts.periods)

    held = sum(array.nbytes for array in of_series if len(array) == len(charts.groups))
    assert held <= 16 * series_months  # all of the sums would be 90 bytes for each


def test_a_later_month_does_not_change_a_stored_signal(context: AppContext, live: Live) -> None:
    fall(live, 8)
    before = stored(context)
    live("2026-09", oost=HIGH, west=4)
    assert stored(context)[: len(before)] == before


def test_a_stored_signal_counts_even_if_it_would_not_be_worked_out(
    context: AppContext, live: Live
) -> None:
    fall(live, 5)
    with writing(context.engine) as connection:
        connection.execute(
            insert(signal).values(
                period="2026-04", unit="west", theme="druk", audience="team",
                direction="up", since="2026-03",
            )
        )  # fmt: skip
    periods = sealed_store.sealed_periods(context.engine)
    release = assemble([sealed_store.load(context.engine, p) for p in periods])
    assert verdict(release, "west", "druk").word == "up"


def test_a_team_under_the_minimum_gets_no_signal_and_no_word(
    context: AppContext, live: Live
) -> None:
    fall(live, 7)
    assert not [s for s in stored(context) if s[1] not in ("oost", "stad")]
    assert verdict(results(context.engine), "nergens", "respect").word == "too_few"


def test_no_module_closes_a_round_without_its_signals() -> None:
    closers = []
    for file in sorted((ROOT / "monitor").rglob("*.py")):
        text = file.read_text("utf-8")
        if "monitor.pulse.count" not in text:
            continue
        nodes = list(ast.walk(ast.parse(text)))
        bare = any(
            isinstance(node, ast.ImportFrom)
            and node.module == "monitor.pulse.count"
            and any(name.name == "closing" for name in node.names)
            for node in nodes
        )
        closes = any(isinstance(node, ast.Attribute) and node.attr == "close" for node in nodes)
        if bare and closes:
            closers.append(file.relative_to(ROOT).as_posix())
    assert closers == ["monitor/climate/close_round.py"]
