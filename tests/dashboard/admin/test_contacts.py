"""The page with the help contacts."""

from __future__ import annotations

from datetime import date

import pytest

from monitor import clock
from monitor.context import AppContext
from monitor.dashboard.admin import audit_log
from monitor.klaagmuur import contacts, help
from monitor.klaagmuur.help import Need
from monitor.locale import texts
from monitor.store import audit
from tests.dashboard.conftest import OpenPage
from tests.dashboard.pages import fill

T = texts("nl")


@pytest.mark.slow
def test_contacts_are_corrected_added_and_removed(manage: OpenPage, context: AppContext) -> None:
    page = manage("hulplijnen")
    assert T("con.need.talk") in page.warning[0].value
    before = contacts.current(context.engine, context.settings.help_file)
    national = next(str(text.key) for text in page.text_input if text.value == "088-1331030")
    form = national.partition("-number-")[0]

    fill(page, form, number="0800 1234")
    fill(page, "contact-new", nl="Sam", number="06 1234")
    kept = contacts.current(context.engine, context.settings.help_file)
    assert len(kept) == len(before) + 1
    assert {contact.number for contact in kept} >= {"0800 1234", "06 1234"}
    assert all(each.checked_on == clock.today() for each in kept if each.number == "0800 1234")

    position = next(at for at, contact in enumerate(kept) if contact.number == "06 1234")
    remove = next(
        str(button.key)
        for button in page.button
        if str(button.key).startswith(f"contact-{position}-") and "-remove-send-" in str(button.key)
    )
    page.button(key=remove).click().run()
    assert "06 1234" not in {
        contact.number for contact in contacts.current(context.engine, context.settings.help_file)
    }
    assert any(
        each.need is Need.DANGER
        for each in contacts.current(context.engine, context.settings.help_file)
    )

    # What it was and what it is now is in the log, so that nobody gives another number unseen.
    entries = [e for e in audit.entries(context.engine) if e.action == "help.contacts"]
    log = audit_log.table(entries, T).to_csv().replace("\\", "")
    added, removed = (f"{T(f'log.contact.{verb}')} (" for verb in ("added", "removed"))
    for number, verbs in (("0800 1234", [added]), ("06 1234", [added, removed])):
        lines = [line for line in log.splitlines() if number in line]
        assert all(any(verb in line for line in lines) for verb in verbs)
        assert len(lines) == len(verbs)
    assert any(removed in line and "088-1331030" in line for line in log.splitlines())


def test_contacts_that_were_only_checked_again_are_one_line_in_the_log(context: AppContext) -> None:
    names = {"nl": "Sam"}
    for day in (date(2026, 11, 1), date(2026, 11, 2)):
        kept = [help.contact(Need.TALK, names, "06 1234", "", day)]
        contacts.keep(context.engine, kept, "bea@stad.example", clock.now())
    details = [entry.detail for entry in audit.entries(context.engine)]
    assert details == ["1", "added talk: 06 1234, Sam"]
