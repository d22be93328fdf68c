"""Somebody who can write in the store alone changes no tree, minimum, count, question or route."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from monitor.access import results_link
from monitor.config.mail_server import MailRoute, MailServer, Security
from monitor.context import AppContext
from monitor.errors import Refusal
from monitor.mail import route as mail_route
from monitor.organisation import team_links
from monitor.organisation.register import current_tree, import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.count import closing, sealed_store
from monitor.pulse.invitations import issue
from monitor.pulse.rounds import questionnaire_in_use, questionnaires, round_units, rounds
from monitor.store.delivery_tables import setting
from monitor.store.engine import reading, writing
from monitor.store.tables import questionnaire, round_unit, survey_round, unit
from tests.conftest import NOW
from tests.promises import believing, intruder
from tests.promises.conftest import CopyOf

PERIOD = "2026-11"
OWN = replace(questionnaire_in_use.ours("2026-1"), version="ons-1")
TREE = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("werk", "stad", "Werk"),
        Unit("noord", "werk", "Werk Noord"),
        Unit("jeugd", "stad", "Jeugd"),
    )
)


@pytest.fixture
def town(copy_of: CopyOf) -> AppContext:
    """An organisation with a round of which codes were issued."""
    return copy_of(_fill)[0]


def _fill(context: AppContext) -> None:
    now = NOW
    import_tree(context.engine, TREE, "test", now)
    rounds.open_round(context, PERIOD, questionnaire_in_use.in_use(context), None, "test", now)
    issue.invite(context, PERIOD, {"noord": 8, "jeugd": 8}, "test", now)


def forge(context: AppContext, *statements: Any) -> None:
    with intruder.writing_in(context) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.slow
def test_a_team_moved_beneath_ones_own_department_shows_it_nothing(town: AppContext) -> None:
    forge(town, update(unit).where(unit.c.key == "jeugd").values(parent="werk", position=2))

    with pytest.raises(Refusal, match=r"store\.rows_closed"):
        current_tree(town.engine)
    with believing.every_row():
        assert "jeugd" in set(current_tree(town.engine).beneath("werk"))


def test_a_unit_taken_away_from_the_tree_is_missed(town: AppContext) -> None:
    forge(town, delete(unit).where(unit.c.key == "jeugd"))

    with pytest.raises(Refusal, match=r"store\.rows_closed"):
        current_tree(town.engine)
    with believing.every_row():
        assert "jeugd" not in current_tree(town.engine)


def test_a_link_to_results_that_was_renewed_stays_so(town: AppContext, now: datetime) -> None:
    old = results_link.token(town.secret, "jeugd", 0)
    team_links.renew(town.engine, "jeugd", "test", now)
    forge(town, update(unit).where(unit.c.key == "jeugd").values(link_version=0))

    def unit_of_old_link() -> str | None:
        return results_link.unit_of(town.secret, team_links.link_versions(town.engine).items(), old)

    assert unit_of_old_link() is None
    with believing.every_row():
        assert unit_of_old_link() == "jeugd"


@pytest.mark.parametrize(
    "statement",
    [
        update(round_unit).where(round_unit.c.unit == "jeugd").values(parent="werk"),
        update(round_unit).where(round_unit.c.unit == "jeugd").values(issued=0),
        delete(round_unit).where(round_unit.c.unit == "noord"),
        update(survey_round).values(minimum=1),
        update(survey_round).values(public_key=b"k" * 32),
    ],
    ids=["tree", "codes", "unit gone", "minimum", "public key"],
)
def test_a_round_whose_frozen_rules_were_changed_is_not_closed_nor_given_codes(
    town: AppContext, now: datetime, statement: Any
) -> None:
    forge(town, statement)

    with pytest.raises(Refusal):
        closing.close(town, PERIOD, "test", now)
    with pytest.raises(Refusal):
        issue.invite(town, PERIOD, {"werk": 8}, "test", now)
    with reading(town.engine) as connection, pytest.raises(Refusal):
        round_units.load(connection, PERIOD)
    with believing.every_row(), reading(town.engine) as connection:
        assert round_units.load(connection, PERIOD)


def test_of_a_sealed_month_too_the_codes_issued_cannot_be_made_fewer(
    town: AppContext, now: datetime
) -> None:
    closing.close(town, PERIOD, "test", now)
    assert sealed_store.load(town.engine, PERIOD)
    forge(town, update(round_unit).where(round_unit.c.unit == "jeugd").values(issued=1))

    with pytest.raises(Refusal, match=r"round\.not_genuine"):
        sealed_store.load(town.engine, PERIOD)
    with believing.every_row():
        assert sealed_store.load(town.engine, PERIOD)


def test_the_questions_of_a_round_cannot_be_changed(town: AppContext) -> None:
    digest = rounds.get(town.engine, PERIOD).questionnaire
    with reading(town.engine) as connection:
        body = connection.scalar(select(questionnaire.c.body))
    body["themes"][0]["questions"][0]["text"] = {"nl": "Iets anders.", "en": "Something else."}
    forge(town, update(questionnaire).values(body=body))

    with reading(town.engine) as connection:
        with pytest.raises(Refusal, match=r"store\.questionnaire_changed"):
            questionnaires.load(connection, digest)
        # The control: read without its digest it is a questionnaire like any other.
        assert questionnaires.Questionnaire.from_json(body).themes


def test_mail_is_not_brought_to_a_server_of_somebody_elses_choice(
    town: AppContext, now: datetime
) -> None:
    server = MailServer(Security("smtps"), "mail.waterrijk.example", 465, "")
    mail_route.choose(town, MailRoute(server, "klimaat@waterrijk.example"), "test", now)
    with reading(town.engine) as connection:
        value = connection.scalar(select(setting.c.value).where(setting.c.key == "mail_route"))
    key = setting.c.key == "mail_route"
    forge(town, update(setting).where(key).values(value=value | {"host": "evil.example"}))

    assert mail_route.in_use(town) is None
    with believing.every_row():
        in_use = mail_route.in_use(town)
        assert in_use is not None
        assert in_use.server.host == "evil.example"


def test_what_the_next_round_asks_is_not_chosen_in_the_store(
    town: AppContext, now: datetime
) -> None:
    with writing(town.engine) as connection:
        questionnaire_in_use.choose(connection, OWN, "", "test", now)
    key = setting.c.key == "questionnaire"
    forge(town, update(setting).where(key).values(value="2026-1"))

    # Not what was written there, nor the newest: what the last round asked.
    assert questionnaire_in_use.in_use(town).version == "2026-2"
    with believing.every_row():
        assert questionnaire_in_use.in_use(town).version == "2026-1"

    forge(town, update(setting).where(key).values(value={"digest": OWN.digest}))
    assert questionnaire_in_use.in_use(town) == OWN  # the control: as it was
    forge(town, delete(questionnaire).where(questionnaire.c.digest == OWN.digest))
    with pytest.raises(Refusal, match=r"store\.questionnaire_changed"):
        questionnaire_in_use.in_use(town)


def test_a_round_put_in_does_not_say_what_the_next_one_asks(town: AppContext) -> None:
    with reading(town.engine) as connection:
        row = dict(connection.execute(select(survey_round)).mappings().one())
    made_up = row | {"period": "2026-12", "status": "sealed", "questionnaire": OWN.digest}
    forge(
        town,
        insert(questionnaire).values(digest=OWN.digest, body=OWN.to_json()),
        insert(survey_round).values(made_up),
    )

    with pytest.raises(Refusal, match=r"round\.not_genuine"):
        questionnaire_in_use.in_use(town)
    with believing.every_row():
        assert questionnaire_in_use.in_use(town) == OWN
