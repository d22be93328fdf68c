"""A store of every earlier version, with a round open and sheets in its box, is brought up to date.

Everybody who was thanked by the program of then counts, and so does everybody who answers
afterwards. docs/UPGRADE.md says what an operator does; each of its ways is walked here.
"""

from __future__ import annotations

import secrets
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pytest
from alembic import command
from nacl.public import PublicKey, SealedBox
from sqlalchemy import MetaData, func, select

from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.errors import CodeRefused, CodeSpent, Refusal
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
from tests.migrated_once import migrated_once
from tests.postgres import EMPTY, Cluster
from tests.scale import SOAK
from tests.stores import BOTH, POSTGRESQL, SQLITE, sqlite_url

__all__ = ["migrated_once"]

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
PEOPLE = BEFORE + AFTER + NEVER
CODES = {team: [codes.new_code(PERIOD) for _ in range(PEOPLE)] for team in TEAMS}
"""Everybody's codes, in every town."""
Pair = tuple[str, str]
"""A kind of store and a version."""


@dataclass
class Made:
    """What was made for a test, to copy for the tests after it."""

    empty: dict[str, bytes] = field(default_factory=dict)
    """An empty SQLite store of each version."""
    then: dict[str, bytes] = field(default_factory=dict)
    """The SQLite store that a program of each version left."""
    last_empty: str = ""
    """The version of the empty PostgreSQL store that was made last."""
    brought: dict[Pair, Path] = field(default_factory=dict)
    """Folders of towns that were brought up to date."""

    def template(self, version: str) -> str:
        """The name of the empty PostgreSQL store to copy for one of this version."""
        return f"empty_{self.last_empty}" if "" < self.last_empty <= version else EMPTY


class Town:
    """An open round as a program of `version` left it, with everybody's codes."""

    def __init__(
        self, settings: Settings, version: str, old_stores: Made, cluster: Cluster | None
    ) -> None:
        self.settings = settings
        self.version = version
        self.old_stores = old_stores
        self.cluster = cluster
        self.codes = CODES
        self.key = RoundKey(bytes(range(1, 33)), bytes(range(101, 133)))
        self.questions = load(settings.questionnaire_file)

    def make(self) -> None:
        """Make the store as a program of that version left it, and the round's key."""
        keys = KeyFolder(self.settings.keys_dir)
        keys.write(envelopes.key_name(self.key.public), self.key.to_bytes())
        self.fill()
        if self.settings.database_file is not None:
            self.old_stores.then[self.version] = self.settings.database_file.read_bytes()

    def put_back(self) -> None:
        """Put the SQLite store of then in the place of what there is now."""
        assert self.settings.database_file is not None
        shutil.rmtree(self.settings.database_file.parent)
        self.settings.database_file.parent.mkdir()
        self.settings.database_file.write_bytes(self.old_stores.then[self.version])

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
        assert migrate._version(engine) == self.version
        content = dict(self._rows(self.questions))
        metadata = MetaData()
        metadata.reflect(engine, only=list(content))
        with writing(engine) as connection:
            for name, rows in content.items():
                columns = set(metadata.tables[name].columns.keys())
                there = [{c: row[c] for c in row if c in columns} for row in rows]
                connection.execute(metadata.tables[name].insert(), there)
        engine.dispose()

    def _make_empty(self) -> None:
        """An empty store of that version: a copy, or made from one of the version before."""
        file, empty = self.settings.database_file, self.old_stores.empty
        older = sorted(version for version in empty if version <= self.version)
        if file is not None and older:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(empty[older[-1]])
        if file is None or self.version not in empty:
            engine = open_store(self.settings.database_url)
            config = migrate._config()
            with writing(engine) as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, self.version)
            engine.dispose()
        if file is not None:
            empty[self.version] = file.read_bytes()
        elif self.cluster is not None and self.old_stores.last_empty < self.version:
            self.cluster.keep(self.settings.database_url, f"empty_{self.version}")
            self.old_stores.last_empty = self.version

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


@pytest.fixture(scope="module")
def old_stores() -> Made:
    """Nothing yet."""
    return Made()


