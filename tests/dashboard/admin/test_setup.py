"""The wizard from an empty store to the first round."""

from __future__ import annotations

from monitor.context import AppContext
from monitor.locale import texts
from monitor.pulse.rounds import rounds
from tests.dashboard.conftest import OpenPage
from tests.dashboard.pages import written

T = texts("nl")


def test_the_set_up_shows_what_is_missing_and_a_round_waits_for_it(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("inrichten")
    assert T("setup.left", count=4) in written(page)
    assert f"{T('setup.item.tree')}: {T('setup.done')}" in written(page)

    waiting = manage("rondes")

    assert T("open.missing") in waiting.warning[0].value
    assert not waiting.button
    assert rounds.all_rounds(context.engine) == ()
