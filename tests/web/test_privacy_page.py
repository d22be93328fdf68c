"""The page that says who sees what, from the program's own facts."""

from __future__ import annotations

import html
from datetime import datetime, timedelta

import pytest
from sqlalchemy import inspect
from starlette.testclient import TestClient

from monitor import scheduler
from monitor.access.roles import Grant, Permission, Person, Role, may
from monitor.context import AppContext
from monitor.locale import languages, texts
from monitor.pulse.ballot import ballot_box
from monitor.store.schema import metadata
from monitor.web.information.privacy import READERS, describe_tables


@pytest.mark.parametrize("language", languages())
def test_every_table_and_column_of_the_store_is_described(language: str) -> None:
    t = texts(language)
    tables = {table.name: table for table in describe_tables(t)}
    wordless = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if not t.has(f"privacy.column.{column.name}")
        and not t.has(f"privacy.column.{table.name}.{column.name}")
    ]

    assert wordless == []
    for table in tables.values():
        assert table.text, f"{table.name} has no words"
        assert all(column.text for column in table.columns), f"{table.name} has a wordless column"


def test_the_list_matches_the_real_store(context: AppContext) -> None:
    real = inspect(context.engine)

    assert {
        table.name: {line.name for line in table.columns} for table in describe_tables(texts("nl"))
    } == {
        name: {column["name"] for column in real.get_columns(name)}
        for name in real.get_table_names()
    }


def test_no_role_is_promised_figures_it_may_not_see() -> None:
    for role in (Role.BEHEERDER, Role.LUISTERAAR):
        person = Person("x", "x@waterrijk.example", (Grant(role, None),))
        assert not may(person, Permission.SEE_ORGANISATION_RESULTS)
    assert "cijfers" not in texts("nl")("privacy.reader.beheerder.sees")


def test_every_role_is_on_the_page() -> None:
    assert {role.value for role in Role} <= set(READERS)


@pytest.mark.parametrize("language", languages())
def test_the_page_shows_everything_in_every_language(browser: TestClient, language: str) -> None:
    answer = browser.get(f"/privacy?taal={language}")
    page, t = html.unescape(answer.text), texts(language)

    assert answer.status_code == 200
    for reader in READERS:
        assert t(f"privacy.reader.{reader}") in page
    for name in metadata.tables:
        assert f"<summary><code>{name}</code></summary>" in page
    assert "<code>alembic_version</code>" in page
    assert "<li><code>fingerprint</code>: " in page
    assert t("privacy.limit.insider", minimum=5, fewer=4) in page
    sentences = [t("privacy.lead", minimum=5), t("privacy.lead.klaagmuur"), t("privacy.lead.limit")]
    places = [page.index(each) for each in (*sentences, t("privacy.roles.title"), "<details")]
    assert places == sorted(places)  # three sentences, who sees what, and the rest is folded


def test_the_page_says_nothing_of_how_full_the_box_is(
    browser: TestClient, open_town: AppContext, invited: list[str], now: datetime
) -> None:
    before = browser.get("/privacy").content
    for code in invited[:3]:
        ballot_box.submit(open_town, code, (4,) * 9)
    scheduler.tick(open_town, now + timedelta(1))

    assert browser.get("/privacy").content == before
