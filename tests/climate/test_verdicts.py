"""The word for a change, at the edges of its rules."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from monitor.climate.figures import Figure
from monitor.climate.results import Results
from monitor.climate.verdict_words import sentences
from monitor.climate.verdicts import TrendVerdict, own_level, verdict

UNIT, THEME = "oost", "respect"
LEVEL = 60
"""The middle of the control limits when the change began."""
DIRECTIONS = ("down", "up")


@dataclass(frozen=True)
class FewFigures(Results):
    """A release of one theme: its scores, and what else is known of some months."""

    scores: tuple[Figure, ...] = ()
    others: tuple[Figure, ...] = ()

    @property
    def periods(self) -> tuple[str, ...]:
        return tuple(figure.period for figure in self.scores)

    @property
    def latest(self) -> str | None:
        return self.scores[-1].period

    def series(self, unit: str, kind: str, key: str) -> tuple[Figure, ...]:
        assert (unit, kind, key) == (UNIT, "theme", THEME)
        return self.scores

    def figure(self, period: str, unit: str, kind: str, key: str) -> Figure | None:
        return next(
            (
                f
                for f in self.others
                if (f.period, f.unit, f.kind, f.key) == (period, unit, kind, key)
            ),
            None,
        )


def month(number: int) -> str:
    """The period so many months after the last of 2024."""
    return f"{2025 + (number - 1) // 12}-{(number - 1) % 12 + 1:02d}"


def score(number: int, value: int | None, low: int | None, high: int | None) -> Figure:
    """A month's score and interval."""
    return Figure(month(number), UNIT, "theme", THEME, value, low, high, "5-9")


def mirrored(value: int | None, direction: str) -> int | None:
    """The value for a fall, as it would be for a rise."""
    return value if value is None or direction == "down" else 2 * LEVEL - value


def after_a_signal(
    direction: str,
    latest: tuple[int | None, int | None, int | None],
    months: int = 7,
    limits: tuple[int | None, int | None] = (LEVEL - 10, LEVEL + 10),
) -> FewFigures:
    """A signal in month 3 of a change since month 2, and `latest` (value, low and high, as for a
    fall) `months` months after it."""
    value, low, high = (mirrored(part, direction) for part in latest)
    if direction == "up":
        low, high = high, low
    scores = [score(at, LEVEL, LEVEL - 5, LEVEL + 5) for at in range(1, 3 + months)]
    signal = Figure(
        month(3), UNIT, "signal", THEME, direction, notes=frozenset({f"since={month(2)}"})
    )
    chance = Figure(month(2), UNIT, "chance", THEME, 12, *limits)
    return FewFigures((), (*scores, score(3 + months, value, low, high)), (signal, chance))


def latest_verdict(release: FewFigures) -> TrendVerdict:
    """The verdict of the latest month."""
    return verdict(release, UNIT, THEME)


def stays_word(release: FewFigures) -> str:
    """The direction of a change that stays; empty when none is said to."""
    word = latest_verdict(release).word
    return word.removeprefix("stays_") if word.startswith("stays_") else ""


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    ("nearest_end", "stays"), [(LEVEL - 1, True), (LEVEL, False), (LEVEL + 1, False)]
)
def test_a_change_stays_while_the_whole_interval_lies_beyond_the_old_level(
    direction: str, nearest_end: int, stays: bool
) -> None:
    now = latest_verdict(after_a_signal(direction, (LEVEL - 8, LEVEL - 16, nearest_end)))
    assert now.word == (f"stays_{direction}" if stays else "stable")
    assert (now.signalled, now.since) == ((month(3), month(2)) if stays else (None, None))


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_change_in_the_other_direction_does_not_stay(direction: str) -> None:
    assert stays_word(after_a_signal(direction, (LEVEL + 20, LEVEL + 12, LEVEL + 28))) == ""


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("limits", [(None, 70), (50, None), (None, None)])
def test_without_a_level_before_it_nothing_is_said_to_stay(
    direction: str, limits: tuple[int | None, int | None]
) -> None:
    lower = (LEVEL - 20, LEVEL - 28, LEVEL - 12)
    assert stays_word(after_a_signal(direction, lower)) == direction
    assert stays_word(after_a_signal(direction, lower, limits=limits)) == ""
    without = after_a_signal(direction, lower)
    assert stays_word(replace(without, others=without.others[:1])) == ""


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("interval", [(None, LEVEL - 12), (LEVEL - 28, None)])
def test_without_an_interval_nothing_is_said_to_stay(
    direction: str, interval: tuple[int | None, int | None]
) -> None:
    assert stays_word(after_a_signal(direction, (LEVEL - 20, *interval))) == ""


