from __future__ import annotations

from pathlib import Path

import pytest

from monitor.followup import methods
from monitor.followup.advice import FIRST_SHOWN
from monitor.followup.content_file import DEFAULTS
from monitor.followup.methods import MethodBook

LETTERED = {
    "uitkomsten_lezen",
    "praktijkdialoog",
    "korte_nabespreking",
    "moreel_beraad",
    "cura_kort",
    "intervisie",
    "meedenken",
    "zeven_vragen",
    "hoe_praten_wij",
    "werkdrukgesprek",
    "arenagesprek",
    "klant_aan_tafel",
    "reflectieronde",
    "waar_sta_ik",
    "socratisch_gesprek",
    "tien_minuten",
}


def test_all_methods_are_there(book: MethodBook) -> None:
    assert {method.key for method in book.methods} == LETTERED | {"terugkijken"}


def test_the_minutes_of_every_method_add_up(book: MethodBook) -> None:
    spent = {m.key: sum(step.minutes for step in m.steps) for m in book.methods}

    assert spent == {m.key: m.minutes for m in book.methods}


def test_a_method_names_what_not_to_do_and_what_is_known(book: MethodBook) -> None:
    for method in book.methods:
        assert method.avoid
        assert method.guidance
        assert method.evidence["nl"].endswith(".")


def test_evidence_from_research_names_its_source(book: MethodBook) -> None:
    unsourced = {method.key for method in book.methods if not method.sources}

    assert unsourced == {"waar_sta_ik", "terugkijken"}
    for key in unsourced:
        assert "onze eigen vorm" in book.method(key).evidence["nl"]


def test_who_leads_a_trained_method_has_learned_it(book: MethodBook) -> None:
    trained = {method.key for method in book.methods if method.trained}

    assert trained == {"praktijkdialoog", "moreel_beraad", "klant_aan_tafel", "socratisch_gesprek"}
    assert not any(book.method(key).leader_may_lead for key in trained)


def test_ten_things_not_to_do_and_one_apart(book: MethodBook) -> None:
    assert len(book.rules) == 10
    assert "apart" in book.apart["nl"]


def test_the_default_length_is_that_of_the_first_conversation(book: MethodBook) -> None:
    assert book.default_minutes == book.method("uitkomsten_lezen").minutes


def test_the_moral_deliberation_has_ten_steps(book: MethodBook) -> None:
    assert len(book.method("moreel_beraad").steps) == 10


def test_each_advice_shows_three_methods_first_except_after_aggression(book: MethodBook) -> None:
    shown = {item.occasion.value: len(item.methods) for item in book.advice}

    assert shown.pop("aggression") == 0
    assert set(shown.values()) == {FIRST_SHOWN}


def test_a_key_nobody_has_is_no_method(book: MethodBook) -> None:
    with pytest.raises(KeyError):
        book.method("borrel")


def test_the_organisations_own_file_replaces_the_default(tmp_path: Path) -> None:
    text = (DEFAULTS / methods.FILE).read_text("utf-8")
    (tmp_path / methods.FILE).write_text(text.replace('"2026-1"', '"eigen-3"'), "utf-8")

    assert methods.load(tmp_path).version == "eigen-3"
    assert methods.load(tmp_path / "elsewhere").version == methods.load().version
