"""Fill an empty store: rounds are opened, invited, answered and closed as in real life."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from monitor.access import accounts, results_link
from monitor.access.roles import Role
from monitor.climate import close_round
from monitor.climate.team_messages import write_reply
from monitor.context import AppContext
from monitor.demo import stories, vents
from monitor.demo.municipality import Municipality, municipality
from monitor.errors import InputRefused
from monitor.organisation import profile
from monitor.organisation.register import import_tree
from monitor.pulse import periods
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.pulse.rounds import rounds
from monitor.store.engine import reading
from monitor.store.tables import account, survey_round, unit

ACTOR = "demo"
OPEN_DAYS = 14
ANSWERED_SO_FAR = 0.4
REPLY = "We hebben afgesproken: elke donderdag een kwartier om een lastig gesprek na te bespreken."


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the demo."""

    role: Role
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What to show a newcomer: paths on the server, and accounts."""

    pulse: str
    results: str
    accounts: tuple[SignIn, ...]
    listening: vents.Listening


def fill(context: AppContext, months: int, seed: int, now: datetime) -> Filled:
    """Fill the store with `months` sealed rounds and one open round.

    Tree, answers and who answers follow from `seed`; codes, keys and passwords are random, as
    they must be.

    Raises
    ------
    InputRefused
        When the store is not empty.
    """
    refuse_unless_empty(context)
    lot = random.Random(seed)  # noqa: S311 - a story, not a secret
    town = municipality()
    import_tree(context.engine, town.tree, ACTOR, now)
    profile.choose_name(context.engine, town.tree.units[0].name, ACTOR, now)
    questions = load(context.settings.questionnaire_file)
    usual = stories.character(list(town.people), lot)
    for months_ago in range(months, 0, -1):
        start = _first_tuesday(_months_before(now.date(), months_ago))
        _round(context, town, questions, usual, months_ago, start, lot)
        close_round.close(
            context, periods.containing(start), ACTOR, _at(start + timedelta(OPEN_DAYS))
        )
    left = _round(context, town, questions, usual, 0, now.date(), lot, min(_at(now.date()), now))
    write_reply(context.engine, stories.SQUEEZED, REPLY, now.date() - timedelta(5))
    return Filled(
        pulse=f"/pulse/{left.get(stories.SQUEEZED) or next(iter(left.values()))}",
        results=f"/resultaten/{results_link.token(context.secret, stories.SQUEEZED, 0)}",
        accounts=tuple(_accounts(context, now)),
        listening=vents.fill(context, now),
    )


def _round(
    context: AppContext,
    town: Municipality,
    questions: Questionnaire,
    usual: dict[str, dict[str, float]],
    months_ago: int,
    start: date,
    lot: random.Random,
    opened: datetime | None = None,
) -> dict[str, str]:
    """Open, invite and let people answer; one code per team that nobody used."""
    period, opened = periods.containing(start), opened or _at(start)
    rounds.open_round(context, period, questions, start + timedelta(OPEN_DAYS), ACTOR, opened)
    made = issue.invite(context, period, town.people, ACTOR, opened)
    climate = {team: stories.climate(team, usual[team], months_ago, lot) for team in town.people}
    unused: dict[str, str] = {}
    for invitation in made:
        team = climate[invitation.unit]
        so_far = ANSWERED_SO_FAR if months_ago == 0 else 1.0
        if lot.random() < team.response * so_far:
            sheet = stories.answers(team.level, questions, lot)
            ballot_box.submit(context, invitation.code, sheet)
        else:
            unused.setdefault(invitation.unit, invitation.code)
    return unused


def _accounts(context: AppContext, now: datetime) -> Iterator[SignIn]:
    wanted = (
        (Role.LEIDINGGEVENDE, "leidinggevende@waterrijk.example", "inkomen"),
        (Role.TOEZICHT, "ondernemingsraad@waterrijk.example", None),
        (Role.BEHEERDER, "beheerder@waterrijk.example", None),
    )
    for role, email, of_unit in wanted:
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        accounts.add_with_password(context.engine, email, role, of_unit, password, ACTOR, now)
        yield SignIn(role, email, password)


def refuse_unless_empty(context: AppContext) -> None:
    """Raise InputRefused when anything at all is in the store."""
    with reading(context.engine) as connection:
        for column in (unit.c.key, survey_round.c.period, account.c.id):
            if connection.execute(select(column).limit(1)).first() is not None:
                raise InputRefused("demo.not_empty")


def _months_before(day: date, months: int) -> date:
    first = periods.number(periods.containing(day)) - months
    return periods.first_day(periods.from_number(first))


def _first_tuesday(day: date) -> date:
    return day + timedelta((1 - day.weekday()) % 7)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9, 0), UTC)
