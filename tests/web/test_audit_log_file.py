"""The log of changes as a file: only for those who may read it, and run by no spreadsheet."""

from __future__ import annotations

from datetime import datetime

from starlette.testclient import TestClient

from monitor.context import AppContext
from monitor.store import audit
from monitor.store.engine import writing
from tests.web.test_files_in import enter

PATH = "/bestanden/logboek.csv"


def noted(context: AppContext, now: datetime) -> None:
    with writing(context.engine) as connection:
        audit.note(connection, "m@stad.example", "mail.server", "=1+1", now)
        audit.note(connection, "m@stad.example", "account.removed", "x@stad.example", now)


def test_a_view_is_handed_over_and_no_cell_of_it_is_run(
    browser: TestClient, context: AppContext, now: datetime
) -> None:
    noted(context, now)
    enter(browser, context, "toezicht")

    answer = browser.get(PATH, params={"soort": "mail"})

    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    text = answer.content.decode("utf-8-sig")
    assert "mail.server" in text
    assert "account.removed" not in text
    assert "'=1+1" in text
    assert "account.removed" in browser.get(PATH).text
    assert "account.removed" in browser.get(PATH, params={"tot": "9999-12-31"}).text


def test_it_is_for_those_who_may_read_the_log_only(
    browser: TestClient, context: AppContext, now: datetime
) -> None:
    noted(context, now)
    assert browser.get(PATH, follow_redirects=False).status_code == 303
    enter(browser, context, "luisteraar")

    assert browser.get(PATH).status_code == 403


def test_a_view_or_a_day_that_is_none_is_not_found(
    browser: TestClient, context: AppContext
) -> None:
    enter(browser, context, "toezicht")

    assert browser.get(PATH, params={"soort": "geheim"}).status_code == 404
    assert browser.get(PATH, params={"van": "gisteren"}).status_code == 404
