"""Filling an empty store: rounds are opened, invited, answered and closed by the app itself."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from monitor.access import accounts, results_link
from monitor.access.roles import Role
from monitor.climate import close_round
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.demo import help_contacts, stories, vents
from monitor.demo.followup import Followup
from monitor.demo.municipality import Municipality, municipality
from monitor.errors import InputRefused
from monitor.organisation import profile
from monitor.organisation.register import import_tree
from monitor.pulse import periods
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.questionnaire_in_use import in_use
from monitor.store.engine import reading
from monitor.store.tables import account, survey_round, unit

ACTOR = "demo"
OPEN_DAYS = 14
ANSWERED_SO_FAR = 0.4
DAYS_TO_TALK = 2
"""Days after the results on which the made-up teams do something with them."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the demo."""

    role: Role
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What a newcomer needs: paths on the server, and accounts."""

    pulse: str
    results: str
    accounts: tuple[SignIn, ...]
    listening: vents.Listening


def fill(
    context: AppContext,
    months: int,
    seed: int,
    now: datetime,
    progress: Callable[[int], None] = lambda _done: None,
) -> Filled:
    """Fill the store with `months` sealed rounds and one open round.

    Tree, answers and who answers follow from `seed`; codes, keys and passwords are random.
    `progress` is called after each month with how many are done.

    Raises
    ------
    InputRefused
        When the store is not empty.
    """
    refuse_unless_empty(context)
    rng = random.Random(seed)  # noqa: S311 - example data, not a secret
    town = _organisation(context, now)
    usual = stories.character(list(town.people), rng)
    rounds_held = _Rounds(context, town, in_use(context), usual, rng)
    followup, today = Followup(context), local_day(now)
    for months_ago in range(months, 0, -1):
        period = periods.shifted(periods.containing(today), -months_ago)
        closes_on = rounds_held.past(months_ago, period)
        followup.after(months_ago, period, closes_on + timedelta(DAYS_TO_TALK))
        progress(months - months_ago + 1)
    unused = rounds_held.hold(0, today, min(_at(today), now))
    followup.finish(now)
    return Filled(
        pulse=f"/pulse/{unused.get(stories.SQUEEZED) or next(iter(unused.values()))}",
        results=f"/resultaten/{results_link.token(context.secret, stories.SQUEEZED, 0)}",
        accounts=tuple(_accounts(context, now)),
        listening=vents.fill(context, now),
    )


def _organisation(context: AppContext, now: datetime) -> Municipality:
    """Set up the organisation: its tree, its name and its help contacts."""
    town = municipality()
    import_tree(context.engine, town.tree, ACTOR, now)
    profile.choose_name(context.engine, town.tree.units[0].name, ACTOR, now)
    help_contacts.fill(context, ACTOR, now)
    return town


@dataclass(frozen=True, slots=True)
class _Rounds:
    """The rounds of the demo. ``usual`` is each team's own level per theme."""

    context: AppContext
    town: Municipality
    questions: Questionnaire
    usual: dict[str, dict[str, float]]
    rng: random.Random

    def past(self, months_ago: int, period: str) -> date:
        """Hold the round of an earlier month and close it; returns the day on which it closed."""
        start = first_tuesday(periods.first_day(period))
        closes_on = start + timedelta(OPEN_DAYS)
        self.hold(months_ago, start, _at(start))
        close_round.close(self.context, period, ACTOR, _at(closes_on))
        return closes_on

    def hold(self, months_ago: int, start: date, opened: datetime) -> dict[str, str]:
        """Open a round, invite, and answer for people; returns an unused code per team."""
        period, closes_on = periods.containing(start), start + timedelta(OPEN_DAYS)
        rounds.open_round(self.context, period, self.questions, closes_on, ACTOR, opened)
        invitations = issue.invite(self.context, period, self.town.people, ACTOR, opened)
        climate = {
            team: stories.climate(team, self.usual[team], months_ago, self.rng)
            for team in self.town.people
        }
        sheets: list[tuple[str, list[int]]] = []
        unused: dict[str, str] = {}
        for invitation in invitations:
            team = climate[invitation.unit]
            so_far = ANSWERED_SO_FAR if months_ago == 0 else 1.0
            if self.rng.random() < team.response * so_far:
                answers = stories.answers(team.level, self.questions, self.rng)
                sheets.append((invitation.code, answers))
            else:
                unused.setdefault(invitation.unit, invitation.code)
        assert not any(ballot_box.submit_all(self.context, sheets))
        return unused


def _accounts(context: AppContext, now: datetime) -> Iterator[SignIn]:
    people = (
        (Role.LEIDINGGEVENDE, "leidinggevende@waterrijk.example", "inkomen"),
        (Role.TOEZICHT, "ondernemingsraad@waterrijk.example", None),
        (Role.BEHEERDER, "beheerder@waterrijk.example", None),
    )
    for role, email, led_unit in people:
        password = vents.random_words()
        accounts.add_with_password(context.engine, email, role, led_unit, password, ACTOR, now)
        yield SignIn(role, email, password)


def refuse_unless_empty(context: AppContext) -> None:
    """Raise InputRefused when there is anything in the store."""
    with reading(context.engine) as connection:
        for column in (unit.c.key, survey_round.c.period, account.c.id):
            if connection.execute(select(column).limit(1)).first() is not None:
                raise InputRefused("demo.not_empty")


def first_tuesday(day: date) -> date:
    """The first Tuesday from `day` on: rounds begin on it."""
    return day + timedelta((1 - day.weekday()) % 7)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9, 0), UTC)
