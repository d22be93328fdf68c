"""A theme that the luisteraar withholds looks like one that too few vents carried.

The attack: a leidinggevende who knows the access word writes four countable vents on a theme and
sees after the quarter whether a fifth came. Five is no protection against that, which is said in
THREAT_MODEL.md, on /privacy and beside the figure; the luisteraar's decision is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from monitor import clock
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import removal, theme_periods, theme_tokens, themes, vents
from monitor.klaagmuur.content import Theme, Vent
from monitor.klaagmuur.reading import inbox
from monitor.klaagmuur.theme_periods import PeriodLength
from monitor.klaagmuur.themes import Released
from monitor.klaagmuur.vents import Draft
from monitor.store import audit
from monitor.store.engine import reading
from monitor.store.klaagmuur_tables import theme_release, theme_token
from tests.promises import canary
from tests.stores import SQLITE

pytestmark = pytest.mark.usefixtures("no_midnight")

LATER = timedelta(100)
OWN = 4
Choice = Mapping[int, PeriodLength]


def write(context: AppContext, theme: Theme, times: int) -> None:
    for number in range(times):
        draft = Draft(Vent(theme=theme, text=str(number)), countable=True)
        vents.send(context, draft, clock.now())


def count(context: AppContext, noor: canary.Listener, withheld: tuple[Theme, ...]) -> None:
    today = local_day(clock.now() + LATER)
    for counted in themes.due(context.engine, noor.reader, noor.key, today):
        themes.settle(context.engine, noor.reader, counted, withheld, today)


def left(context: AppContext) -> tuple[object, ...]:
    """Everything that is left of the themes, in the store and in the log."""
    with reading(context.engine) as connection:
        rows = connection.execute(select(theme_release)).all()
        tokens = connection.execute(select(theme_token.c.id)).all()
    actions = [entry.action for entry in audit.entries(context.engine)]
    return tuple(map(tuple, rows)), len(tokens), actions


@pytest.mark.parametrize("withheld", [True, False], ids=["withheld", "control"])
def test_four_own_vents_do_not_show_whether_a_fifth_came(
    context: AppContext, noor: canary.Listener, withheld: bool
) -> None:
    kept_back = (Theme.LEADERSHIP,) if withheld else ()
    write(context, Theme.LEADERSHIP, OWN)
    count(context, noor, kept_back)
    without = left(context), themes.released(context.engine)

    write(context, Theme.LEADERSHIP, OWN + 1)  # somebody else wrote one
    count(context, noor, kept_back)
    with_one = left(context), themes.released(context.engine)

    assert (without == with_one) is withheld


def test_what_is_withheld_is_gone_and_not_passed_on(
    context: AppContext, noor: canary.Listener
) -> None:
    write(context, Theme.LEADERSHIP, 7)
    count(context, noor, (Theme.LEADERSHIP,))
    count(context, noor, ())

    assert themes.released(context.engine) == ()


@pytest.mark.parametrize("store", [SQLITE])
def test_a_token_that_comes_while_the_luisteraar_decides_waits_for_the_next_time(
    context: AppContext, noor: canary.Listener
) -> None:
    today = local_day(clock.now() + LATER)
    write(context, Theme.LEADERSHIP, 5)
    (seen,) = themes.due(context.engine, noor.reader, noor.key, today)
    write(context, Theme.PRESSURE, 5)  # passed on by another luisteraar, for instance

    themes.settle(context.engine, noor.reader, seen, (), today)
    themes.settle(context.engine, noor.reader, seen, (), today)  # a second click

    assert themes.released(context.engine) == (Released(seen.period, Theme.LEADERSHIP, "5-9", ""),)
    (next_time,) = themes.due(context.engine, noor.reader, noor.key, today)
    assert next_time.counts == {Theme.PRESSURE: 5}


@pytest.mark.slow
@pytest.mark.parametrize("junk_counts", [False, True], ids=["struck", "control"])
def test_junk_tokens_go_with_the_junk(
    context: AppContext, noor: canary.Listener, junk_counts: bool
) -> None:
    """A flood of countable vents must not make a theme of leadership's choice."""
    write(context, Theme.PRESSURE, 5)
    write(context, Theme.COLLEAGUES, 40)
    before = len(_tokens(context))
    letters = inbox(context, noor.reader, noor.key).letters
    junk = [letter for letter in letters if letter.vent.theme is Theme.COLLEAGUES]

    if junk_counts:
        removal.remove_all(context, junk)
    else:
        removal.remove_uncounted(context, noor.reader, noor.key, junk)

    assert len(inbox(context, noor.reader, noor.key).letters) == 5
    assert len(_tokens(context)) == before  # how many lost their theme does not show
    count(context, noor, ())
    released = {each.theme for each in themes.released(context.engine)}
    assert released == {Theme.PRESSURE} | ({Theme.COLLEAGUES} if junk_counts else set())


