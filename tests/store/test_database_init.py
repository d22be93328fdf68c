"""The role that the shipped compose file gives the app: no superuser, and not counted."""

from __future__ import annotations

import os
import secrets
import subprocess

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from monitor import scheduler
from monitor.config.settings import ROOT
from monitor.context import build_context
from tests.conftest import NOW
from tests.needs import lacking
from tests.postgres import Cluster, installed
from tests.stores import settings_in

SCRIPT = ROOT / "deploy" / "database-init.sh"


@pytest.fixture
def app_url(postgresql: Cluster) -> str:
    """The address of the database that the script makes, as the app's own role."""
    name = f"app_{secrets.token_hex(4)}"
    script = SCRIPT.read_text("utf-8").replace("teamklimaat", name)
    programs = installed() or lacking("PostgreSQL is not installed on this machine")
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(postgresql.port),
        "POSTGRES_USER": "postgres",
        "APP_PASSWORD": "it's a word",
    }
    done = subprocess.run(
        ["sh", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return f"postgresql+psycopg://{name}@127.0.0.1:{postgresql.port}/{name}"


def test_the_app_is_no_superuser_is_not_counted_and_can_do_its_work(
    app_url: str, postgresql: Cluster, tmp_path: object
) -> None:
    role = make_url(app_url).username
    ((superuser, createdb, createrole),) = postgresql.execute(
        f"SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = '{role}'"
    )
    context = build_context(settings_in(tmp_path, app_url))  # type: ignore[arg-type]
    scheduler.tick(context, NOW)  # with the nightly work
    with context.engine.connect() as connection:
        settings = [
            connection.scalar(text(f"SHOW {name}")) for name in ("track_counts", "track_activities")
        ]
    context.engine.dispose()

    assert (superuser, createdb, createrole) == (False, False, False)
    assert settings == ["off", "off"]