@pytest.mark.parametrize(("months", "stays"), [(3, True), (11, True), (12, False)])
def test_a_change_that_stays_is_mentioned_for_a_year(months: int, stays: bool) -> None:
    release = after_a_signal("down", (LEVEL - 20, LEVEL - 28, LEVEL - 12), months)
    assert stays_word(release) == ("down" if stays else "")


@pytest.mark.parametrize(
    ("months", "breaks_at", "begun"),
    [(11, None, None), (12, None, 3), (23, None, 3), (24, None, None), (12, 5, None), (12, 3, 3)],
)
def test_a_signal_told_no_more_is_said_to_have_begun_the_level_of_now(
    months: int, breaks_at: int | None, begun: int | None
) -> None:
    """Else a chart shows a change of which no word speaks; another group has another level."""
    release = after_a_signal("down", (LEVEL - 20, LEVEL - 28, LEVEL - 12), months)
    scores = [
        replace(f, notes=frozenset({"break"})) if f.period == month(breaks_at or 0) else f
        for f in release.scores
    ]
    now = latest_verdict(replace(release, scores=tuple(scores)))
    assert now.begun == (month(begun) if begun else None)
    assert begun is None or now.word == "stable"


@pytest.mark.parametrize(("at", "stays"), [(3, True), (4, False), (10, False)])
def test_a_break_after_the_signal_ends_it(at: int, stays: bool) -> None:
    release = after_a_signal("down", (LEVEL - 20, LEVEL - 28, LEVEL - 12))
    scores = tuple(
        replace(each, notes=frozenset({"break"})) if each.period == month(at) else each
        for each in release.scores
    )
    assert stays_word(replace(release, scores=scores)) == ("down" if stays else "")


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("value", "is_back"), [(LEVEL - 1, False), (LEVEL, True)])
def test_a_score_is_back_once_it_reaches_the_level_before(
    direction: str, value: int, is_back: bool
) -> None:
    now = latest_verdict(after_a_signal(direction, (value, value - 8, value + 8), months=2))
    assert (now.word, now.recovered) == (("stable", True) if is_back else (direction, False))


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("limits", [(None, 70), (50, None)])
def test_without_a_level_before_it_a_score_is_not_back(
    direction: str, limits: tuple[int | None, int | None]
) -> None:
    release = after_a_signal(direction, (LEVEL, LEVEL - 8, LEVEL + 8), months=2, limits=limits)
    assert (latest_verdict(release).word, latest_verdict(release).recovered) == (direction, False)


@pytest.mark.parametrize(("months", "word"), [(2, "down"), (3, "stable")])
def test_a_signal_is_shown_for_three_months(months: int, word: str) -> None:
    assert (
        latest_verdict(after_a_signal("down", (LEVEL - 5, LEVEL - 13, LEVEL + 3), months)).word
        == word
    )


@pytest.mark.parametrize(("released", "word"), [(2, "too_few"), (3, "stable")])
def test_three_months_with_a_score_are_needed_for_a_word(released: int, word: str) -> None:
    hidden = [score(at, None, None, None) for at in range(1, 4)]
    scores = [score(3 + at, LEVEL, LEVEL - 5, LEVEL + 5) for at in range(1, released + 1)]
    assert latest_verdict(FewFigures((), (*hidden, *scores))).word == word
    broken = replace(scores[0], notes=frozenset({"break"}))
    assert latest_verdict(FewFigures((), (*scores, broken, *scores[1:]))).word == word


# -- few answers, and what stands beside the word ---------------------------------------------

THIN = frozenset({"caution"})


def quiet(*thin: int, months: int = 4) -> FewFigures:
    """Months without a signal, of which these have few answers."""
    scores = (score(at, LEVEL, LEVEL - 5, LEVEL + 5) for at in range(1, months + 1))
    marked = (replace(s, notes=THIN) if at in thin else s for at, s in enumerate(scores, 1))
    return FewFigures((), tuple(marked))


