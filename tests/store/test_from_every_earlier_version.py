"""A store of every earlier version, with a round open and sheets in its box, is brought up to date.

Everybody who was thanked by the program of then counts, and so does everybody who answers
afterwards. docs/UPGRADE.md says what an operator does; each of its ways is walked here.
"""

from __future__ import annotations

import secrets
import shutil
import struct
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from alembic import command
from nacl.public import PublicKey, SealedBox
from sqlalchemy import MetaData, func, select

from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.errors import CodeRefused, CodeSpent
from monitor.operations import restore, signing
from monitor.pulse.ballot import adoption, ballot_box
from monitor.pulse.ballot import envelope as envelopes
from monitor.pulse.ballot.envelope import AnswerSheet, RoundKey
from monitor.pulse.count import closing, sealed_store
from monitor.pulse.invitations import codes
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.store import backup, migrate
from monitor.store.engine import open_store, reading, writing
from monitor.store.key_folder import KeyFolder
from monitor.store.tables import envelope
from tests.scale import SOAK
from tests.stores import BOTH, SQLITE

VERSIONS = migrate._versions()[:-1]
EVERY = [(store, version) for version in VERSIONS for store in BOTH]
SAMPLED = {*VERSIONS[::5], VERSIONS[-1]}
MOST = [
    (store, version)
    for store, version in EVERY
    if store == SQLITE or version in SAMPLED or SOAK > 1
]
"""Every version with SQLite, and a sample of them with PostgreSQL."""
PERIOD = "2026-11"
TEAMS = {"wmo": 1, "jeugd": 2}
BEFORE, AFTER, NEVER = 6, 3, 2
"""People of each team who answered before the upgrade, afterwards, and not at all."""
ANSWERS = (4,) * 9
EMPTY: dict[str, bytes] = {}
"""An empty SQLite store of each version made so far."""


class Town:
    """An open round as a program of `version` left it, with everybody's codes."""

    def __init__(self, settings: Settings, version: str) -> None:
        self.settings = settings
        self.version = version
        self.key = RoundKey(bytes(range(1, 33)), bytes(range(101, 133)))
        self.questions = load(settings.questionnaire_file)
        people = BEFORE + AFTER + NEVER
        self.codes = {team: [codes.new_code(PERIOD) for _ in range(people)] for team in TEAMS}
        keys = KeyFolder(settings.keys_dir)
        keys.write(envelopes.key_name(self.key.public), self.key.to_bytes())
        self.fill()

    @property
    def answered(self) -> list[str]:
        """Whose sheet was in the box before the upgrade."""
        return [code for team in TEAMS for code in self.codes[team][:BEFORE]]

    @property
    def waiting(self) -> list[str]:
        """Who answers afterwards."""
        return [code for team in TEAMS for code in self.codes[team][BEFORE : BEFORE + AFTER]]

    def fill(self) -> None:
        """Make the store as a program of that version left it."""
        self._make_empty()
        engine = open_store(self.settings.database_url)
        metadata = MetaData()
        metadata.reflect(engine)
        with writing(engine) as connection:
            for name, rows in self._rows(self.questions):
                table = metadata.tables[name]
                columns = set(table.columns.keys())
                for row in rows:
                    connection.execute(
                        table.insert().values({c: row[c] for c in row if c in columns})
                    )
        engine.dispose()

    def _make_empty(self) -> None:
        """An empty store of that version: a copy, or made from one of the version before."""
        file = self.settings.database_file
        older = sorted(version for version in EMPTY if version <= self.version)
        if file is not None and older:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(EMPTY[older[-1]])
        if file is None or self.version not in EMPTY:
            engine = open_store(self.settings.database_url)
            config = migrate._config()
            with writing(engine) as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, self.version)
            engine.dispose()
        if file is not None:
            EMPTY[self.version] = file.read_bytes()

    def _rows(self, questions: Questionnaire) -> Iterator[tuple[str, list[dict[str, object]]]]:
        units = [("stad", None), *((team, "stad") for team in TEAMS)]
        yield "unit", [
            {"key": key, "parent": up, "name": key, "position": place, "closed": False,
             "link_version": 0}
            for place, (key, up) in enumerate(units)
        ]  # fmt: skip
        yield "questionnaire", [{"digest": questions.digest, "body": questions.to_json()}]
        yield "survey_round", [
            {"period": PERIOD, "status": "open", "opens_on": date(2026, 11, 2), "closes_on": None,
             "minimum": 5, "questionnaire": questions.digest, "public_key": self.key.public}
        ]  # fmt: skip
        people = len(self.codes["wmo"])
        yield "round_unit", [
            {"period": PERIOD, "unit": key, "parent": up, "name": key, "position": place,
             "invited": people if up else 0, "issued": people if up else 0}
            for place, (key, up) in enumerate(units)
        ]  # fmt: skip
        yield "ballot", [
            {"period": PERIOD, "fingerprint": envelopes.fingerprint(self.key.code_key, code),
             "unit": TEAMS[team], "edition": 0, "spent": code in self.answered}
            for team in TEAMS
            for code in self.codes[team]
        ]  # fmt: skip
        yield (
            "envelope",
            [
                {
                    "id": secrets.token_bytes(16),
                    "period": PERIOD,
                    "sealed": self._sealed(team, place),
                }
                for team in TEAMS
                for place in range(BEFORE)
            ],
        )

    def _sealed(self, team: str, place: int) -> bytes:
        """In the format of the version; half of a box may be older still."""
        older = self.version < "0006" or place % 2
        if older:
            content = struct.pack(">BIB", 1, TEAMS[team], len(ANSWERS)) + bytes(ANSWERS)
            return SealedBox(PublicKey(self.key.public)).encrypt(content.ljust(64, b"\0"))
        sheet = AnswerSheet(TEAMS[team], ANSWERS)
        return envelopes.seal_answer_sheet(self.key.public, self.key.code_key, sheet)


