"""A hundred people with known answers who answer at the same time."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from monitor.context import AppContext
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds

PERIOD = "2026-11"
TEAMS, TEAM_SIZE, AT_ONCE = 10, 10, 20

Answers = tuple[int, ...]


@dataclass(frozen=True)
class Crowd:
    """The code and the answers of each person."""

    codes: Mapping[str, str] = field(repr=False)
    answers: Mapping[str, Answers] = field(repr=False)
    spare: tuple[str, ...] = field(repr=False, default=())
    """Codes of a unit in which nobody answers."""

    @property
    def people(self) -> tuple[str, ...]:
        """All names, in the order in which they were invited."""
        return tuple(self.codes)


def gather(context: AppContext, rng: random.Random, now: datetime) -> Crowd:
    """Open a round and invite everybody; no two people have the same answers."""
    teams = [f"team-{place}" for place in range(TEAMS)]
    units = (
        Unit("stad", None, "Stad"),
        *(Unit(team, "stad", team) for team in teams),
        Unit("rest", "stad", "Rest"),
    )
    import_tree(context.engine, Tree(units), "test", now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "test", now)
    invitations = issue.invite(context, PERIOD, dict.fromkeys(teams, TEAM_SIZE), "test", now)
    spare = issue.invite(context, PERIOD, {"rest": 2}, "test", now)
    answers: set[Answers] = set()
    while len(answers) < len(invitations):
        answers.add(tuple(rng.randint(1, 5) for _ in questions.questions))
    people = [f"collega-{number}" for number in range(len(invitations))]
    sheets = rng.sample(sorted(answers), len(invitations))
    return Crowd(
        dict(zip(people, (invitation.code for invitation in invitations), strict=True)),
        dict(zip(people, sheets, strict=True)),
        tuple(invitation.code for invitation in spare),
    )


def answer_together(crowd: Crowd, rng: random.Random, send: Callable[[str], None]) -> list[str]:
    """Let everybody send, many at once; return the names in the order in which they were done."""
    done: list[str] = []

    def send_and_note(person: str) -> None:
        send(person)
        done.append(person)

    order = rng.sample(crowd.people, len(crowd.people))
    with ThreadPoolExecutor(AT_ONCE) as at_once:
        list(at_once.map(send_and_note, order))
    return done


def by_web(context: AppContext, crowd: Crowd, address: str) -> Callable[[str], httpx.Response]:
    """A function that sends the answers of a person through the pages."""
    keys = [question.key for question in load(context.settings.questionnaire_file).questions]

    def send(person: str) -> httpx.Response:
        sheet = dict(zip(keys, map(str, crowd.answers[person]), strict=True))
        with httpx.Client(base_url=address, timeout=60, verify=False) as client:  # no TLS here
            client.get(f"/pulse/{crowd.codes[person]}").raise_for_status()
            return client.post(f"/pulse/{crowd.codes[person]}", data=sheet).raise_for_status()

    return send
