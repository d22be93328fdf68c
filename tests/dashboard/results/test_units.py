"""The page with a unit and those beneath it, each against its own past."""

from __future__ import annotations

import re

import pytest

from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import html, readable

T = texts("nl")


def test_units_stand_in_tree_order_whatever_their_scores(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 2), zuid=(9, 5), oost=(9, 4))

    page = open_page(sign_in("leidinggevende", "waterrijk"), "onderdelen")

    in_order = [
        "Gemeente Waterrijk",
        "Werk en Inkomen",
        "Werk *Noord*",
        "Team 1",
        "Jeugd",
        "Team 1",
    ]
    names = [str(name).strip("\u200b\u2003") for name in page.table[0].value.index]
    assert [name.replace("\\", "") for name in names] == in_order
    links = [link.proto.label.replace("\\", "") for link in page.get("page_link")]
    assert links == in_order
    assert [link.proto.query_string for link in page.get("page_link")][2] == "onderdeel=noord"


@pytest.mark.slow
def test_units_with_a_signal_are_named_in_tree_order_and_alone_have_a_colour(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for month in range(1, 9):
        content = 5 if month < 7 else 1
        seal_month(f"2026-0{month}", noord=(9, content), zuid=(9, 4), oost=(9, 4))

    page = open_page(sign_in("leidinggevende", "waterrijk"), "onderdelen", maand="2026-08")

    assert T("units.headline.some.units", count=2, all=5) == page.title[0].value
    assert any(
        str(cell).startswith(T("word.down")) for cell in page.table[0].value[T("table.word")]
    )
    tinted = [bool(re.search(r'cell [lh][12]"', cells)) for cells in _rows_of(html(page))]
    assert tinted == [True, True, True, False, False, False]
    assert T("signals.above") in readable(page)
    assert T("units.cannot.text") in readable(page)


def test_a_team_alone_is_told_as_on_its_own_page(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    """Not as none of one team, nor with the rule of lists."""
    seal_month("2026-09", noord=(9, 2), zuid=(9, 4))
    token = sign_in("leidinggevende", "werk")

    alone = open_page(token, "onderdelen", onderdeel="noord")

    assert alone.title[0].value == open_page(token, onderdeel="noord").title[0].value
    assert T("signals.above") not in readable(alone)


@pytest.mark.slow
def test_only_units_with_a_signal_are_left_when_that_is_chosen(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for month in range(1, 9):
        content = 5 if month < 7 else 1
        seal_month(f"2026-0{month}", noord=(9, content), zuid=(9, 4), oost=(9, 4))
    page = open_page(sign_in("leidinggevende", "werk"), "onderdelen")
    assert len(page.get("page_link")) == 3

    page.get("button_group")[0].set_value("signals").run()

    names = [link.proto.label.replace("\\", "") for link in page.get("page_link")]
    assert names == ["Werk en Inkomen", "Werk *Noord*"]


def test_without_a_signal_the_units_page_says_so(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 2), zuid=(9, 5), oost=(9, 4))

    page = open_page(sign_in("leidinggevende", "waterrijk"), "onderdelen")

    assert page.title[0].value == T("units.headline.none.units", count=0, all=5)


@pytest.mark.slow
def test_a_withheld_cell_is_hatched_and_has_no_number_but_the_last_one_shown(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-08", noord=(9, 2), zuid=(9, 4))
    seal_month("2026-09", noord=(3, 5), zuid=(9, 4))

    page = open_page(sign_in("leidinggevende", "noord"), "vragen")
    assert T("empty.too_small.title") in readable(page)
    cells = _rows_of(html(open_page(sign_in("leidinggevende", "werk"), "onderdelen")))[1]

    assert cells.count("cell hatch") == 3
    assert T("units.last", score="25", month="augustus 2026") in cells
    assert 'class="v"' not in cells


@pytest.mark.slow
def test_a_change_stays_in_view_where_a_month_is_withheld_and_is_counted(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    """Else more units would be said to have a signal than the reader can find."""
    for month in range(1, 9):
        seal_month(f"2026-0{month}", noord=(9, 5 if month < 7 else 1), zuid=(9, 4), oost=(9, 4))
    seal_month("2026-09", noord=(3, 1), zuid=(9, 4), oost=(9, 4))
    token = sign_in("leidinggevende", "werk")

    grid = open_page(token, "onderdelen")
    overview = open_page(token)

    assert grid.title[0].value == T("units.headline.some.teams", count=1, all=2)
    alone = open_page(token, onderdeel="noord")
    assert T("overview.headline.earlier", findings="").rstrip(" .") in readable(alone)
    assert "uitgenodigd" not in html(alone)
    for page in (grid, overview):
        noord = _rows_of(html(page))[-2]
        assert noord.count("cell hatch") == 3
        assert noord.count(T("word.down")) == 3
        assert 'class="v"' not in noord


def _rows_of(markup: str) -> list[str]:
    """The cells of each unit."""
    return re.findall(
        r'<div class="cells">.*?(?=<div class="cells">|<ul class="legend|$)', markup, re.S
    )
