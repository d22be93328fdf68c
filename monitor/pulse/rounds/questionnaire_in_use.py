"""Which questionnaire the next round asks: the organisation's own, or one of ours.

A new installation asks the newest. One that asked an earlier version goes on with that until
somebody switches: other statements break every trend, and the works council has a say in them.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select

from monitor.config.folders import DEFAULTS
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.store import audit, stored_settings
from monitor.store.engine import reading
from monitor.store.stored_settings import StoredSetting
from monitor.store.tables import questionnaire as questionnaire_table
from monitor.store.tables import survey_round

FIRST = DEFAULTS / "questionnaire.toml"
VERSIONS = {"2026-1": FIRST, "2026-2": DEFAULTS / "questionnaire-2026-2.toml"}
"""The versions that come with the program, oldest first."""
NEWEST = "2026-2"


def in_use(context: AppContext) -> Questionnaire:
    """What the next round asks.

    Raises
    ------
    InputRefused
        When the organisation's own file is wrong.
    """
    if has_own(context):
        return load(context.settings.questionnaire_file)
    with reading(context.engine) as connection:
        return load(VERSIONS[version_in_use(connection)])


def has_own(context: AppContext) -> bool:
    """Whether the organisation put a questionnaire of its own in the data folder."""
    return context.settings.questionnaire_file != FIRST


def version_in_use(connection: Connection) -> str:
    """The version of ours that is asked: the one chosen, else that of the last round, else the
    newest."""
    chosen = stored_settings.get(connection, StoredSetting.QUESTIONNAIRE)
    if chosen in VERSIONS:
        return str(chosen)
    body = connection.execute(
        select(questionnaire_table.c.body)
        .join(survey_round, survey_round.c.questionnaire == questionnaire_table.c.digest)
        .order_by(survey_round.c.period.desc())
        .limit(1)
    ).scalar()
    version = body["version"] if body else NEWEST
    return version if version in VERSIONS else NEWEST


def check_switch(connection: Connection, version: str) -> None:
    """Refuse a version that is not there, and the one that is asked already.

    Raises
    ------
    InputRefused
        In both cases.
    """
    if version not in VERSIONS:
        raise InputRefused("questionnaire.no_version", known=", ".join(VERSIONS))
    if version == version_in_use(connection):
        raise InputRefused("questionnaire.same", version=version)


def switch(
    connection: Connection, version: str, agreed_on: date, actor: str, now: datetime
) -> None:
    """Ask another version from the next round on; a round under way keeps what it asks.

    Parameters
    ----------
    agreed_on
        The day on which the works council agreed; it is noted in the log.

    Raises
    ------
    InputRefused
        As `check_switch`.
    """
    check_switch(connection, version)
    before = version_in_use(connection)
    stored_settings.put(connection, StoredSetting.QUESTIONNAIRE, version)
    detail = f"{before} > {version}; OR {agreed_on.isoformat()}"
    audit.note(connection, actor, "questionnaire.switch", detail, now)
