"""What the made-up teams did with their results: agreed, asked, looked back.

One team acted and rose, one acted and did not, and one asked the organisation and was answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from monitor.climate.results import results
from monitor.context import AppContext
from monitor.demo import stories
from monitor.followup import actions, compass, conversations, estimates, team_log
from monitor.followup.conversations import Plan
from monitor.followup.kinds import Kind
from monitor.followup.records import ConversationState, Level, NewAction, Outcome
from monitor.pulse import periods

THEMES = tuple(stories.BASE)
REPLY = "We hebben afgesproken: elke donderdag een kwartier om een lastig gesprek na te bespreken."
PROMISE = "Komt er een klacht over een afweging die we samen maakten, dan sta ik naast je."


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

    def agree(self, unit: str, kind: str, title: str, theme: str, level: Level, role: str) -> None:
        """Something that starts next month."""
        start = periods.shifted(periods.containing(self.day), 1)
        new = NewAction(kind, title, start, level, (theme,), owner_role=role)
        self.agreed[title] = actions.add(self.context.engine, unit, new, THEMES, self.day)

    def close(self, title: str, outcome: Outcome, why: str = "") -> None:
        """How it ended, where it was ever agreed."""
        if title in self.agreed:
            actions.close(self.context.engine, self.agreed[title], outcome, why, self.day)

    def answer(self, title: str, text: str) -> None:
        """What the organisation decided on a request."""
        if title in self.agreed:
            actions.answer_request(self.context.engine, self.agreed[title], text, self.day)

    def hold(self, unit: str, method: str, minutes: int) -> None:
        """A conversation that was held."""
        starts_at = datetime.combine(self.day + timedelta(9), time(12), UTC)
        plan = Plan(method, starts_at, minutes, "colleague")
        name = conversations.plan(self.context.engine, unit, plan, self.day)
        conversations.settle(self.context.engine, name, ConversationState.HELD)


INTERVISIE = "Elke drie weken intervisie, op een vast moment in de agenda"
INLOOP = "Inloop op drie ochtenden in plaats van vijf"
KWARTIER = "Elke donderdag een kwartier om een lastig gesprek na te bespreken"
COLLEGA = "Een collega erbij voor de aanvragen met spoed"


def _rose(moment: Moment) -> None:
    moment.write(stories.ROSE, "Gezien. We praten erover in het overleg van volgende week.")
    moment.hold(stories.ROSE, "uitkomsten_lezen", 30)
    moment.agree(
        stories.ROSE, Kind.LEARNING, INTERVISIE, "steun", Level.TEAM, "een collega per keer"
    )


def _rose_looked_back(moment: Moment) -> None:
    moment.close(INTERVISIE, Outcome.DONE, "het gaat nu vanzelf, we houden het erin")
    moment.write(stories.ROSE, "We keken terug: de intervisie blijft, met een eigen plek.")
    text = "We bespreken een lastige beslissing voordat we haar nemen."
    compass.agree(moment.context.engine, stories.ROSE, text, moment.day)


def _squeezed(moment: Moment) -> None:
    moment.write(
        stories.SQUEEZED, "Gezien. Ik vraag een collega van elders om het gesprek te leiden."
    )
    moment.hold(stories.SQUEEZED, "werkdrukgesprek", 60)
    moment.agree(stories.SQUEEZED, Kind.TASKS, INLOOP, "druk", Level.LEADER, "de leidinggevende")
    engine = moment.context.engine
    compass.make_promise(engine, stories.SQUEEZED, PROMISE, moment.day)
    compass.agree(engine, stories.SQUEEZED, "We praten alsof de klant meeluistert.", moment.day)


def _squeezed_looked_back(moment: Moment) -> None:
    moment.close(INLOOP, Outcome.STOPPED, "aan de balie werd het er niet rustiger van")
    moment.hold(stories.SQUEEZED, "praktijkdialoog", 60)
    moment.agree(
        stories.SQUEEZED, Kind.TALK, KWARTIER, "respect", Level.TEAM, "een collega per week"
    )


def _asked(moment: Moment) -> None:
    moment.write(stories.ASKED, "Dit lossen we niet zelf op. Ik leg het voor aan de directie.")
    moment.agree(
        stories.ASKED, Kind.MEANS, COLLEGA, "druk", Level.ORGANISATION, "de leidinggevende"
    )


def _answered(moment: Moment) -> None:
    moment.answer(COLLEGA, "Akkoord. Over drie maanden begint er een collega, voor een jaar.")
    moment.write(stories.ASKED, "De directie heeft ja gezegd. Over drie maanden zijn we met meer.")


def _asked_looked_back(moment: Moment) -> None:
    moment.close(COLLEGA, Outcome.CONTINUES, "de nieuwe collega is begonnen")


def _reply(moment: Moment) -> None:
    moment.write(stories.SQUEEZED, REPLY)


HAPPENINGS: Mapping[int, Callable[[Moment], None]] = {
    15: _rose,
    12: _squeezed,
    9: _asked,
    7: _rose_looked_back,
    6: _answered,
    5: _squeezed_looked_back,
    2: _asked_looked_back,
    1: _reply,
}
"""What happened after the results of the month so many months ago."""


@dataclass(frozen=True)
class Followup:
    """What the teams did, month by month."""

    context: AppContext
    agreed: dict[str, str] = field(default_factory=dict)

    def after(self, months_ago: int, period: str, day: date) -> None:
        """Do what happened some days after the results of a month."""
        if happening := HAPPENINGS.get(months_ago):
            happening(Moment(self.context, period, day, self.agreed))

    def finish(self, now: datetime) -> None:
        """Compare before and after, and plan the next conversation."""
        estimates.freeze_due(self.context.engine, results(self.context.engine))
        starts_at = datetime.combine(now.date() + timedelta(9), time(12), UTC)
        plan = Plan("uitkomsten_lezen", starts_at, 30, "colleague")
        conversations.plan(self.context.engine, stories.SQUEEZED, plan, now.date())
