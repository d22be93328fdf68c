"""The page with units side by side."""

from __future__ import annotations

from monitor.locale import texts
from tests.dashboard.conftest import OpenPage, SealMonth, SignIn
from tests.dashboard.pages import written

T = texts("nl")


def test_units_stand_in_tree_order_whatever_their_scores(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 2), zuid=(9, 5), oost=(9, 4))

    page = open_page(sign_in("leidinggevende", "waterrijk"), "onderdelen")

    names = [str(name).strip("\u200b\u2003") for name in page.table[0].value.index]
    assert names == [
        "Gemeente Waterrijk",
        "Werk en Inkomen",
        r"Werk \*Noord\*",
        "Team 1",
        "Jeugd",
        "Team 1",
    ]


def test_units_with_a_signal_are_named_in_tree_order_without_a_verdict(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    for month in range(1, 9):
        content = 5 if month < 7 else 1
        seal_month(f"2026-0{month}", noord=(9, content), zuid=(9, 4), oost=(9, 4))

    page = open_page(sign_in("leidinggevende", "waterrijk"), "onderdelen", maand="2026-08")

    lines = [line for e in page.markdown for line in e.value.splitlines() if T("word.down") in line]
    assert lines
    assert any(r"Werk \*Noord\*" in line for line in lines)
    assert not any("Jeugd" in line for line in lines)
    assert T("units.signals.talk") in written(page)
    changes = page.table[0].value[T("table.word")]
    assert any(str(cell).startswith(T("word.down")) for cell in changes)
    assert T("signals.above") in written(page)


def test_without_a_signal_the_units_page_says_so(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", noord=(9, 2), zuid=(9, 5), oost=(9, 4))

    page = open_page(sign_in("leidinggevende", "waterrijk"), "onderdelen")

    assert T("units.signals.none", month="september 2026") in written(page)
    title = T("units.title", theme="Respect", month="september 2026", count=0)
    assert page.header[0].value == title
