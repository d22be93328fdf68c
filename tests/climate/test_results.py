"""The complete release, as pages and export use it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.climate.results import Figure, results, shown
from monitor.climate.verdicts import verdict
from monitor.commands.results import results as command
from monitor.context import AppContext
from tests.climate.conftest import SealMonth


def test_without_sealed_months_there_is_nothing(context: AppContext) -> None:
    release = results(context.engine)

    assert release.periods == ()
    assert release.latest is None
    assert list(release.rows()) == []


def test_a_month_is_released_with_interval_band_and_notes(
    context: AppContext, seal_month: SealMonth
) -> None:
    seal_month("2026-01", oost=(6, 4), west=(3, 2))

    release = results(context.engine)

    assert release.figure("2026-01", "oost", "theme", "respect") == Figure(
        "2026-01", "oost", "theme", "respect", 75, 64, 86, "5-9", frozenset()
    )
    assert release.figure("2026-01", "west", "theme", "respect") == Figure(
        "2026-01", "west", "theme", "respect", None, notes=frozenset({"withheld"})
    )
    town = release.figure("2026-01", "stad", "theme", "respect")
    assert town is not None
    assert town.value == 75
    assert town.notes == {"left_out", "caution"}
    assert release.figure("2026-01", "stad", "invited", "places") == Figure(
        "2026-01", "stad", "invited", "places", 24
    )


def test_an_interval_is_open_at_the_ends_however_narrow_it_is(
    context: AppContext, seal_month: SealMonth
) -> None:
    seal_month("2026-01", oost=(12, 5), west=(12, 1))

    release = results(context.engine)

    intervals = []
    for unit in ("oost", "west"):
        score = release.figure("2026-01", unit, "theme", "respect")
        assert score is not None
        intervals.append((score.low, score.value, score.high))
    assert intervals == [(85, 90, 100), (0, 10, 15)]


def test_unanimity_at_the_end_reads_at_least_ninety(
    context: AppContext, seal_month: SealMonth
) -> None:
    seal_month("2026-01", oost=(6, 5), west=(6, 1))

    release = results(context.engine)

    top = release.figure("2026-01", "oost", "theme", "respect")
    bottom = release.figure("2026-01", "west", "theme", "respect")
    assert top is not None
    assert bottom is not None
    assert (shown(top), shown(bottom)) == (">=90", "<=10")
    assert (top.high, bottom.low) == (100, 0)  # at least ninety may be a hundred
    assert top.low is not None
    assert top.low < 90


@pytest.mark.slow
def test_a_series_keeps_suppressed_months_and_marks_breaks(
    context: AppContext, seal_month: SealMonth
) -> None:
    seal_month("2026-01", oost=(6, 4), west=(6, 2))
    seal_month("2026-02", oost=(3, 4))
    seal_month("2026-03", oost=(6, 4))

    release = results(context.engine)

    oost = release.series("oost", "theme", "respect")
    assert [f.value for f in oost] == [75, None, 75]
    assert not any("break" in f.notes for f in oost)
    town = release.series("stad", "theme", "respect")
    assert [f.value for f in town] == [50, None, 75]
    assert ["break" in f.notes for f in town] == [False, False, True]
    assert release.series("nergens", "theme", "respect") == ()


@pytest.mark.slow
def test_sealed_months_are_worked_out_once_and_new_ones_are_seen(
    context: AppContext, seal_month: SealMonth
) -> None:
    seal_month("2026-01", oost=(6, 4))
    before = results(context.engine)
    assert results(context.engine) is before

    seal_month("2026-02", oost=(6, 4))

    after = results(context.engine)
    assert after.periods == ("2026-01", "2026-02")
    assert after.months[0].released is before.months[0].released


@pytest.mark.slow
def test_a_difference_between_two_months_is_no_change(
    context: AppContext, seal_month: SealMonth
) -> None:
    for month, answer in (("2026-01", 5), ("2026-02", 4)):
        seal_month(month, oost=(6, answer))
    assert verdict(results(context.engine), "oost", "respect").word == "too_few"

    seal_month("2026-03", oost=(6, 1))
    assert verdict(results(context.engine), "oost", "respect").word == "stable"


@pytest.mark.slow
def test_the_export_holds_every_figure(
    context: AppContext, seal_month: SealMonth, tmp_path: Path
) -> None:
    seal_month("2026-01", oost=(6, 5), west=(3, 2))
    seal_month("2026-02", oost=(12, 5), west=(12, 1))
    out = tmp_path / "export.csv"

    done = CliRunner().invoke(command, ["export", "--out", str(out)])

    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    figures = list(results(context.engine).rows())
    of_reports = [row["kind"] for row in rows[len(figures) :]]
    assert sorted(of_reports) == sorted(["expected_false", "participation"] * 2)
    rows = rows[: len(figures)]
    for row, figure in zip(rows, figures, strict=True):
        assert row["value"] == shown(figure)
        assert row["n_band"] == figure.n_band
        assert row["note"].split() == sorted(figure.notes)
    assert {row["kind"] for row in rows} == {
        "theme", "question", "response", "invited", "distribution", "chance",
    }  # fmt: skip
