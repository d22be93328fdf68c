"""The page with the help contacts."""

from __future__ import annotations

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import contacts
from monitor.klaagmuur.help import Need
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage
from tests.dashboard.pages import fill

T = texts("nl")


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