@pytest.fixture
def cluster(store: str, request: pytest.FixtureRequest) -> Cluster | None:
    """PostgreSQL, for the tests with it."""
    running: Cluster | None = None
    if store == POSTGRESQL:
        running = request.getfixturevalue("postgresql")
    return running


@pytest.fixture
def database_url(
    store: str, version: str, old_stores: Made, tmp_path: Path, cluster: Cluster | None
) -> Iterator[str]:
    """The address of a store to fill, or of a copy of one that was brought up to date."""
    if cluster is None:
        yield sqlite_url(tmp_path)
        return
    again = (store, version) in old_stores.brought
    template = f"brought_{version}" if again else old_stores.template(version)
    with cluster.database(template=template) as url:
        yield url


@pytest.fixture
def town(
    store: str,
    version: str,
    settings: Settings,
    old_stores: Made,
    cluster: Cluster | None,
    tmp_path: Path,
) -> Town:
    """An open round of that version; where a test before brought it up to date, it is so."""
    town = Town(settings, version, old_stores, cluster)
    if (store, version) in old_stores.brought:
        shutil.copytree(old_stores.brought[store, version], tmp_path, dirs_exist_ok=True)
    else:
        town.make()
    return town


@pytest.fixture
def opened(
    town: Town,
    store: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[], AppContext]]:
    """Opens the store with the program of today, and keeps a copy the first time."""
    contexts: list[AppContext] = []
    brought, pair = town.old_stores.brought, (store, town.version)

    def build() -> AppContext:
        context = build_context(town.settings)
        contexts.append(context)
        if pair not in brought and pair in MOST:
            context.engine.dispose()
            if town.cluster is not None:
                town.cluster.keep(town.settings.database_url, f"brought_{town.version}")
            folder = tmp_path_factory.mktemp("brought")
            brought[pair] = shutil.copytree(tmp_path, folder, dirs_exist_ok=True)
        return context

    yield build
    for context in contexts:
        context.engine.dispose()


def submit_all(context: AppContext, typed: list[str]) -> list[Refusal | None]:
    """Submit the same answers with each code."""
    return ballot_box.submit_all(context, [(code, ANSWERS) for code in typed])


def check_all_count(context: AppContext, people: int, now: datetime) -> None:
    """Close; as many people in the result as were thanked."""
    result = closing.close(context, PERIOD, "test", now)
    assert (result.damaged, result.incomplete) == (False, False)
    release = sealed_store.load(context.engine, PERIOD).release
    assert int(release.n[release.row_of["stad"]].max()) == people
    assert int(release.scores[release.row_of["wmo"], 0]) == 75


@pytest.mark.slow
@pytest.mark.parametrize(("store", "version"), EVERY)
def test_who_was_thanked_before_the_upgrade_counts(
    town: Town, opened: Callable[[], AppContext], now: datetime
) -> None:
    context = opened()
    first, *others = town.waiting
    ballot_box.submit(context, first, ANSWERS)
    assert not any(submit_all(context, others))
    refusals = submit_all(context, town.answered)
    assert [type(refusal) for refusal in refusals] == [CodeSpent] * 2 * BEFORE

    check_all_count(context, 2 * (BEFORE + AFTER), now)


@pytest.mark.slow
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
    town.put_back()  # the store of then; the key folder stays as it is

    again = opened()
    with pytest.raises(CodeRefused):  # noticed at once, not at the close
        ballot_box.submit(again, town.waiting[0], ANSWERS)
    signing.accept_rows(again, signing.state(again), "cli", now, delete=False)
    adoption.accept(again, PERIOD, "cli", now)

    assert not any(submit_all(again, town.waiting))
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
    assert not any(submit_all(context, town.waiting[1:3]))

    restored = restore.restore(context, file, "test", now, force=True)

    assert restored.lost == ()
    with reading(context.engine) as connection:
        in_box = connection.execute(select(func.count()).select_from(envelope)).scalar_one()
    assert in_box == 2 * BEFORE + 1
    # What came after the backup can be answered again.
    assert not any(submit_all(context, town.waiting[1:]))
    check_all_count(context, 2 * (BEFORE + AFTER), now)
