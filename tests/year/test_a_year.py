"""A year by the calendar, with a sped-up clock, real mail and everything that can go wrong.

Every figure of every round is held against a count of our own (`own_count`), made from what was
acknowledged. The year has all twelve rounds under ``make soak``, and two of them under
``make test``.
"""

from __future__ import annotations

import csv
import gc
import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from monitor import clock, scheduler
from monitor.climate.results import results
from monitor.clock import AMSTERDAM, local_day
from monitor.commands.results import results as command
from monitor.config.settings import Settings
from monitor.context import AppContext, build_context, use_context
from monitor.errors import CodeSpent, KeyMissing, StoreBusy
from monitor.klaagmuur import daily
from monitor.operations import alerts
from monitor.organisation import preferences
from monitor.organisation.members import import_members
from monitor.organisation.register import import_tree
from monitor.pulse.ballot import ballot_box
from monitor.pulse.count import sealed_store
from monitor.pulse.invitations.sending import SendTiming, deliver
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import nights
from monitor.store.engine import reading
from monitor.store.tables import ballot, envelope
from tests.mail.conftest import mailroom, settings
from tests.mail.mailroom import Mailroom
from tests.scale import SOAK
from tests.stores import BOTH
from tests.year import outages, own_count
from tests.year.town import Town

__all__ = ["mailroom", "settings"]

ROUNDS = 12 if SOAK > 1 else 2
TEAMS = 30 if SOAK > 1 else 6
FIRST_DAY = date(2027, 1, 4)
HOURS = (3, 9, 11, 14, 19) if SOAK > 1 else (3, 9, 14)
"""The hours, in the Netherlands, at which the app gets a turn while something is due."""
QUICK = SendTiming(timedelta(seconds=2), timedelta(seconds=1), waits=(timedelta(seconds=1),))
TROUBLE = (OperationalError, StoreBusy, OSError, KeyMissing)
"""What the server logs, and does again a minute later."""


