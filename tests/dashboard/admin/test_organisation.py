"""The page with the units."""

from __future__ import annotations

import pytest

from monitor.context import AppContext
from monitor.locale import texts
from monitor.organisation.register import current_tree
from tests.dashboard.conftest import OpenPage, SignIn
from tests.dashboard.pages import field, fill, press, written

T = texts("nl")


@pytest.mark.slow
def test_a_unit_is_renamed_moved_closed_and_opened(manage: OpenPage, context: AppContext) -> None:
    page = manage("organisatie")
    page.selectbox[0].select("noord").run()

    fill(page, "rename-noord", name="Werk Zuidwest")
    assert current_tree(context.engine).get("noord").name == "Werk Zuidwest"
    assert T("org.kept") in written(page).replace("\\", "")
    field(page, "selectbox", "move-noord", "parent").select("jeugd")
    press(page, "move-noord")
    assert current_tree(context.engine).get("noord").parent == "jeugd"
    press(page, "close-noord")
    assert T("rounds.tick_first") in written(page)
    field(page, "checkbox", "close-noord", "sure").check()
    press(page, "close-noord")
    assert current_tree(context.engine).get("noord").closed
    press(page, "reopen-noord")
    assert not current_tree(context.engine).get("noord").closed


def test_a_unit_is_added_once_and_a_refused_name_stays_in_the_field(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("organisatie")
    page.selectbox[0].select("jeugd").run()

    fill(page, "add-jeugd", name="  ")
    assert page.error[0].value.startswith("Typ een naam")
    fill(page, "add-jeugd", name="Jeugd West")
    page.run()

    added = [unit.key for unit in current_tree(context.engine).units if unit.name == "Jeugd West"]
    assert added == ["jeugd-west"]


def test_the_units_can_be_typed(context: AppContext, sign_in: SignIn, open_page: OpenPage) -> None:
    page = open_page(sign_in("beheerder"), "organisatie")
    field(page, "text_area", "outline", "text").input("Stad\nWmo")
    press(page, "outline")
    assert "Regel 2" in page.error[0].value
    assert field(page, "text_area", "outline", "text").value == "Stad\nWmo"

    field(page, "text_area", "outline", "text").input("Stad\n Wmo")
    press(page, "outline")

    assert [unit.key for unit in current_tree(context.engine).units] == ["stad", "wmo"]
