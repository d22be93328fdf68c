"""The recovery sheet: for the session in which its key was made, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, sessions, tokens
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.klaagmuur import luisteraars, receipts
from monitor.klaagmuur.enrolment import WAITING
from monitor.klaagmuur.reader_key import Cost
from monitor.store.engine import writing
from monitor.store.tables import account
from monitor.web.files import papers
from tests.plain_pages import application

SHEET = "/downloads/herstelblad.pdf"


def session(context: AppContext, role: Role) -> str:
    email = f"{role}@waterrijk.example"
    accounts.add(context.engine, email, role, None, "test", clock.now())
    with writing(context.engine) as connection:
        account_id = connection.scalar(select(account.c.id).where(account.c.email == email))
        assert account_id is not None
        return sessions.start(connection, account_id, clock.now())


def browser(token: str | None) -> TestClient:
    return TestClient(application(), cookies={sessions.COOKIE: token} if token else None)


@pytest.fixture
def waiting(context: AppContext) -> Iterator[tuple[str, str]]:
    """A session in which a key was just made, and the code on its sheet."""
    token = session(context, Role.LUISTERAAR)
    digest = tokens.digest(token)
    assert digest is not None
    new = luisteraars.make_key("vier losse natte eenden", Cost(rounds=1, memory=8192))
    WAITING.start(digest, "Noor Bakker", new)
    yield token, new.recovery_code
    WAITING.forget(digest)


@pytest.mark.slow
def test_the_sheet_holds_name_and_code(
    waiting: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    token, code = waiting

    answer = browser(token).get(SHEET)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert "attachment" in answer.headers["content-disposition"]
    monkeypatch.setattr(papers, "MOST_AT_ONCE", 0)
    assert browser(token).get(SHEET).status_code == 503
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    text = page.extract_text()
    assert "Noor Bakker" in text
    assert all(group in text for group in receipts.show(code).split("-"))


def test_no_other_session_gets_it(context: AppContext, waiting: tuple[str, str]) -> None:
    for token in (
        None,
        session(context, Role.LUISTERAAR),
        session(context, Role.BEHEERDER),
        "x" * 43,
    ):
        answer = browser(token).get(SHEET)
        assert answer.status_code == 404
        assert "pdf" not in answer.headers["content-type"]


def test_after_signing_out_it_is_gone(context: AppContext, waiting: tuple[str, str]) -> None:
    token, _ = waiting
    sessions.end(context.engine, token)

    assert browser(token).get(SHEET).status_code == 404
