"""Which questions were asked in which rounds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, select

from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.store.engine import reading
from monitor.store.tables import survey_round


@dataclass(frozen=True, slots=True)
class QuestionnaireVersion:
    """A questionnaire, and the periods of the rounds that asked it, oldest first."""

    questionnaire: Questionnaire
    periods: tuple[str, ...]


def history(engine: Engine) -> tuple[QuestionnaireVersion, ...]:
    """Every questionnaire that was ever asked, the one asked last first."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(survey_round.c.questionnaire, survey_round.c.period).order_by(
                survey_round.c.period
            )
        ).all()
        periods: dict[str, tuple[str, ...]] = {}
        for digest, period in rows:
            periods[digest] = (*periods.get(digest, ()), period)
        asked = [
            QuestionnaireVersion(rounds.questionnaire_of(connection, digest), of)
            for digest, of in periods.items()
        ]
    return tuple(sorted(asked, key=lambda one: one.periods[-1], reverse=True))