def _tokens(context: AppContext) -> list[bytes]:
    with reading(context.engine) as connection:
        return list(connection.execute(select(theme_token.c.sealed)).scalars())


def _days() -> list[date]:
    return [date(2026, 1, 1) + timedelta(days) for days in range(0, 3 * 365, 7)]


def _overlaps(name: Callable[[date], str]) -> bool:
    """Whether a period begins before an earlier one is over."""
    over: dict[str, date] = {}
    for day in _days():
        period = name(day)
        if any(other != period and theme_periods.last_day(other) >= day for other in over):
            return True
        over[period] = day
    return False


def test_no_two_periods_overlap_whenever_half_years_are_chosen(
    context: AppContext,
) -> None:
    """Else the difference of a half year and its quarters would count fewer than five vents."""
    half, quarter = PeriodLength.HALF_YEAR, PeriodLength.QUARTER
    for month, length in ((5, half), (8, quarter), (11, half)):
        now = clock.now().replace(year=2026, month=month, day=15)
        assert theme_periods.choose(context.engine, length, "noor", now) == 2027
    chosen = theme_periods.choices(context.engine)
    assert chosen == {2027: half}
    theme_periods.choose(context.engine, quarter, "noor", clock.now().replace(year=2027))
    chosen = theme_periods.choices(context.engine)

    assert not _overlaps(lambda day: theme_periods.period(day, chosen))
    assert theme_periods.period(date(2027, 6, 30), chosen) == "2027H1"
    assert theme_periods.period(date(2028, 1, 1), chosen) == "2028Q1"

    def at_once(day: date) -> str:  # the control: half years from a May on
        changed: Choice = {2026: half} if day >= date(2026, 5, 1) else {}
        return theme_periods.period(day, changed)

    assert _overlaps(at_once)


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("2026Q1", date(2026, 3, 31)),
        ("2026Q4", date(2026, 12, 31)),
        ("2027H1", date(2027, 6, 30)),
        ("2027H2", date(2027, 12, 31)),
    ],
)
def test_a_period_ends_on_its_last_day(name: str, last: date) -> None:
    assert theme_periods.last_day(name) == last


@pytest.mark.parametrize("store", [SQLITE])
def test_vents_of_a_half_year_are_counted_together(
    context: AppContext, noor: canary.Listener
) -> None:
    half = PeriodLength.HALF_YEAR
    theme_periods.choose(context.engine, half, "noor", clock.now().replace(year=2026))
    with context.engine.begin() as connection:
        for day in (date(2027, 2, 1), date(2027, 5, 1), date(2027, 6, 30)) * 2:
            theme_tokens.drop(connection, Theme.PRESSURE, noor.reader, day)

    assert not themes.due(context.engine, noor.reader, noor.key, date(2027, 6, 30))
    (counted,) = themes.due(context.engine, noor.reader, noor.key, date(2027, 7, 1))
    assert counted.counts == {Theme.PRESSURE: 6}
