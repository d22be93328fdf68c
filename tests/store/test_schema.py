"""The migrated schema equals the models, and a transaction is done wholly or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.store.engine import reading, writing
from monitor.store.migrate import MIGRATIONS, known_version, latest, migrate
from monitor.store.schema import metadata
from monitor.store.tables import member, unit


@pytest.mark.slow
def test_the_migrated_schema_equals_the_models(context: AppContext) -> None:
    with context.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(context: AppContext) -> None:
    migrate(context.engine)


def test_the_names_of_the_migrations_tell_the_versions() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)

    assert latest() == scripts.get_current_head()
    assert all(known_version(script.revision) for script in scripts.walk_revisions())
    assert not known_version("0000")


@pytest.mark.slow
def test_five_processes_may_migrate_at_once(settings: Settings) -> None:
    with ThreadPoolExecutor(5) as pool:
        contexts = list(pool.map(lambda _: build_context(settings), range(5)))

    assert len({context.secret for context in contexts}) == 1
    for context in contexts:
        context.engine.dispose()


def test_a_failed_transaction_leaves_nothing(context: AppContext) -> None:
    with pytest.raises(IntegrityError), writing(context.engine) as connection:
        connection.execute(insert(unit).values(key="a", name="A", position=0))
        connection.execute(insert(unit).values(key="b", parent="nobody", name="B", position=1))

    with reading(context.engine) as connection:
        assert connection.execute(select(unit)).all() == []


def test_an_error_does_not_carry_the_values(context: AppContext) -> None:
    with pytest.raises(StatementError) as failure, writing(context.engine) as connection:
        connection.execute(insert(member).values(email=object(), unit="canary-7731"))

    assert "canary-7731" not in str(failure.value)
