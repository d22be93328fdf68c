"""The language and the minimum on the page with the settings."""

from __future__ import annotations

from monitor.context import AppContext, current_context
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage
from tests.dashboard.pages import field, press, unescaped, written

T = texts("nl")


def test_the_minimum_is_raised_with_a_tick(manage: OpenPage, context: AppContext) -> None:
    page = manage("instellingen")
    field(page, "selectbox", "minimum", "number").select(7)
    press(page, "minimum")
    assert T("rounds.tick_first") in written(page)
    assert current_context().settings.minimum == 5

    field(page, "checkbox", "minimum", "sure").check()
    press(page, "minimum")

    assert current_context().settings.minimum == 7
    assert T("set.minimum.done", minimum=7) in unescaped(page)
    assert field(page, "selectbox", "minimum", "number").options[0] == "8"


def test_the_language_is_chosen(manage: OpenPage) -> None:
    page = manage("instellingen")
    field(page, "radio", "language", "code").set_value("en")
    press(page, "language")

    assert current_context().settings.language == "en"
