"""A store recognises its secret; a process with another one does not start."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.errors import SettingsRefused
from monitor.operations.doctor import examine
from monitor.store import audit, secret_mark, transfer
from monitor.store.engine import reading
from tests.stores import BOTH


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


def gone(file: Path) -> None:
    """Remove the secret."""
    file.unlink()


def another(file: Path) -> None:
    """Replace the secret, as by a process that made its own, or by a wrong mount."""
    file.write_bytes(b"x" * 32)


@pytest.mark.parametrize(("lose", "key"), [(gone, "secret.gone"), (another, "secret.other")])
def test_a_process_without_the_secret_does_not_start_and_makes_none(
    context: AppContext, now: datetime, lose: Callable[[Path], None], key: str
) -> None:
    file = context.settings.secret_file
    lose(file)
    left = file.read_bytes() if file.exists() else None

    with pytest.raises(SettingsRefused) as refused:
        build_context(context.settings)

    assert (refused.value.key, refused.value.words) == (key, {"name": file})
    assert [finding.key for finding in examine(context.settings, now)] == [key]
    assert (file.read_bytes() if file.exists() else None) == left


def test_with_the_secret_back_in_its_place_it_starts(context: AppContext) -> None:
    file = context.settings.secret_file
    file.rename(file.with_name("aside"))
    with pytest.raises(SettingsRefused):
        build_context(context.settings)
    file.with_name("aside").rename(file)

    again = build_context(context.settings)
    again.engine.dispose()

    assert again.secret == context.secret


def test_of_processes_with_secrets_of_their_own_that_start_together_one_starts(
    settings: Settings, tmp_path: Path
) -> None:
    def start(number: int) -> bytes | None:
        own = replace(settings, secret_file=tmp_path / str(number) / "secret")
        try:
            context = build_context(own)
        except SettingsRefused:
            return None
        context.engine.dispose()
        return context.secret

    with ThreadPoolExecutor(4) as pool:
        started = [secret for secret in pool.map(start, range(4)) if secret]

    assert len(started) == 1


def test_a_new_secret_is_taken_only_when_somebody_says_so_and_it_is_written_down(
    context: AppContext, now: datetime
) -> None:
    file = context.settings.secret_file
    file.unlink()

    secret_mark.accept(context.engine, file, "sanne", now)
    again = build_context(context.settings)
    again.engine.dispose()

    assert again.secret == file.read_bytes() != context.secret
    assert "store.accept_secret" in [entry.action for entry in audit.entries(context.engine)]


def test_the_mark_is_not_what_makes_a_store_full_and_tells_nothing(context: AppContext) -> None:
    with reading(context.engine) as connection:
        assert transfer.is_empty(connection)
    assert context.secret.hex() not in secret_mark.mark_of(context.secret)
