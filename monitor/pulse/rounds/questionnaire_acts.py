"""Choosing what the next rounds ask, as an act that toezicht confirms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from monitor.access import act_kinds
from monitor.access.act_kinds import Act, ActKind, Payload
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import questionnaire_in_use


def choose(context: AppContext, questionnaire: Questionnaire) -> Act:
    """Asking this questionnaire from the next round on.

    Raises
    ------
    InputRefused
        When it is asked already.
    """
    if questionnaire.digest == questionnaire_in_use.in_use_or_before(context).digest:
        raise InputRefused("questionnaire.same", version=questionnaire.version)
    return Act(SWITCH, questionnaire.version, {"body": questionnaire.to_json()})


def questionnaire_of(payload: Payload) -> Questionnaire:
    """What would be asked."""
    return Questionnaire.from_json(payload["body"])


def _check(connection: Connection, payload: Payload, _actor: str) -> None:
    questionnaire_in_use.check_new(connection, questionnaire_of(payload))


def _do(connection: Connection, payload: Payload, actor: str, now: datetime) -> None:
    questionnaire_in_use.choose(connection, questionnaire_of(payload), "", actor, now)


SWITCH = act_kinds.register(ActKind("questionnaire.switch", _check, _do))
