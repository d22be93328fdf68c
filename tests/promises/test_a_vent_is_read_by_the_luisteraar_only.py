"""Only the luisteraar reads a vent: no role finds it on a page, in an export or the audit log."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from monitor import clock
from monitor.access import accounts, sessions, tokens
from monitor.access.roles import Role
from monitor.climate.results import results
from monitor.config.settings import ROOT
from monitor.context import AppContext
from monitor.dashboard import session
from monitor.dashboard.navigation import PAGES
from monitor.klaagmuur.unlocked import HOLDER
from monitor.store import audit
from monitor.store.engine import reading as looking
from monitor.store.engine import writing
from monitor.store.tables import account
from tests.plain_pages import application
from tests.promises import canary

STAFF_PAGES = ("/klaagmuur", "/klaagmuur/gesprek", "/privacy", "/pulse", "/healthz", "/metrics")


@pytest.mark.slow
@pytest.mark.parametrize(
    "role", [Role.BEHEERDER, Role.TOEZICHT, Role.LEIDINGGEVENDE, Role.LUISTERAAR, None]
)
def test_no_role_meets_it_on_any_page(
    town: AppContext, role: Role | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = _session(town, role) if role else None
    monkeypatch.setattr(session, "cookie", lambda _secure: token)
    for address in ("", *(place.address for place in PAGES)):
        page = AppTest.from_file(
            str(ROOT / "monitor" / "dashboard" / "main.py"), default_timeout=60
        )
        page._page_hash = calc_hash(address)
        shown = str(page.run()._tree) + "".join(str(e.proto) for e in page.get("html"))
        assert not [word for word in canary.ALL_WORDS if word in shown], address
    with _browser(token) as browser:
        for path in (*STAFF_PAGES, "/downloads/herstelblad.pdf"):
            answer = browser.get(path)
            assert not [word for word in canary.ALL_WORDS if word in answer.text], path
    assert browser.get("/downloads/herstelblad.pdf").status_code == 404


@pytest.mark.slow
def test_the_control_the_luisteraar_with_the_key_meets_it(
    town: AppContext, noor: canary.Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    with looking(town.engine) as connection:
        email = connection.scalar(
            select(account.c.email).where(account.c.id == noor.reader.account)
        )
    token = _started(town, str(email))
    digest = tokens.digest(token)
    assert digest is not None
    monkeypatch.setattr(session, "cookie", lambda _secure: token)
    HOLDER.put(digest, noor.reader.id, noor.key)
    page = AppTest.from_file(str(ROOT / "monitor" / "dashboard" / "main.py"), default_timeout=60)
    page._page_hash = calc_hash("postvak")

    page.run()
    next(button for button in page.button if button.label == "Lezen").click().run()
    shown = "".join(str(e.proto) for e in page.get("html"))
    HOLDER.lock(digest)
    page.run()
    locked = str(page._tree) + "".join(str(e.proto) for e in page.get("html"))

    assert canary.WORDS[0] in shown
    assert not [word for word in canary.ALL_WORDS if word in locked]


def test_no_export_and_no_record_holds_it(town: AppContext) -> None:
    figures = " ".join(map(str, results(town.engine).rows()))
    records = " ".join(map(str, audit.entries(town.engine)))

    assert not [word for word in canary.ALL_WORDS if word in figures + records]


def _session(context: AppContext, role: Role) -> str:
    email = f"{role}@waterrijk.example"
    unit = "werk" if role is Role.LEIDINGGEVENDE else None
    accounts.add(context.engine, email, role, unit, "test", clock.now())
    return _started(context, email)


def _started(context: AppContext, email: str) -> str:
    with writing(context.engine) as connection:
        account_id = connection.scalar(select(account.c.id).where(account.c.email == email))
        assert account_id is not None
        return sessions.start(connection, account_id, clock.now())


def _browser(token: str | None) -> TestClient:
    cookies = {sessions.COOKIE: token} if token else None
    return TestClient(application(), cookies=cookies, follow_redirects=False)
