"""The page with the members."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from monitor.context import AppContext
from monitor.locale import texts
from monitor.organisation.members import import_members
from monitor.organisation.unit_files import Member
from monitor.store.engine import writing
from monitor.store.tables import member
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import html, written

T = texts("nl")


def test_members_are_counted_never_named_and_small_teams_pointed_out(
    manage: OpenPage, context: AppContext, now: datetime
) -> None:
    people = [Member(f"p{n}@stad.example", "noord" if n < 6 else "zuid") for n in range(20)]
    import_members(context.engine, people, "test", now)

    page = manage("leden")

    assert T("suppression.title", count=1) in page.warning[0].value
    text = written(page) + page.table[0].value.to_csv()
    assert "@" not in text
    assert list(page.table[0].value[T("upload.members.people")]) == [6, 14]


def test_without_members_the_last_round_says_how_large_teams_are(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", places=6, noord=(6, 4))

    page = open_page(sign_in("beheerder"), "leden")

    assert T("mem.none") in written(page)
    assert set(page.table[0].value[T("upload.members.people")]) == {6}


def test_a_list_that_somebody_else_changed_can_be_read_in_again(
    manage: OpenPage, context: AppContext, now: datetime
) -> None:
    import_members(context.engine, [Member("p@stad.example", "noord")], "test", now)
    with writing(context.engine, sign=False) as connection:
        connection.execute(update(member).values(unit="zuid"))

    page = manage("leden")

    assert T("mem.altered") in [warning.value for warning in page.warning]
    assert T("mem.upload") in html(page)
    assert not manage("organisatie").exception