@pytest.fixture(autouse=True)
def cut_off_connections_are_collected() -> Iterator[None]:
    """Outages cut connections off in the middle: they go here, and not in a later test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """Either database."""
    return str(request.param)


@dataclass
class Year:
    """The app, the people, and the moment it is."""

    settings: Settings
    context: AppContext
    mailroom: Mailroom
    town: Town
    rng: random.Random
    tally: Counter[str]
    now: datetime
    read_letters: int = 0
    invited: dict[str, str] = field(default_factory=dict)
    """Everybody who had a letter in the round under way, with the unit."""

    @property
    def questions(self) -> Questionnaire:
        """What is asked."""
        return load(self.settings.questionnaire_file)

    def turn(self, context: AppContext) -> None:
        """What the server does every minute, in its order."""
        if nights.is_far_ahead(context.engine, local_day(self.now)):
            raise AssertionError("the date was confirmed by nobody, and nobody should have to")
        scheduler.tick(context, self.now)
        alerts.watch(context, self.now)
        daily.tick(context, self.now)
        deliver(context, lambda: self.now, timing=QUICK)

    def turn_with_trouble(self) -> None:
        """A turn in which something fails at some point, and then one that does not."""
        after = self.rng.randint(0, 120)
        kind = self.rng.choice(("store down", "disk full", "killed", "mail down"))
        self.tally[f"turns of the year with {kind}"] += 1
        if kind == "killed":
            outages.killed(self.settings, self.turn, after)
        elif kind == "mail down":
            self.mailroom.on_rcpt = lambda _to, _taken: self.rng.choice(
                ("421 closing", "451 later", "550 nobody is welcome")
            )
            self.turn(self.context)
            self.mailroom.on_rcpt = lambda _to, _taken: None
        else:
            outage = outages.store_down if kind == "store down" else outages.disk_full
            with outage(self.context.engine, after):
                self.despite_trouble(lambda: self.turn(self.context))
        self.now += timedelta(minutes=2)
        self.turn(self.context)

    def despite_trouble(self, work: Callable[[], object]) -> bool:
        """Do the work as the server does: a failure is logged. Whether there was none."""
        try:
            work()
        except TROUBLE:
            return False
        return True

    def answer(self, share: float) -> None:
        """Let some of those who have a letter and did not answer yet do so, troubled at times."""
        for email in sorted(self.town.codes):
            if self.rng.random() > share:
                continue
            code = self.town.codes.pop(email)
            sheet = self.town.sheet(len(self.questions.questions))
            self._submit(code, sheet)
            self.town.answered.add(email)
            self.town.answers[self.town.people[email]].append(sheet)

    def _submit(self, code: str, sheet: own_count.Sheet) -> None:
        """Send, and send again what was not acknowledged."""
        if self.rng.random() < 0.05:
            outage = self.rng.choice((outages.store_down, outages.disk_full))
            with outage(self.context.engine, self.rng.randint(0, 12)):
                self.despite_trouble(lambda: ballot_box.submit(self.context, code, sheet))
            self.tally["answers of the year sent in the middle of an outage"] += 1
        try:
            ballot_box.submit(self.context, code, sheet)
        except CodeSpent:
            self.tally["of which had come in after all"] += 1

    def day(self, day: date) -> None:
        """One day: every turn of a day on which something is due, one of any other."""
        current = rounds.current_open(self.context.engine)
        busy = current is not None or day.day <= 8
        for hour in HOURS if busy else HOURS[:1]:
            self.now = datetime(day.year, day.month, day.day, hour, tzinfo=AMSTERDAM)
            trouble = busy and self.rng.random() < 0.4
            if trouble:
                self.turn_with_trouble()
            else:
                self.turn(self.context)
            letters = self.mailroom.taken[self.read_letters :]
            self.read_letters += len(letters)
            if rounds.current_open(self.context.engine) is not None:
                self.town.read_mail(letters)
                addresses = [str(letter["To"]) for letter in letters]
                self.invited |= {address: self.town.people[address] for address in addresses}
        if rounds.current_open(self.context.engine) is not None:
            self.answer(0.18)

    def check(self, period: str) -> None:
        """Hold every figure of a round that was sealed against our own count."""
        expected = own_count.figures(self.town.parts, self.questions, self.town.answers)
        distributions = own_count.shares(self.town.parts, self.questions, self.town.answers)
        people = own_count.respondents(self.town.parts, self.questions, self.town.answers)
        invited = Counter(self.invited.values())
        compared = 0
        for row in exported(self.context, period):
            key = (row["unit"], row["kind"], row["key"])
            if row["kind"] == "distribution":
                assert row["value"] == distributions[key], (period, key)
                compared += 1
            elif row["kind"] in ("theme", "question"):
                assert row["value"] == expected.pop(key), (period, key)
                compared += 1
            elif row["kind"] == "response":
                places = sum(invited[unit] for unit in self.town.parts.beneath(row["unit"]))
                assert _is_in(people[row["unit"]], row["value"], places), (period, key)
                compared += 1
            elif row["kind"] == "invited":
                beneath = self.town.parts.beneath(row["unit"])
                assert row["value"] == str(sum(invited[unit] for unit in beneath)), (period, key)
                compared += 1
        assert expected == {}, f"{period}: not in the export"
        self.tally["figures of the year held against a count of our own"] += compared


def exported(context: AppContext, period: str) -> Iterator[dict[str, str]]:
    """The rows of the export of one month."""
    file = context.settings.keys_dir.parent / f"{period}.csv"
    done = CliRunner().invoke(command, ["export", "--out", str(file)])
    assert done.exception is None
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from (row for row in csv.DictReader(lines) if row["period"] == period)


@pytest.fixture
def year(
    context: AppContext,
    mailroom: Mailroom,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tally: Counter[str],
    request: pytest.FixtureRequest,
) -> Year:
    """An organisation in the first days of January, with the calendar on."""
    seed = request.config.getoption("--hypothesis-seed", default=None) or 1
    rng = random.Random(f"{seed}")
    begin = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 8, tzinfo=AMSTERDAM)
    made = Year(settings, context, mailroom, Town(rng, TEAMS), rng, tally, begin)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    import_tree(context.engine, made.town.tree, "test", begin)
    import_members(context.engine, made.town.members, "test", begin)
    rounds.open_round(context, "2026-12", made.questions, None, "test", begin)
    rounds.abandon(context, "2026-12", "test", begin)  # so that the first checklist is over
    preferences.change(context.engine, "test", begin, calendar=True, mails_a_minute=6000)
    return made


@pytest.mark.slow
@pytest.mark.mail
def test_a_year_by_the_calendar_in_which_everything_fails_now_and_then(
    year: Year, tmp_path: Path
) -> None:
    day, months = FIRST_DAY, 0
    while months < ROUNDS:
        assert day < FIRST_DAY + timedelta(400)
        before = {round_.period for round_ in rounds.all_rounds(year.context.engine)
                  if round_.status is RoundStatus.SEALED}  # fmt: skip
        year.day(day)
        for round_ in rounds.all_rounds(year.context.engine):
            if round_.status is RoundStatus.SEALED and round_.period not in before:
                year.check(round_.period)
                assert round_.closes_on is not None
                assert day <= round_.closes_on + timedelta(2)
                _nothing_is_left(year)
                assert year.invited.keys() == year.town.people.keys(), "somebody was skipped"
                year.invited.clear()
                year.town.next_round()
                months += 1
                if months % 4 == 1:
                    year.town.reorganise()
                    import_tree(year.context.engine, year.town.tree, "test", year.now)
                    import_members(year.context.engine, year.town.members, "test", year.now)
        day += timedelta(1)
    year.tally["letters of the year"] += year.read_letters
    _a_new_process_shows_the_same(year)


def _is_in(people: int, band: str, invited: int) -> bool:
    """Whether so many people are in the band, or too few for any."""
    if not band:
        return people < 7
    low, _, high = band.rstrip("%").partition("-")
    if band.endswith("%"):
        return int(low) <= 100 * people / invited < int(high) + 1
    return int(low) <= people <= int(high)


def _nothing_is_left(year: Year) -> None:
    """The box is empty and its key gone."""
    with reading(year.context.engine) as connection:
        for table in (ballot, envelope):
            assert connection.execute(select(table).limit(1)).first() is None
    assert not [name for name in year.context.keys.names() if name.startswith("round-")]


def _a_new_process_shows_the_same(year: Year) -> None:
    """What was kept of the months is what they are worked out to be."""
    fresh = build_context(year.settings)
    use_context(fresh)
    kept = {month.arrays.period: month.released for month in results(fresh.engine).months}
    for period, month in kept.items():
        worked_out = sealed_store.load(year.context.engine, period)
        assert (month.release.scores == worked_out.release.scores).all()
        assert month.signals == worked_out.signals
    fresh.engine.dispose()
