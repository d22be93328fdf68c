"""What a conversation begins with: what changed, in which direction, and in which statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from monitor.climate.figures import TEAM, Figure
from monitor.climate.results import Results
from monitor.climate.verdicts import TrendVerdict
from monitor.followup import occasion
from monitor.followup.occasion import MovedStatement
from monitor.followup.records import OWN, Origin, OriginKind
from monitor.followup.suggestion import Direction

QUIET = TrendVerdict("stable", None, "", None, None, TEAM)
MONTHS = (*(f"2025-{month:02d}" for month in range(1, 13)), "2026-01", "2026-02", "2026-03")
FALL = TrendVerdict("down", None, "", "2026-02", "2026-03", TEAM)


@dataclass(frozen=True)
class Statements(Results):
    """The scores of one theme's statements, over all months or the latest of them."""

    scores: Mapping[str, Sequence[int | None]]
    broken: str = ""

    @property
    def latest(self) -> str | None:
        return MONTHS[-1]

    def questionnaire(self, period: str) -> Any:
        question_keys = [SimpleNamespace(key=key) for key in self.scores]
        themes = {"werk": question_keys, "rust": [], "steun": [], "respect": []}
        return SimpleNamespace(
            themes=[SimpleNamespace(key=key, questions=of) for key, of in themes.items()]
        )

    def series(self, unit: str, kind: str, key: str) -> tuple[Figure, ...]:
        values = self.scores[key] if kind == "question" else [50] * len(MONTHS)
        return tuple(
            Figure(month, unit, kind, key, value, notes=frozenset({"break"} & {self._note(month)}))
            for month, value in zip(MONTHS[-len(values) :], values, strict=True)
        )

    def _note(self, month: str) -> str:
        return "break" if month == self.broken else ""


def prepared(
    monkeypatch: pytest.MonkeyPatch,
    scores: Mapping[str, Sequence[int | None]],
    change: TrendVerdict = FALL,
    broken: str = "",
    **others: TrendVerdict,
) -> occasion.Occasion:
    """The occasion of the theme "werk", which changed like that; other themes did not."""
    verdict_of = {"werk": change, **others}

    monkeypatch.setattr(occasion, "verdict", lambda _, __, theme: verdict_of.get(theme, QUIET))
    return occasion.occasion(Statements((), scores, broken), "noord", "werk")


def test_before_the_first_month_there_is_nothing_to_begin_with() -> None:
    changes = occasion.verdicts(cast(Results, SimpleNamespace(latest=None)), "noord")

    assert changes == {}
    assert occasion.begin_with(changes) == ""


def test_the_work_goes_first_what_is_new_before_what_stays_and_a_fall_before_a_rise() -> None:
    rise, stays = replace(FALL, word="up"), replace(FALL, word="stays_down")
    for changes, first in (
        ({"rust": FALL, "respect": FALL, "druk": FALL}, "druk"),
        ({"druk": stays, "rust": FALL}, "rust"),
        ({"druk": rise, "rust": stays}, "rust"),
        ({"rust": QUIET, "steun": rise}, "steun"),
        ({"rust": QUIET, "steun": QUIET}, "rust"),
    ):
        assert occasion.begin_with(changes) == first


def test_statements_are_compared_over_the_change_and_the_twelve_months_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scores = {
        "a": [0, *[60] * 6, *[61] * 6, 50, 51],  # the first month is too long ago
        "b": [None, *[70] * 12, None, 40],
        "c": [None] * 13 + [40, 40],
        "d": [50] * 13 + [52, 52],
    }

    statements = prepared(monkeypatch, scores).statements

    assert statements == (
        MovedStatement("b", 70, 40),
        MovedStatement("a", 61, 51),  # halves go up
        MovedStatement("d", 50, 52),
    )


def test_months_before_a_break_mark_are_no_earlier_months(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = {"a": [20] * 10 + [60, 60, 60, 50, 50]}

    (statement,) = prepared(monkeypatch, scores, broken="2025-11").statements

    assert (statement.earlier, statement.now, statement.change) == (60, 50, -10)


def test_of_what_rose_the_furthest_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = {"a": [40] * 13 + [44, 44], "b": [40] * 13 + [50, 50], "c": [40] * 13 + [38, 38]}
    rise = replace(FALL, word="up")

    talk = prepared(monkeypatch, scores, rise)

    assert [statement.question for statement in talk.statements] == ["b", "a", "c"]
    assert (talk.direction, talk.statement) == (Direction.UP, "")


def test_where_as_much_rose_as_fell_what_rose_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = {"a": [40] * 13 + [35, 35], "b": [40] * 13 + [45, 45], "c": [40] * 15}

    talk = prepared(monkeypatch, scores)

    assert [statement.question for statement in talk.statements] == ["b", "c", "a"]


@pytest.mark.parametrize(("fall", "statement"), [(9, ""), (10, "a"), (30, "a")])
def test_a_statement_decides_from_ten_points_on(
    fall: int, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = {"a": [60] * 13 + [60 - fall] * 2}

    assert prepared(monkeypatch, scores).statement == statement


def test_without_a_change_there_is_no_statement_and_the_origin_is_the_teams_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    talk = prepared(monkeypatch, {"a": [60] * 15}, QUIET)

    assert (talk.statements, talk.statement, talk.origin) == ((), "", OWN)


def test_the_origin_is_the_signal_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = prepared(monkeypatch, {"a": [60] * 15})

    assert talk.origin == Origin(OriginKind.SIGNAL, "2026-03", "werk")
    came_back = prepared(monkeypatch, {"a": [60] * 15}, replace(FALL, word="stable"))
    assert came_back.origin == OWN


def test_also_fell_what_is_new_and_support_for_as_long_as_it_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stays = replace(FALL, word="stays_down")
    talk = prepared(monkeypatch, {"a": [60] * 15}, rust=FALL, steun=stays, respect=stays)

    assert talk.also_fell == ("rust", "steun")
    risen = prepared(monkeypatch, {"a": [60] * 15}, rust=replace(FALL, word="up"))
    assert risen.also_fell == ()
