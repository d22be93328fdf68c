"""A backup made and downloaded without a shell: for a beheerder, in the session that made it."""

from __future__ import annotations

import time
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.locale import texts
from monitor.operations import backup_download, backup_key
from monitor.store import backup, sealed_file
from tests.web.test_files_in import enter, hidden

T = texts("nl")
HERE = "/bestanden/reservekopie"
SECONDS = 20


@pytest.fixture
def private(context: AppContext, now: datetime) -> str:
    """The key that toezicht keeps."""
    text, public = sealed_file.new_key()
    backup_key.choose(context.engine, public, text, "toezicht", now)
    return text


@pytest.fixture
def manager(browser: TestClient, context: AppContext) -> TestClient:
    """A browser in which the beheerder is signed in."""
    enter(browser, context, "beheerder")
    return browser


def begin(browser: TestClient) -> str:
    """Press the button; the address of the page with the progress."""
    token = hidden(browser.get(HERE).text, "formulier")
    answer = browser.post(HERE, data={"formulier": token})
    assert answer.status_code == 303
    return answer.headers["location"]


def wait(browser: TestClient, address: str, sentence: str) -> str:
    """The page at the address, once it says so."""
    for _ in range(SECONDS * 10):
        page = unescape(browser.get(address).text)
        if sentence in page:
            return page
        assert 'http-equiv="refresh"' in page
        time.sleep(0.1)
    raise AssertionError(page)


@pytest.mark.slow
def test_a_backup_is_made_downloaded_and_opens_with_the_key(
    manager: TestClient, private: str, tmp_path: Path
) -> None:
    assert T("backup.never_made") in unescape(manager.get(HERE).text)
    address = begin(manager)
    page = wait(manager, address, T("backup.ready"))

    assert 'http-equiv="refresh"' not in page
    answer = manager.get(f"{address}/bestand")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].endswith('.backup"')
    (tmp_path / "sealed").write_bytes(answer.content)
    with (tmp_path / "sealed").open("rb") as source, (tmp_path / "plain.db").open("wb") as target:
        sealed_file.unseal(source, target, private)
    with backup.opened(tmp_path / "plain.db"):
        pass
    assert T("backup.never_made") not in unescape(manager.get(HERE).text)


def test_without_a_key_of_toezicht_there_is_no_button(manager: TestClient) -> None:
    page = unescape(manager.get(HERE).text)

    assert T("backup.no_key") in page
    assert "<button" not in page


@pytest.mark.slow
def test_another_session_gets_neither_the_page_nor_the_file(
    manager: TestClient, context: AppContext, private: str
) -> None:
    address = begin(manager)
    wait(manager, address, T("backup.ready"))
    manager.cookies.clear()
    assert manager.get(f"{address}/bestand").status_code == 303
    enter(manager, context, "toezicht")

    assert manager.get(f"{address}/bestand").status_code == 403
    assert manager.get(HERE).status_code == 403
    assert manager.post(HERE).status_code == 403


def test_a_form_that_is_not_our_own_makes_nothing(
    manager: TestClient, context: AppContext, private: str
) -> None:
    assert manager.post(HERE, data={"formulier": "x"}).status_code == 403
    assert backup.last_made(context.engine) is None


def test_a_backup_that_fails_says_so_and_leaves_nothing(
    manager: TestClient, context: AppContext, private: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise InputRefused("backup.unreadable")

    monkeypatch.setattr(backup_download.backup, "write", refuse)
    page = wait(manager, begin(manager), T("backup.unreadable"))

    assert T("backup.make") in page
    assert backup.last_made(context.engine) is None
