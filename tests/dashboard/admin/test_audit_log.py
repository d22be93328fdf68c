"""The page with the changes to the set-up."""

from __future__ import annotations

import ast

from monitor.config.settings import ROOT
from monitor.context import AppContext
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage
from tests.dashboard.pages import fill

T = texts("nl")


def test_the_log_is_in_words_and_its_addresses_can_be_copied(
    manage: OpenPage, context: AppContext
) -> None:
    fill(manage("instellingen"), "word", text="geheim")

    page = manage("logboek")

    written = page.table[0].value.to_csv()
    assert T("log.klaagmuur.access_word") in written
    assert T("log.organisation.import") in written
    assert "geheim" not in written
    assert "beheerder@waterrijk.example" in written.replace("\\", "")  # as it can be copied
    assert "\N{ZERO WIDTH SPACE}" not in written


def test_every_change_that_is_noted_has_words() -> None:
    noted: set[str] = set()
    for file in (ROOT / "monitor").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.note":
                noted |= {c.value for c in ast.walk(node.args[2]) if isinstance(c, ast.Constant)}

    assert len(noted) > 15
    assert {action for action in noted if not T.has(f"log.{action}")} == set()
