"""What leadership sees of the klaagmuur."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import clock
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import luisteraars, theme_periods, theme_tokens, themes, vents
from monitor.klaagmuur.content import Theme, Vent
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.theme_periods import PeriodLength
from monitor.klaagmuur.vents import Draft
from monitor.locale import texts
from monitor.organisation.register import import_tree
from monitor.store.engine import writing
from tests.dashboard.conftest import TREE, OpenPage, SignIn
from tests.dashboard.klaagmuur.conftest import PASSPHRASE, unlock
from tests.dashboard.pages import labelled, press_labelled, shown

T = texts("nl")


@pytest.mark.slow
def test_leadership_sees_released_themes_only(
    context: AppContext, open_page: OpenPage, sign_in: SignIn, noor: Luisteraar
) -> None:
    key = luisteraars.unlock(context.engine, noor, PASSPHRASE)
    import_tree(context.engine, TREE, "test", clock.now())
    for theme, times in ((Theme.PRESSURE, 6), (Theme.COLLEAGUES, 4)):
        for _ in range(times):
            draft = Draft(Vent(theme=theme), countable=True)
            vents.send(context, draft, clock.now())
    with_tokens = themes.close_quarters(
        context.engine, noor, key, local_day(clock.now() + timedelta(100))
    )
    assert len(with_tokens) == 1

    page = open_page(sign_in("toezicht"), "klaagmuurthemas")
    beheerder = open_page(sign_in("beheerder"), "klaagmuurthemas")
    beneath = open_page(sign_in("leidinggevende", "werk"), "klaagmuurthemas")
    top = open_page(sign_in("leidinggevende", "waterrijk"), "klaagmuurthemas")

    assert list(top.table[0].value["Thema"]) == ["werkdruk"]
    assert not beneath.table
    assert "werkdruk" not in shown(beneath)
    table = page.table[0].value
    assert list(table["Thema"]) == ["werkdruk"]
    assert list(table["Hoe vaak"]) == ["5 tot en met 9"]
    assert T("themes.limit", fewer=4) in shown(page)
    assert "Noor" not in shown(page)
    assert "Noor" in shown(beheerder)
    assert T("themes.lacking") in shown(beheerder)
    assert T("themes.fresh") not in shown(beheerder)
    assert not beheerder.table


@pytest.mark.slow
def test_the_luisteraar_decides_per_theme_and_looking_decides_nothing(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    earlier = local_day(clock.now() - timedelta(100))
    carried = (Theme.PRESSURE, Theme.COLLEAGUES) * themes.FEWEST
    with writing(context.engine) as connection:
        for theme in carried:
            theme_tokens.drop(connection, theme, noor, earlier)

    assert T("inbox.due") in shown(unlock(open_page(token, "postvak")))
    page = open_page(token, "themastellen")
    assert themes.released(context.engine) == ()
    labelled(page, "checkbox", "collega's").uncheck()
    press_labelled(page, T("counts.release"))

    (released,) = themes.released(context.engine)
    assert (released.theme, released.band) == (Theme.PRESSURE, "5-9")
    assert T("counts.none") in shown(page)
    line = next(field for field in page.text_input if "werkdruk" in field.label)
    line.set_value("Vooral na ziekte.")
    press_labelled(page, T("reader.save"))
    assert themes.released(context.engine)[0].line == "Vooral na ziekte."


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_half_years_begin_in_a_january(
    context: AppContext, open_page: OpenPage, token: str
) -> None:
    unlock(open_page(token, "postvak"))
    page = open_page(token, "themastellen")
    page.radio[0].set_value(PeriodLength.HALF_YEAR)
    press_labelled(page, T("reader.save"))

    this_year = clock.today().year
    assert theme_periods.choices(context.engine) == {this_year + 1: PeriodLength.HALF_YEAR}
    assert T("counts.length.now.quarter", year=this_year) in shown(page)
