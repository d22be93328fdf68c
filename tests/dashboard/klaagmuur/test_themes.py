"""What leadership sees of the klaagmuur."""

from __future__ import annotations

from datetime import timedelta

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import luisteraars, themes, vents
from monitor.klaagmuur.content import Theme, Vent
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.vents import Draft
from monitor.organisation.register import import_tree
from monitor.store.engine import writing
from tests.dashboard.conftest import TREE, OpenPage, SignIn
from tests.dashboard.klaagmuur.conftest import PASSPHRASE, unlock
from tests.dashboard.pages import press_labelled, shown


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
        context.engine, noor, key, (clock.now() + timedelta(100)).date()
    )
    assert len(with_tokens) == 1

    page = open_page(sign_in("toezicht"), "klaagmuurthemas")
    beheerder = open_page(sign_in("beheerder"), "klaagmuurthemas")

    table = page.table[0].value
    assert list(table["Thema"]) == ["werkdruk"]
    assert list(table["Hoe vaak"]) == ["5 tot en met 9"]
    assert "Noor" not in shown(page)
    assert "Noor" in shown(beheerder)
    assert not beheerder.table


def test_themes_are_counted_when_the_key_is_unlocked_and_not_by_looking(
    context: AppContext, open_page: OpenPage, token: str, noor: Luisteraar
) -> None:
    page = unlock(open_page(token, "postvak"))
    earlier = clock.now() - timedelta(100)
    theme_tokens = [themes.new_token(Theme.PRESSURE, noor) for _ in range(themes.FEWEST)]
    with writing(context.engine) as connection:
        for theme_token in theme_tokens:
            themes.drop(connection, theme_token, noor, earlier.date())

    page.run()
    open_page(token, "luisteraar")
    assert themes.released(context.engine) == ()

    press_labelled(page, "Vergrendelen")
    unlock(open_page(token, "luisteraar"))
    (released,) = themes.released(context.engine)
    assert (released.theme, released.band) == (Theme.PRESSURE, "5-9")
