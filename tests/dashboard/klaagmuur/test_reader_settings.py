"""The luisteraar's own settings."""

from __future__ import annotations

import pytest

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import luisteraars
from monitor.klaagmuur.readers import Luisteraar
from tests.dashboard.conftest import OpenPage
from tests.dashboard.klaagmuur.conftest import unlock
from tests.dashboard.pages import labelled


@pytest.mark.slow
def test_absence_and_support_are_stored(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    page = unlock(open_page(token, "luisteraar"))
    assert noor.fingerprint in [code.value for code in page.code]
    labelled(page, "checkbox", "Ik ben er niet").check()
    page.button[1].click().run()
    next(field for field in page.text_input if "bellen" in field.label).set_value("Yara, 06")
    page.button[2].click().run()

    (stored,) = luisteraars.everyone(context.engine)
    assert stored.is_absent(clock.today())
    assert stored.support == "Yara, 06"