@pytest.fixture
def town(version: str, settings: Settings) -> Town:
    """An open round of that version."""
    return Town(settings, version)


@pytest.fixture
def opened(town: Town) -> Iterator[Callable[[], AppContext]]:
    """Opens the store with the program of today."""
    contexts: list[AppContext] = []

    def build() -> AppContext:
        contexts.append(build_context(town.settings))
        return contexts[-1]

    yield build
    for context in contexts:
        context.engine.dispose()


def check_all_count(context: AppContext, people: int, now: datetime) -> None:
    """Close; as many people in the result as were thanked."""
    result = closing.close(context, PERIOD, "test", now)
    assert (result.damaged, result.incomplete) == (False, False)
    release = sealed_store.load(context.engine, PERIOD).release
    assert int(release.n[release.row_of["stad"]].max()) == people
    assert int(release.scores[release.row_of["wmo"], 0]) == 75


@pytest.mark.parametrize(("store", "version"), EVERY)
def test_who_was_thanked_before_the_upgrade_counts(
    town: Town, opened: Callable[[], AppContext], now: datetime
) -> None:
    context = opened()
    for code in town.waiting:
        ballot_box.submit(context, code, ANSWERS)
    for code in town.answered:
        with pytest.raises(CodeSpent):
            ballot_box.submit(context, code, ANSWERS)

    check_all_count(context, 2 * (BEFORE + AFTER), now)


@pytest.mark.parametrize(("store", "version"), MOST)
def test_a_round_may_be_closed_at_once_after_the_upgrade(
    town: Town, opened: Callable[[], AppContext], now: datetime
) -> None:
    check_all_count(opened(), 2 * BEFORE, now)


@pytest.mark.parametrize(("store", "version"), [pair for pair in EVERY if pair[0] == SQLITE])
def test_after_going_back_and_up_again_the_box_is_accepted_by_hand(
    town: Town, opened: Callable[[], AppContext], now: datetime
) -> None:
    context = opened()
    ballot_box.submit(context, town.waiting[0], ANSWERS)
    context.engine.dispose()
    assert town.settings.database_file is not None
    shutil.rmtree(town.settings.database_file.parent)
    town.fill()  # the store of then is put back; the key folder stays as it is

    again = opened()
    with pytest.raises(CodeRefused):  # noticed at once, not at the close
        ballot_box.submit(again, town.waiting[0], ANSWERS)
    signing.accept_rows(again, signing.state(again), "cli", now, delete=False)
    adoption.accept(again, PERIOD, "cli", now)

    for code in town.waiting:
        ballot_box.submit(again, code, ANSWERS)
    check_all_count(again, 2 * (BEFORE + AFTER), now)


@pytest.mark.slow
@pytest.mark.parametrize(("store", "version"), MOST)
def test_a_backup_of_then_is_put_back_with_its_open_round(
    town: Town, opened: Callable[[], AppContext], now: datetime, tmp_path: Path
) -> None:
    context = opened()
    ballot_box.submit(context, town.waiting[0], ANSWERS)
    file = tmp_path / "backup"
    backup.write(context.engine, file)
    for code in town.waiting[1:3]:
        ballot_box.submit(context, code, ANSWERS)

    restored = restore.restore(context, file, "test", now, force=True)

    assert restored.lost == ()
    with reading(context.engine) as connection:
        in_box = connection.execute(select(func.count()).select_from(envelope)).scalar_one()
    assert in_box == 2 * BEFORE + 1
    for code in town.waiting[1:]:  # what came after the backup can be answered again
        ballot_box.submit(context, code, ANSWERS)
    check_all_count(context, 2 * (BEFORE + AFTER), now)
