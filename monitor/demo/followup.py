"""What the made-up teams did with their results: agreed, asked, looked back.

One team acted and rose, one acted and did not, and one asked the organisation and was answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from monitor.climate.results import results
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.demo import stories
from monitor.followup import actions, compass, conversations, estimates, team_log
from monitor.followup.conversations import Plan
from monitor.followup.kinds import Kind
from monitor.followup.records import ConversationState, Level, NewAction, Outcome
from monitor.organisation import preferences
from monitor.pulse import periods

THEMES = tuple(stories.BASE)
REPLY = "We houden vast aan het kwartier op donderdag. Binnenkort lezen we samen de uitkomsten."
PROMISE = "Komt er een klacht over een afweging die we samen maakten, dan sta ik naast je."


DAYS_TO_A_TALK = 5
"""Days between a message to the team and the conversation."""


@dataclass(frozen=True)
class Moment:
    """Some days after the results of a month; ``agreed`` holds what was agreed so far, as ids."""

    context: AppContext
    period: str
    day: date
    agreed: dict[str, str]

    def write(self, unit: str, text: str) -> None:
        """A message of the leidinggevende to the team."""
        team_log.write(self.context.engine, unit, text, self.day)

    def agree(self, unit: str, kind: Kind, title: str, theme: str, level: Level, role: str) -> None:
        """Something that starts next month."""
        new = NewAction(
            kind.value, title, periods.shifted(self.period, 1), level, (theme,), owner_role=role
        )
        self.agreed[title] = actions.add(self.context.engine, unit, new, THEMES, self.day)

    def close(self, title: str, outcome: Outcome, why: str = "") -> None:
        """How it ended, where it was ever agreed."""
        if title in self.agreed:
            actions.close(self.context.engine, self.agreed[title], outcome, why, self.day)

    def answer(self, title: str, text: str) -> None:
        """What the organisation decided on a request."""
        if title in self.agreed:
            actions.answer_request(self.context.engine, self.agreed[title], text, self.day)

    def hold(self, unit: str, method: str, minutes: int) -> Moment:
        """A conversation that was planned now and held; returns the moment of it."""
        held_on = working_day(self.context, self.day + timedelta(DAYS_TO_A_TALK))
        plan = Plan(method, _at_noon(held_on), minutes, "colleague")
        name = conversations.plan(self.context.engine, unit, plan, self.day)
        conversations.settle(self.context.engine, name, ConversationState.HELD)
        return replace(self, day=held_on)


def working_day(context: AppContext, day: date) -> date:
    """The first working day from `day` on."""
    works = preferences.read(context.engine).works
    return next(later for at in range(31) if works(later := day + timedelta(at)))


def _at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


INTERVISIE = "Elke drie weken intervisie, op een vast moment in de agenda"
INLOOP = "Inloop op drie ochtenden in plaats van vijf"
KWARTIER = "Elke donderdag een kwartier om een lastig gesprek na te bespreken"
COLLEGA = "Een collega erbij voor de aanvragen met spoed"


def _rose(moment: Moment) -> None:
    moment.write(stories.ROSE, "Gezien. We praten erover in het overleg van volgende week.")
    talk = moment.hold(stories.ROSE, "uitkomsten_lezen", 30)
    talk.agree(stories.ROSE, Kind.LEARNING, INTERVISIE, "steun", Level.TEAM, "een collega per keer")


def _rose_looked_back(moment: Moment) -> None:
    moment.close(INTERVISIE, Outcome.DONE, "het gaat nu vanzelf, we houden het erin")
    moment.write(stories.ROSE, "We keken terug: de intervisie blijft, met een eigen plek.")
    text = "We bespreken een lastige beslissing voordat we haar nemen."
    compass.agree(moment.context.engine, stories.ROSE, text, moment.day)


def _squeezed(moment: Moment) -> None:
    moment.write(
        stories.SQUEEZED, "Gezien. Ik vraag een collega van elders om het gesprek te leiden."
    )
    talk = moment.hold(stories.SQUEEZED, "werkdrukgesprek", 60)
    talk.agree(stories.SQUEEZED, Kind.TASKS, INLOOP, "druk", Level.LEADER, "de leidinggevende")
    engine = moment.context.engine
    compass.make_promise(engine, stories.SQUEEZED, PROMISE, talk.day)
    compass.agree(engine, stories.SQUEEZED, "We praten alsof de klant meeluistert.", talk.day)


def _squeezed_looked_back(moment: Moment) -> None:
    talk = moment.hold(stories.SQUEEZED, "praktijkdialoog", 60)
    talk.close(INLOOP, Outcome.STOPPED, "aan de balie werd het er niet rustiger van")
    talk.agree(stories.SQUEEZED, Kind.TALK, KWARTIER, "respect", Level.TEAM, "een collega per week")


def _requested(moment: Moment) -> None:
    moment.write(stories.ASKED, "Dit lossen we niet zelf op. Ik leg het voor aan de directie.")
    role = "de leidinggevende"
    moment.agree(stories.ASKED, Kind.MEANS, COLLEGA, "druk", Level.ORGANISATION, role)


def _answered(moment: Moment) -> None:
    moment.answer(COLLEGA, "Akkoord. Over drie maanden begint er een collega, voor een jaar.")
    moment.write(stories.ASKED, "De directie heeft ja gezegd. Over drie maanden zijn we met meer.")


def _requested_looked_back(moment: Moment) -> None:
    moment.close(COLLEGA, Outcome.CONTINUES, "de nieuwe collega is begonnen")


def _reply(moment: Moment) -> None:
    moment.write(stories.SQUEEZED, REPLY)


HAPPENINGS: Mapping[int, Callable[[Moment], None]] = {
    15: _rose,
    12: _squeezed,
    9: _requested,
    7: _rose_looked_back,
    6: _answered,
    5: _squeezed_looked_back,
    2: _requested_looked_back,
    1: _reply,
}
"""What happened after the results of the month so many months ago."""


@dataclass(frozen=True)
class Followup:
    """What the teams did, month by month."""

    context: AppContext
    agreed: dict[str, str] = field(default_factory=dict)

    def after(self, months_ago: int, period: str, day: date) -> None:
        """Do what happened after the results of a month, on a working day from `day` on."""
        if happening := HAPPENINGS.get(months_ago):
            happening(Moment(self.context, period, working_day(self.context, day), self.agreed))

    def finish(self, now: datetime) -> None:
        """Compare before and after, and plan the next conversation."""
        estimates.freeze_due(self.context.engine, results(self.context.engine))
        next_week = working_day(self.context, local_day(now) + timedelta(7))
        plan = Plan("uitkomsten_lezen", _at_noon(next_week), 30, "colleague")
        conversations.plan(self.context.engine, stories.SQUEEZED, plan, local_day(now))