@pytest.mark.parametrize(
    ("thin", "word"), [((4,), "few_answers"), ((1, 2, 3), "stable"), ((), "stable")]
)
def test_only_a_latest_month_with_few_answers_says_so(thin: tuple[int, ...], word: str) -> None:
    now = latest_verdict(quiet(*thin))
    assert (now.word, now.few_answers) == (word, thin == (4,))


def test_a_latest_month_that_is_not_shown_has_few_answers() -> None:
    hidden = score(5, None, None, None)
    release = quiet()
    now = latest_verdict(replace(release, scores=(*release.scores, hidden)))
    assert (now.word, now.few_answers, now.band) == ("few_answers", True, "5-9")


def test_what_chance_does_is_that_of_the_latest_month_with_a_score() -> None:
    chances = tuple(
        Figure(month(at), UNIT, "chance", THEME, 10 + at, LEVEL - 10, LEVEL + 10)
        for at in range(1, 6)
    )
    release = replace(quiet(), others=chances)
    assert (latest_verdict(release).points, latest_verdict(release).band) == (14, "5-9")
    hidden = replace(release, scores=(*release.scores, score(5, None, None, None)))
    assert latest_verdict(hidden).points == 14
    nothing = FewFigures((), (score(1, None, None, None),), chances)
    assert (latest_verdict(nothing).points, latest_verdict(nothing).band) == (None, "")
    assert latest_verdict(quiet()).points is None


@pytest.mark.parametrize(("months", "now"), [(0, True), (1, False)])
def test_a_signal_of_this_month_is_told_from_an_earlier_one(months: int, now: bool) -> None:
    release = after_a_signal("down", (LEVEL - 20, LEVEL - 28, LEVEL - 12), months=max(months, 1))
    if months == 0:
        release = replace(release, scores=release.scores[:3])
    assert latest_verdict(release).signalled_now is now
    assert latest_verdict(release).is_new


NEW = TrendVerdict("down", 12, "5-9", "2026-02", "2026-03", "team")


@pytest.mark.parametrize(
    ("changed", "keys"),
    [
        ({}, ["meaning.down", "since", "false", "talk", "chance"]),
        ({"points": None}, ["meaning.down", "since", "false", "talk"]),
        ({"word": "stays_down"}, ["meaning.stays_down", "since", "nothing_added", "chance"]),
        (
            {"word": "stays_down", "few_answers": True},
            ["few", "meaning.stays_down", "since", "chance"],
        ),
        (
            {"few_answers": True, "signalled_now": True},
            ["few.now", "meaning.down", "since", "false", "talk", "chance"],
        ),
        ({"word": "stable", "recovered": True}, ["meaning.stable", "back", "chance"]),
        (
            {"word": "stable", "since": None, "signalled": None, "begun": "2025-10"},
            ["meaning.stable", "begun", "chance"],
        ),
        (
            {"word": "few_answers", "few_answers": True, "since": None, "signalled": None},
            ["few", "chance"],
        ),
    ],
)
def test_the_sentences_beneath_each_word(changed: dict[str, object], keys: list[str]) -> None:
    lines: list[str] = []

    def note(key: str, **words: object) -> str:
        lines.append(key.removeprefix("signals."))
        return f"{key} {words}"

    shown = sentences(replace(NEW, **changed), note, str)  # type: ignore[arg-type]

    assert lines == keys
    assert len(shown) == len(keys)
    assert NEW.direction == "down"
    assert not replace(NEW, word="stays_down").is_new


class Charts:
    """Control charts that answer with the month they are asked about."""

    def level_before(self, unit: str, theme: str, month: str) -> str:
        """The month."""
        assert (unit, theme) == (UNIT, THEME)
        return month


class Charted(FewFigures):
    """A release with such charts."""

    @property
    def control_charts(self) -> Charts:  # type: ignore[override]
        return Charts()


@pytest.mark.parametrize(
    ("change", "month"),
    [
        (NEW, "2026-02"),
        (replace(NEW, word="stays_down"), "2026-02"),
        (replace(NEW, word="stable"), "2026-05"),
        (replace(NEW, since=None), "2026-05"),
        (None, "2026-05"),
    ],
)
def test_the_own_level_is_that_before_the_change_that_is_told(
    change: TrendVerdict | None, month: str
) -> None:
    assert own_level(Charted(()), UNIT, THEME, "2026-05", change) == month
