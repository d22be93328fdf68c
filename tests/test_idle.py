"""A server at rest holds no library in memory that it needs once a month."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from monitor.config.settings import Settings, read
from monitor.context import build_context
from tests.bench.server import environment

ROOT = Path(__file__).parent.parent
RARELY_USED = {
    "alembic": "an upgrade",
    "authlib": "single sign-on",
    "cryptography": "single sign-on",
    "holidays": "the calendar",
    "httpx2": "single sign-on",
    "joserfc": "single sign-on",
    "mako": "an upgrade",
    "openpyxl": "spreadsheets",
    "psycopg": "PostgreSQL",
    "typst": "reports, paper slips, a recovery sheet",
}
"""Libraries, and what has to happen before they are loaded."""
START = """
import asyncio, sys
from app import app
from monitor.web.http.app import lifespan
async def start():
    async with lifespan(app):
        print(*sys.modules)
asyncio.run(start())
"""


@pytest.mark.slow
def test_a_server_at_rest_holds_no_library_that_is_rarely_used(tmp_path: Path) -> None:
    variables = environment(tmp_path)
    _migrate(read(variables))
    started = subprocess.run(
        [sys.executable, "-c", START],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(started.stdout.split())

    assert {"sqlalchemy", "streamlit", "pandas", "monitor.web.pulse.pages"} <= loaded
    assert {name: RARELY_USED[name] for name in loaded & RARELY_USED.keys()} == {}


@pytest.mark.slow
def test_where_there_is_a_provider_signing_in_waits_for_no_library(tmp_path: Path) -> None:
    variables = environment(tmp_path) | {
        "TEAMKLIMAAT_OIDC_ISSUER": "https://inloggen.stad.example",
        "TEAMKLIMAAT_OIDC_CLIENT_ID": "teamklimaat",
        "TEAMKLIMAAT_OIDC_CLIENT_SECRET": "a secret of no worth",
    }
    _migrate(read(variables))
    started = subprocess.run(
        [sys.executable, "-c", START],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )

    assert {"authlib", "joserfc", "httpx2"} <= set(started.stdout.split())


def _migrate(settings: Settings) -> None:
    build_context(settings).engine.dispose()
