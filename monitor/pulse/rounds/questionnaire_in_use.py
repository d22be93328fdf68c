"""Which questionnaire the next round asks: the one chosen, the organisation's own file, or ours.

A new installation asks the newest. One that asked a questionnaire goes on with it until somebody
switches: other statements break every trend, and the works council has a say in them. The choice is
authenticated (`setting` in :mod:`monitor.store.signed_rows.deciding`); one that somebody else wrote
is none.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from monitor.config.folders import DEFAULTS
from monitor.context import AppContext
from monitor.errors import InputRefused, RoundAltered
from monitor.locale.formats import Month
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.pulse.rounds import questionnaires
from monitor.store import audit, signed_rows, stored_settings
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
    RoundRefused, StoreFailing
        When somebody else changed the last round, or the questionnaire that was chosen.
    """
    with reading(context.engine) as connection:
        chosen = _chosen(connection)
        if chosen is None and has_own(context):
            return load(context.settings.questionnaire_file)
        return chosen or _as_before(connection)


def in_use_or_before(context: AppContext) -> Questionnaire:
    """As `in_use`; where the organisation's own file is wrong, what the last round asked.

    So that another can be chosen instead of a wrong file.
    """
    try:
        return in_use(context)
    except InputRefused:
        with reading(context.engine) as connection:
            return _as_before(connection)


def has_own(context: AppContext) -> bool:
    """Whether the organisation put a questionnaire of its own in the data folder."""
    return context.settings.questionnaire_file != FIRST


def is_own_ignored(context: AppContext) -> bool:
    """Whether there is such a file and something else was chosen since."""
    with reading(context.engine) as connection:
        chosen = _chosen(connection)
    if chosen is None or not has_own(context):
        return False
    return load(context.settings.questionnaire_file).digest != chosen.digest


def check_new(connection: Connection, questionnaire: Questionnaire) -> None:
    """Refuse a version that is the name of another questionnaire.

    Raises
    ------
    InputRefused
        When it is one of ours, or was asked before.
    """
    digests = {
        body["version"]: digest
        for digest, body in connection.execute(
            select(questionnaire_table.c.digest, questionnaire_table.c.body)
        )
    }
    if questionnaire.version in VERSIONS:
        digests = {questionnaire.version: ours(questionnaire.version).digest}
    if digests.get(questionnaire.version, questionnaire.digest) != questionnaire.digest:
        raise InputRefused("questionnaire.version_taken", version=questionnaire.version)


def ours(version: str) -> Questionnaire:
    """The version that comes with the program.

    Raises
    ------
    InputRefused
        When there is none of that name.
    """
    if version not in VERSIONS:
        raise InputRefused("questionnaire.no_version", known=", ".join(VERSIONS))
    return load(VERSIONS[version])


def choose(
    connection: Connection, questionnaire: Questionnaire, why: str, actor: str, now: datetime
) -> None:
    """Ask this questionnaire from the next round on; `why` is noted in the log.

    Raises
    ------
    InputRefused
        As `check_new`.
    """
    check_new(connection, questionnaire)
    before = (_chosen(connection) or _as_before(connection)).version
    version = questionnaire.version
    questionnaires.store(connection, questionnaire)
    value = version if version in VERSIONS else {"digest": questionnaire.digest}
    stored_settings.put(connection, StoredSetting.QUESTIONNAIRE, value)
    detail = "; ".join(filter(None, (f"{before} > {version}", why)))
    audit.note(connection, actor, "questionnaire.switch", detail, now)


def _chosen(connection: Connection) -> Questionnaire | None:
    """The questionnaire that was chosen, as this program stored it."""
    value = stored_settings.get_genuine(connection, StoredSetting.QUESTIONNAIRE)
    if isinstance(value, dict):
        return questionnaires.load(connection, value["digest"])
    return ours(value) if value in VERSIONS else None


def _as_before(connection: Connection) -> Questionnaire:
    """What the last round asked, ours in their wording of today; else the newest.

    An earlier survey that was read in is no round that anybody answered here: it counts only where
    there is no other, and only when it asked one of ours.
    """
    imported: str | None = None
    periods = select(survey_round.c.period).order_by(survey_round.c.period.desc())
    for period in connection.scalars(periods).all():
        last = signed_rows.genuine(connection, survey_round, survey_round.c.period == period)
        if not last:
            raise RoundAltered(Month(period))
        if last[0].public_key is not None:
            of_round = questionnaires.load(connection, last[0].questionnaire)
            return ours(of_round.version) if of_round.version in VERSIONS else of_round
        imported = imported or last[0].questionnaire
    version = questionnaires.load(connection, imported).version if imported else NEWEST
    return ours(version if version in VERSIONS else NEWEST)
