"""A municipality with sealed months, people with roles, and a dashboard opened for one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import cycle

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from monitor import clock
from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.climate import close_round
from monitor.config.settings import ROOT
from monitor.context import AppContext
from monitor.dashboard import session
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import writing
from monitor.store.tables import account
from tests import steps

TREE = Tree(
    (
        Unit("waterrijk", None, "Gemeente Waterrijk"),
        Unit("werk", "waterrijk", "Werk en Inkomen"),
        Unit("noord", "werk", "Werk *Noord*"),
        Unit("zuid", "werk", "Team 1"),
        Unit("jeugd", "waterrijk", "Jeugd"),
        Unit("oost", "jeugd", "Team 1"),
    )
)
SCRIPT = ROOT / "monitor" / "dashboard" / "main.py"

Answers = tuple[int, int | tuple[int, ...]]
"""How many people answer, and what they answer, in turn."""
SealMonth = Callable[..., None]
SignIn = Callable[..., str]
OpenPage = Callable[..., AppTest]


def import_organisation(context: AppContext, now: datetime) -> None:
    """Import the municipality's tree."""
    steps.take(context, ("tree", now), lambda: import_tree(context.engine, TREE, "test", now))


@pytest.fixture
def seal_month(context: AppContext, now: datetime) -> SealMonth:
    """``seal_month("2026-01", noord=(6, 4))``: six people in noord answer 4 to everything.

    ``noord=(6, (4, 2))``: they answer 4 and 2 in turn.
    """
    questions = load(context.settings.questionnaire_file)
    import_organisation(context, now)

    def hold(period: str, places: int, closed: bool, answers: dict[str, Answers]) -> None:
        rounds.open_round(context, period, questions, None, "test", now)
        teams = {unit.key: places for unit in TREE.units if not TREE.children(unit.key)}
        invitations = issue.invite(context, period, teams, "test", now)
        sheets = [
            (invitation.code, (answer,) * len(questions.questions))
            for unit, (people, turns) in answers.items()
            for invitation, answer in zip(
                [i for i in invitations if i.unit == unit][:people],
                cycle(turns if isinstance(turns, tuple) else (turns,)),
                strict=False,
            )
        ]
        assert not any(ballot_box.submit_all(context, sheets))
        if closed:
            close_round.close(context, period, "test", now)

    def seal(
        period: str,
        places: int = 30,
        closed: bool = True,
        **answers: Answers,
    ) -> None:
        steps.take(
            context,
            ("month", now, period, places, closed, tuple(answers.items())),
            lambda: hold(period, places, closed, answers),
        )

    return seal


@pytest.fixture
def sign_in(context: AppContext) -> SignIn:
    """``sign_in("leidinggevende", "werk")`` gives the token of a session that has just begun."""

    def start_session(role: str, unit: str | None = None) -> str:
        email, now = f"{role}@waterrijk.example", clock.now()
        accounts.add(context.engine, email, Role(role), unit, "test", now)
        with writing(context.engine) as connection:
            query = select(account.c.id).where(account.c.email == email)
            return sessions.start(connection, connection.execute(query).scalar_one(), now)

    return start_session


@pytest.fixture
def open_page(context: AppContext, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """``open_page(token, "verloop")``: the dashboard at that address, run once.

    No browser is behind it, so its cookie is put in its place; everything else is real.
    """

    def open_at(token: str | None, address: str = "", **query: str) -> AppTest:
        monkeypatch.setattr(session, "cookie", lambda _secure: token)
        page = AppTest.from_file(str(SCRIPT), default_timeout=60)
        page._page_hash = calc_hash(address)
        for name, value in query.items():
            page.query_params[name] = value
        return page.run()

    return open_at
