"""The questionnaires that rounds have asked, each stored once under its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from monitor.errors import StoreFailing
from monitor.pulse.questionnaire import Questionnaire
from monitor.store.engine import reading
from monitor.store.tables import questionnaire as questionnaire_table
from monitor.store.tables import survey_round


@dataclass(frozen=True, slots=True)
class QuestionnaireVersion:
    """A questionnaire, and the periods of the rounds that asked it, oldest first."""

    questionnaire: Questionnaire
    periods: tuple[str, ...]


def load(connection: Connection, digest: str) -> Questionnaire:
    """The questionnaire with that digest, which must be stored.

    Raises
    ------
    StoreFailing
        When what is stored has another digest, or is gone: somebody changed its questions.
    """
    by_digest = select(questionnaire_table.c.body).where(questionnaire_table.c.digest == digest)
    body = connection.scalar(by_digest)
    if body is None:
        raise StoreFailing("store.questionnaire_changed")
    return _checked(digest, body)


def of_round(connection: Connection, period: str) -> Questionnaire:
    """The questionnaire of the round of `period`, which must exist."""
    of_period = select(survey_round.c.questionnaire).where(survey_round.c.period == period)
    return load(connection, connection.execute(of_period).scalar_one())


def of_rounds(connection: Connection, periods: Sequence[str]) -> dict[str, Questionnaire]:
    """The questionnaire of each round of `periods`; rounds that asked the same share one."""
    rows = connection.execute(
        select(survey_round.c.period, survey_round.c.questionnaire).where(
            survey_round.c.period.in_(periods)
        )
    ).all()
    versions = {digest: load(connection, digest) for digest in {row.questionnaire for row in rows}}
    return {row.period: versions[row.questionnaire] for row in rows}


def _checked(digest: str, body: dict[str, Any]) -> Questionnaire:
    # Over the stored values themselves: a later version may add fields to a questionnaire.
    raw = json.dumps(body, sort_keys=True, separators=(",", ":"))
    if hashlib.sha256(raw.encode()).hexdigest() != digest:
        raise StoreFailing("store.questionnaire_changed")
    return Questionnaire.from_json(body)


def store(connection: Connection, questionnaire: Questionnaire) -> None:
    """Store the questionnaire, unless it is stored already."""
    same = select(questionnaire_table.c.digest).where(
        questionnaire_table.c.digest == questionnaire.digest
    )
    if connection.execute(same).first() is None:
        connection.execute(
            insert(questionnaire_table).values(
                digest=questionnaire.digest, body=questionnaire.to_json()
            )
        )


def history(engine: Engine) -> tuple[QuestionnaireVersion, ...]:
    """Every questionnaire that any round has asked, most recently asked first."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(survey_round.c.questionnaire, survey_round.c.period).order_by(
                survey_round.c.period
            )
        ).all()
        periods: dict[str, tuple[str, ...]] = {}
        for digest, period in rows:
            periods[digest] = (*periods.get(digest, ()), period)
        versions = [
            QuestionnaireVersion(load(connection, digest), asked_in)
            for digest, asked_in in periods.items()
        ]
    return tuple(sorted(versions, key=lambda version: version.periods[-1], reverse=True))
