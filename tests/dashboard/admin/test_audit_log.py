"""The page with the changes to the set-up."""

from __future__ import annotations

import ast

import pytest

from monitor import clock
from monitor.config.settings import ROOT
from monitor.context import AppContext
from monitor.dashboard.admin import audit_log
from monitor.locale import texts
from monitor.store import audit
from monitor.store.audit import Entry
from monitor.store.engine import writing
from tests.dashboard.conftest import OpenPage
from tests.dashboard.pages import fill, html, written

T = texts("nl")


def test_the_log_is_in_words_and_its_addresses_can_be_copied(
    manage: OpenPage, context: AppContext
) -> None:
    fill(manage("instellingen"), "word", text="geheim")

    page = manage("logboek")

    written = page.table[0].value.to_csv()
    assert T("log.klaagmuur.access_word") in written
    assert T("log.organisation.import") in written
    assert "geheim" not in written
    assert "beheerder@waterrijk.example" in written.replace("\\", "")  # as it can be copied
    assert "\N{ZERO WIDTH SPACE}" not in written


@pytest.mark.slow
def test_every_change_that_is_noted_has_words() -> None:
    noted: set[str] = set()
    for file in (ROOT / "monitor").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.note":
                noted |= {c.value for c in ast.walk(node.args[2]) if isinstance(c, ast.Constant)}

    assert len(noted) > 15
    # A name that ends in an underscore is the beginning of several.
    words = [key.removeprefix("log.") for key in T.sentences if key.startswith("log.")]
    unsaid = {
        action
        for action in noted
        if action not in words
        and not (action.endswith("_") and any(word.startswith(action) for word in words))
    }
    assert unsaid == set()


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("2026-11 tolken: 4", "november 2026 tolken: 4"),
        ("2026-11 2026-12-31", "november 2026 31 december 2026"),
        ("2026-2", "2026-2"),
        ("2026-13, wijk-2026-11, 2026-02-30", "2026-13, wijk-2026-11, 2026-02-30"),
    ],
)
def test_months_and_days_are_shown_as_people_write_them(kept: str, shown: str) -> None:
    entry = Entry(clock.now(), "iemand@stad.example", "round.invite", kept)

    assert shown in audit_log.table([entry], T).to_csv().replace("\\", "")


def test_a_view_a_span_of_days_and_a_page_are_chosen(manage: OpenPage, context: AppContext) -> None:
    with writing(context.engine) as connection:
        for number in range(audit_log.A_PAGE + 5):
            audit.note(
                connection, "iemand@stad.example", "mail.server", f"nr {number}", clock.now()
            )
    page = manage("logboek")

    page.selectbox(key="log-view").select("mail").run()
    shown = page.table[0].value.to_csv()
    assert T("log.organisation.import") not in shown
    assert len(page.table[0].value) == audit_log.A_PAGE
    page.number_input(key="log-page").set_value(2).run()
    assert len(page.table[0].value) == 5
    assert "soort=mail" in html(page)

    page.text_input(key="log-last").input("1 januari 2020").run()
    assert not page.table
    assert T("log.none.title") in written(page)
